"""LOAD over HTTP: documents come from allowed addresses only, and a change stays whole."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from listening import Quiet, listening
from live import BEARER, Reply, Server, publish, writable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

E = "http://example.org/"
DATA = f"<{E}loaded> <{E}p> [ <{E}q> 1 ] ."
NAMELESS = f"<{E}nobody> a <{E}Person> ."
SHAPES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
<{E}shape> a sh:NodeShape ; sh:targetClass <{E}Person> ;
  sh:property [ sh:path <{E}name> ; sh:minCount 1 ] .
"""


class Documents(Quiet):
    """Serves documents, and notes who asked for what."""

    hits: list[str]
    stop: threading.Event

    def do_GET(self) -> None:
        self.hits.append(self.path)
        here = f"http://127.0.0.1:{self.connection.getsockname()[1]}"
        leads = {
            "/ok/moved": "data.ttl",
            "/ok/out": "/elsewhere/data.ttl",
            "/ok/other-name": here.replace("127.0.0.1", "localhost") + "/elsewhere/data.ttl",
            "/ok/file": "file:///etc/passwd",
            "/ok/climbs": "/ok/../elsewhere/data.ttl",
        }
        if self.path in leads:
            self.answer(302, "text/plain", b"", Location=leads[self.path])
        elif self.path == "/ok/drip.ttl":
            self.send_response(200)
            self.send_header("Content-Type", "text/turtle")
            self.end_headers()
            while not self.stop.wait(0.1):
                self.wfile.write(b" ")
        elif self.path == "/ok/packed.ttl":
            self.answer(200, "text/turtle", b"\x1f\x8b", **{"Content-Encoding": "gzip"})
        else:
            bodies = {"broken": b"<a> <b> <c", "nameless": NAMELESS.encode()}
            name = self.path.rpartition("/")[2].partition(".")[0]
            self.answer(200, "text/turtle", bodies.get(name, DATA.encode()))


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[int, list[str]]]:
    hits: list[str] = []
    stop = threading.Event()
    with listening(Documents, hits=hits, stop=stop) as port:
        yield port, hits
        stop.set()


@contextmanager
def loading(folder: Path, *options: object) -> Iterator[Server]:
    publish(folder, shapes=SHAPES)
    bounds = ("--timeout", "3", "--log-format", "none")
    with writable(folder, "--store", folder / "kept", *bounds, *options) as one:
        yield one


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, web: tuple[int, list[str]]
) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("load")
    allowed = f"http://127.0.0.1:{web[0]}/ok/"
    with loading(place, "--allow-private", "--allow-service", allowed) as one:
        yield one


def update(server: Server, text: str) -> Reply:
    headers = BEARER | {"Content-Type": "application/sparql-update"}
    return server.ask("/update", "POST", text, headers)


def holds(server: Server, pattern: str) -> bool:
    reply = server.ask("/sparql?" + urlencode({"query": f"ASK {{ {pattern} }}"}))
    found: bool = json.loads(reply.body)["boolean"]
    return found


def test_document_is_loaded_seen_and_still_there_after_a_kill(
    tmp_path: Path, web: tuple[int, list[str]]
) -> None:
    options = ("--allow-private", "--allow-service", f"http://127.0.0.1:{web[0]}/ok/")
    with loading(tmp_path, *options) as server:
        text = f"LOAD <http://127.0.0.1:{web[0]}/ok/moved> INTO GRAPH <{E}kept>"
        reply = update(server, text)
        assert reply.status == 204, reply.text
        assert reply.headers["Data-Version"] == server.version
        server.process.kill()
        server.process.wait(10)
    with writable(tmp_path, "--store", tmp_path / "kept", "--log-format", "none") as server:
        assert holds(server, f"GRAPH <{E}kept> {{ <{E}loaded> <{E}p> ?b . ?b <{E}q> 1 }}")


