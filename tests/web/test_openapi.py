"""The OpenAPI document is valid, whole and true; the page for people says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from small_site import small_app

from mufakat.publication import Publication
from mufakat.settings import load
from mufakat.web.app import create_app
from mufakat.web.openapi_routes import ROUTES, TAGS
from pages.page_reader import read as read_page

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {"json": "application/sparql-results+json", "csv": "text/csv", "ttl": "text/turtle"}


@pytest.fixture(scope="module")
def app() -> Flask:
    publication = Publication.open(ROOT)
    return create_app(publication, publication.engine(), load({}, environ={}))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    return json.loads(answer.data)  # type: ignore[no-any-return]


def test_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_document_of_an_empty_publication_is_openapi_too() -> None:
    OpenAPIV31SpecValidator(small_app().test_client().get("/openapi.json").json).validate()


def test_every_route_and_method_is_documented(app: Flask) -> None:
    documented = {(rule, m.upper()) for rule, operations in ROUTES.items() for m in operations}
    there = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert there - documented == set(), "tell of it in web/openapi_routes.py"
    assert documented - there == set(), "take it out of web/openapi_routes.py"


def test_every_variable_of_a_path_is_a_required_parameter(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            told = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert told == set(re.findall(r"{(\w+)}", path)), path
            assert set(operation["tags"]) <= TAGS.keys()


def test_every_saved_query_is_documented_with_its_parameters(
    app: Flask, document: dict[str, Any]
) -> None:
    queries = app.extensions["mufakat"].publication.queries
    assert len(queries) > 30
    for slug, query in queries.items():
        told = document["paths"][f"/query/{slug}"]["get"]
        assert query.question in told["description"]
        names = [p["name"] for p in told["parameters"]]
        assert names == [*(p.name for p in query.parameters), "_format"]
        assert [c["name"] for c in told["x-columns"]] == [c.name for c in query.columns]


def test_documented_defaults_and_formats_are_those_that_work(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    for slug in ("score-and-tier", "harmonisation-score", "parties-on-date", "tier-history"):
        told = document["paths"][f"/query/{slug}"]["get"]
        given = [
            (p["name"], value)
            for p in told["parameters"]
            if "default" in (schema := p["schema"])
            for value in (schema["default"] if schema["type"] == "array" else [schema["default"]])
        ]
        plain = client.get(f"/query/{slug}.csv").data
        assert client.get(f"/query/{slug}.csv?{urlencode(given)}").data == plain
        offered = told["responses"]["200"]["content"]
        chosen = next(p for p in told["parameters"] if p["name"] == "_format")["schema"]["enum"]
        got = {client.get(f"/query/{slug}?_format={name}").mimetype for name in chosen}
        assert got == set(offered)


def test_documented_range_is_the_one_that_is_enforced(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    schema = document["paths"]["/query/score-and-tier"]["get"]["parameters"][0]["schema"]
    assert schema["type"] == "integer"
    for year, status in ((schema["minimum"], 200), (schema["minimum"] - 1, 400)):
        assert client.get(f"/query/score-and-tier.csv?year={year}").status_code == status


def test_problem_has_the_members_that_the_schema_tells(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    schema = document["components"]["schemas"]["Problem"]
    for path in (
        "/sparql?query=SELECT",
        "/query/none.csv",
        "/dump/none",
        "/query/score-and-tier.csv?year=x",
    ):
        answer = client.get(path)
        assert answer.mimetype == "application/problem+json"
        told = json.loads(answer.data)
        assert set(schema["required"]) <= told.keys() <= schema["properties"].keys()


def test_every_path_without_variables_answers_with_a_documented_type(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    for path, operations in document["paths"].items():
        if "{" in path or "get" not in operations or path.startswith("/query/"):
            continue
        answer = client.get(path)
        told = operations["get"]["responses"]
        assert str(answer.status_code) in told or answer.status_code == 400, path
        if answer.status_code == 200:
            assert answer.mimetype in told["200"]["content"], path


def test_page_tells_of_every_operation_and_asks_nobody_else(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    page = read_page(client.get("/docs/", headers={"Accept": "text/html"}).text)
    assert page.forbidden == []
    assert page.outside == []
    for path, operations in document["paths"].items():
        assert path in page.text
        for operation in operations.values():
            assert operation["summary"] in page.text
    assert len(page.ids) == len(set(page.ids))


def test_link_headers_and_catalogue_lead_to_the_document(client: FlaskClient) -> None:
    links = client.get("/").headers.getlist("Link")
    assert '</openapi.json>; rel="service-desc"; type="application/json"' in links
    assert b"/openapi.json" in client.get("/catalog.ttl").data


def test_unchanged_document_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": etag}).status_code == 304
