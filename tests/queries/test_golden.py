"""Every saved query gives the rows that were worked out from the sources by hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from golden_answers import GOLDEN, PUBLICATION, Golden, difference, goldens, project, queries

if TYPE_CHECKING:
    from mufakat.publication.saved import SavedQuery


def ask(store: ox.Store, text: str) -> ox.QuerySolutions:
    answer = store.query(text, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return answer


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.file)
def test_answer_equals_golden(store: ox.Store, golden: Golden) -> None:
    query = PUBLICATION.queries[golden.query]
    rows = project(ask(store, query.bind(golden.parameters)), golden.columns)
    wanted = Counter(golden.rows)
    got = Counter(set(rows)) if golden.compare == "distinct" else Counter(rows)
    if golden.compare == "contains":
        got = Counter(row for row in set(rows) if row in wanted)
    assert got == wanted, f"{golden.file} (from {golden.source}):\n{difference(wanted, got)}"


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.slug)
def test_every_query_has_a_golden_answer(query: SavedQuery) -> None:
    own = [golden for golden in goldens() if golden.query == query.slug]
    assert own, "work out at least one answer from the sources"
    assert query.example.golden in {golden.file for golden in own}


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.slug)
def test_example_asks_what_its_golden_answers(query: SavedQuery) -> None:
    golden = Golden.read(GOLDEN / query.example.golden)
    spelt = {name: list(values) for name, values in query.example.parameters.items()}
    assert query.bind(golden.parameters) == query.bind(spelt)


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.file)
def test_golden_names_its_source(golden: Golden) -> None:
    assert len(golden.source) > 20
    assert golden.compare in {"rows", "distinct", "contains"}
