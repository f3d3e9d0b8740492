"""What is drawn by chance in a fork is drawn by no other fork."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from homes import home
from mufakat.engine.changes import Update
from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.journal import Journal
from mufakat.engine.pool import Pool
from mufakat.engine.pooled import PooledEngine
from mufakat.engine.writer import WritingWorker, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

P = ox.NamedNode("http://example.org/p")


@pytest.fixture
def address() -> Iterator[str]:
    with home("quads") as address:
        yield address


def test_two_workers_do_not_make_the_same_uuid(address: str) -> None:
    made = []
    for _ in range(3):
        engine = PooledEngine(Pool(address, size=1), union_default_graph=True, version="1")
        made += [str(row["u"]) for row in engine.select("SELECT (UUID() AS ?u) {}").rows]
        engine.close()
    assert len(set(made)) == 3


def test_blank_nodes_of_two_changes_are_two(tmp_path: Path) -> None:
    ox.BlankNode()  # the generator is in use before anything is forked
    worker = WritingWorker(
        EmbeddedEngine(ox.Store(), union_default_graph=False, version="1"),
        journal=Journal(tmp_path / "journal"),
        union_into=None,
    )
    for number in range(3):
        worker.change(request(Update(f"INSERT DATA {{ _:b <{P.value}> {number} }}")))
    assert len({quad.subject for quad in worker.engine.store}) == 3


def test_forks_of_one_process_draw_differently() -> None:
    program = (
        "import os, json, pyoxigraph as ox; from mufakat.engine import chance\n"
        "ox.BlankNode()\n"
        "for _ in range(2):\n"
        "    if os.fork() == 0:\n"
        "        chance.renew(); print(json.dumps(ox.BlankNode().value), flush=True); os._exit(0)\n"
        "    os.wait()\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    ).stdout.splitlines()
    assert len({json.loads(line) for line in found}) == 2
