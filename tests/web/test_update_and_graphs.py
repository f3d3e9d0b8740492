"""Writes over HTTP on a server that is really up: who may, what happens, what everybody sees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from live import BEARER, TOKEN, Server, publish, serving, writable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from live import Reply

pytestmark = pytest.mark.slow

E = "http://example.org/"
DATA = "@prefix e: <http://example.org/> . e:a e:p e:b .\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = publish(tmp_path_factory.mktemp("publication"), DATA)
    with writable(folder, "--store", folder / "kept") as server:
        yield server


def update(server: Server, text: str, token: str | None = TOKEN) -> Reply:
    headers = {"Content-Type": "application/sparql-update"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return server.ask("/update", "POST", text, headers)


def graph(server: Server, method: str, name: str | None, body: str | None = None) -> Reply:
    where = "default" if name is None else f"graph={quote(name, safe='')}"
    headers = BEARER | {"Content-Type": "text/turtle"}
    return server.ask(f"/graphs?{where}", method, body, headers)


def ask(server: Server, query: str) -> bool:
    reply = server.ask("/sparql?" + urlencode({"query": query}))
    assert reply.status == 200, reply.text
    found: bool = json.loads(reply.body)["boolean"]
    return found


def test_update_is_seen_by_the_next_query_under_a_new_version(server: Server) -> None:
    before = server.version
    reply = update(server, f"INSERT DATA {{ <{E}x> <{E}y> 1 }}")
    assert reply.status == 204, reply.text
    assert reply.headers["Data-Version"] != before
    assert server.version == reply.headers["Data-Version"]
    assert ask(server, f"ASK {{ <{E}x> <{E}y> 1 }}")
    assert update(server, f"DELETE DATA {{ <{E}x> <{E}y> 1 }}").status == 204
    assert not ask(server, f"ASK {{ <{E}x> <{E}y> 1 }}")


def test_update_that_fails_half_way_changes_nothing(server: Server) -> None:
    text = f"INSERT DATA {{ <{E}half> <{E}y> 1 }} ; CREATE GRAPH <{E}graph/data/facts>"
    assert update(server, text).status == 400
    assert not ask(server, f"ASK {{ <{E}half> ?p ?o }}")


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "0"])
def test_without_the_token_nothing_is_written(server: Server, token: str | None) -> None:
    reply = update(server, f"INSERT DATA {{ <{E}stranger> <{E}y> 1 }}", token)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert not ask(server, f"ASK {{ <{E}stranger> ?p ?o }}")
    for method in ("PUT", "POST", "DELETE"):
        assert server.ask("/graphs?default", method, "", {}).status == 401


def test_read_only_server_refuses_writes_whatever_the_token(tmp_path: Path) -> None:
    with serving(publish(tmp_path, DATA)) as server:
        assert update(server, "CLEAR ALL").status == 403
        assert graph(server, "DELETE", None).status == 403
        assert graph(server, "GET", f"{E}graph/data/facts").status == 200


def test_load_and_service_are_refused_before_anything_happens(server: Server) -> None:
    for text in (
        "LOAD <http://127.0.0.1:9/canary>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/canary> { ?s ?p ?o } }",
    ):
        assert update(server, text).status == 403


def test_silent_load_does_nothing_and_does_not_fail(server: Server) -> None:
    before = server.version
    text = (
        "LOAD SILENT <http://127.0.0.1:9/canary> INTO GRAPH <http://e/> ; CLEAR SILENT GRAPH <x:>"
    )
    assert update(server, text).status == 204
    assert server.version == before


def test_broken_update_gives_400_with_line_and_column(server: Server) -> None:
    reply = update(server, "INSERT DATA {\n e:a e:b e:c }")
    assert reply.status == 400
    problem = json.loads(reply.body)
    assert (problem["line"], problem["column"]) == (2, 2)


def test_query_sent_to_the_update_endpoint_is_pointed_to_its_place(server: Server) -> None:
    reply = update(server, "SELECT * {}")
    assert reply.status == 400
    assert "/sparql" in reply.text
    assert server.ask("/sparql?update=CLEAR%20ALL").status == 400
    assert server.ask("/update?update=CLEAR%20ALL").status == 405


def test_dataset_of_the_protocol_bounds_what_where_sees(server: Server) -> None:
    graph(server, "PUT", E + "one", f"<{E}s> <{E}in> 1 .")
    graph(server, "PUT", E + "two", f"<{E}s> <{E}in> 2 .")
    text = f"INSERT {{ GRAPH <{E}copy> {{ ?s <{E}copied> ?o }} }} WHERE {{ ?s <{E}in> ?o }}"
    headers = BEARER | {"Content-Type": "application/sparql-update"}
    using = f"/update?using-graph-uri={quote(E + 'one', safe='')}"
    assert server.ask(using, "POST", text, headers).status == 204
    assert ask(server, f"ASK {{ <{E}s> <{E}copied> 1 }}")
    assert not ask(server, f"ASK {{ <{E}s> <{E}copied> 2 }}")
    contradiction = f"WITH <{E}two> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"
    assert server.ask(using, "POST", contradiction, headers).status == 400
    short = f"DELETE WHERE {{ ?s <{E}in> ?o }}"
    assert server.ask(using, "POST", short, headers).status == 204


def test_graph_is_made_replaced_extended_and_deleted(server: Server) -> None:
    name = E + "graph/new"
    assert graph(server, "GET", name).status == 404
    assert graph(server, "PUT", name, f"<{E}n> <{E}p> 1 .").status == 201
    assert graph(server, "PUT", name, f"<{E}n> <{E}p> 2 .").status == 204
    assert graph(server, "POST", name, f"<{E}n> <{E}p> 3 .").status == 204
    found = graph(server, "GET", name)
    assert found.text == f"<{E}n> <{E}p> 2 , 3 .\n"
    assert graph(server, "HEAD", name).status == 200
    assert graph(server, "DELETE", name).status == 204
    assert graph(server, "DELETE", name).status == 404
    assert not ask(server, f"ASK {{ <{E}n> ?p ?o }}")


def test_graph_must_be_named_once_and_right(server: Server) -> None:
    for where in (
        "",
        "?graph=relative",
        "?default&graph=http://e/",
        "?graph=http://a/&graph=http://b/",
    ):
        assert server.ask("/graphs" + where).status == 400


def test_unreadable_graph_gives_400_and_other_media_types_415(server: Server) -> None:
    reply = graph(server, "PUT", E + "broken", "<a> <b> .\n<c")
    assert reply.status == 400
    assert json.loads(reply.body)["line"] == 1
    headers = BEARER | {"Content-Type": "image/png"}
    assert server.ask("/graphs?default", "PUT", "x", headers).status == 415


def test_data_that_would_end_the_parser_gives_413(server: Server) -> None:
    deep = '{"a:p":' * 5000 + "1" + "}" * 5000
    headers = BEARER | {"Content-Type": "application/ld+json"}
    assert server.ask("/graphs?default", "POST", deep, headers).status == 413
    assert server.ask("/ready").status == 200


def test_graph_answers_304_until_it_is_changed(server: Server) -> None:
    path = f"/graphs?graph={quote(E + 'graph/data/facts', safe='')}"
    first = server.ask(path)
    assert server.ask(path, headers={"If-None-Match": first.headers["ETag"]}).status == 304
    update(server, f"INSERT DATA {{ <{E}other> <{E}y> 1 }}")
    assert server.ask(path, headers={"If-None-Match": first.headers["ETag"]}).status == 304
    graph(server, "POST", E + "graph/data/facts", f"<{E}a> <{E}p> <{E}c> .")
    assert server.ask(path, headers={"If-None-Match": first.headers["ETag"]}).status == 200


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    store = ("--store", tmp_path / "kept")
    with writable(publish(tmp_path, DATA), *store) as server:
        assert update(server, f"INSERT DATA {{ <{E}kept> <{E}p> 1 }}").status == 204
        version = server.version
        server.process.kill()
    with writable(tmp_path, *store) as server:
        assert server.version == version
        assert ask(server, f"ASK {{ <{E}kept> <{E}p> 1 }}")


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://example.org/> .
e:PersonShape a sh:NodeShape ; sh:targetClass e:Person ;
  sh:property [ sh:path e:name ; sh:minCount 1 ; sh:message "A person has a name."@en ] .
"""


