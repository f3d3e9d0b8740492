"""Asks the queries of shapes: of the data, and of data and shapes together where $shapesGraph is.

https://www.w3.org/TR/shacl/#sparql-constraints-prebound
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mufakat.publication.graph import Graph, Term
    from mufakat.publication.shacl.prebinding import Query
    from mufakat.publication.shacl.shapes import Shape

    Ask = Callable[[str, Mapping[ox.Variable, Term]], Iterable[ox.QuerySolution]]

SHAPES_GRAPH: Final = ox.NamedNode("urn:x-mufakat:shapes-graph")
"""The name under which a query finds the shapes."""


class Questions:
    """Answers SELECT queries over a data graph; `ask` does, where the data is in a store."""

    def __init__(self, shapes: Graph, data: Graph, ask: Ask | None = None) -> None:
        self.shapes = shapes
        self.data = data
        self._ask = ask or self._ask_both

    def alone(
        self, query: Query, shape: Shape, values: Mapping[str, Term]
    ) -> Iterator[ox.QuerySolution]:
        """Ask with values bound beforehand; the shape and the shapes graph are added to them."""
        standard = {"currentShape": shape.node, "shapesGraph": SHAPES_GRAPH}
        text, given = query.alone({**standard, **values})
        ask = self._ask_both if "shapesGraph" in query.names else self._ask
        return self._answered(ask, text, given)

    def together(self, text: str) -> Iterator[ox.QuerySolution]:
        """Ask a query that has its table of focus nodes inside."""
        return self._answered(self._ask, text, {})

    @staticmethod
    def _answered(
        ask: Ask, text: str, given: Mapping[ox.Variable, Term]
    ) -> Iterator[ox.QuerySolution]:
        try:
            rows = ask(text, given)
        except SyntaxError as error:
            raise ShapeError(
                f"The query of a shape is not SPARQL: {error.msg}.",
                mend="Correct its sh:select or sh:ask; prefixes come from sh:prefixes.",
                clause="https://www.w3.org/TR/shacl/#sparql-constraints",
            ) from None
        yield from rows

    @cached_property
    def _both(self) -> ox.Store:
        """The data as default graph, the shapes beside it."""
        store = ox.Store()
        store.bulk_extend(_quads(self.data, ox.DefaultGraph()))
        store.bulk_extend(_quads(self.shapes, SHAPES_GRAPH))
        return store

    def _ask_both(self, text: str, given: Mapping[ox.Variable, Term]) -> Iterable[ox.QuerySolution]:
        found = self._both.query(text, substitutions=dict(given))
        return found if isinstance(found, ox.QuerySolutions) else ()


def _quads(graph: Graph, name: ox.DefaultGraph | ox.NamedNode) -> Iterator[ox.Quad]:
    for node, facts in graph.facts.items():
        for predicate, values in facts.items():
            for value in values:
                yield ox.Quad(node, ox.NamedNode(predicate), value, name)


def binding(row: ox.QuerySolution, name: str) -> Term | None:
    """Give the value of a variable in a row; None if it has none or is not selected."""
    try:
        value: Term | None = row[name]
    except KeyError:
        return None
    return value


def failure(row: ox.QuerySolution) -> None:
    """Raise when a query says by ?failure that it could not be answered."""
    told = binding(row, "failure")
    if isinstance(told, ox.Literal) and told.value in ("true", "1"):
        raise ShapeError(
            "A query of a shape reports a failure.",
            mend="See what it takes for one.",
            clause="https://www.w3.org/TR/shacl/#sparql-constraints-variables",
        )
