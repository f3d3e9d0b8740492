"""What a client is told when the request is wrong."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from small_site import small_app, small_engine
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mufakat.engine.types import Limits

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return small_app().test_client()


@pytest.mark.parametrize(
    ("query", "line", "column", "told"),
    [
        ("SELEC * { }", 1, 1, "SELECT"),
        ("SELECT *\nWERE { ?s ?p ?o }", 2, 1, "WHERE"),
        ("SELECT * {\n  ?s foaf:name ?o\n}", 2, 6, "foaf:"),
        ("SELECT * {\n  ?s ?p 'open\n}", 2, 9, "not closed"),
        ("SELECT * { ?s ?p ?o }}", 1, 22, "closes nothing"),
        ("SELECT * { ?s ?p ?o ", 1, 20, "closed"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", 1, 35, "aggregated"),
        ("SELECT * { ?s ?p ?o FILTER(FOO(?s)) }", 1, 28, "FOO"),
        ("", 1, 1, "no query"),
    ],
)
def test_broken_query_gives_400_with_line_and_column(
    client: FlaskClient, query: str, line: int, column: int, told: str
) -> None:
    response = client.get("/sparql", query_string={"query": query})
    assert (response.status_code, response.content_type) == (400, PROBLEM)
    problem = response.get_json(force=True)
    assert (problem["line"], problem["column"]) == (line, column)
    assert told in problem["detail"] + problem["mend"]


def test_excerpt_has_a_caret_below_the_place(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT * {\n  ?s foaf:name ?o\n}"})
    assert response.get_json(force=True)["excerpt"].splitlines() == [
        "1 | SELECT * {",
        "2 |   ?s foaf:name ?o",
        "  |      ^",
        "3 | }",
    ]


def test_known_prefix_is_offered_with_its_namespace(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT * { ?s ex:age ?o }"})
    assert "PREFIX ex: <http://example.org/>" in response.get_json(force=True)["mend"]


def test_two_queries_give_400(client: FlaskClient) -> None:
    assert client.get("/sparql?query=ASK{}&query=ASK{}").status_code == 400


def test_post_without_query_gives_400(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"q": "ASK {}"}).status_code == 400


def test_update_sent_here_is_pointed_to_its_place(client: FlaskClient) -> None:
    update = "DELETE WHERE { ?s ?p ?o }"
    for response in (
        client.post("/sparql", data={"update": update}),
        client.get("/sparql", query_string={"query": update}),
    ):
        assert response.status_code == 400
        assert "update" in response.text


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/sparql-update"])
def test_other_media_type_gives_415(client: FlaskClient, kind: str) -> None:
    assert client.post("/sparql", data="ASK {}", content_type=kind).status_code == 415


def test_query_that_is_not_utf8_gives_400(client: FlaskClient) -> None:
    body = "ASK { ?s ?p 'é' }".encode("latin-1")
    response = client.post("/sparql", data=body, content_type="application/sparql-query")
    assert response.status_code == 400
    assert "UTF-8" in response.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_method_gives_405_with_those_allowed(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql?query=ASK{}", method=method)
    assert response.status_code == 405
    assert {"GET", "POST"} <= {word.strip() for word in response.headers["Allow"].split(",")}


def test_unacceptable_format_gives_406_with_what_is_offered(client: FlaskClient) -> None:
    response = client.get("/sparql?query=ASK{}", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/csv" in response.get_json(force=True)["mend"]
    assert client.get("/sparql?query=ASK{}&format=pdf").status_code == 406


def test_turtle_for_rows_gives_406(client: FlaskClient) -> None:
    response = client.get("/sparql?query=SELECT*{}", headers={"Accept": "text/turtle"})
    assert response.status_code == 406


def test_service_is_refused_before_anything_is_sent(client: FlaskClient) -> None:
    for query in (
        "SELECT * { SERVICE <http://127.0.0.1:9/canary> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?where { ?s ?p ?o } }",
        "PREFIX a: <http://127.0.0.1:9/> ASK { SERVICE a:canary { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/canary> { ?s ?p ?o } } }",
    ):
        response = client.get("/sparql", query_string={"query": query})
        assert response.status_code == 403, response.text
        assert response.get_json(force=True)["line"] == 1


def test_query_beyond_its_size_gives_413() -> None:
    client = small_app(small_engine(limits=Limits(query_bytes=300))).test_client()
    assert client.post("/sparql", data={"query": "ASK {}" + " " * 300}).status_code == 413


@pytest.mark.parametrize("kind", ["application/sparql-query", "application/x-www-form-urlencoded"])
def test_body_without_end_is_not_read_to_its_end(kind: str) -> None:
    app = small_app(max_query_bytes=1000)

    class Endless(io.RawIOBase):
        read_so_far = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            assert self.read_so_far < 100_000_000
            self.read_so_far += len(buffer)
            buffer[:] = b"q" * len(buffer)
            return len(buffer)

    builder = EnvironBuilder("/sparql", method="POST", content_type=kind)
    environ = builder.get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"wsgi.input": Endless(), "wsgi.input_terminated": True}
    _, status, _ = run_wsgi_app(app, environ)
    assert status.startswith("413")


def test_answer_beyond_its_size_gives_413() -> None:
    client = small_app(small_engine(limits=Limits(result_bytes=300))).test_client()
    response = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"})
    assert response.status_code == 413
    assert "LIMIT" in response.get_json(force=True)["mend"]


def test_people_get_a_page_that_shows_the_place(client: FlaskClient) -> None:
    response = client.get(
        "/nowhere", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}
    )
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "<h1" in response.text


def test_unknown_address_is_told_in_the_form_that_was_asked(client: FlaskClient) -> None:
    assert client.get("/nowhere").content_type == PROBLEM
    assert client.get("/nowhere", headers={"Accept": "text/plain"}).mimetype == "text/plain"


def test_defect_is_told_without_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = small_engine()
    monkeypatch.setattr(engine, "answer", lambda *_: 1 / 0)
    response = small_app(engine).test_client().get("/sparql?query=ASK{}")
    assert response.status_code == 500
    assert "ZeroDivision" not in response.text
    assert "Traceback" not in response.text
    assert response.get_json(force=True)["request"] == response.headers["X-Request-Id"]


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for address in ("/sparql?query=ASK{}", "/nowhere", "/health"):
        headers = client.get(address).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("bad", ["query=ASK{?s+?p+'%E9'}", "query=ASK{}&default-graph-uri=a:%ff"])
@pytest.mark.parametrize("way", ["get", "head", "form", "direct"])
def test_text_that_is_not_utf_8_is_refused_and_not_guessed(
    client: FlaskClient, bad: str, way: str
) -> None:
    if way == "form":
        form = "application/x-www-form-urlencoded"
        response = client.post("/sparql", data=bad.encode(), content_type=form)
    elif way == "direct":
        direct = "application/sparql-query"
        response = client.post(f"/sparql?{bad}", data=b"ASK {}", content_type=direct)
    else:
        response = client.open(f"/sparql?{bad}", method=way.upper())
    assert response.status_code == 400
    if way != "head":
        assert "UTF-8" in response.get_json(force=True)["detail"]
