"""Malformed requests and queries: an answer every time, never a defect, never the inside."""

from __future__ import annotations

import json
import os
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_site import small_app
from werkzeug.wrappers import Response

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
INSIDE = ("Traceback", "/server/mufakat", "site-packages", "pyoxigraph")


def innocent(sent: object) -> bool:
    """Whether a request holds no word of the inside: answers may quote what they were asked."""
    text = repr(sent).lower()
    return not any(inside.lower() in text for inside in INSIDE)


queries = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map(" ".join)
queries = queries.filter(innocent)
bodies = st.binary(max_size=200).filter(innocent)
addresses = st.text(
    st.characters(codec="ascii", exclude_characters="\r\n \x00"), max_size=60
).filter(innocent)
parameters = st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=4)
parameter_sets = parameters.filter(innocent)
accepts = (
    st.sampled_from(
        ["*/*", "text/html", "text/csv", "application/json;q=0", "q=1", ";;;", "a/b;q=x", ""]
    )
    | st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=40)
).filter(innocent)
ALLOWED = {200, 304, 303, 400, 403, 404, 405, 406, 413, 414, 415, 429, 301, 308}


def check(response: Response) -> None:
    text = response.data.decode("utf-8", "replace")
    assert response.status_code in ALLOWED, (response.status_code, text)
    told = text + str(response.headers)
    assert [inside for inside in INSIDE if inside in told] == []
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
    check(CLIENT.get("/sparql", query_string={"query": query}, headers=headers))
    check(CLIENT.post("/sparql", data={"query": query}, headers=headers))


@MANY
@given(bodies, st.sampled_from(["/sparql", "/update", "/graphs?default", "/"]))
def test_any_body_gets_an_answer(body: bytes, path: str) -> None:
    for kind in (
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        "text/turtle",
        "",
    ):
        for method in ("POST", "PUT", "DELETE"):
            check(CLIENT.open(path, method=method, data=body, content_type=kind))


@MANY
@given(addresses, parameter_sets, accepts)
def test_any_address_gets_an_answer(path: str, parameters: dict[str, str], accept: str) -> None:
    check(CLIENT.get("/graphs/" + path, headers={"Accept": accept}))
    check(CLIENT.get("/graphs", query_string=parameters | {"graph": path}))
    check(CLIENT.get("/sparql", query_string=parameters | {"query": "ASK {}"}))
    check(CLIENT.get("/sparql", query_string={"query": "ASK {}", "default-graph-uri": path}))
    check(CLIENT.get("/sparql", query_string={"query": "ASK {}", "format": path}))
    check(CLIENT.get("/sparql", headers={"Accept": accept, "If-None-Match": path or "x"}))


@pytest.mark.parametrize("inside", INSIDE)
def test_words_of_the_inside_are_noticed_wherever_they_stand(inside: str) -> None:
    check(Response("all is well"))
    for answer in (Response(f"at {inside}"), Response("", headers={"X-Where": inside})):
        with pytest.raises(AssertionError, match=inside):
            check(answer)
    assert not innocent({"query": inside.upper()})
    assert not innocent(inside.encode())


@pytest.mark.parametrize("inside", INSIDE)
def test_such_a_word_in_a_request_is_quoted_and_changes_nothing_else(inside: str) -> None:
    plain = re.sub("[a-z]", "q", inside)
    answers = []
    for word in (inside, plain):
        answer = CLIENT.get("/sparql", query_string={"query": f"ASK {{ ?s <{word}> }}"})
        assert answer.status_code == 400
        del (problem := json.loads(answer.data))["request"]  # each request has a name of its own
        answers.append(json.dumps(problem).replace(word, "that word"))
    assert answers[0] == answers[1]
