"""The short way to an answer gives what the way through Flask gives."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import small_app, small_engine
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mufakat.engine.types import Limits
from mufakat.web import lane

if TYPE_CHECKING:
    from collections.abc import Callable

DIRECT = "application/sparql-query"
REQUESTS: dict[str, dict[str, Any]] = {
    "get": {"query_string": {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"}},
    "slash": {"path": "/sparql/", "query_string": {"query": "ASK {}"}},
    "csv": {"query_string": {"query": "SELECT ?s { ?s ?p 41 }"}, "headers": {"Accept": "text/csv"}},
    "format": {"query_string": {"query": "SELECT ?s { ?s ?p 41 }", "format": "xml"}},
    "output": {"query_string": {"query": "ASK {}", "output": "tsv"}},
    "construct": {"query_string": {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}},
    "cut": {"query_string": {"query": "SELECT * { ?s ?p ?o . ?s ?q ?x }"}},
    "alias": {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "application/json"}},
    "now": {"query_string": {"query": "SELECT (NOW() > 1 AS ?x) {}"}},
    "dataset": {"query_string": {"query": "ASK { ?s ?p ?o }", "default-graph-uri": "http://e/"}},
    "form": {"method": "POST", "data": {"query": "ASK { ?s ?p 'é' }"}},
    "form and query string": {
        "method": "POST",
        "data": {"query": "ASK { ?s ?p ?o }"},
        "query_string": {"default-graph-uri": "http://e/"},
    },
    "direct": {"method": "POST", "data": "ASK {}", "content_type": DIRECT},
    "direct, charset": {
        "method": "POST",
        "data": "ASK { ?s ?p 'é' }",
        "content_type": DIRECT + "; charset=UTF-8",
        "query_string": {"named-graph-uri": "http://e/"},
    },
    "latin-1": {"method": "POST", "data": b"ASK { ?s ?p '\xe9' }", "content_type": DIRECT},
    "utf-16": {"method": "POST", "data": b"ASK{}", "content_type": DIRECT + ";charset=utf-16"},
    "two queries": {"query_string": "query=ASK{}&query=ASK{}"},
    "two formats": {"query_string": "query=ASK{}&format=csv&format=xml"},
    "empty": {"query_string": {"query": ""}},
    "syntax": {"query_string": {"query": "SELECT * { ?s ?p }"}},
    "service": {"query_string": {"query": "ASK { SERVICE <http://e/> {} }"}},
    "unacceptable": {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}},
    "no format": {"query_string": {"query": "ASK {}", "format": "pdf"}},
    "bad graph": {"query_string": {"query": "ASK {}", "default-graph-uri": "no iri"}},
    "page": {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "text/html"}},
    "not utf-8": {"query_string": "query=ASK%7B%3Fs%20%3Fp%20%27%E9%27%7D"},
    "unusual field": {"query_string": {"query": "ASK {}", "callback": "x"}},
    "large form": {"method": "POST", "data": {"query": "ASK {}" + " " * 70_000}},
    "put": {"method": "PUT", "query_string": {"query": "ASK {}"}},
}


@pytest.mark.parametrize("name", REQUESTS)
def test_both_ways_give_the_same_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = {"path": "/sparql"} | REQUESTS[name]
    found = []
    for short in (True, False):
        if not short:
            monkeypatch.setattr("mufakat.web.lane.PATHS", frozenset())
        engine = small_engine(limits=Limits(rows=12))
        app = small_app(engine, cache_bytes=0, log_format="none")
        response = app.test_client().open(**request)
        number = response.headers.pop("X-Request-Id")
        body = response.data.replace(number.encode(), b"")
        found.append((response.status, sorted(response.headers), body))
    assert found[0] == found[1]


def test_body_in_chunks_is_read_whole() -> None:
    app = small_app(log_format="none")
    environ = EnvironBuilder("/sparql", method="POST", content_type=DIRECT).get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"wsgi.input": io.BytesIO(b"ASK {}"), "wsgi.input_terminated": True}
    body, status, _ = run_wsgi_app(app, environ)
    assert status == "200 OK"
    assert b"".join(body) == b'{"head":{},"boolean":true}'


def test_plain_queries_do_not_enter_flask(monkeypatch: pytest.MonkeyPatch) -> None:
    app = small_app(cache_bytes=0, log_format="none")
    monkeypatch.setattr(app, "full_dispatch_request", lambda: 1 / 0)
    client = app.test_client()
    for name in ("get", "csv", "construct", "form", "direct", "direct, charset", "cut"):
        assert client.open(**({"path": "/sparql"} | REQUESTS[name])).status_code == 200


PIECES = ("query", "a", "=", "&", "+", "%20", "%C3%A9", "%FF", "%", "%4", "é", ";", "?x", "1")


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_form_of_one_field_is_read_as_any_other(form: str) -> None:
    def read(pairs: Callable[[str], list[tuple[str, str]]]) -> object:
        try:
            return pairs(form)
        except ValueError as error:
            return type(error)

    assert read(lane._pairs) == read(
        partial(parse_qsl, keep_blank_values=True, errors="strict", max_num_fields=100)
    )