def test_document_goes_into_the_default_graph(server: Server, web: tuple[int, list[str]]) -> None:
    assert update(server, f"LOAD <http://127.0.0.1:{web[0]}/ok/data.ttl>").status == 204
    assert holds(server, f"<{E}loaded> <{E}p> ?b")
    assert update(server, "CLEAR DEFAULT").status == 204


def test_blank_nodes_of_two_updates_are_two(server: Server, web: tuple[int, list[str]]) -> None:
    for _ in range(3):
        text = f"LOAD <http://127.0.0.1:{web[0]}/ok/data.ttl> INTO GRAPH <{E}again>"
        assert update(server, text).status == 204
    reply = server.ask(f"/graphs?graph={E}again", headers={"Accept": "application/n-triples"})
    assert reply.text.count(f"<{E}q>") == 3, reply.text
    assert update(server, f"DROP GRAPH <{E}again>").status == 204


def test_change_with_a_load_that_fails_changes_nothing(
    server: Server, web: tuple[int, list[str]]
) -> None:
    before = server.version
    insert = f"INSERT DATA {{ <{E}half> <{E}p> 1 }} ;\n"
    for page, status in {
        "ok/broken.ttl": 502,
        "ok/drip.ttl": 504,
        "ok/packed.ttl": 502,
        "ok/nameless.ttl": 422,
        "ok/file": 403,
        "ok/out": 403,
        "ok/other-name": 403,
        "ok/climbs": 403,
        "ok/%2e%2E/elsewhere/data.ttl": 403,
        "ok/../elsewhere/data.ttl": 403,
        "elsewhere/data.ttl": 403,
    }.items():
        reply = update(server, f"{insert} LOAD <http://127.0.0.1:{web[0]}/{page}>")
        assert reply.status == status, (page, reply.text)
        problem = json.loads(reply.body)
        if status != 422:
            assert (problem["line"], problem["column"]) == (2, 2), page
            assert "LOAD" in problem["excerpt"]
    assert server.version == before
    assert not any("elsewhere" in path for path in web[1])


def test_silent_load_that_fails_adds_nothing_and_the_rest_is_done(
    server: Server, web: tuple[int, list[str]]
) -> None:
    for page in ("ok/broken.ttl", "ok/file", "elsewhere/data.ttl"):
        mark = f"<{E}{page}> <{E}done> true"
        text = f"LOAD SILENT <http://127.0.0.1:{web[0]}/{page}> INTO GRAPH <{E}silent> ;"
        assert update(server, f"{text} INSERT DATA {{ {mark} }}").status == 204
        assert holds(server, mark)
        assert not holds(server, f"GRAPH <{E}silent> {{ ?s ?p ?o }}")
    assert not any("elsewhere" in path for path in web[1])


LOOPBACKS = [
    "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
    "0.0.0.0",  # noqa: S104 - asked, not listened on
    "2130706433", "0x7f.1", "127.1", "user@127.0.0.1",
    "127.0.0.1.", "localhost.",
]  # fmt: skip
PRIVATE = ["10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "[fe80::1]", "[fc00::1]"]


def test_no_name_of_a_loopback_or_private_address_leads_there(
    tmp_path: Path, web: tuple[int, list[str]]
) -> None:
    """The prefix allows everything, so that only the address itself can be the reason."""
    port, hits = web
    before = list(hits)
    with writable(tmp_path, "--allow-service", "http://", "--allow-service", "file:") as server:
        old = server.version
        for host in LOOPBACKS:
            for silent, statuses in (("", {403, 502}), ("SILENT ", {204})):
                reply = update(server, f"LOAD {silent}<http://{host}:{port}/ok/data.ttl>")
                assert reply.status in statuses, (host, reply.text)
        for host in PRIVATE:
            assert update(server, f"LOAD <http://{host}/data.ttl>").status == 403
        for address in ("file:///etc/passwd", "file:/etc/passwd", "file://localhost/etc/passwd"):
            reply = update(server, f"LOAD <{address}>")
            assert reply.status == 403
            assert "root:" not in reply.text
        assert server.version == old
    assert hits == before
