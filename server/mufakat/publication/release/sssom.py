"""Links out as SSSOM, the table that mapping registries read: https://w3id.org/sssom/spec."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import yaml

from mufakat.namespaces import DCTERMS, OWL, RDFS, SCHEMA, SKOS, TYPE
from mufakat.publication.graph import Graph

if TYPE_CHECKING:
    from mufakat.publication.graph import Node, Term
    from mufakat.publication.publication import Publication

COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "object_source",
    "mapping_provider",
    "comment",
)
JUSTIFICATION: Final = "semapv:ManualMappingCuration"
FIXED: Final = {
    "owl": OWL,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": SKOS,
}


@dataclass(slots=True)
class _Curies:
    """Prefixes for the namespaces that turn up, named after the scheme they belong to."""

    spaces: dict[str, str]

    def write(self, iri: str, wish: str) -> str:
        """Write an IRI as a CURIE, declaring a prefix when it is new."""
        cut = max(iri.rstrip("/").rfind("/"), iri.rfind("#"), iri.rfind("=")) + 1
        for prefix, space in self.spaces.items():
            if iri.startswith(space) and len(space) >= cut:
                return f"{prefix}:{iri[len(space) :]}"
        stem = re.sub(r"\W", "_", wish) or "ext"
        taken = sum(re.fullmatch(rf"{stem}\d*", one) is not None for one in self.spaces)
        prefix = f"{stem}{taken + 1}" if taken else stem
        self.spaces[prefix] = iri[:cut]
        return f"{prefix}:{iri[cut:]}"


def sssom(publication: Publication) -> str:
    """Write the publication's mapping nodes as SSSOM/TSV with its metadata block."""
    terms = publication.config.terms
    graph = _mappings(publication, terms)
    curies = _Curies({**FIXED, "self": publication.config.base_iri})
    rows = []
    for node in graph.instances(terms + "Mapping"):
        for subject in graph.nodes(node, terms + "mappingSubject"):
            for target in graph.nodes(node, terms + "mappingObject"):
                rows += [
                    _row(graph, node, (subject, predicate.value, target), terms, curies)
                    for predicate in graph.literals(node, terms + "mappingPredicate")
                ]
    config = publication.config
    metadata = {
        "curie_map": dict(sorted(curies.spaces.items())),
        "license": config.licence,
        "mapping_set_id": config.base_iri + "mappings",
        "mapping_set_title": f"{config.title}: links out",
        "mapping_set_version": publication.version[:12],
    }
    head = yaml.safe_dump(metadata, allow_unicode=True, width=1000, sort_keys=True)
    lines = [f"# {line}" for line in head.splitlines()]
    return "\n".join([*lines, "\t".join(COLUMNS), *sorted(rows)]) + "\n"


def _mappings(publication: Publication, terms: str) -> Graph:
    """Read what is said of mappings and of what they map; all else would be held for nothing."""
    subject, kind = terms + "mappingSubject", ox.NamedNode(terms + "Mapping")
    wanted: set[Term] = set()
    for file in publication.files("data"):
        for quad in publication.read(file):
            predicate = quad.predicate.value
            if predicate == subject:
                wanted.add(quad.object)
            elif predicate == TYPE and quad.object == kind:
                wanted.add(quad.subject)
    graph = Graph()
    for file in publication.files("data"):
        graph.add(quad for quad in publication.read(file) if quad.subject in wanted)
    return graph


def _row(graph: Graph, node: Node, link: tuple[str, str, str], terms: str, curies: _Curies) -> str:
    subject, predicate, target = link
    scheme = _first(graph, node, terms + "mappingScheme")
    named = ox.NamedNode(subject)
    cells = (
        "self:" + subject.removeprefix(curies.spaces["self"]),
        _first(graph, named, RDFS + "label") or _first(graph, named, SKOS + "prefLabel"),
        curies.write(predicate, "predicate"),
        curies.write(target, scheme),
        _first(graph, node, terms + "objectLabel") or _first(graph, node, DCTERMS + "identifier"),
        JUSTIFICATION,
        scheme,
        "self:",
        _first(graph, node, terms + "mappingBasis"),
    )
    return "\t".join(re.sub(r"[\t\r\n]+", " ", cell) for cell in cells)


def _first(graph: Graph, node: Node, predicate: str) -> str:
    texts = graph.literals(node, predicate)
    english = [text for text in texts if text.language in ("en", None)]
    return english[0].value if english else ""
