"""A server writes its dumps in another process, and goes on answering meanwhile."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from bench.servers import tree
from live import serving
from mufakat.publication.release.dumps import canonicalised, n_quads
from publication import tiny
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc"),
]
NOT_APART = "no process of its own writes the dumps"
MANY = "".join(
    f'<id/source/s{i}> a ex:Source ; rdfs:label "Source {i}"@en ; ex:note [ ex:n {i} ] .\n'
    for i in range(3000)
)


def children(process: int, word: str) -> list[int]:
    """Find the processes below another whose command holds a word."""
    found = []
    for one in tree(process):
        with suppress(OSError):
            if word.encode() in Path(f"/proc/{one}/cmdline").read_bytes():
                found.append(one)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny.write(tmp_path / "p", data=tiny.DATA + MANY)
    return tmp_path / "p"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    return place


@pytest.fixture
def server(folder: Path, temporary: Path) -> Iterator[Server]:  # noqa: ARG001 - set before it runs
    with serving(folder, "--timeout", "20") as running:
        yield running


def test_dumps_written_apart_are_those_of_the_publication(server: Server, folder: Path) -> None:
    from mufakat.publication import Publication  # noqa: PLC0415

    lines = b"".join(n_quads(canonicalised(Publication.open(folder).load_store())))
    answer = server.ask("/dump/dataset.nq")
    assert answer.status == 200
    assert answer.body == lines
    packed = server.ask("/dump/dataset.nq.gz").body
    assert gzip.decompress(packed) == lines
    told = server.ask("/dump/dataset.nq.gz.sha256").text
    assert told.split()[0] == hashlib.sha256(packed).hexdigest()
    turtle = ox.Dataset(ox.parse(server.ask("/dump/dataset.ttl").body, ox.RdfFormat.TURTLE))
    assert len(turtle) == len({q.triple for q in ox.parse(lines, ox.RdfFormat.N_QUADS)})


def test_queries_are_answered_while_dumps_are_written(server: Server) -> None:
    writer: list[int] = []
    done = threading.Event()

    def fetch() -> None:
        statuses.append(server.ask("/dump/dataset.trig").status)
        done.set()

    statuses: list[int] = []
    fetching = threading.Thread(target=fetch)
    fetching.start()
    answered = 0
    until = time.monotonic() + 60
    while not done.is_set() and time.monotonic() < until:
        writer = writer or children(server.process.pid, "release.apart")
        number = time.monotonic_ns()
        reply = server.ask(f"/sparql?query=SELECT%20({number}%20AS%20%3Fn)%20%7B%7D&format=json")
        assert reply.status == 200
        assert json.loads(reply.body)["results"]["bindings"][0]["n"]["value"] == str(number)
        answered += bool(writer) and not done.is_set()
    fetching.join(60)
    assert statuses == [200]
    assert writer, NOT_APART
    assert answered, "no query was answered while they were written"


def test_writer_that_is_ended_leaves_nothing_and_is_told(server: Server, temporary: Path) -> None:
    replies: list[int] = []
    fetching = threading.Thread(
        target=lambda: replies.append(server.ask("/dump/dataset.trig").status)
    )
    fetching.start()
    writers = wait_until(lambda: children(server.process.pid, "release.apart"), NOT_APART)
    os.kill(writers[0], 9)
    fetching.join(60)
    assert replies == [502]
    assert not list(temporary.rglob("dataset.*"))
    problem = json.loads(server.ask("/dump/dataset.trig").body)
    assert "dumps could not be written" in problem["detail"]
    assert server.ask("/sparql?query=ASK%7B%7D").status == 200


def test_end_of_the_server_ends_the_writer(folder: Path, temporary: Path) -> None:
    with serving(folder) as server:
        process = server.process.pid

        def ask() -> None:
            with suppress(OSError):
                server.ask("/dump/dataset.trig")

        fetching = threading.Thread(target=ask)
        fetching.start()
        writers = wait_until(lambda: children(process, "release.apart"), NOT_APART)
        server.process.kill()
    fetching.join(60)
    wait_until(lambda: not Path(f"/proc/{writers[0]}").exists(), "the writer outlives the server")
    assert temporary.is_dir()
