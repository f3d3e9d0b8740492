"""Every saved query tells what it asks, what comes out and how to read it (Q01)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from golden_answers import PUBLICATION, queries

from mufakat.engine.lexer import tokens

if TYPE_CHECKING:
    from mufakat.publication.saved import SavedQuery

every_query = pytest.mark.parametrize("query", queries(), ids=lambda query: query.slug)


def variables(query: SavedQuery) -> list[str]:
    solutions = ox.Store().query(query.query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [variable.value for variable in solutions.variables]


@every_query
def test_columns_are_those_of_the_answer_in_order(query: SavedQuery) -> None:
    assert [column.name for column in query.columns] == variables(query)


@every_query
def test_texts_are_complete(query: SavedQuery) -> None:
    assert query.question.endswith("?")
    assert query.summary.endswith(".")
    assert query.note.endswith(".")
    assert not query.title.endswith(".")
    assert len(query.tags) >= 2
    assert query.answers
    assert all(column.meaning for column in query.columns)


@every_query
def test_rows_of_facts_carry_source_and_place(query: SavedQuery) -> None:
    names = variables(query)
    counts_only = {"conflicts-by-class", "sources-by-facts", "unverified-facts", "claim-balance",
                   "harmonisation-score-on-date"}  # fmt: skip
    if query.slug in counts_only:
        return
    assert any("source" in name.lower() for name in names)
    assert any("locator" in name.lower() for name in names)


@every_query
def test_labels_stand_beside_iris(query: SavedQuery) -> None:
    names = variables(query)
    for name in ("state", "indicator", "law", "treaty", "source", "instrument", "norm"):
        if name in names:
            assert {name + "Label", "duty"} & set(names), f"?{name} has no label beside it"


@every_query
def test_answer_has_an_order(query: SavedQuery) -> None:
    words = [token.text.casefold() for token in tokens(query.query)]
    assert ("order", "by") in set(pairwise(words))


@every_query
def test_view_shows_columns_that_exist(query: SavedQuery) -> None:
    assert set(query.view_columns.values()) <= set(variables(query))


@every_query
def test_parameters_say_what_may_be_chosen(query: SavedQuery) -> None:
    for parameter in query.parameters:
        if parameter.type == "iri":
            assert parameter.iri_class or parameter.scheme or parameter.help
        if parameter.type == "integer":
            assert parameter.minimum is not None


@every_query
def test_file_runs_as_it_stands_and_means_the_defaults(query: SavedQuery, store: ox.Store) -> None:
    whole = store.query(query.text, use_default_graph_as_union=True)
    bound = store.query(query.bind({}), use_default_graph_as_union=True)
    assert isinstance(whole, ox.QuerySolutions)
    assert isinstance(bound, ox.QuerySolutions)
    assert [str(row) for row in whole] == [str(row) for row in bound]


@every_query
def test_reproduced_work_is_a_source_of_the_data(query: SavedQuery, store: ox.Store) -> None:
    if query.reproduces:
        work = ox.NamedNode(query.reproduces.source)
        assert any(True for _ in store.quads_for_pattern(work, None, None))


def test_slugs_are_unique_and_themes_are_folders() -> None:
    assert all(query.theme for query in PUBLICATION.queries.values())
