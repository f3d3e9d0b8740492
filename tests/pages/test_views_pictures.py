"""Tables and the pictures made of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from mufakat.views import (
    bars,
    chain,
    groups,
    matrix,
    spreadsheet,
    status,
    steps,
    svg,
    table,
    timeline,
    tree,
)  # fmt: skip
from mufakat.views.names import Named, Scope

if TYPE_CHECKING:
    from mufakat.views.table import Table

BASE = "https://example.org/x/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def iri(path: str) -> ox.NamedNode:
    return ox.NamedNode(BASE + path)


def term(value: Any) -> Any:
    if isinstance(value, int):
        return ox.Literal(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return ox.Literal(value, datatype=ox.NamedNode(XSD + "date"))
    return ox.Literal(value) if isinstance(value, str) else value


def made(*rows: dict[str, Any], named: dict[str, Named] | None = None, **units: str) -> Table:
    variables = list(dict.fromkeys(name for row in rows for name in row))
    scope = Scope(BASE, BASE + "ontology#", {BASE + k: v for k, v in (named or {}).items()})
    terms = [{k: term(v) for k, v in row.items()} for row in rows]
    return table.build(variables, terms, scope, {k: ("", v) for k, v in units.items()})


def test_label_column_folds_into_the_link_it_names() -> None:
    shown = made({"state": iri("id/state/a"), "stateLabel": "Aland", "n": 3})
    assert [h.name for h in shown.headings] == ["state", "n"]
    assert shown.rows[0][0].text == "Aland"
    assert shown.rows[0][0].href == "/page/state/a"
    assert shown.headings[1].style == "num"


def test_label_column_of_a_text_stays() -> None:
    shown = made({"state": "a", "stateLabel": "Aland"})
    assert [h.name for h in shown.headings] == ["state", "stateLabel"]


def test_precision_column_folds_into_the_date_it_qualifies() -> None:
    year = iri("scheme/date-precision/year")
    shown = made({"a": "2004-01-01", "aPrecision": year})
    assert [h.name for h in shown.headings] == ["a"]
    assert shown.rows[0][0].text == "2004"
    alone = made({"what": "x", "on": "2004-01-01", "precision": year})
    assert alone.rows[0][1].text == "2004"


def test_unbound_variable_is_an_empty_cell() -> None:
    shown = made({"a": 1, "b": 2}, {"a": 1})
    assert not shown.rows[1][1]


def test_matrix_crosses_rows_and_columns_and_keeps_two_values_of_one_crossing() -> None:
    shown = made(
        {"s": "A", "i": "one", "v": "yes", "y": 2004},
        {"s": "A", "i": "two", "v": "no"},
        {"s": "B", "i": "one", "v": "yes"},
        {"s": "B", "i": "one", "v": "no"},
    )
    crossed = matrix.build(shown, {"rows": "s", "columns": "i", "cells": "v", "detail": "y"})
    assert crossed
    assert [c.text for c in crossed.columns] == ["one", "two"]
    (_, first), (_, second) = crossed.rows
    assert first[0][0].detail
    assert [e.value.text for e in second[0]] == ["yes", "no"]
    assert second[1] == ()


def test_matrix_roles_may_name_the_label_column() -> None:
    shown = made({"s": iri("id/s/a"), "sLabel": "A", "i": "one", "v": "yes"})
    assert matrix.build(shown, {"rows": "sLabel", "columns": "i", "cells": "v"})
    assert matrix.build(made({"a": "x"}), {}) is None


def test_bar_of_a_small_whole_scale_is_drawn_in_units_that_can_be_counted() -> None:
    drawn = bars.build(
        made({"s": "A", "n": 6}, n="indicators, of 8"), {"label": "s", "length": "n"}
    )
    assert drawn
    assert drawn.top == 8
    assert drawn.bars[0].drawing.count("bar-fill") == 6
    assert drawn.bars[0].drawing.count("bar-track") == 2


def test_bars_share_one_scale_and_never_leave_it() -> None:
    drawn = bars.build(made({"s": "A", "n": 144}, {"s": "B", "n": 72}), {})
    assert drawn
    widths = [
        float(w) for b in drawn.bars for w in re.findall(r'fill" .*?width="([\d.]+)"', b.drawing)
    ]
    assert widths[0] == 2 * widths[1]
    assert bars.build(made({"s": "A"}), {}) is None


def test_more_bars_than_can_be_read_are_cut_and_counted() -> None:
    drawn = bars.build(made(*({"s": f"s{n}", "n": n} for n in range(200))), {})
    assert drawn
    assert len(drawn.bars) == bars.MOST
    assert drawn.total == 200


def test_timeline_draws_a_dot_per_date_and_a_bar_per_span() -> None:
    rows = made(
        {"who": "A", "from": "2000-01-01", "to": "2010-01-01"}, {"who": "B", "from": "2005-06-01"}
    )
    drawn = timeline.build(rows, {"line": "who", "start": "from", "end": "to"})
    assert drawn
    assert drawn.drawing.count("<rect") == 1
    assert drawn.drawing.count("<circle") == 1
    assert "A: 1 January 2000 to 1 January 2010" in drawn.drawing
    assert timeline.build(made({"a": "x"}), {}) is None


def test_timeline_of_ratings_becomes_steps_on_their_scale() -> None:
    named = {"scheme/t/1": Named("Best", rank=1), "scheme/t/3": Named("Worse", rank=3)}
    rows = made(
        {"year": 2001, "tier": iri("scheme/t/3")}, {"year": 2002, "tier": iri("scheme/t/1")},
        named=named,
    )  # fmt: skip
    drawn = timeline.build(rows, {"when": "year", "what": "tier"})
    assert drawn
    assert "polyline" in drawn.drawing
    assert drawn.drawing.index("Best") < drawn.drawing.index("Worse")


def test_chain_orders_by_date_and_puts_the_cause_first_within_a_day() -> None:
    rows = made(
        {
            "from": iri("id/i/c"),
            "fromDate": "2004-01-01",
            "to": iri("id/i/a"),
            "toDate": "2015-01-01",
        },
        {
            "from": iri("id/i/z"),
            "fromDate": "2004-01-01",
            "to": iri("id/i/c"),
            "toDate": "2004-01-01",
        },
    )
    drawn = chain.build(rows, {})
    assert drawn
    assert [stop.what.machine[-1] for stop in drawn.stops] == ["z", "c", "a"]
    assert drawn.drawing.count("arc-tip") == 2


def test_chain_of_a_circle_ends() -> None:
    a, b = iri("id/i/a"), iri("id/i/b")
    drawn = chain.build(made({"from": a, "to": b}, {"from": b, "to": a}, {"from": a, "to": a}), {})
    assert drawn
    assert len(drawn.stops) == 2


def test_chain_tells_kinds_apart_by_more_than_colour() -> None:
    rows = made(
        {"from": iri("id/i/a"), "to": iri("id/i/b"), "kind": "implements"},
        {"from": iri("id/i/a"), "to": iri("id/i/c"), "kind": "supersedes"},
    )
    drawn = chain.build(rows, {"link": "kind"})
    assert drawn
    assert [text for _, text in drawn.legend] == ["implements", "supersedes"]
    assert "arc-2" in drawn.drawing


def test_groups_put_the_best_value_first() -> None:
    rows = made(
        {"s": "B", "v": "worse", "rank": 3}, {"s": "A", "v": "best", "rank": 1},
        {"s": "C", "v": "worse", "rank": 3}, {"s": "C", "v": "worse", "rank": 3},
    )  # fmt: skip
    drawn = groups.build(rows, {"place": "s", "value": "v", "order": "rank"})
    assert drawn
    assert [(v.text, [c.text for c in of]) for v, of in drawn.groups] == [
        ("best", ["A"]), ("worse", ["B", "C"]),
    ]  # fmt: skip


def test_steps_without_ratings_draw_nothing() -> None:
    assert steps.draw([], "x") == ""


def test_svg_escapes_text_and_attributes() -> None:
    drawn = svg.tag("text", "<b>&", class_='"><script>')
    assert "<b>" not in drawn
    assert "<script>" not in drawn
    assert svg.tag("g", svg.tag("title", "x")) == "<g><title>x</title></g>"


def test_names_in_drawings_cannot_become_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    for drawn in (
        timeline.build(made({"line": evil, "start": "2000-01-01"}), {}),
        chain.build(made({"from": iri("id/a"), "fromLabel": evil, "to": iri("id/b")}), {}),
    ):
        assert drawn
        assert "<img" not in drawn.drawing


@pytest.mark.parametrize(
    ("text", "limit", "short"), [("abc", 5, "abc"), ("one two three", 9, "one two…")]
)
def test_texts_are_cut_at_words(text: str, limit: int, short: str) -> None:
    assert svg.cut(text, limit) == short


def test_status_says_a_day_once_and_marks_the_unseen() -> None:
    scope = Scope(BASE, BASE + "ontology#", {})
    common = {"other": iri("id/state/a"), "verification": iri("scheme/verification/unverified")}
    rows: list[dict[str, Any]] = [
        common
        | {"fact": iri("id/act/r"), "done": term("2013-10-17"), "effective": term("2013-11-16")},
        common | {"fact": iri("id/act/f"), "effective": term("2013-11-16")},
        common | {"fact": iri("id/act/s"), "done": term("2000-12-13")},
        common | {"fact": iri("id/act/v")},
    ]
    kinds = {
        BASE + "id/act/r": "Ratification", BASE + "id/act/f": "EntryIntoForceForState",
        BASE + "id/act/s": "Signature", BASE + "id/act/v": "Reservation",
    }  # fmt: skip
    (line,) = status.build(rows, kinds, scope)
    assert [s.when.text for s in line.signed] == ["13 December 2000"]
    assert [(s.when.text, s.kind) for s in line.bound] == [("17 October 2013", "ratification")]
    assert len(line.force) == 1
    assert line.more[0].when.text == "undated"
    assert all(s.unsure for s in (*line.signed, *line.bound, *line.force))


def test_provisions_hang_below_their_parents_in_natural_order() -> None:
    scope = Scope(BASE, BASE + "ontology#", {})
    rows = [{"fact": iri(f"id/p/{path}"), "path": term(path)} for path in ("art_10", "art_9")]
    rows += [
        {"fact": iri(f"id/p/{path}"), "path": term(path), "parent": iri("id/p/art_9")}
        for path in ("art_9__para_2", "art_9__para_1")
    ]
    top = tree.build(rows, scope)
    assert [b.what.machine.rpartition("/")[2] for b in top] == ["art_9", "art_10"]
    assert [b.what.machine[-1] for b in top[0].below] == ["1", "2"]


def test_workbook_writes_formulas_as_text_and_old_dates_as_words() -> None:
    shown = made({"a": "=1+1", "d": "1850-01-01", "e": "2015-11-21", "n": 7})
    body = spreadsheet.workbook(shown, [("Title", "x")], "http://localhost/")
    assert body[:2] == b"PK"
    assert spreadsheet.workbook(shown, [("Title", "x")], "http://localhost/") == body


def test_locator_stands_below_the_source_of_the_same_beginning() -> None:
    shown = made({"n": 1, "tierSource": iri("id/source/a"), "tierLocator": "p. 3"})
    assert [h.name for h in shown.headings] == ["n", "tierSource"]
    assert shown.rows[0][1].under == "p. 3"


def test_axis_of_one_year_has_quarters_and_a_long_one_few_years() -> None:
    short = timeline.build(made({"line": "A", "start": "2015-03-01"}), {})
    assert short
    assert "Apr 2015" in short.drawing
    rows = made({"line": "A", "start": "1901-01-01"}, {"line": "B", "start": "2020-01-01"})
    long = timeline.build(rows, {})
    assert long
    assert long.drawing.count("t-quiet") <= 15
