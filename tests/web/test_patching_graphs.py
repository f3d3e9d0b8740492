"""HTTP PATCH on a graph: one change to that graph, and how a server says that it takes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from small_site import small_app

from live import BEARER, Server, publish, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Reply

E = "http://example.org/"
PATCH = "application/sparql-update"
SHAPES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
<{E}shape> a sh:NodeShape ; sh:targetClass <{E}Person> ;
  sh:property [ sh:path <{E}name> ; sh:minCount 1 ] .
"""


@pytest.fixture(scope="module", params=["union", "standard"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = publish(
        tmp_path_factory.mktemp("patch"),
        f"<{E}a> <{E}p> 0 .\n",
        shapes=SHAPES,
        default_graph=request.param,
    )
    with writable(folder, "--store", folder / "kept", "--log-format", "none") as one:
        yield one


def send(
    server: Server, method: str, graph: str, body: str = "", kind: str = PATCH, **headers: str
) -> Reply:
    headers = BEARER | {"Content-Type": kind} | headers
    return server.ask(f"/graphs?graph={quote(graph, safe='')}", method, body, headers)


def content(server: Server, graph: str) -> str:
    return send(server, "GET", graph, Accept="application/n-triples").text


@pytest.fixture
def graph(server: Server) -> str:
    name = E + "patched"
    for each in (name, E + "beside"):
        assert send(server, "PUT", each, f"<{E}s> <{E}p> 1 .", "text/turtle").status in {201, 204}
    return name


@pytest.mark.slow
def test_patch_is_one_change_to_its_graph(server: Server, graph: str) -> None:
    beside = content(server, E + "beside")
    text = f"""DELETE {{ ?s <{E}p> ?n }} INSERT {{ ?s <{E}p> ?more }}
        WHERE {{ ?s <{E}p> ?n BIND(?n + 1 AS ?more) }} ;
        INSERT DATA {{ <{E}t> <{E}p> 7 }}"""
    reply = send(server, "PATCH", graph, text)
    assert reply.status == 204, reply.text
    assert reply.headers["Data-Version"] == server.version
    found = content(server, graph)
    assert '"2"^^' in found
    assert f"<{E}t>" in found
    assert found.count("\n") == 2
    assert content(server, E + "beside") == beside


@pytest.mark.slow
def test_patch_goes_to_the_address_of_a_graph_that_has_one(server: Server) -> None:
    headers = BEARER | {"Content-Type": "text/turtle"}
    assert server.ask("/graphs/own", "PUT", f"<{E}s> <{E}p> 1 .", headers).status in {201, 204}
    reply = server.ask(
        "/graphs/own", "PATCH", "DELETE WHERE { ?s ?p ?o }", headers | {"Content-Type": PATCH}
    )
    assert reply.status == 204, reply.text
    assert server.ask("/graphs/own", headers={"Accept": "application/n-triples"}).body == b""


@pytest.mark.slow
def test_patch_of_the_default_graph(server: Server) -> None:
    headers = BEARER | {"Content-Type": PATCH}
    text = f"INSERT DATA {{ <{E}new> <{E}p> 1 }}"
    assert server.ask("/graphs?default", "PATCH", text, headers).status == 204
    query = quote(f"ASK {{ <{E}new> <{E}p> 1 }}", safe="")
    assert b"true" in server.ask(f"/sparql?query={query}").body
    text = f"DELETE WHERE {{ <{E}new> ?p ?o }}"
    assert server.ask("/graphs?default", "PATCH", text, headers).status == 204
    assert b"false" in server.ask(f"/sparql?query={query}").body


@pytest.mark.slow
def test_patch_about_another_graph_gives_422_and_changes_nothing(
    server: Server, graph: str
) -> None:
    before = server.version
    text = (
        f"INSERT DATA {{ <{E}x> <{E}p> 1 }} ;\nDELETE WHERE {{ GRAPH <{E}beside> {{ ?s ?p ?o }} }}"
    )
    reply = send(server, "PATCH", graph, text)
    assert reply.status == 422
    problem = json.loads(reply.body)
    assert problem["type"] == "urn:mufakat:problem:unprocessable"
    assert (problem["line"], problem["column"]) == (2, 22)
    assert "beside" in problem["excerpt"]
    assert server.version == before


@pytest.mark.slow
def test_patch_that_the_shapes_refuse_changes_nothing(server: Server) -> None:
    """What is validated is the default graph."""
    before = server.version
    headers = BEARER | {"Content-Type": PATCH}
    text = f"INSERT DATA {{ <{E}fine> <{E}p> 1 }} ; INSERT DATA {{ <{E}nobody> a <{E}Person> }}"
    reply = server.ask("/graphs?default", "PATCH", text, headers)
    assert reply.status == 422
    assert "ValidationReport" in json.loads(reply.body)["report"]
    assert server.version == before


@pytest.mark.slow
def test_patch_of_a_graph_that_is_not_there_gives_404(server: Server) -> None:
    reply = send(server, "PATCH", E + "none", f"INSERT DATA {{ <{E}x> <{E}p> 1 }}")
    assert reply.status == 404
    assert send(server, "GET", E + "none").status == 404


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text/turtle", "application/json-patch+json", ""])
def test_patch_of_another_kind_gives_415_and_says_what_is_taken(
    server: Server, graph: str, kind: str
) -> None:
    reply = send(server, "PATCH", graph, "<a:a> <a:b> <a:c> .", kind)
    assert reply.status == 415
    assert reply.headers["Accept-Patch"] == PATCH


@pytest.mark.slow
def test_patch_needs_the_token_and_one_graph(server: Server, graph: str) -> None:
    reply = send(server, "PATCH", graph, "CLEAR DEFAULT", Authorization="Bearer wrong")
    assert reply.status == 401
    headers = BEARER | {"Content-Type": PATCH}
    assert server.ask("/graphs", "PATCH", "CLEAR DEFAULT", headers).status == 400


@pytest.mark.slow
def test_broken_patch_gives_400_with_its_place(server: Server, graph: str) -> None:
    reply = send(server, "PATCH", graph, f"INSERT DATA {{\n  <{E}a> <{E}b> }}")
    assert reply.status == 400
    assert json.loads(reply.body)["line"] == 2


@pytest.mark.parametrize("path", ["/graphs?default", "/graphs/own", "/graphs"])
def test_methods_and_patches_are_told(path: str) -> None:
    client = small_app(log_format="none").test_client()
    reply = client.options(path)
    allowed = {"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"}
    assert {method.strip() for method in reply.headers["Allow"].split(",")} == allowed
    assert reply.headers["Accept-Patch"] == PATCH
    unknown = client.open(path, method="PROPFIND")
    assert unknown.status_code == 405
    assert unknown.headers["Accept-Patch"] == PATCH
    assert "PATCH" in unknown.headers["Allow"]
    elsewhere = client.open("/sparql", method="PATCH")
    assert elsewhere.status_code == 405
    assert "Accept-Patch" not in elsewhere.headers


def test_read_only_server_refuses_patches() -> None:
    client = small_app(log_format="none").test_client()
    reply = client.patch("/graphs?default", data="CLEAR DEFAULT", content_type=PATCH)
    assert reply.status_code == 403
