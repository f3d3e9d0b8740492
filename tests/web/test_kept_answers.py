"""What is kept is answered exactly as it would be worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_site import small_app, small_engine
from test_lane import DIRECT, REQUESTS

from mufakat.engine.types import Limits

if TYPE_CHECKING:
    from flask import Flask

GET_BODY = {"data": "SELECT * {}", "content_type": DIRECT}
MORE: dict[str, dict[str, Any]] = {
    "head": {"method": "HEAD", "query_string": {"query": "ASK {}"}},
    "head of a page": {"method": "HEAD", "path": "/health"},
    "options": {"method": "OPTIONS", "query_string": {"query": "ASK {}"}},
    "no query": {},
    "get with a body": GET_BODY | {"query_string": {"query": "ASK {}"}},
    "authorised": {"query_string": "query=ASK{}", "headers": {"Authorization": "Bearer x"}},
    "q-values": {
        "query_string": {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"},
        "headers": {"Accept": "text/csv;q=0.2, application/sparql-results+xml;q=0.7, */*;q=0.1"},
    },
    "compressed": {
        "query_string": {"query": "CONSTRUCT WHERE { ?s ?p ?o }"},
        "headers": {"Accept-Encoding": "gzip, br"},
    },
    "compressed head": {
        "method": "HEAD",
        "query_string": {"query": "CONSTRUCT WHERE { ?s ?p ?o }"},
        "headers": {"Accept-Encoding": "gzip"},
    },
    "compressed, short": {
        "query_string": {"query": "ASK {}"},
        "headers": {"Accept-Encoding": "gzip"},
    },
    "range": {"query_string": {"query": "ASK {}"}, "headers": {"Range": "bytes=0-3"}},
}
CONDITIONS = {
    "same": "{0}",
    "weak": "W/{0}",
    "among others": '"x", {0}, W/"y"',
    "any": "*",
    "other": '"x"',
    "unquoted": "x",
    "broken": '{0}, "',
}


def pair() -> tuple[Flask, Flask]:
    """Give two applications of the same data, the second with a cache."""
    return tuple(
        small_app(small_engine(limits=Limits(rows=12)), cache_bytes=size, log_format="none")
        for size in (0, 1 << 20)
    )  # type: ignore[return-value]


def answer(app: Flask, request: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    """Give all of an answer that does not belong to one request only."""
    response = app.test_client().open(**({"path": "/sparql"} | request))
    number = response.headers.pop("X-Request-Id")
    assert len(number) == 16
    response.headers.pop("Date", None)
    if request.get("method") == "HEAD" and "Content-Encoding" in response.headers:
        # Known only to who packed the answer once, and who asks for the head alone spares that:
        # https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2
        response.headers.pop("Content-Length", None)
    return response.status, sorted(response.headers), response.data.replace(number.encode(), b"")


def conditional(request: dict[str, Any], asked: str) -> dict[str, Any]:
    return request | {"headers": request.get("headers", {}) | {"If-None-Match": asked}}


@pytest.mark.parametrize("name", REQUESTS | MORE)
def test_kept_answer_is_the_one_worked_out(name: str) -> None:
    request = (REQUESTS | MORE)[name]
    plain, keeping = pair()
    expected = answer(plain, request)
    for _ in range(3):
        assert answer(keeping, request) == expected
    etag = dict(expected[1]).get("ETag", '"none"')
    for condition in CONDITIONS.values():
        asked = conditional(request, condition.format(etag))
        expected = answer(plain, asked)
        assert answer(keeping, asked) == expected
        assert answer(pair()[1], asked) == expected  # nothing is kept there


GET = {"query_string": {"query": "ASK {}"}}
SENT = {"method": "POST", "data": b"query=ASK%20%7B%7D"}
NEIGHBOURS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "method": (GET, GET | {"method": "POST", "headers": {"Content-Length": "0"}}),
    "type of the body": (
        SENT | {"content_type": "application/x-www-form-urlencoded"},
        SENT | {"content_type": "text/plain"},
    ),
    "body": (
        {"method": "POST", "data": "ASK {}", "content_type": DIRECT},
        {"method": "POST", "data": "SELEC", "content_type": DIRECT},
    ),
    "Accept": (GET, GET | {"headers": {"Accept": "text/csv"}}),
    "format": (GET, {"query_string": {"query": "ASK {}", "format": "xml"}}),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbours_are_told_apart(name: str) -> None:
    plain, keeping = pair()
    for request in NEIGHBOURS[name] * 2:
        assert answer(keeping, request) == answer(plain, request)


def test_answer_to_whom_shows_a_token_is_not_kept() -> None:
    _, keeping = pair()
    for _ in range(2):
        answer(keeping, MORE["authorised"])
    store = keeping.extensions["mufakat.cache"]
    assert (store.hits, store.size) == (0, 0)


def test_kept_answers_pass_none_of_the_layers_within(monkeypatch: pytest.MonkeyPatch) -> None:
    _, keeping = pair()
    names = ("get", "slash", "csv", "construct", "cut", "dataset", "q-values", "head")
    requests = [(REQUESTS | MORE)[name] for name in names]
    for request in requests:
        answer(keeping, request | {"method": "GET"})
    monkeypatch.setattr(keeping.wsgi_app, "inner", None)
    for request in requests:
        for asked in (request, conditional(request, "*"), request | {"method": "HEAD"}):
            assert answer(keeping, asked)[0] in {"200 OK", "304 NOT MODIFIED"}


TEXTS = (
    "ASK {}",
    "ASK { }",
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?s { ?s ?p 41 }",
    "CONSTRUCT { ?s ?p 41 } WHERE { ?s ?p 41 }",
    "SELECT (NOW() > 1 AS ?x) {}",
    "SELECT * { ?s ?p ?o . ?s ?q ?x }",
    "SELEC",
    "",
)
MEDIA = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/turtle",
    "application/n-triples",
    "text/html",
    "text/*",
    "*/*",
    "image/png",
)
QUALITIES = ("", ";q=1", ";q=0.7", ";q=0.3", ";q=0", ";q=x")


def mostly(*usual: str, seldom: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw what is answered often enough that something is kept."""
    return st.one_of(*[st.sampled_from(usual)] * 3, st.sampled_from(seldom))


