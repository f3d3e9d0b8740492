"""An ontology and its shapes as documents to read: by module, term by term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import DCTERMS, OWL, RDF, RDFS, SH, SKOS
from mufakat.views import cells, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mufakat.views.cells import Cell
    from mufakat.views.names import Scope

PROPERTIES: Final = frozenset(
    {OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}
)
RELATIONS: Final = (
    (RDFS + "subClassOf", "below"),
    (RDFS + "subPropertyOf", "below"),
    (RDFS + "domain", "of"),
    (RDFS + "range", "to"),
    (DCTERMS + "isReplacedBy", "replaced by"),
)

Stated = dict[str, dict[str, list[cells.Term]]]


@dataclass(frozen=True, slots=True)
class Term:
    """One class or property."""

    iri: str
    name: str
    label: str
    definition: str
    scope_note: str
    examples: tuple[str, ...]
    relations: tuple[tuple[str, tuple[Cell, ...]], ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """One module: what it is for, its classes, its properties."""

    iri: str
    anchor: str
    title: str
    description: str
    version: str
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One node shape and what it demands."""

    iri: str
    name: str
    target: Cell
    rules: tuple[tuple[Cell, str], ...]


def collect(triples: Iterable[ox.Triple]) -> Stated:
    """Gather statements by subject and property."""
    stated: Stated = {}
    for triple in triples:
        key = getattr(triple.subject, "value", "")
        stated.setdefault(key, {}).setdefault(triple.predicate.value, []).append(triple.object)
    return stated


def modules(triples: Sequence[ox.Triple], scope: Scope) -> tuple[Module, ...]:
    """Group the terms that are defined by the module that defines them."""
    stated = collect(triples)
    homes: dict[str, list[str]] = {}
    for iri, about in stated.items():
        for home in about.get(RDFS + "isDefinedBy", ()):
            homes.setdefault(getattr(home, "value", ""), []).append(iri)
    headers = [iri for iri, about in stated.items() if _is(about, OWL + "Ontology")]
    return tuple(
        _module(iri, stated, sorted(homes.get(iri, ())), scope)
        for iri in sorted(headers, key=lambda iri: (iri not in homes, iri))
    )


def _module(iri: str, stated: Stated, terms: list[str], scope: Scope) -> Module:
    about = stated[iri]
    title = text(about.get(DCTERMS + "title")) or names.words(names.tail(iri))
    return Module(
        iri=iri,
        anchor="module-" + names.tail(iri),
        title=title.partition(": ")[2] or title,
        description=text(about.get(DCTERMS + "description")),
        version=text(about.get(OWL + "versionInfo")),
        classes=tuple(_term(t, stated[t], scope) for t in terms if _is(stated[t], OWL + "Class")),
        properties=tuple(
            _term(t, stated[t], scope) for t in terms if any(_is(stated[t], p) for p in PROPERTIES)
        ),
    )


def _term(iri: str, about: Mapping[str, Sequence[cells.Term]], scope: Scope) -> Term:
    relations = []
    for prop, word in RELATIONS:
        shown = tuple(
            cells.of_iri(value.value, scope)
            for value in about.get(prop, ())
            if isinstance(value, ox.NamedNode)
        )
        if shown:
            relations.append((word, shown))
    tags = [
        word
        for kind, word in (
            ("FunctionalProperty", "at most one"),
            ("TransitiveProperty", "transitive"),
            ("DatatypeProperty", "literal"),
        )
        if _is(about, OWL + kind)
    ]
    if text(about.get(OWL + "deprecated")) == "true":
        tags.append("retired")
    return Term(
        iri=iri,
        name=names.tail(iri),
        label=text(about.get(RDFS + "label")),
        definition=text(about.get(SKOS + "definition")),
        scope_note=text(about.get(SKOS + "scopeNote")),
        examples=tuple(
            value.value
            for value in about.get(SKOS + "example", ())
            if isinstance(value, ox.Literal)
        ),
        relations=tuple(relations),
        tags=tuple(tags),
    )


def shapes(triples: Sequence[ox.Triple], scope: Scope) -> tuple[Shape, ...]:
    """List the node shapes with the properties they bind and the messages they give."""
    stated = collect(triples)
    found = []
    for iri, about in stated.items():
        if not _is(about, SH + "NodeShape"):
            continue
        targets = [v for v in about.get(SH + "targetClass", ()) if isinstance(v, ox.NamedNode)]
        target = cells.of_iri(targets[0].value, scope) if targets else cells.EMPTY
        rules = []
        for node in about.get(SH + "property", ()):
            rule = stated.get(getattr(node, "value", ""), {})
            path = rule.get(SH + "path", [None])[0]
            shown = cells.cell(path, scope) if isinstance(path, ox.NamedNode) else cells.EMPTY
            rules.append((shown, text(rule.get(SH + "message"))))
        rules.sort(key=lambda pair: pair[0].text)
        found.append(Shape(iri, names.tail(iri), target, tuple(rules)))
    return tuple(sorted(found, key=lambda shape: shape.name))


def _is(about: Mapping[str, Sequence[object]], kind: str) -> bool:
    return any(getattr(value, "value", "") == kind for value in about.get(RDF + "type", ()))


def text(values: Sequence[object] | None) -> str:
    """Give the English text among values, else any."""
    literals = [value for value in values or () if isinstance(value, ox.Literal)]
    literals.sort(key=lambda value: value.language != "en")
    return literals[0].value if literals else ""
