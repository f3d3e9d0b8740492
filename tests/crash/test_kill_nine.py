"""SIGKILL at random moments while the server writes; `python -m bench.crash` does it 200 times."""

from __future__ import annotations

import sys

import pytest

from bench.crash import run


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes to kill in /proc")
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done() -> None:
    tally = run(kills=4, seed=7)
    assert tally.kills == 4
    assert len(tally.acknowledged) > 4, "too few changes to prove anything"
    assert (tally.lost, tally.torn) == (set(), set())
