"""rdflib, the second opinion, gives the same rows as the embedded engine for every query."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from golden_answers import difference, queries
from rdflib import Graph, Literal
from rdflib.query import ResultRow

if TYPE_CHECKING:
    from rdflib.term import Node

    from mufakat.publication.saved import SavedQuery

NUMBERS = ("#integer", "#decimal", "#double")


def plain(value: str, datatype: str, language: str | None) -> str:
    """One spelling per value: engines may write 1.0 or 1 for the same decimal."""
    if datatype.endswith(NUMBERS):
        return str(Decimal(value).normalize())
    return f"{value}@{language}" if language else value


def of_oxigraph(term: ox.NamedNode | ox.Literal | None) -> str:
    if isinstance(term, ox.Literal):
        return plain(term.value, term.datatype.value, term.language)
    return "" if term is None else f"<{term.value}>"


def of_rdflib(term: Node | None) -> str:
    if isinstance(term, Literal):
        return plain(str(term), str(term.datatype or ""), term.language)
    return "" if term is None else f"<{term}>"


@pytest.mark.slow
@pytest.mark.parametrize("query", queries(), ids=lambda query: query.slug)
def test_rows_are_equal(store: ox.Store, graph: Graph, query: SavedQuery) -> None:
    text = query.bind(query.example.parameters)
    solutions = store.query(text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    first = Counter(tuple(of_oxigraph(row[name]) for name in names) for row in solutions)
    answer = graph.query(text)
    assert [str(name) for name in answer.vars or []] == names
    second = Counter(
        tuple(of_rdflib(row[name]) for name in names)
        for row in answer
        if isinstance(row, ResultRow)
    )
    assert second == first, difference(first, second)