def test_change_that_the_shapes_refuse_gives_422_with_the_report(tmp_path: Path) -> None:
    nameless = f"INSERT DATA {{ <{E}nobody> a <{E}Person> }}"
    named = f'INSERT DATA {{ <{E}ana> a <{E}Person> ; <{E}name> "Ana" }}'
    headers = BEARER | {"Content-Type": "application/sparql-update"}
    with writable(publish(tmp_path, DATA, shapes=SHAPES)) as server:
        assert update(server, named).status == 204
        refused = update(server, nameless)
        assert refused.status == 422
        problem = json.loads(refused.body)
        assert "A person has a name." in problem["detail"]
        assert "ValidationReport" in problem["report"]
        for media in ("text/turtle", "application/ld+json"):
            report = server.ask("/update", "POST", nameless, headers | {"Accept": media})
            assert (report.status, report.media_type) == (422, media)
            assert "ValidationReport" in report.text
        assert not ask(server, f"ASK {{ <{E}nobody> ?p ?o }}")
        assert update(server, f"DELETE WHERE {{ <{E}ana> <{E}name> ?n }}").status == 422
        assert ask(server, f'ASK {{ <{E}ana> <{E}name> "Ana" }}')


def test_writable_server_without_token_does_not_start(tmp_path: Path) -> None:
    folder = publish(tmp_path, DATA)
    (folder / "short").write_text("1234")
    for options in (("--writable",), ("--writable", "--token-file", folder / "short")):
        with (
            pytest.raises(AssertionError, match="did not start"),
            serving(folder, *options, wait=5),
        ):
            pass


