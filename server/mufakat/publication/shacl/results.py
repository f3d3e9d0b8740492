"""Validation results and their report graph (https://www.w3.org/TR/shacl/#validation-report)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import RDF, SH
from mufakat.publication.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.publication.graph import Node, Term

PATHS: Final = (
    frozenset((RDF + "first", RDF + "rest")),
    *(
        frozenset((SH + name,))
        for name in (
            *("alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath"),
            "zeroOrOnePath",
        )
    ),
)
"""What a node of a path is made of; the first that fits is what is followed."""


@dataclass(frozen=True, slots=True)
class Result:
    """One violation: which node, by which shape and component, with which value."""

    focus: Term
    path: Term | None
    value: Term | None
    shape: Node
    component: str
    """Local name of a component of SHACL, or the whole IRI of another."""
    severity: str
    messages: tuple[ox.Literal, ...]
    constraint: Node | None = None
    details: tuple[Result, ...] = ()
    """Why the value does not conform to the shape that sh:node asks for."""

    @property
    def component_iri(self) -> str:
        """The component as an IRI."""
        return self.component if ":" in self.component else SH + self.component


def as_rdf(results: Iterable[Result], shapes: Graph | None = None) -> list[ox.Triple]:
    """Write results as an sh:ValidationReport; `shapes` is where complex paths are described."""
    report = ox.BlankNode()
    written = _Report(shapes or Graph())
    written.say(report, RDF + "type", ox.NamedNode(SH + "ValidationReport"))
    conforms = True
    for result in results:
        conforms = False
        written.say(report, SH + "result", written.result(result))
    written.say(report, SH + "conforms", ox.Literal(conforms))
    return written.triples


class _Report:
    """The triples of a report as they come together."""

    def __init__(self, shapes: Graph) -> None:
        self.shapes = shapes
        self.triples: list[ox.Triple] = []

    def say(self, subject: Node, predicate: str, value: Term | None) -> None:
        if value is not None:
            self.triples.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    def result(self, result: Result) -> Node:
        node = ox.BlankNode()
        self.say(node, RDF + "type", ox.NamedNode(SH + "ValidationResult"))
        self.say(node, SH + "focusNode", result.focus)
        self.say(node, SH + "resultPath", self.path(result.path))
        self.say(node, SH + "value", result.value)
        self.say(node, SH + "sourceShape", result.shape)
        self.say(node, SH + "sourceConstraint", result.constraint)
        self.say(node, SH + "sourceConstraintComponent", ox.NamedNode(result.component_iri))
        self.say(node, SH + "resultSeverity", ox.NamedNode(result.severity))
        for message in result.messages:
            self.say(node, SH + "resultMessage", message)
        for detail in result.details:
            self.say(node, SH + "detail", self.result(detail))
        return node

    def path(self, path: Term | None) -> Term | None:
        """Copy a path with blank nodes of its own, so that results share nothing."""
        if not isinstance(path, ox.BlankNode):
            return path
        facts = self.shapes.of(path)
        parts = next((kind for kind in PATHS if facts.keys() >= kind), None)
        if parts is None:
            return None
        copy = ox.BlankNode()
        for predicate in sorted(parts):
            self.say(copy, predicate, self.path(facts[predicate][0]))
        return copy
