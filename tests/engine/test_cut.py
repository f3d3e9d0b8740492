"""An answer that is cut while it passes by is the whole answer to the same query with a LIMIT."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mufakat.engine import cut as cutting
from mufakat.engine import evaluate
from mufakat.engine.cut import Cut, Enough
from mufakat.engine.formats import BY_NAME, RESULTS
from mufakat.engine.types import Limits
from mufakat.errors import TooLarge

FORMATS = ["json", "xml", "csv", "tsv"]
SELECT = "SELECT ?v ?w { ?s <e:p> ?v OPTIONAL { ?s <e:q> ?w } } ORDER BY ?s"
HARD = [
    '},{"x":{',
    '},{"',
    "},{",
    "{}",
    "[{},{},{",
    '"',
    '\\"',
    "\\",
    "a,b",
    "\r\n",
    "\n",
    "</result>",
]
PARTS = st.lists(st.sampled_from([*HARD, "plain", "é", " "]), max_size=4).map("".join)
CELLS = st.tuples(st.none() | PARTS, st.none() | PARTS)


def holding(cells: list[tuple[str | None, str | None]]) -> ox.Store:
    store = ox.Store()
    for number, pair in enumerate(cells):
        for name, value in zip("pq", pair, strict=True):
            if value is not None:
                node = ox.NamedNode(f"e:{number:06}")
                store.add(ox.Quad(node, ox.NamedNode("e:" + name), ox.Literal(value)))
    return store


def cut(body: bytes, name: str, rows: int, pieces: int) -> tuple[bytes, bool]:
    out = bytearray()
    file = Cut(name, rows, out.extend)
    try:
        for at in range(0, len(body), pieces):
            file.write(body[at : at + pieces])
    except Enough:
        pass
    file.finish()
    return bytes(out), file.truncated


@pytest.mark.parametrize("name", FORMATS)
@given(st.lists(CELLS, max_size=6), st.integers(1, 7), st.sampled_from([1, 3, 50, 5000]))
@settings(max_examples=150, deadline=None)
def test_cut_answer_is_that_of_the_limited_query(
    name: str, cells: list[tuple[str | None, str | None]], rows: int, pieces: int
) -> None:
    store, held = holding(cells), cutting.BLOCK
    cutting.BLOCK = 40
    try:
        whole = store.query(SELECT).serialize(format=RESULTS[name])
        wanted = store.query(f"{SELECT} LIMIT {rows}").serialize(format=RESULTS[name])
        assert whole is not None
        found, truncated = cut(whole, name, rows, pieces)
    finally:
        cutting.BLOCK = held
    there = sum(1 for _ in store.query(SELECT))
    assert truncated is (there > rows)
    assert found == wanted


@pytest.mark.parametrize("name", FORMATS)
def test_rows_without_values_are_counted(name: str) -> None:
    store = holding([("a", None)] * 5)
    text = "SELECT ?x { ?s ?p ?o }"
    whole = store.query(text).serialize(format=RESULTS[name])
    assert whole is not None
    assert cut(whole, name, 5, 7) == (whole, False)
    limited = store.query(text + " LIMIT 2").serialize(format=RESULTS[name])
    assert cut(whole, name, 2, 7) == (limited, True)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("rows", [59, 60, 61, 5000])
def test_answer_of_few_bytes_is_cut_where_it_has_more_rows_all_the_same(
    name: str, rows: int
) -> None:
    store = holding([("a", None)] * 60)
    whole = store.query("SELECT ?x { ?s ?p ?o }").serialize(format=RESULTS[name])
    limited = store.query(f"SELECT ?x {{ ?s ?p ?o }} LIMIT {rows}").serialize(format=RESULTS[name])
    assert whole is not None
    assert cut(whole, name, rows, 5000) == (limited, rows < 60)


@pytest.mark.parametrize("name", FORMATS)
def test_evaluation_ends_with_the_last_row_that_is_sent(name: str) -> None:
    store = holding([("x" * 20, None)] * 3000)
    # A thousand million rows: it would never end by itself.
    result = store.query("SELECT * { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }")
    sent = bytearray()
    rows = evaluate.write_to(sent.extend, result, BY_NAME[name], Limits(rows=5000), {})
    assert rows == 5000
    assert len(sent) < 5_000_000


def test_answer_goes_out_in_pieces() -> None:
    store = holding([("x" * 20, None)] * 20_000)
    for text in (SELECT, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        fmt = BY_NAME["json" if text is SELECT else "ntriples"]
        pieces: list[int] = []
        take = pieces.append
        evaluate.write_to(lambda data, t=take: t(len(data)), store.query(text), fmt, Limits(), {})
        assert sum(pieces) > 800_000
        assert max(pieces) < 200_000


def test_bytes_are_bounded_before_they_are_all_written() -> None:
    store = holding([("x" * 20, None)] * 2000)
    sent = bytearray()
    with pytest.raises(TooLarge):
        evaluate.write_to(
            sent.extend, store.query(SELECT), BY_NAME["json"], Limits(result_bytes=50_000), {}
        )
    assert len(sent) <= 50_000
