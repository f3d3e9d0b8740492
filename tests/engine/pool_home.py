"""A zygote for tests, in a process of its own: `python pool_home.py MEMORY_LIMIT`.

Prints the address of its socket when the data is loaded and ends when its standard input does.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mufakat.engine.pool import Home
from mufakat.errors import BadQuery, Where

if TYPE_CHECKING:
    from collections.abc import Callable

TRIPLES = 20_000


class Writer:
    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.write = write

    def flush(self) -> None:
        pass


class Numbers:
    """Answers SPARQL over a store of numbers; a few words make it misbehave."""

    version = "v0"

    def __init__(self) -> None:
        self.store = ox.Store()
        p = ox.NamedNode("http://example.org/p")
        self.store.bulk_extend(
            ox.Quad(ox.NamedNode(f"http://example.org/{i}"), p, ox.Literal(i))
            for i in range(TRIPLES)
        )

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


def main() -> None:
    home = Home(lambda _: Numbers(), memory_limit=int(sys.argv[1]), writable=True)
    home.wait()
    print(home.address, flush=True)
    sys.stdin.read()
    home.close()


if __name__ == "__main__":
    main()
