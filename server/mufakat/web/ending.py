"""Being told to end, however often and whenever: what a signal may do while anything else goes on.

A signal's handler runs between any two steps of the main thread. `threading.Event` holds a lock
while it is set and while a wait for it begins and ends; a handler that sets the event just then
waits for the thread that it interrupts, and the process for ever. Two signals soon after each other
are enough: a supervisor ends a whole group, and the server passes the word on to its own.
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ALL: Final = 1 << 20
"""More bytes than a pipe holds."""


class Latch:
    """What `threading.Event` is, for one process, without a lock: a byte in a pipe."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        for end in (self._out, self._in):
            os.set_blocking(end, False)

    def set(self) -> None:
        """Let whoever waits go on; does nothing where it is set."""
        with suppress(BlockingIOError):  # full: it is set
            os.write(self._in, b"\n")

    def is_set(self) -> bool:
        """Whether a wait would end at once."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, at most `timeout` seconds; say whether it is."""
        return bool(select.select([self._out], [], [], timeout)[0])

    def clear(self) -> None:
        """Have the next wait wait again."""
        with suppress(BlockingIOError):
            os.read(self._out, _ALL)  # once: what is set meanwhile stays so

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._out)
        os.close(self._in)


def once(handler: Callable[..., Any]) -> Callable[..., None]:
    """Give a handler of signals that hears the first one and none that comes in its way."""
    heard = False

    def hear(*arguments: Any) -> None:
        nonlocal heard
        if not heard:
            heard = True
            handler(*arguments)

    return hear
