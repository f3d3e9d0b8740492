"""VoID and DCAT: what is in the dataset, counted from the dataset.

https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeGuard

import pyoxigraph as ox

from mufakat.namespaces import DCAT, DCTERMS, FOAF, OWL, RDFS, SCHEMA, SKOS, SPDX, TYPE, VOID, XSD
from mufakat.publication.release.lines import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mufakat.publication.publication import Publication
    from mufakat.publication.release.dumps import Dump

LINKS: Final = (
    OWL + "sameAs",
    SKOS + "exactMatch",
    SKOS + "closeMatch",
    RDFS + "seeAlso",
    SCHEMA + "sameAs",
)
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
LANGUAGES: Final = {
    "ar": "ARA", "de": "DEU", "en": "ENG", "es": "SPA", "fr": "FRA", "id": "IND", "km": "KHM",
    "lo": "LAO", "ms": "MSA", "my": "MYA", "pt": "POR", "ru": "RUS", "ta": "TAM", "th": "THA",
    "tl": "TGL", "vi": "VIE", "zh": "ZHO",
}  # fmt: skip
"""Codes of ISO 639-3 under which the EU's language authority lists what tags of BCP 47 name."""
DATASET: Final = "void#dataset"
"""Name of the dataset below the base IRI."""
EXAMPLES: Final = 6
MEDIA: Final = "https://www.iana.org/assignments/media-types/"


