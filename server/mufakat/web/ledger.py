"""What became of each request: noted in passing, counted and written down for many at once.

A request only leaves its record in a queue. A thread of its own takes the records from there, after
a moment in which more may come, and so does whoever asks for the figures. The queue is a deque:
appending to it and taking from it are single steps of the interpreter, so that no request waits for
another. Giving up the interpreter for a write, once for each request, would cost more than all the
rest of an answer that is kept.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from bisect import bisect_left
from collections import Counter, deque
from contextlib import suppress
from multiprocessing.util import Finalize
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    Record = tuple[float, str, str, str, int, int, float]
    """Time of its end, number, method, path, status, bytes and seconds of a request."""

GATHER: Final = 0.02
"""Seconds until a record that came first after a pause is written, with those that came since."""
FULL: Final = 1024
"""Records that may wait; then a request waits until they are written."""
PIECE: Final = 4096
"""Bytes that a pipe takes without another process's line in between."""
BUCKETS: Final = (
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
)
ROOMS: Final = frozenset(
    {
        "sparql", "update", "graphs", "query", "id", "page", "data", "ontology", "shapes", "scheme",
        "static", "health", "ready", "metrics", "dump", "docs", "search", "void", "catalog",
    }
)  # fmt: skip


class Times:
    """How long the requests of one room took."""

    def __init__(self) -> None:
        self.sum = 0.0
        self.within = [0] * (len(BUCKETS) + 1)
        """How many took at most each bound of BUCKETS and more than the one before."""

    def add(self, seconds: float) -> None:
        """Count a request."""
        self.sum += seconds
        self.within[bisect_left(BUCKETS, seconds)] += 1


class Ledger:
    """The records of one application's requests, and what they come to."""

    def __init__(self, log_format: str, out: TextIO | None = None) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        """Requests by room and status."""
        self.times: dict[str, Times] = {}
        self.log_format = log_format
        self.out = out or sys.stderr
        self.called = False
        """Whether the writing thread will come; then it need not be called."""
        self._waiting: deque[Record] = deque()
        self._lock = threading.Lock()
        _ledgers.add(self)

    def note(self, record: Record) -> None:
        """Take the record of a request that is answered."""
        self._waiting.append(record)
        if not self.called and self.log_format != "none":
            self.called = True
            _call(self)
        if len(self._waiting) >= FULL:
            self.settle()

    def settle(self) -> None:
        """Count what waits and write its lines; when this returns, all noted before is done."""
        with self._lock:
            records = list(self._taken())
            for _, _, _, path, status, _, seconds in records:
                room = room_of(path)
                self.counts[room, status] += 1
                if room not in self.times:
                    self.times[room] = Times()
                self.times[room].add(seconds)
            if self.log_format != "none":
                self._write(_lines(records, as_json=self.log_format == "json"))

    def _taken(self) -> Iterator[Record]:
        with suppress(IndexError):
            while True:
                yield self._waiting.popleft()

    def _write(self, lines: Iterator[str]) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more; the server goes on answering
            for piece in _pieces(lines):
                self.out.write(piece)
                self.out.flush()


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Join lines, but no more than a pipe takes at a time."""
    piece = ""
    for line in lines:
        if piece and len(piece) + len(line) > PIECE:
            yield piece
            piece = ""
        piece += line
    if piece:
        yield piece


def room_of(path: str) -> str:
    """Name the part of the house that a path belongs to."""
    if path == "/":
        return "home"
    room = path[1:].partition("/")[0]
    return room if room in ROOMS else "other"


def _lines(records: list[Record], *, as_json: bool) -> Iterator[str]:
    second, moment = -1, ""
    for ended, name, method, path, status, size, seconds in records:
        if int(ended) != second:
            second = int(ended)
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
        ms = round(seconds * 1000, 2)
        if as_json:
            entry = {
                "time": moment,
                "request": name,
                "method": method,
                "path": path,
                "status": status,
                "bytes": size,
                "ms": ms,
            }
            yield json.dumps(entry, ensure_ascii=True) + "\n"
        else:
            yield f"{moment} {name} {_plain(method)} {_plain(path)} {status} {size} {ms}\n"


def _plain(value: str) -> str:
    """Write a field so that it cannot be taken for two, or for another line."""
    if value.isascii() and value.isprintable() and " " not in value:
        return value
    return "".join(c if "!" <= c <= "~" else f"%{ord(c):02x}" for c in value)


_ledgers: WeakSet[Ledger] = WeakSet()
_due: SimpleQueue[Ledger] = SimpleQueue()
_starting = threading.Lock()
_writing_in = 0
"""The process whose thread it is: a fork leaves threads behind."""


def _call(ledger: Ledger) -> None:
    """Have the writing thread come to a ledger; the first call in a process starts it."""
    global _writing_in  # noqa: PLW0603 - one thread for the process
    _due.put(ledger)
    if _writing_in == os.getpid():
        return
    with _starting:
        if _writing_in != os.getpid():
            _writing_in = os.getpid()
            threading.Thread(target=_write_for_ever, name="ledger", daemon=True).start()
            # A web process is a child of multiprocessing, which ends it without atexit.
            Finalize(None, _settle_all, exitpriority=0)


def _write_for_ever() -> None:
    while True:
        ledger = _due.get()
        time.sleep(GATHER)
        # From here on a new record calls again; one that came before is taken below.
        ledger.called = False
        ledger.settle()


def _settle_all() -> None:
    for ledger in list(_ledgers):
        ledger.settle()
