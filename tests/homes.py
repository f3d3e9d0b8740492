"""Data processes for tests, whose children are the workers of pools: `python homes.py NAME`.

Each prints the address of its socket when the data is loaded and ends when its standard input does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.pool import Home
from mufakat.engine.pooled import Worker
from mufakat.errors import BadQuery, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

E = "http://example.org/"
TRIPLES = 20_000


@contextmanager
def home(name: str, **variables: str) -> Iterator[str]:
    """Run a data process until the block ends; gives its address."""
    with subprocess.Popen(
        [sys.executable, __file__, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip()


class Writer:
    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.write = write

    def flush(self) -> None:
        pass


class Misbehaving:
    """Answers SPARQL over a store of numbers; a few words make it misbehave."""

    version = "v0"

    def __init__(self) -> None:
        self.store = ox.Store()
        p = ox.NamedNode(E + "p")
        self.store.bulk_extend(
            ox.Quad(ox.NamedNode(f"{E}{i}"), p, ox.Literal(i)) for i in range(TRIPLES)
        )

    def prepare(self) -> None:
        pass

    def evaluate(self, request: dict[str, Any], write: Callable[[bytes], object]) -> dict[str, Any]:
        text = request["text"]
        if text == "sleep":
            time.sleep(60)
        if text == "socket":
            import socket  # noqa: PLC0415

            socket.socket()
        if text == "broken":
            raise BadQuery("no verb", where=Where(line=3, column=7), mend="write a verb")
        results = self.store.query(text)
        results.serialize(Writer(write), ox.QueryResultsFormat.CSV)
        return {"form": "select"}

    def worn(self) -> bool:
        return False

    def renew(self) -> None:
        raise NotImplementedError

    def catch_up(self) -> None:
        raise NotImplementedError

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        text = request["text"]
        if text == "refuse":
            raise BadQuery("refused", mend="do not")
        if text == "sleep":
            time.sleep(60)
        if text == "crash":
            os._exit(9)
        self.store.update(text)
        self.version = f"v{int(self.version[1:]) + 1}"
        return {"version": self.version}


def quads() -> Worker:
    store = ox.Store()
    ox.BlankNode()  # as loading files that have some does
    store.bulk_extend(
        ox.Quad(
            ox.NamedNode(f"{E}{i}"), ox.NamedNode(E + "p"), ox.Literal(i), ox.NamedNode(E + "g")
        )
        for i in range(2000)
    )
    return Worker(
        EmbeddedEngine(store, union_default_graph=True, version="1", prefixes={"e": E}, base_iri=E)
    )


def run(name: str) -> None:
    if name == "misbehaving":
        home = Home(lambda _: Misbehaving(), memory_limit=128 << 20, writable=True)
    else:
        home = Home(lambda _: quads(), memory_limit=256 << 20)
    home.wait()
    print(home.address, flush=True)
    sys.stdin.read()
    home.close()


if __name__ == "__main__":
    run(sys.argv[1])