ACCEPTS = st.one_of(
    st.sampled_from(MEDIA),
    st.lists(
        st.tuples(st.sampled_from(MEDIA), st.sampled_from(QUALITIES)).map("".join), max_size=4
    ).map(", ".join),
)
ASPECTS: dict[str, st.SearchStrategy[str]] = {
    "method": mostly("GET", "POST", seldom=("HEAD", "OPTIONS", "PUT")),
    "path": mostly("/sparql", seldom=("/sparql/", "/openapi.json", "/health", "/nothing")),
    "query": mostly(*TEXTS[:5], seldom=TEXTS[5:]),
    "format": mostly("", seldom=("csv", "xml", "ttl", "pdf")),
    "default-graph-uri": mostly("", seldom=("http://example.org/graph/people", "http://e/")),
    "named-graph-uri": mostly("", seldom=("http://e/",)),
    "body": mostly("form", DIRECT, seldom=(DIRECT + ";charset=utf-8", "text/plain", "none")),
    "Accept": ACCEPTS,
    "Accept-Language": mostly("", seldom=("en", "id, en;q=0.5")),
    "Accept-Encoding": mostly("", seldom=("gzip", "gzip;q=0")),
    "Host": mostly("localhost", seldom=("data.example.org",)),
    "Authorization": mostly("", seldom=("Bearer x",)),
}
HEADERS = ("Accept", "Accept-Language", "Accept-Encoding", "Host", "Authorization")
FIELDS = ("query", "format", "default-graph-uri", "named-graph-uri")


@st.composite
def variations(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw a request and some that differ from the one before in one aspect."""
    found = [{name: draw(values) for name, values in ASPECTS.items()}]
    for name in draw(st.lists(st.sampled_from(list(ASPECTS)), min_size=2, max_size=6)):
        found.append(found[-1] | {name: draw(ASPECTS[name])})
    return found


def made(aspects: dict[str, str]) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "method": aspects["method"],
        "path": aspects["path"],
        "headers": {name: aspects[name] for name in HEADERS if aspects[name]},
    }
    fields = {name: aspects[name] for name in FIELDS if aspects[name] or name == "query"}
    if aspects["method"] not in {"POST", "PUT"} or aspects["body"] == "none":
        return asked | {"query_string": fields}
    if aspects["body"] == "form":
        return asked | {"data": fields}
    text = fields.pop("query")
    return asked | {"data": text, "content_type": aspects["body"], "query_string": fields}


PLAIN, KEEPING = pair()


@settings(max_examples=120, deadline=None)
@given(asked=variations(), condition=st.sampled_from(["", *CONDITIONS.values()]))
def test_no_variation_of_a_request_gets_what_was_kept_for_another(
    asked: list[dict[str, str]], condition: str
) -> None:
    for request in map(made, asked):
        expected = answer(PLAIN, request)
        assert answer(KEEPING, request) == expected
        if condition:
            etag = dict(expected[1]).get("ETag", '"none"')
            again = conditional(request, condition.format(etag))
            assert answer(KEEPING, again) == answer(PLAIN, again)
