"""Malformed requests and queries: an answer every time, never a defect, never the inside."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_site import small_app

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.slow

CLIENT = small_app(log_format="none", cache_bytes=100_000).test_client()
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "400"))
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
PIECES = [
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "NAMED", "PREFIX", "BASE", "FILTER",
    "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "SILENT", "BIND", "VALUES", "UNDEF", "GROUP",
    "BY", "HAVING", "ORDER", "LIMIT", "OFFSET", "DISTINCT", "AS", "EXISTS", "NOT", "IN", "LOAD",
    "INSERT", "DATA", "COUNT", "IF", "REGEX", "{", "}", "(", ")", "[", "]", "<", ">", ".", ";", ",",
    "*", "/", "|", "^", "!", "+", "-", "=", "&&", "||", "?s", "?p", "?o", "$x", "ex:a", ":b", "_:c",
    "<http://e/>", "<rel>", "<http://127.0.0.1:9/canary>", "'", '"', "'''", '"""', "'a'", '"b"@en',
    "1", "1.5", "1e9", "true", "\\u007B", "\\", "#", "\n", "\x00", "é", "\U0001f600", "^^", "@en",
    "<<(", ")>>", "{|", "|}", "~", "a",
]  # fmt: skip
queries = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map(" ".join)
accepts = st.sampled_from(
    ["*/*", "text/html", "text/csv", "application/json;q=0", "q=1", ";;;", "a/b;q=x", ""]
) | st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=40)
INSIDE = ("Traceback", "/server/mufakat", "site-packages", "pyoxigraph")
ALLOWED = {200, 304, 303, 400, 403, 404, 405, 406, 413, 414, 415, 429, 301, 308}


def check(response: TestResponse, sent: str) -> None:
    assert response.status_code in ALLOWED, (response.status_code, response.text)
    text = response.data.decode("utf-8", "replace")
    for inside in INSIDE:
        assert inside not in text or inside in sent  # the generator knows these words, too
    if response.content_type == "application/problem+json":
        problem = json.loads(text)
        assert problem["status"] == response.status_code
        assert problem["title"]
        assert problem["detail"]


@MANY
@given(queries, accepts)
@example("SELECT * { ?s ?p \x00 }", "*/*")
@example("\ufeffASK {}", "*/*")
@example("ASK { FILTER(" + "\\u0028" * 500 + ") }", "*/*")
def test_any_query_gets_an_answer(query: str, accept: str) -> None:
    headers = {"Accept": accept}
    check(CLIENT.get("/sparql", query_string={"query": query}, headers=headers), query)
    check(CLIENT.post("/sparql", data={"query": query}, headers=headers), query)


@MANY
@given(st.binary(max_size=200), st.sampled_from(["/sparql", "/update", "/graphs?default", "/"]))
def test_any_body_gets_an_answer(body: bytes, path: str) -> None:
    for kind in (
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        "text/turtle",
        "",
    ):
        for method in ("POST", "PUT", "DELETE"):
            check(CLIENT.open(path, method=method, data=body, content_type=kind), repr(body))


@MANY
@given(
    st.text(st.characters(codec="ascii", exclude_characters="\r\n \x00"), max_size=60),
    st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=4),
    accepts,
)
def test_any_address_gets_an_answer(path: str, parameters: dict[str, str], accept: str) -> None:
    sent = repr((path, parameters, accept))
    check(CLIENT.get("/graphs/" + path, headers={"Accept": accept}), sent)
    check(CLIENT.get("/graphs", query_string=parameters | {"graph": path}), sent)
    check(CLIENT.get("/sparql", query_string=parameters | {"query": "ASK {}"}), sent)
    check(CLIENT.get("/sparql", query_string={"query": "ASK {}", "default-graph-uri": path}), sent)
    check(CLIENT.get("/sparql", query_string={"query": "ASK {}", "format": path}), sent)
    check(CLIENT.get("/sparql", headers={"Accept": accept, "If-None-Match": path or "x"}), sent)
