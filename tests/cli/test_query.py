"""`mufakat query` and `mufakat sparql`: tables for people, the protocol's formats for programs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Call = Callable[..., Result]


def test_without_a_name_the_questions_are_listed(mufakat: Call) -> None:
    result = mufakat("query")
    assert result.exit_code == 0
    assert "acts\n  acts  Which acts are there?\n" in result.stdout
    listed = json.loads(mufakat("query", "--format", "json").stdout)
    assert listed[0]["parameters"] == {"asOf": {"type": "date", "default": ["2020-12-31"]}}


def test_a_table_shows_labels_and_counts_rows(mufakat: Call) -> None:
    lines = mufakat("query", "acts").stdout.splitlines()
    assert lines[0].split() == ["Act", "Day"]
    assert lines[2].split()[0] == "One"
    assert lines[-1] == "1 row"


def test_as_of_sets_the_day(mufakat: Call) -> None:
    assert mufakat("query", "acts", "--as-of", "2019-12-31").stdout.splitlines()[-1] == "0 rows"
    assert mufakat("query", "acts", "--set", "asOf=2020-01-01").stdout.splitlines()[-1] == "1 row"


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_the_formats_of_the_protocol_carry_iris(mufakat: Call, form: str) -> None:
    result = mufakat("query", "acts", "--format", form)
    assert result.exit_code == 0
    assert "https://example.org/t/id/act/one" in result.stdout
    if form == "csv":
        assert next(csv.reader(io.StringIO(result.stdout))) == ["act", "day"]


def test_a_workbook_goes_to_a_file(mufakat: Call, folder: Path) -> None:
    assert mufakat("query", "acts", "--format", "xlsx", "-o", "a.xlsx").exit_code == 0
    assert zipfile.is_zipfile(folder / "a.xlsx")


def test_show_explains_the_question_and_prints_the_bound_query(mufakat: Call) -> None:
    out = mufakat("query", "acts", "--as-of", "2019-12-31", "--show").stdout
    assert "Note: An act without a day is left out." in out
    assert "--set asOf=…  On the day (date; 2020-12-31)" in out
    assert 'VALUES ?asOf { "2019-12-31"^^' in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("act",), "Did you mean acts?"),
        (("acts", "--as-of", "2019-02-30"), "is not in the calendar"),
        (("acts", "--set", "asOf"), "--set parameter=value"),
        (("acts", "--set", "day=1"), "has no parameter day"),
        (("acts", "--format", "turtle"), "cannot be written as turtle"),
    ],
)
def test_what_cannot_be_asked_is_explained(
    mufakat: Call, arguments: tuple[str, ...], said: str
) -> None:
    result = mufakat("query", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_query_text_may_use_the_prefixes_of_the_publication(mufakat: Call) -> None:
    result = mufakat("sparql", "SELECT ?a { ?a a ex:Act }", "--format", "csv")
    assert result.stdout.split() == ["a", "https://example.org/t/id/act/one"]


def test_a_query_comes_from_a_file_or_from_standard_input(mufakat: Call, folder: Path) -> None:
    (folder / "q.rq").write_text("ASK { ?a a ex:Act }", encoding="utf-8")
    assert mufakat("sparql", "q.rq").stdout == "yes\n"
    assert mufakat("sparql", "-", stdin="ASK { ?a a ex:Nothing }").stdout == "no\n"


def test_a_graph_comes_as_turtle_unless_told_otherwise(mufakat: Call) -> None:
    text = "CONSTRUCT { ?a a ex:Act } { ?a a ex:Act }"
    assert "ex:Act" in mufakat("sparql", text).stdout
    assert mufakat("sparql", text, "--format", "ntriples").stdout.endswith("#Act> .\n")
    assert "DESCRIBE" not in mufakat("sparql", "DESCRIBE <https://example.org/t/id/act/one>").stdout


def test_a_broken_query_names_line_and_column(mufakat: Call) -> None:
    result = mufakat("sparql", "SELECT ?a {\n ?a a ex:Act ?? }")
    assert result.exit_code == 2
    assert "where: line 2, column" in result.stderr


def test_a_missing_file_is_told(mufakat: Call) -> None:
    result = mufakat("sparql", "nowhere.rq")
    assert result.exit_code == 2
    assert "neither a query nor a file" in result.stderr
