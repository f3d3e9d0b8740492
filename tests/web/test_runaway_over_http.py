"""What one client's runaway queries do to another client: next to nothing."""

from __future__ import annotations

import http.client
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import pytest

from live import Server, publish, serving
from runaway import RUNAWAY

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

E = "http://example.org/"
DEADLINE = 1.0
ATTACKER, GUEST = "127.0.0.2", "127.0.0.1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    facts = "".join(f"<{E}{i}> <{E}p> {i} .\n" for i in range(2000))
    folder = publish(tmp_path_factory.mktemp("publication"), facts)
    # Without a bound on rows, or some of these queries would be answered, and cut.
    options = ("--timeout", DEADLINE, "--workers", 4, "--memory-limit", 256, "--max-rows", 0)
    options += ("--log-format", "none")
    with serving(folder, *options) as server:
        yield server


def connect(server: Server, source: str) -> http.client.HTTPConnection:
    parts = urlsplit(server.address)
    return http.client.HTTPConnection(
        parts.hostname or "", parts.port, source_address=(source, 0), timeout=30
    )


def attack(server: Server, query: str, found: list[tuple[int, float]]) -> None:
    began = time.monotonic()
    connection = connect(server, ATTACKER)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sparql", urlencode({"query": query}), form)
    status = connection.getresponse().status
    connection.close()
    found.append((status, time.monotonic() - began))


def visit(server: Server, name: str, stop: threading.Event, found: list[tuple[int, float]]) -> None:
    connection = connect(server, GUEST)
    while not stop.is_set():
        number = len(found)
        query = quote(f"ASK {{ ?s ?p {number} }} # {name}")
        began = time.monotonic()
        connection.request("GET", f"/sparql?query={query}")
        answer = connection.getresponse()
        answer.read()
        found.append((answer.status, time.monotonic() - began))
    connection.close()


@pytest.mark.parametrize("kind", RUNAWAY)
def test_others_are_served_while_it_runs_and_is_ended(server: Server, kind: str) -> None:
    attacks: list[tuple[int, float]] = []
    visits: list[tuple[int, float]] = []
    stop = threading.Event()
    guest = threading.Thread(target=visit, args=(server, kind, stop, visits))
    attackers = [
        threading.Thread(target=attack, args=(server, RUNAWAY[kind], attacks)) for _ in range(2)
    ]
    guest.start()
    for thread in attackers:
        thread.start()
    for thread in attackers:
        thread.join()
    stop.set()
    guest.join()
    assert {status for status, _ in attacks} <= {413, 504}
    assert max(seconds for _, seconds in attacks) < DEADLINE + 1
    assert {status for status, _ in visits} == {200}
    times = sorted(seconds for _, seconds in visits)
    assert len(times) > 20
    assert times[len(times) * 99 // 100] < 0.25  # a busy machine; bench/ measures the real figure


def test_one_client_cannot_hold_every_worker(server: Server) -> None:
    attacks: list[tuple[int, float]] = []
    query = RUNAWAY["cross product, counted"]
    attackers = [threading.Thread(target=attack, args=(server, query, attacks)) for _ in range(12)]
    for thread in attackers:
        thread.start()
    assert server.ask("/sparql?query=" + quote("ASK { ?s ?p 1 } # another")).status == 200
    for thread in attackers:
        thread.join()
    assert {status for status, _ in attacks} <= {429, 503, 504}


def test_memory_comes_back(server: Server) -> None:
    text = server.ask("/metrics").text
    assert "mufakat_requests_under_way 1.0" in text
    assert "mufakat_queue 0.0" in text
