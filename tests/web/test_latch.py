"""A process hears that it shall end, however many signals say so and whenever they come."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from mufakat.web.ending import Latch, once

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_EVERY_STEP = """
import sys, threading
from mufakat.web.ending import Latch

waited_for = {"latch": Latch, "event": threading.Event}[sys.argv[1]]()

def interrupt(frame, what, argument):
    waited_for.set()
    return interrupt

sys.settrace(interrupt)
waited_for.wait(10)
waited_for.clear()
waited_for.set()
"""
"""Does between any two steps what a handler would do that interrupts them."""


@pytest.fixture
def latch() -> Iterator[Latch]:
    made = Latch()
    yield made
    made.close()


def test_handler_may_set_the_latch_between_any_two_steps() -> None:
    command = [sys.executable, "-c", AT_EVERY_STEP]
    subprocess.run([*command, "latch"], check=True, timeout=20)
    # What the latch takes the place of waits for ever.
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([*command, "event"], check=True, timeout=2)


def test_wait_ends_when_another_thread_sets_it(latch: Latch) -> None:
    assert not latch.is_set()
    assert latch.wait(0.01) is False
    threading.Timer(0.01, latch.set).start()
    assert latch.wait(10) is True
    assert latch.is_set()


def test_cleared_latch_waits_again_however_often_it_was_set(latch: Latch) -> None:
    for _ in range(100_000):  # more than a pipe takes
        latch.set()
    latch.clear()
    assert not latch.is_set()
    latch.clear()  # of what is not set: nothing happens
    latch.set()
    assert latch.is_set()


def test_handler_hears_the_first_of_many_signals() -> None:
    heard: list[int] = []

    def handle(number: int, _: object) -> None:
        heard.append(number)
        signal.raise_signal(signal.SIGUSR1)  # in its way
        time.sleep(0.001)

    before = signal.signal(signal.SIGUSR1, once(handle))
    try:
        for _ in range(3):
            signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert heard == [signal.SIGUSR1]
