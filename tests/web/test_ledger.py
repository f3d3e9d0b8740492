"""Records of requests are counted and written for many at once, and none is lost."""

from __future__ import annotations

import io
import threading
import time
from typing import Any

import pytest

from mufakat.web.ledger import BUCKETS, FULL, PIECE, Ledger, room_of

RECORD: Any = (1_795_475_000.5, "00ff", "GET", "/sparql", 200, 12, 0.003)
LINE = "2026-11-23T23:03:20Z 00ff GET /sparql 200 12 3.0\n"


class Pieces(io.StringIO):
    """Remembers how it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return super().write(text)


class Broken(io.StringIO):
    """Nobody reads any more."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_lines_are_written_without_being_asked_for() -> None:
    out = io.StringIO()
    ledger = Ledger("text", out)
    for turn in range(1, 4):
        ledger.note(RECORD)
        until = time.monotonic() + 10
        while out.getvalue() != LINE * turn and time.monotonic() < until:
            time.sleep(0.005)
        assert out.getvalue() == LINE * turn


def test_threads_lose_no_record_and_break_no_line() -> None:
    out = Pieces()
    ledger = Ledger("text", out)
    each, threads = 3 * FULL, 4

    def note() -> None:
        for _ in range(each):
            ledger.note(RECORD)

    running = [threading.Thread(target=note) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    ledger.settle()
    assert ledger.counts == {("sparql", 200): each * threads}
    assert sum(ledger.times["sparql"].within) == each * threads
    assert out.getvalue() == LINE * each * threads
    assert max(map(len, out.pieces)) <= PIECE
    assert all(piece.endswith("\n") for piece in out.pieces)


def test_queue_has_an_end() -> None:
    out = io.StringIO()
    ledger = Ledger("text", out)
    ledger.called = True  # the writing thread never comes
    for _ in range(FULL - 1):
        ledger.note(RECORD)
    assert out.getvalue() == ""
    ledger.note(RECORD)
    assert out.getvalue() == LINE * FULL


def test_broken_log_stops_neither_requests_nor_figures() -> None:
    ledger = Ledger("json", Broken())
    for _ in range(2):
        ledger.note(RECORD)
        ledger.settle()
    assert ledger.counts == {("sparql", 200): 2}


def test_times_are_counted_within_the_next_bound() -> None:
    ledger = Ledger("none")
    for seconds in (0.0, BUCKETS[0], BUCKETS[0] + 1e-9, BUCKETS[-1], BUCKETS[-1] + 1):
        ledger.note((*RECORD[:6], seconds))
    ledger.settle()
    within = ledger.times["sparql"].within
    assert (within[0], within[1], within[-2], within[-1]) == (2, 1, 1, 1)
    assert sum(within) == 5


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/", "home"),
        ("/sparql", "sparql"),
        ("/id/state/x", "id"),
        ("/nothing/here", "other"),
        ("*", "other"),
        ("", "other"),
    ],
)
def test_every_path_belongs_to_a_room(path: str, room: str) -> None:
    assert room_of(path) == room
