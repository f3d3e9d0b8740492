"""A server's data process for tests: `python pooled_home.py`, address on standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.pool import Home
from mufakat.engine.pooled import Worker

if TYPE_CHECKING:
    from pathlib import Path

E = "http://example.org/"


def load(_: Path) -> Worker:
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


if __name__ == "__main__":
    home = Home(load, memory_limit=256 << 20)
    home.wait()
    print(home.address, flush=True)
    sys.stdin.read()
    home.close()
