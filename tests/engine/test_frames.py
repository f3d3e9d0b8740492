"""Frames come whole, however their bytes arrive."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from mufakat.engine.pool import frames
from mufakat.engine.pool.frames import DATA, DONE, Closed, Reader, framed

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = bytes(100_000)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        yield ours, theirs


def test_frames_sent_at_once_are_received_one_by_one(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.sendall(framed(DATA, b"a") + framed(DATA, b"") + framed(DONE, b"{}"))
    reader = Reader(ours)
    assert [reader.receive() for _ in range(3)] == [(DATA, b"a"), (DATA, b""), (DONE, b"{}")]


def test_a_wait_that_is_cut_short_loses_nothing(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    reader = Reader(ours)
    for byte in framed(DATA, b"ab"):
        with pytest.raises(TimeoutError):
            reader.receive()
        theirs.sendall(bytes([byte]))
    assert reader.receive() == (DATA, b"ab")


def test_a_frame_larger_than_what_is_read_at_a_time_is_whole(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    frames.send(theirs, DATA, LARGE)
    assert frames.receive(ours) == (DATA, LARGE)


def test_an_end_in_the_middle_of_a_frame_is_told(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    theirs.sendall(framed(DATA, b"abc")[:-1])
    theirs.close()
    with pytest.raises(Closed):
        frames.receive(ours)