@dataclass(slots=True)
class Statistics:
    """Counts over the union of all graphs, each triple once."""

    triples: int = 0
    subjects: int = 0
    objects: int = 0
    entities: int = 0
    """Distinct subjects that are IRIs of the publication's own data."""
    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Links out, by predicate and the place they lead to."""
    graphs: Counter[str] = field(default_factory=Counter)
    examples: tuple[str, ...] = ()
    """A few things of different kinds."""


def measure(quads: Iterable[ox.Quad], base_iri: str, folder: Path | None = None) -> Statistics:
    """Count everything that a description states, in memory that stays the same.

    The quads stand as in a dump: those about one thing together, those that are the same statement
    in several graphs in a row. `folder` holds what is sorted meanwhile (see `ordered`).
    """
    found = Statistics()
    firsts: dict[str, str] = {}

    def objects() -> Iterator[bytes]:
        subject: object = None
        for triple in _statements(quads, found.graphs):
            found.triples += 1
            if triple.subject != subject:
                subject = triple.subject
                found.subjects += 1
                found.entities += _is_own(subject, base_iri)
            _count(triple, found, firsts, base_iri)
            yield f"{triple.object}\n".encode()

    found.objects = sum(1 for _ in ordered(objects(), folder))
    found.examples = examples(firsts.values())
    return found


def _statements(quads: Iterable[ox.Quad], graphs: Counter[str]) -> Iterator[ox.Triple]:
    """Give each statement once, and count those of each graph."""
    before = None
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs[quad.graph_name.value] += 1
        if quad.triple != before:
            before = quad.triple
            yield before


def _count(triple: ox.Triple, found: Statistics, firsts: dict[str, str], base_iri: str) -> None:
    predicate, subject, target = triple.predicate.value, triple.subject, triple.object
    found.properties[predicate] += 1
    if not isinstance(target, ox.NamedNode):
        return
    name = target.value
    if predicate == TYPE:
        found.classes[name] += 1
        if _is_own(subject, base_iri):
            firsts[name] = min(firsts.get(name, subject.value), subject.value)
    elif predicate in LINKS and not name.startswith(base_iri):
        found.links[predicate, place(name)] += 1


def _is_own(node: object, base_iri: str) -> TypeGuard[ox.NamedNode]:
    return isinstance(node, ox.NamedNode) and node.value.startswith(base_iri + "id/")


def examples(firsts: Iterable[str]) -> tuple[str, ...]:
    """Choose examples from the first member of each class: what stands for itself is named short.

    A state has a shorter address than its ratification of a treaty, and that than its citation.
    """
    return tuple(sorted(set(firsts), key=lambda iri: (len(iri), iri))[:EXAMPLES])


def place(iri: str) -> str:
    """Give the beginning of an IRI up to its host."""
    scheme, _, rest = iri.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"


class Writer:
    """Collects triples; values are IRIs, numbers or English texts."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def say(self, node: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        """State something."""
        self.triples.append(ox.Triple(ox.NamedNode(node), ox.NamedNode(predicate), value))

    def point(self, node: str, predicate: str, *targets: str) -> None:
        """State a relation to other things."""
        for target in targets:
            self.say(node, predicate, ox.NamedNode(target))

    def text(self, node: str, predicate: str, text: str) -> None:
        """State an English text; an empty one says nothing."""
        if text:
            self.say(node, predicate, ox.Literal(text, language="en"))

    def number(self, node: str, predicate: str, number: int) -> None:
        """State a whole number."""
        self.say(node, predicate, ox.Literal(number))


def describe(  # noqa: PLR0913 - all but two have a default
    publication: Publication,
    statistics: Statistics,
    *,
    dumps: Sequence[Dump] = (),
    at: str = "",
    canonical: str = "",
    version: str = "",
) -> list[ox.Triple]:
    """Describe the dataset; `at` is the address the server or the release lies at.

    `version` names its content where that is not the publication's own: after a change.
    """
    base = publication.config.base_iri
    root = at or base
    dataset, out = base + DATASET, Writer()
    out.point(base + "void", TYPE, VOID + "DatasetDescription")
    out.text(base + "void", DCTERMS + "title", f"Description of {publication.config.title}")
    out.point(base + "void", FOAF + "primaryTopic", dataset)
    head(out, publication, version, canonical)
    _numbers(out, dataset, statistics)
    out.point(dataset, VOID + "sparqlEndpoint", root + "sparql")
    out.say(dataset, VOID + "uriSpace", ox.Literal(base + "id/"))
    out.point(dataset, VOID + "exampleResource", *statistics.examples)
    out.point(dataset, VOID + "vocabulary", *_vocabularies(statistics))
    for number, (name, count) in enumerate(sorted(statistics.properties.items())):
        part = f"{base}void#property-{number}"
        out.point(dataset, VOID + "propertyPartition", part)
        out.point(part, VOID + "property", name)
        out.number(part, VOID + "triples", count)
    for number, (name, count) in enumerate(sorted(statistics.classes.items())):
        part = f"{base}void#class-{number}"
        out.point(dataset, VOID + "classPartition", part)
        out.point(part, VOID + "class", name)
        out.number(part, VOID + "entities", count)
    for number, ((predicate, where), count) in enumerate(sorted(statistics.links.items())):
        part = f"{base}void#links-{number}"
        out.point(part, TYPE, VOID + "Linkset")
        out.point(part, VOID + "subjectsTarget", dataset)
        out.point(part, VOID + "linkPredicate", predicate)
        out.say(part, VOID + "objectsTarget", ox.NamedNode(where))
        out.number(part, VOID + "triples", count)
        out.point(dataset, VOID + "subset", part)
    for name, count in sorted(statistics.graphs.items()):
        out.point(dataset, VOID + "subset", name)
        out.point(name, TYPE, VOID + "Dataset")
        out.number(name, VOID + "triples", count)
    distributions(out, dataset, root, dumps)
    return out.triples


def head(out: Writer, publication: Publication, version: str = "", canonical: str = "") -> None:
    """Say what the dataset is: title, licence, languages, version, and the catalogue it is in."""
    config = publication.config
    dataset = config.base_iri + DATASET
    catalog = config.base_iri + "catalog"
    out.point(catalog, TYPE, DCAT + "Catalog")
    out.text(catalog, DCTERMS + "title", config.title)
    out.point(catalog, DCAT + "dataset", dataset)
    out.point(dataset, TYPE, VOID + "Dataset", DCAT + "Dataset")
    out.text(dataset, DCTERMS + "title", config.title)
    out.text(dataset, DCTERMS + "description", config.description)
    out.point(dataset, FOAF + "homepage", config.base_iri)
    if config.licence:
        out.point(dataset, DCTERMS + "license", config.licence)
    out.point(dataset, DCTERMS + "language", *languages(config.languages))
    out.say(dataset, DCAT + "version", ox.Literal(version or publication.version))
    if canonical:
        out.say(dataset, DCTERMS + "identifier", ox.Literal(f"rdfc-1.0:sha256:{canonical}"))


def languages(tags: Sequence[str]) -> list[str]:
    """Name languages the way European portals do; a tag they have no code for is left out."""
    codes = dict.fromkeys(LANGUAGES.get(tag.partition("-")[0]) for tag in tags)
    return [f"{AUTHORITY}language/{code}" for code in codes if code]


def _numbers(out: Writer, dataset: str, statistics: Statistics) -> None:
    for name, number in (
        ("triples", statistics.triples),
        ("entities", statistics.entities),
        ("distinctSubjects", statistics.subjects),
        ("distinctObjects", statistics.objects),
        ("properties", len(statistics.properties)),
        ("classes", len(statistics.classes)),
    ):
        out.number(dataset, VOID + name, number)


def _vocabularies(statistics: Statistics) -> list[str]:
    """Give the namespaces of the properties and classes in use."""
    spaces = set()
    for name in (*statistics.properties, *statistics.classes):
        cut = max(name.rfind("#"), name.rfind("/"))
        spaces.add(name[: cut + 1])
    return sorted(space for space in spaces if ":" in space)


def distributions(out: Writer, dataset: str, root: str, dumps: Sequence[Dump]) -> None:
    """Say where the dumps lie, and their sizes and sums where they are known."""
    for dump in dumps:
        address = f"{root}dump/{dump.path.name}"
        out.point(dataset, VOID + "dataDump", address)
        out.point(dataset, DCAT + "distribution", address)
        out.point(address, TYPE, DCAT + "Distribution")
        out.text(address, DCTERMS + "title", dump.format.title)
        out.point(address, DCAT + "downloadURL", address)
        out.point(address, DCAT + "mediaType", MEDIA + dump.format.media_type)
        out.point(address, DCAT + "accessURL", root + "dump/")
        if not dump.sha256:
            continue
        size = ox.Literal(str(dump.bytes), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
        out.say(address, DCAT + "byteSize", size)
        checksum = address + "#sha256"
        out.point(address, SPDX + "checksum", checksum)
        out.point(checksum, TYPE, SPDX + "Checksum")
        out.point(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        digest = ox.Literal(dump.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
        out.say(checksum, SPDX + "checksumValue", digest)
