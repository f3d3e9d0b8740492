"""Validation results and their report graph (https://www.w3.org/TR/shacl/#validation-report)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.publication.graph import RDF, SH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.publication.graph import Node, Term


@dataclass(frozen=True, slots=True)
class Result:
    """One violation: which node, by which shape and component, with which value."""

    focus: Term
    path: Term | None
    value: Term | None
    shape: Node
    component: str
    severity: str
    messages: tuple[ox.Literal, ...]
    constraint: Node | None = None


def as_rdf(results: Iterable[Result]) -> list[ox.Triple]:
    """Write results as an sh:ValidationReport; complex paths are left out of it."""
    report = ox.BlankNode()
    triples: list[ox.Triple] = []

    def say(subject: Node, name: str, value: Term | None) -> None:
        if value is not None:
            triples.append(ox.Triple(subject, ox.NamedNode(SH + name), value))

    triples.append(
        ox.Triple(report, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationReport"))
    )
    conforms = True
    for result in results:
        conforms = False
        node = ox.BlankNode()
        say(report, "result", node)
        triples.append(
            ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationResult"))
        )
        say(node, "focusNode", result.focus)
        say(node, "resultPath", result.path if isinstance(result.path, ox.NamedNode) else None)
        say(node, "value", result.value)
        say(node, "sourceShape", result.shape)
        say(node, "sourceConstraint", result.constraint)
        say(node, "sourceConstraintComponent", ox.NamedNode(SH + result.component))
        say(node, "resultSeverity", ox.NamedNode(result.severity))
        for message in result.messages:
            say(node, "resultMessage", message)
    say(report, "conforms", ox.Literal(conforms))
    return triples
