"""SPARQL-based constraints: https://www.w3.org/TR/shacl/#sparql-constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.publication.shacl.declarations import messages, prefixes, texts
from mufakat.publication.shacl.messages import filled
from mufakat.publication.shacl.prebinding import STANDARD, prepare
from mufakat.publication.shacl.questions import binding, failure
from mufakat.publication.shacl.results import Result
from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mufakat.publication.graph import Graph, Node, Term
    from mufakat.publication.shacl.prebinding import Query
    from mufakat.publication.shacl.questions import Questions
    from mufakat.publication.shacl.shapes import Shape


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """One sh:sparql of a shape."""

    node: Node
    query: Query
    messages: tuple[ox.Literal, ...]
    active: bool

    def results(self, questions: Questions, focus: list[Term], shape: Shape) -> Iterator[Result]:
        """Ask the query for all focus nodes, at once where its meaning allows it."""
        if not self.active:
            return
        text = self.query.together(focus)
        if text is not None:
            for row in questions.together(text):
                yield self._result(row["this"], row, shape)
            return
        for node in focus:
            for row in questions.alone(self.query, shape, {"this": node}):
                yield self._result(node, row, shape)

    def _result(self, focus: Term, row: ox.QuerySolution, shape: Shape) -> Result:
        return found(
            row,
            shape,
            focus,
            component="SPARQLConstraintComponent",
            constraint=self.node,
            messages=self.messages or shape.messages,
        )


def found(  # noqa: PLR0913 - a result has that many sides
    row: ox.QuerySolution,
    shape: Shape,
    focus: Term,
    *,
    component: str,
    messages: tuple[ox.Literal, ...],
    constraint: Node | None = None,
    given: Mapping[str, Term] | None = None,
) -> Result:
    """Make a result of a row: https://www.w3.org/TR/shacl/#sparql-constraints-variables."""
    failure(row)
    told = {**(given or {}), "this": focus, "currentShape": shape.node}
    path, value, message = (binding(row, name) for name in ("path", "value", "message"))
    if isinstance(message, ox.Literal):
        messages = (message,)
    if value is None and shape.path is None:
        value = focus
    return Result(
        focus=focus,
        path=path if isinstance(path, ox.NamedNode) else shape.path,
        value=value,
        shape=shape.node,
        component=component,
        severity=shape.severity,
        messages=filled(messages, lambda name: binding(row, name) or told.get(name)),
        constraint=constraint,
    )


def read_constraint(shapes: Graph, node: Term, path: str) -> SparqlConstraint:
    """Read an sh:SPARQLConstraint; `path` is the SPARQL spelling of the shape's path."""
    selects = texts(shapes, node, "select")
    if len(selects) != 1 or isinstance(node, (ox.Literal, ox.Triple)):
        raise ShapeError(
            "An sh:sparql has not exactly one sh:select.",
            mend="Give it one SELECT query that asks for $this.",
            clause="https://www.w3.org/TR/shacl/#sparql-constraints",
        )
    try:
        query = prepare(selects[0], prefixes(shapes, node), STANDARD, path=path)
    except ShapeError as error:
        raise error.at(shapes, node) from None
    return SparqlConstraint(
        node=node,
        query=query,
        messages=messages(shapes, node),
        active="true" not in texts(shapes, node, "deactivated"),
    )
