"""A server without data of its own, in front of another SPARQL 1.1 endpoint."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from live import Server, publish, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

E = "http://example.org/"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    far = publish(tmp_path_factory.mktemp("far"), f"<{E}a> <{E}p> 1 , 2 .\n")
    near = publish(tmp_path_factory.mktemp("near"), "")
    with (
        serving(far) as behind,
        serving(near, "--store", behind.address + "/sparql", "--timeout", 5) as front,
    ):
        yield front, behind


def asked(server: Server) -> str:
    """How many queries a server gave to its workers."""
    lines = server.ask("/metrics").text.splitlines()
    return next(line for line in lines if line.startswith("mufakat_queries "))


def test_every_form_is_answered_from_behind(servers: tuple[Server, Server]) -> None:
    front, behind = servers
    for query in (
        f"SELECT ?o {{ <{E}a> ?p ?o }} ORDER BY ?o",
        f"ASK {{ <{E}a> <{E}p> 2 }}",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        f"DESCRIBE <{E}a>",
    ):
        for ending in ("json", "csv") if query[0] in "SA" else ("ttl", "nt"):
            path = f"/sparql?format={ending}&query={quote(query)}"
            assert front.ask(path).body == behind.ask(path).body


def test_front_survives_a_reload(servers: tuple[Server, Server]) -> None:
    front, _ = servers
    front.process.send_signal(signal.SIGHUP)
    for _ in range(20):
        assert front.ask("/ready").status == 200


def test_broken_query_does_not_leave_the_front(servers: tuple[Server, Server]) -> None:
    front, behind = servers
    before = asked(behind)
    reply = front.ask("/sparql?query=" + quote("SELECT * {\n ?s ?p }"))
    assert reply.status == 400
    assert json.loads(reply.body)["line"] == 2
    assert asked(behind) == before


def test_dead_store_gives_502_and_a_server_that_is_not_ready(tmp_path: Path) -> None:
    far = publish(tmp_path / "far", f"<{E}a> <{E}p> 1 .\n")
    near = publish(tmp_path / "near", "")
    with serving(far) as behind, serving(near, "--store", behind.address + "/sparql") as front:
        behind.process.terminate()
        behind.process.wait(20)
        reply = front.ask("/sparql?query=ASK{}")
        assert reply.status == 502
        assert json.loads(reply.body)["mend"]
        assert front.ask("/ready").status == 503
        assert front.ask("/health").status == 200
