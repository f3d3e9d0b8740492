"""Large answers take little memory, hold no worker, and leave nothing when their reader goes."""

from __future__ import annotations

import gzip
import http.client
import os
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from bench.servers import tree
from live import publish, serving
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is looked up in /proc"),
]
E = "http://example.org/"
WORKERS = 2
ROWS = 400_000
LARGE = "SELECT * { ?a <p> ?b . ?c <p> ?d . FILTER(?b < 400) }"
ABOUT = 90 << 20
"""Bytes of the large answer, at least."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    facts = "".join(f"<{E}{i}> <{E}p> {i} .\n" for i in range(1000))
    folder = publish(tmp_path_factory.mktemp("publication"), facts)
    options = ("--workers", WORKERS, "--max-rows", 0, "--timeout", 120, "--log-format", "none")
    with serving(folder, *options) as running:
        yield running


def large(mark: str) -> str:
    """Name the large answer so that no other request has the same."""
    return "/sparql?format=json&query=" + quote(f"{LARGE} #{mark}")


def connect(server: Server) -> http.client.HTTPConnection:
    parts = urlsplit(server.address)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def spools(server: Server) -> int:
    """Count the large files without a name that are open."""
    count = 0
    for process in tree(server.process.pid):
        for link in Path(f"/proc/{process}/fd").glob("*"):
            with suppress(OSError):
                unnamed = str(link.readlink()).endswith("(deleted)")
                count += unnamed and link.stat().st_size > ABOUT
    return count


def memory(process: int) -> int:
    """Give the largest amount of memory that a process has had so far, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def test_large_answer_takes_a_part_of_its_size_in_any_process(server: Server) -> None:
    assert server.ask("/sparql?query=ASK%7B%7D").status == 200
    before = {process: memory(process) for process in tree(server.process.pid)}
    usual = max(before.values())
    size = 0
    with closing(connect(server)) as connection:
        connection.request("GET", large("memory"))
        answer = connection.getresponse()
        assert answer.status == 200
        while piece := answer.read(1 << 20):
            size += len(piece)
        assert size == int(answer.headers["Content-Length"]) > ABOUT
    for process in tree(server.process.pid):
        assert memory(process) < before.get(process, usual) + ABOUT // 3


@pytest.mark.parametrize("asked", [{}, {"Accept-Encoding": "gzip"}, {"If-None-Match": '"other"'}])
def test_head_tells_of_a_large_answer_what_get_sends(server: Server, asked: dict[str, str]) -> None:
    path = large("head" + "".join(asked))
    head = server.ask(path, "HEAD", headers=asked)
    got = server.ask(path, headers=asked)
    assert (head.status, head.body) == (got.status, b"") == (200, b"")
    body = gzip.decompress(got.body) if "Accept-Encoding" in asked else got.body
    assert body.count(b'{"a":') == ROWS
    for name in ("ETag", "Content-Type", "Content-Encoding", "Vary"):
        assert head.headers[name] == got.headers[name]
    assert head.headers["Content-Length"] in {None, got.headers["Content-Length"]}
    assert spools(server) == 0


def test_readers_that_wait_hold_no_worker_and_leave_no_file_when_they_go(server: Server) -> None:
    with ExitStack() as open_connections:
        for number in range(WORKERS + 2):
            connection = open_connections.enter_context(closing(connect(server)))
            connection.request("GET", large(f"slow {number}"))
            answer = open_connections.enter_context(connection.getresponse())
            assert answer.status == 200
            assert answer.read(1000)
        assert spools(server) == WORKERS + 2
        assert server.ask("/sparql?query=" + quote("ASK { ?s ?p 1 }")).status == 200
    wait_until(lambda: spools(server) == 0, "files outlive their readers")
    assert server.ask("/sparql?query=" + quote("ASK { ?s ?p 2 }")).status == 200


def test_reader_that_goes_while_the_query_runs_leaves_nothing(server: Server) -> None:
    for number in range(WORKERS + 1):
        with closing(connect(server)) as connection:
            connection.request("GET", large(f"gone {number}"))
    ask = "/sparql?query=" + quote(f"ASK {{ ?s ?p {os.getpid()} }}")
    wait_until(lambda: server.ask(ask).status == 200, "no worker is free", 60)
    wait_until(lambda: spools(server) == 0, "files outlive their readers", 60)