def test_blank_nodes_of_two_requests_are_two(server: Server) -> None:
    name = E + "nameless"
    graph(server, "PUT", name, f"_:c14n0 <{E}p> 1 .")
    assert graph(server, "POST", name, f"_:c14n0 <{E}p> 2 .").status == 204
    assert not ask(server, f"ASK {{ GRAPH <{name}> {{ ?s <{E}p> 1, 2 }} }}")
    assert ask(server, f"ASK {{ GRAPH <{name}> {{ ?s <{E}p> 2 }} }}")
    graph(server, "DELETE", name)


def test_descriptions_and_dumps_follow_an_acknowledged_change(server: Server) -> None:
    before = server.ask("/void.nt").text + server.ask("/dump/dataset.nq").text
    assert "afterwards" not in before
    reply = update(server, f"INSERT DATA {{ <{E}added> <{E}afterwards> 1 }}")
    told = server.ask("/void.nt").text
    assert f"<{E}afterwards>" in told
    assert reply.headers["Data-Version"] in told
    assert f"<{E}afterwards>" in server.ask("/dump/dataset.nq").text
    update(server, f"DELETE DATA {{ <{E}added> <{E}afterwards> 1 }}")
    assert f"<{E}afterwards>" not in server.ask("/dump/dataset.nq").text


def form(*parts: str) -> str:
    whole = "".join(f"--b\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    return whole + "--b--\r\n"


def file(name: str, data: str) -> str:
    return f'name="{name}"; filename="{name}.ttl"\r\nContent-Type: text/turtle\r\n\r\n{data}'


@pytest.mark.parametrize(
    ("boundary", "body", "told"),
    [
        ("; boundary=b", form(f'name="data"\r\n\r\n{DATA}'), "data"),
        ("; boundary=b", form(file("a", DATA), 'name="b"\r\n\r\nx'), "filename"),
        ("; boundary=b", form(), "no file"),
        ("; boundary=other", form(file("a", DATA)), "no file"),
        ("", form(file("a", DATA)), "no file"),
    ],
)
def test_form_without_a_file_is_refused_and_replaces_nothing(
    server: Server, boundary: str, body: str, told: str
) -> None:
    kept = E + "kept"
    assert graph(server, "PUT", kept, DATA).status in {201, 204}
    headers = BEARER | {"Content-Type": f"multipart/form-data{boundary}"}
    reply = server.ask(f"/graphs?graph={quote(kept, safe='')}", "PUT", body, headers)
    assert (reply.status, told in reply.text) == (400, True), reply.text
    assert ask(server, f"ASK {{ GRAPH <{kept}> {{ <{E}a> <{E}p> <{E}b> }} }}")


def test_every_file_of_a_form_is_taken_in_also_under_one_name(server: Server) -> None:
    parts = [file("same", f"<{E}form> <{E}p> {number} .\r\n") for number in range(3)]
    headers = BEARER | {"Content-Type": "multipart/form-data; boundary=b"}
    where = f"/graphs?graph={quote(E + 'form', safe='')}"
    assert server.ask(where, "POST", form(*parts), headers).status == 201
    for number in range(3):
        assert ask(server, f"ASK {{ <{E}form> <{E}p> {number} }}")


@pytest.mark.parametrize(
    ("path", "body", "media_type"),
    [
        ("/graphs?graph=http://example.org/%ff", DATA, "text/turtle"),
        ("/update", "update=INSERT+DATA+%7B%7D%20%23%ff", "application/x-www-form-urlencoded"),
        ("/update?using-graph-uri=http://e/%ff", "INSERT DATA {}", "application/sparql-update"),
    ],
)
def test_what_is_not_utf8_is_refused(server: Server, path: str, body: str, media_type: str) -> None:
    reply = server.ask(path, "POST", body, BEARER | {"Content-Type": media_type})
    assert reply.status == 400
    assert "UTF-8" in reply.text
