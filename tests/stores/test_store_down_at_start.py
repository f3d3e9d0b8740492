"""A server in front of a store that is not there yet waits for it without pressing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from listening import Quiet, listening
from live import serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

YES = b'{"head": {}, "boolean": true}'
DOWN = 3.0
"""Seconds from the first request on for which the store refuses."""


class Rising(Quiet):
    asked: list[float]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(time.monotonic())
        is_up = self.asked[-1] - self.asked[0] > DOWN
        self.answer(200 if is_up else 500, "application/sparql-results+json", YES)


def test_store_that_is_down_is_asked_now_and_then_until_it_is_up(tmp_path: Path) -> None:
    (tmp_path / "mufakat.toml").write_text('title = "F"\nbase_iri = "http://example.org/"\n')
    asked: list[float] = []
    with (
        listening(Rising, asked=asked) as port,
        serving(
            tmp_path, "--store", f"http://127.0.0.1:{port}/sparql", "--log-format", "none"
        ) as server,
    ):
        refused = [moment for moment in asked if moment - asked[0] <= DOWN]
        assert 3 < len(refused) < 30
        assert server.ask("/ready").status == 200
