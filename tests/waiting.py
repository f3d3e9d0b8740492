"""Waiting in tests: for what will happen soon, and never for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")

BUSY: Final = 20.0
"""Seconds that a busy machine may take for what an idle one does in a moment."""


def wait_until(condition: Callable[[], Found], what: str, seconds: float = 30) -> Found:
    """Ask again and again until the answer is true, and give it.

    Fails after `seconds`, saying `what` did not happen.
    """
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.01)
    return found
