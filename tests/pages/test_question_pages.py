"""A question at one address: a page with form and answer for people, data for programs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from page_reader import Page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.slow
def test_every_question_has_a_page_that_answers(app: Flask) -> None:
    client = app.test_client()
    queries = app.extensions["mufakat"].publication.queries
    assert len(queries) > 20
    for slug in queries:
        answer = client.get(f"/query/{slug}", headers={"Accept": "text/html"})
        assert answer.status_code == 200, slug
        table = client.get(f"/query/{slug}?_view=table", headers={"Accept": "text/html"})
        assert table.status_code == 200, slug


def test_table_of_cells_is_a_matrix_with_marks(get: Callable[..., Page]) -> None:
    page = get("/query/table-cells")
    matrix = page.tables[0]
    assert len(matrix) == 11
    assert all(len(row) == 9 for row in matrix)
    brunei = next(row for row in matrix if row[0] == "Brunei Darussalam")
    assert "no" in brunei
    assert "yes 2008" in brunei
    assert 'class="mark mark-yes"' in page.html


def test_table_view_has_the_source_of_each_cell(get: Callable[..., Page]) -> None:
    page = get("/query/table-cells?_view=table")
    header, *rows = page.tables[0]
    assert header[-1] == "Source"
    assert "Locator" not in header
    assert len(rows) == 80
    assert all("Table " in row[-1] for row in rows)
    assert "/page/source/paper-001" in page.links
    assert "Aspect label" not in header


def test_form_keeps_what_was_asked_in_the_address(get: Callable[..., Page]) -> None:
    page = get("/query/table-cells?state=tha&state=sgp&_view=table")
    chosen = [f["value"] for f in page.fields if f.get("name") == "state" and "checked" in f]
    assert sorted(chosen) == ["sgp", "tha"]
    assert {row[2] for row in page.tables[0][1:]} == {"Singapore", "Thailand"}
    assert any(link.endswith(".csv?state=tha&state=sgp") for link in page.links)


def test_bad_value_gives_400_with_the_message_beside_the_field(get: Callable[..., Page]) -> None:
    page = get("/query/score-and-tier?year=soon", 400)
    assert "is not a whole number" in page.text
    field = next(f for f in page.fields if f.get("name") == "year")
    assert field["aria-invalid"] == "true"
    assert field["value"] == "soon"
    assert field["aria-describedby"] in page.ids


def test_unknown_parameter_gives_400_and_names_it(get: Callable[..., Page]) -> None:
    assert "no parameter colour" in get("/query/table-cells?colour=red", 400).text


def test_value_cannot_break_out_of_the_query(get: Callable[..., Page]) -> None:
    page = get("/query/table-cells?source=%3E%20%7D%20DROP%20ALL%20%23", 400)
    assert "may not stand in an IRI" in page.text


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("xlsx", XLSX),
    ],
)
def test_ending_and_accept_give_the_same_answer(app: Flask, ending: str, media_type: str) -> None:
    client = app.test_client()
    by_ending = client.get(f"/query/table-cells.{ending}")
    by_accept = client.get("/query/table-cells", headers={"Accept": media_type})
    assert by_ending.status_code == by_accept.status_code == 200
    assert by_ending.mimetype == by_accept.mimetype == media_type
    assert "Accept" in by_accept.headers["Vary"]
    if ending != "xlsx":
        assert by_ending.data == by_accept.data
    etag = by_ending.headers["ETag"]
    again = client.get(f"/query/table-cells.{ending}", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_csv_holds_all_cells_with_source_and_locator(app: Flask) -> None:
    answer = app.test_client().get("/query/table-cells.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 80
    assert all(row["source"] and row["locator"] for row in rows)


def test_workbook_holds_rows_links_and_what_they_are(app: Flask) -> None:
    answer = app.test_client().get("/query/table-cells.xlsx?state=tha")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
        relations = book.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert "Thailand" in strings
    assert "Data version" in strings
    assert "/page/state/tha" in relations


def test_rdf_asked_of_a_table_describes_the_question(app: Flask) -> None:
    client = app.test_client()
    for answer in (
        client.get("/query/table-cells.ttl"),
        client.get("/query/table-cells", headers={"Accept": "text/turtle"}),
    ):
        assert answer.mimetype == "text/turtle"
        assert "SPARQLSelectExecutable" in answer.text


def test_list_of_questions_is_also_data(app: Flask, get: Callable[..., Page]) -> None:
    page = get("/query/")
    slugs = app.extensions["mufakat"].publication.queries
    assert all(f"/query/{slug}" in page.links for slug in slugs)
    answer = app.test_client().get("/query/", headers={"Accept": "text/turtle"})
    assert answer.text.count("SPARQLSelectExecutable") >= len(slugs) - 2


def test_page_names_its_other_forms(app: Flask, get: Callable[..., Page]) -> None:
    page = get("/query/table-cells?state=tha")
    assert page.alternates["text/csv"] == "/query/table-cells.csv?state=tha"
    answer = app.test_client().get("/query/table-cells", headers={"Accept": "text/html"})
    assert 'rel="alternate"; type="text/csv"' in ", ".join(answer.headers.getlist("Link"))


def test_citation_names_title_version_day_and_address(app: Flask, get: Callable[..., Page]) -> None:
    page = get("/query/table-cells?state=tha")
    version = app.extensions["mufakat"].engine.version[:12]
    assert f"data version {version}" in page.text
    assert "/query/table-cells?state=tha" in page.text
    assert "@misc{" in page.html


def test_exact_query_is_shown_bound(get: Callable[..., Page]) -> None:
    page = get("/query/score-and-tier?year=2019")
    assert "VALUES ?year { 2019 }" in page.text
    assert any(link.startswith("/editor?query=") for link in page.links)


def test_unknown_question_gives_404_with_near_names(get: Callable[..., Page], app: Flask) -> None:
    page = get("/query/score-and-tears", 404)
    assert "score-and-tier" in page.text
    answer = app.test_client().get("/query/nothing.csv", headers={"Accept": "text/csv"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.text)["status"] == 404


def test_format_that_cannot_carry_the_answer_gives_406(app: Flask) -> None:
    answer = app.test_client().get("/query/table-cells", headers={"Accept": "image/png"})
    assert answer.status_code == 406


def test_coarse_dates_are_not_shown_as_days(get: Callable[..., Page]) -> None:
    page = get("/query/follow-up-chain")
    assert "1 January 1999" not in page.text
    assert "1999" in page.text
