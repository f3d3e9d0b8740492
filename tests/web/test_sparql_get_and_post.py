"""The query operation of the protocol: ways to ask, forms, formats, datasets."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from small_site import EX, TRIPLES, small_app, small_engine

from mufakat.engine.types import Limits

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ALL = "SELECT * { ?s ?p ?o }"
ADULTS = "SELECT ?who ?age { ?who <http://example.org/age> ?age FILTER(?age > 18) }"
RDF = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return small_app().test_client()


def ask(client: FlaskClient, query: str, accept: str | None = None, **more: object) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def rows(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return [
        {name: term["value"] for name, term in row.items()}
        for row in json.loads(response.data)["results"]["bindings"]
    ]


def test_get_gives_json_when_nothing_is_said(client: FlaskClient) -> None:
    response = ask(client, ADULTS)
    assert response.content_type == "application/sparql-results+json"
    assert rows(response) == [{"who": EX + "ana", "age": "41"}]


def test_post_of_a_form_gives_the_same(client: FlaskClient) -> None:
    assert rows(client.post("/sparql", data={"query": ADULTS})) == rows(ask(client, ADULTS))


def test_post_of_the_query_itself_gives_the_same(client: FlaskClient) -> None:
    for kind in ("application/sparql-query", "application/sparql-query; charset=UTF-8"):
        response = client.post("/sparql", data=ADULTS, content_type=kind)
        assert rows(response) == rows(ask(client, ADULTS))


def test_trailing_slash_is_the_same_endpoint(client: FlaskClient) -> None:
    assert rows(client.get("/sparql/", query_string={"query": ADULTS}))


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    head = client.head("/sparql", query_string={"query": ADULTS})
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == ask(client, ADULTS).headers["ETag"]


def test_select_in_csv_quotes_what_needs_it(client: FlaskClient) -> None:
    response = ask(client, f"SELECT ?n {{ <{EX}budi> rdfs:label ?n }}", "text/csv")
    assert response.status_code == 400  # rdfs: is not declared, and nothing is declared for us
    query = f"SELECT ?n {{ <{EX}budi> <http://www.w3.org/2000/01/rdf-schema#label> ?n }}"
    response = ask(client, query, "text/csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(response.text))) == [["n"], ['Budi, "the" tall']]


def test_select_in_xml_and_tsv(client: FlaskClient) -> None:
    xml = ask(client, ADULTS, "application/sparql-results+xml")
    assert xml.content_type == "application/sparql-results+xml"
    assert b"<uri>http://example.org/ana</uri>" in xml.data
    tsv = ask(client, ADULTS, "text/tab-separated-values")
    assert tsv.text == "?who\t?age\n<http://example.org/ana>\t41\n"


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("application/sparql-results+json", b'{"head":{},"boolean":true}'),
        ("text/csv", b"true"),
        ("text/tab-separated-values", b"true"),
    ],
)
def test_ask_in_each_format(client: FlaskClient, accept: str, body: bytes) -> None:
    assert ask(client, "ASK { ?s ?p ?o }", accept).data == body


@pytest.mark.parametrize("accept", RDF)
@pytest.mark.parametrize("form", ["CONSTRUCT WHERE { ?s ?p ?o }", f"DESCRIBE <{EX}ana>"])
def test_graphs_in_each_syntax(client: FlaskClient, accept: str, form: str) -> None:
    response = ask(client, form, accept)
    assert response.status_code == 200
    assert response.mimetype == accept
    found = {quad.triple for quad in ox.parse(response.data, format=RDF[accept])}
    assert len(found) == (TRIPLES if form.startswith("CONSTRUCT") else 5)


def test_turtle_is_written_with_the_prefixes_that_are_used(client: FlaskClient) -> None:
    text = ask(client, f"DESCRIBE <{EX}ana>", "text/turtle").text
    assert "@prefix ex: <http://example.org/> ." in text
    assert "unused" not in text
    assert "ex:ana a ex:Person" in text


def test_a_statement_in_two_graphs_counts_once(client: FlaskClient) -> None:
    response = ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert rows(response) == [{"n": str(TRIPLES)}]


def test_plain_store_has_an_empty_default_graph() -> None:
    client = small_app(small_engine(union=False)).test_client()
    assert rows(ask(client, ALL)) == []
    assert rows(ask(client, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"))


def test_from_in_the_query_chooses_the_graph(client: FlaskClient) -> None:
    response = ask(client, f"SELECT * FROM <{EX}graph/cities> {{ ?s ?p ?o }}")  # noqa: S608
    assert len(rows(response)) == 4


def test_dataset_of_the_protocol_goes_before_the_one_of_the_query(client: FlaskClient) -> None:
    query = f"SELECT * FROM <{EX}graph/people> {{ ?s ?p ?o }}"  # noqa: S608
    chosen = {"default-graph-uri": f"{EX}graph/cities"}
    assert len(rows(ask(client, query, **chosen))) == 4
    assert len(rows(client.post("/sparql", data={"query": query, **chosen}))) == 4
    direct = client.post(
        "/sparql", query_string=chosen, data=query, content_type="application/sparql-query"
    )
    assert len(rows(direct)) == 4


def test_named_graphs_of_the_protocol_leave_the_default_graph_empty(client: FlaskClient) -> None:
    chosen = {"named-graph-uri": f"{EX}graph/cities"}
    assert rows(ask(client, ALL, **chosen)) == []
    assert len(rows(ask(client, "SELECT * { GRAPH ?g { ?s ?p ?o } }", **chosen))) == 4


def test_unknown_graph_is_empty_and_never_fetched(client: FlaskClient) -> None:
    unknown = "http://127.0.0.1:9/canary"
    assert rows(ask(client, f"SELECT * FROM <{unknown}> {{ ?s ?p ?o }}")) == []  # noqa: S608
    assert rows(ask(client, ALL, **{"default-graph-uri": unknown})) == []


def test_format_parameter_goes_before_accept(client: FlaskClient) -> None:
    assert ask(client, ADULTS, "application/json", format="csv").mimetype == "text/csv"
    assert ask(client, ADULTS, output="xml").mimetype == "application/sparql-results+xml"
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert ask(client, construct, format="json").mimetype == "application/ld+json"
    assert ask(client, construct, format="text/turtle").mimetype == "text/turtle"


def test_etag_names_the_answer_and_gives_304(client: FlaskClient) -> None:
    first = ask(client, ADULTS)
    again = client.get(
        "/sparql", query_string={"query": ADULTS}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""
    assert ask(client, ADULTS, "text/csv").headers["ETag"] != first.headers["ETag"]
    assert ask(client, ADULTS + " ").headers["ETag"] != first.headers["ETag"]
    assert "Accept" in first.headers["Vary"]
    assert first.headers["Data-Version"] == "c0ffee"


def test_answer_that_changes_by_itself_has_no_etag(client: FlaskClient) -> None:
    response = ask(client, "SELECT (NOW() AS ?now) {}")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_answer_beyond_the_row_limit_is_cut_and_says_so() -> None:
    client = small_app(small_engine(limits=Limits(rows=3))).test_client()
    for accept in ("application/sparql-results+json", "text/csv", "text/tab-separated-values"):
        response = ask(client, ALL, accept)
        assert response.headers["Answer-Truncated"] == "rows=3"
    assert len(rows(ask(client, ALL))) == 3
    assert "Answer-Truncated" not in ask(client, ALL + " LIMIT 3").headers
    graph = ask(client, "CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert graph.headers["Answer-Truncated"] == "rows=3"
    assert graph.text.count("\n") == 3


def test_any_page_may_read(client: FlaskClient) -> None:
    assert ask(client, ADULTS).headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(
        "/sparql",
        headers={"Origin": "https://example.com", "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("query", [None, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT {"])
@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/turtle", "image/png"])
def test_head_tells_what_get_would(client: FlaskClient, query: str | None, accept: str) -> None:
    asked = {"query_string": {"query": query} if query else {}, "headers": {"Accept": accept}}
    got, told = client.get("/sparql", **asked), client.head("/sparql", **asked)
    for response in (got, told):
        del response.headers["X-Request-Id"]
    assert (told.status_code, told.data) == (got.status_code, b"")
    assert sorted(told.headers) == sorted(got.headers)


def test_being_sent_to_the_editor_depends_on_accept(client: FlaskClient) -> None:
    for path in ("/sparql", "/sparql?query=ASK{}"):
        response = client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 303
        assert "Accept" in response.vary
