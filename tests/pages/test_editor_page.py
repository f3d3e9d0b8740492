"""The editor works as a plain form; what is vendored for the rest is what it says it is."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from page_reader import Page

VENDOR = Path(__file__).resolve().parents[2] / "server/mufakat/web/static/vendor"


def test_plain_form_answers_on_the_page_and_downloads_from_the_endpoint(
    get: Callable[..., Page], app: Flask
) -> None:
    page = get("/editor?query=ASK%20%7B%7D")
    assert '<form class="editor" id="ask" action="/editor" method="post"' in page.html
    assert 'formaction="/sparql"' in page.html
    area = next(f for f in page.fields if f["tag"] == "textarea")
    assert area["name"] == "query"
    assert "ASK {}" in page.text
    client = app.test_client()
    assert "Yes." in client.post("/editor", data={"query": "ASK {}"}).text
    answer = client.post("/sparql", data={"query": "ASK {}", "format": "csv"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?label WHERE { ?s a ?t ; rdfs:label ?label } LIMIT 5",
        "CONSTRUCT WHERE { ?s a ?t } LIMIT 5",
        "DESCRIBE <https://w3id.org/mufakat/id/state/tha>",
    ],
)
def test_plain_form_shows_rows_of_every_form(app: Flask, query: str) -> None:
    text = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n" + query
    answer = app.test_client().post("/editor", data={"query": text})
    assert answer.status_code == 200
    assert "<table" in answer.text


def test_broken_query_comes_back_with_line_column_and_its_text(app: Flask) -> None:
    answer = app.test_client().post("/editor", data={"query": "SELECT * WHERE {\n ?s ?p }"})
    assert answer.status_code == 400
    assert "Line 2" in answer.text
    assert "?s ?p }" in answer.text


def test_first_query_answers(get: Callable[..., Page], app: Flask) -> None:
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", get("/editor").html, re.DOTALL)
    assert text
    answer = app.test_client().post("/sparql", data={"query": unescape(text[1]), "format": "json"})
    assert len(json.loads(answer.text)["results"]["bindings"]) > 10


def test_question_opens_by_name(get: Callable[..., Page]) -> None:
    assert "mfk:Finding" in get("/editor?question=table-cells").text


def test_query_text_is_shown_not_run_as_markup(get: Callable[..., Page]) -> None:
    page = get("/editor?query=%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert page.forbidden == []


def test_prefixes_come_with_the_page(get: Callable[..., Page]) -> None:
    given = re.search(r'data-prefixes="([^"]*)"', get("/editor").html)
    assert given
    assert json.loads(unescape(given[1]))["mfk"] == "https://w3id.org/mufakat/ontology#"


def test_browser_asking_the_endpoint_without_a_query_reaches_the_editor(app: Flask) -> None:
    answer = app.test_client().get("/sparql", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/editor"


def test_vendored_files_have_the_recorded_hashes() -> None:
    recorded = re.findall(
        r"^\| (\S+) \| \S+ \| \S+ \| \S+ \| ([0-9a-f]{64}) \|$",
        (VENDOR / "VENDORED.md").read_text(),
        re.MULTILINE,
    )
    assert len(recorded) == 3
    for name, digest in recorded:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    present = {str(p.relative_to(VENDOR)) for p in VENDOR.rglob("*") if p.is_file()}
    assert present == {name for name, _ in recorded} | {"VENDORED.md", "yasgui/LICENSE.txt"}
