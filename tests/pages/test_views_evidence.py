"""Sources of an answer beside the facts they carry."""

from __future__ import annotations

from mufakat.views.cells import EMPTY, Cell
from mufakat.views.evidence import Evidence, fold
from mufakat.views.table import Heading, Table

A = Cell("link", "A", "/page/a", machine="a")
ONE = Cell("link", "One " * 30, "/page/source/one")
TWO = Cell("link", "Two", "/page/source/two")
UNSEEN = Cell("flag", "unverified")
SEEN = Cell("flag", "verified", machine="good")


def table(*rows: tuple[Cell, ...]) -> Table:
    names = ("state", "source", "locator", "verification")
    return Table(tuple(Heading(name, name) for name in names), rows)


def test_one_fact_of_two_sources_is_one_line_with_both() -> None:
    places = (Cell("text", "p. 1"), Cell("text", "p. 2"))
    folded = fold(table((A, ONE, places[0], SEEN), (A, TWO, places[1], UNSEEN)))
    assert folded
    lines, sources = folded
    assert [h.name for h in lines.headings] == ["state"]
    assert lines.rows == ((A,),)
    assert sources == [(Evidence(ONE, "p. 1"), Evidence(TWO, "p. 2", flag=UNSEEN))]
    assert len(sources[0][0].brief) <= 54


def test_fact_without_source_stays_and_shows_none() -> None:
    folded = fold(table((A, EMPTY, EMPTY, EMPTY)))
    assert folded
    assert folded[1] == [()]


def test_answer_that_names_no_source_is_left_alone() -> None:
    assert fold(Table((Heading("n", "N"), Heading("locator", "Locator")), ())) is None
    assert fold(Table((Heading("source", "Source"),), ((ONE,),))) is None
