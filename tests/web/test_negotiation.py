"""Formats by Accept, by parameter and by ending, as pure functions."""

from __future__ import annotations

import pytest

from mufakat.engine.formats import FORMATS, by_ending, for_form
from mufakat.errors import NotAcceptable
from mufakat.web.negotiation import choose, prefers_html, wants_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
SPARQLWRAPPER = "application/sparql-results+json,application/json,text/javascript"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("text/csv;charset=utf-8", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("application/xml", "application/xml"),
        (SPARQLWRAPPER, "application/sparql-results+json"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/csv;q=0.5, */*;q=0.1", "text/csv"),
        ("*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.2", "text/csv"),
        ("garbage, text/csv", "text/csv"),
    ],
)
def test_rows_take_the_best_format_of_the_header(accept: str | None, expected: str) -> None:
    assert choose(accept, "bindings").media_type == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/plain", "text/plain"),
        ("application/json", "application/json"),
        ("text/turtle;q=0.3, application/ld+json;q=0.7", "application/ld+json"),
        ("application/trig", "application/trig"),
    ],
)
def test_graphs_take_the_best_format_of_the_header(accept: str | None, expected: str) -> None:
    assert choose(accept, "graph").media_type == expected


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "text/csv;q=0"])
def test_nothing_acceptable_says_what_is_offered(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(accept, "bindings")
    assert "text/csv" in caught.value.mend


def test_text_carries_its_charset_and_json_does_not() -> None:
    assert choose("text/csv", "bindings").content_type == "text/csv; charset=utf-8"
    assert choose("text/turtle", "graph").content_type == "text/turtle; charset=utf-8"
    assert choose(None, "bindings").content_type == "application/sparql-results+json"


def test_every_ending_names_its_format() -> None:
    for fmt in FORMATS:
        for kind in fmt.kinds:
            assert by_ending(fmt.ending, kind) is fmt
    assert by_ending("json", "graph") is by_ending("jsonld", "graph")


def test_the_preferred_format_of_each_form() -> None:
    assert [for_form(form)[0].name for form in ("select", "ask", "construct", "describe")] == [
        "json",
        "json",
        "turtle",
        "turtle",
    ]


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("*/*", False),
        (None, False),
        ("text/turtle, text/html;q=0.5", False),
        ("text/html;q=0.5, application/sparql-results+json", False),
    ],
)
def test_a_page_is_for_who_names_html_first(accept: str | None, page: bool) -> None:
    assert wants_page(accept) is page


def test_an_error_is_a_page_where_no_form_of_an_error_is_liked_better() -> None:
    assert prefers_html("text/turtle, text/html;q=0.5", "application/json")
    assert not prefers_html("application/json, text/html;q=0.5", "application/json")
    assert not prefers_html("*/*", "application/json")
