"""Threads that read from clients for others, so that these can give a slow client up.

Reading from a connection cannot be broken off; whoever waits for it can.
"""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Read = Callable[[int], bytes]


GIVEN_UP: Final = "mufakat.given_up"
"""Set in the environment of a request whose body is not waited for any longer."""
SENDING: Final = 0.5
"""Seconds for the last bytes of an answer to be sent before it breaks off."""


def broken_off(answer: Iterable[bytes]) -> Iterator[bytes]:
    """Send an answer piece by piece, so that the server notices when it ends too early.

    While somebody reads from a connection the server keeps it, whatever has been answered; only an
    answer with less than it announced makes it let go. It throws away what it has not yet sent.
    """
    yield from answer
    time.sleep(SENDING)


class Reading:
    """One read under way, and what became of it."""

    __slots__ = ("_after", "_lock", "data", "done", "error", "read", "size")

    def __init__(self, read: Read, size: int) -> None:
        self.read = read
        self.size = size
        self.data = b""
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()
        self._after: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def carry_out(self) -> None:
        """Read; called by a thread of the readers."""
        try:
            self.data = self.read(self.size)
        except BaseException as error:
            self.error = error
        with self._lock:
            self.done.release()
            after = self._after
        if after is not None:
            after()

    def give_up(self, after: Callable[[], None]) -> bool:
        """Have `after` called when the read ends; False when it has ended already."""
        with self._lock:
            if not self.done.locked():
                return False
            self._after = after
            return True


class Readers:
    """As many threads as there are reads under way, kept for the next ones."""

    def __init__(self) -> None:
        self._readings: SimpleQueue[Reading] = SimpleQueue()
        self._idle = 0
        self._lock = threading.Lock()

    def read(self, read: Read, size: int, until: float) -> Reading:
        """Read until a moment of the monotonic clock; look at `done` whether it was enough."""
        reading = Reading(read, size)
        with self._lock:
            needs_thread = not self._idle
            self._idle -= not needs_thread
        if needs_thread:
            threading.Thread(target=self._work, daemon=True).start()
        self._readings.put(reading)
        if reading.done.acquire(timeout=max(0.0, until - time.monotonic())):
            reading.done.release()
        return reading

    def _work(self) -> None:
        while True:
            self._readings.get().carry_out()
            with self._lock:
                self._idle += 1
