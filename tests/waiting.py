"""Waiting in tests: for what will happen soon, and never for ever.

How fast something is, bench/ measures. Here a bound on time tells only what ends from what does
not, and is wide enough for a machine that has much else to do.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Found = TypeVar("Found")

BUSY: Final = 20.0
"""Seconds that a busy machine may take for what an idle one does in a moment."""
FOR_LONG: Final = 40.0
"""Seconds that something goes on which has to be ended: longer than `BUSY` and a deadline."""


def wait_until(condition: Callable[[], Found], what: str, seconds: float = 30) -> Found:
    """Ask again and again until the answer is true, and give it.

    Fails after `seconds`, saying `what` did not happen.
    """
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.01)
    return found


@contextmanager
def ending(after: float = 0) -> Iterator[None]:
    """Fail when what is done inside does not end `after` so many seconds, on a busy machine."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < after + BUSY, f"went on for {took:.1f} s"
