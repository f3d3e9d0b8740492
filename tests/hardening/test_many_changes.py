"""A server makes more changes in its life than any stack or table of files has room for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homes import home
from mufakat.engine.pool import Limits, Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGES = 400
"""Each process that makes a change descends from the last one; Python's stack ends at 1,000."""
CHANGE = "INSERT DATA {{ <http://example.org/new> <http://example.org/p> {} }}"


@pytest.fixture
def pool() -> Iterator[Pool]:
    with home("misbehaving") as address:
        pool = Pool(address, size=4, limits=Limits(deadline=10))
        yield pool
        pool.close()


def descriptors(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208 - their number is all


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_the_last_of_many_changes_is_made_like_the_first(pool: Pool) -> None:
    seen = []
    for number in range(CHANGES):
        assert pool.change({"text": CHANGE.format(number)}, deadline=10)["version"]
        if number in {5, CHANGES - 1}:
            pool.ask({"text": "SELECT * { ?s ?p ?o } LIMIT 1"})
            seen.append(descriptors(pool._idle[0].pid))
    said = pool.ask({"text": "SELECT (COUNT(*) AS ?n) { <http://example.org/new> ?p ?o }"})
    assert said.body.read() == f"n\r\n{CHANGES}\r\n".encode()
    assert seen[1] <= seen[0] + 1, "descriptors are passed on from change to change"
