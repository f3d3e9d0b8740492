"""Errors become statuses in one table, and places become excerpts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_site import small_app

from mufakat import errors
from mufakat.errors import BadQuery, MufakatError, Overloaded, Where
from mufakat.web.problems import STATUS, excerpt, of

DOCS = Path(__file__).parents[2] / "docs/endpoint.md"
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, MufakatError) and kind is not MufakatError
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_status_of_its_own(kind: type[MufakatError]) -> None:
    problem = of(kind("detail", mend="mend"))
    assert problem.status == STATUS[kind]
    assert (problem.title, problem.detail, problem.mend) == (kind.title, "detail", "mend")


@pytest.mark.parametrize("kind", [k for k in KINDS if STATUS[k] < 500 or STATUS[k] > 500])
def test_every_problem_a_client_can_meet_is_documented(kind: type[MufakatError]) -> None:
    problem = of(kind("detail"))
    rows = [line for line in DOCS.read_text().splitlines() if f"`{problem.name}`" in line]
    assert any(str(problem.status) in row for row in rows), problem.name


def test_busy_server_says_when_to_come_back() -> None:
    assert of(Overloaded("busy")).headers["Retry-After"]


def test_place_without_text_has_no_excerpt() -> None:
    assert of(BadQuery("x", where=Where(line=2, column=1))).excerpt == ""


def test_excerpt_shows_the_lines_around_with_a_caret() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 13))
    assert excerpt(text, 10, 6).splitlines() == [
        " 9 | line 9",
        "10 | line 10",
        "   |      ^",
        "11 | line 11",
    ]


def test_excerpt_at_the_ends_of_the_text() -> None:
    assert excerpt("a\nb", 1, 1) == "1 | a\n  | ^\n2 | b"
    assert excerpt("a\nb", 2, 2) == "1 | a\n2 | b\n  |  ^"
    assert excerpt("", 1, 1) == "1 |\n  | ^"


def test_long_line_is_clipped_around_the_place() -> None:
    shown = excerpt("x" * 500 + "HERE" + "y" * 500, 1, 501)
    line, caret = shown.splitlines()
    assert len(line) < 120
    assert line[caret.index("^") :].startswith("HERE")


def test_tabs_do_not_move_the_caret() -> None:
    line, caret = excerpt("\t\tx", 1, 3).splitlines()
    assert line[caret.index("^")] == "x"


def test_every_status_in_the_table_stands_in_the_documentation() -> None:
    documented = set(re.findall(r"\b([45]\d\d)\b", DOCS.read_text()))
    assert {str(status) for status in STATUS.values()} - {"500"} <= documented


@pytest.mark.parametrize("path", ["/sparql", "/update", "/graphs?default"])
def test_a_body_that_is_not_read_is_mended_for_its_own_address(path: str) -> None:
    client = small_app(log_format="none").test_client()
    told = client.post(path, data="x", content_type="image/png", headers={"Content-Encoding": "br"})
    assert told.status_code == 415
    assert "sparql-query" not in told.get_json(force=True)["mend"]
    assert "/openapi.json" in told.get_json(force=True)["mend"]
