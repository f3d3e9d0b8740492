"""The process from which zygotes are forked: it holds no data, so nothing of old data stays.

The engine's store in memory keeps what was removed from it, and a heap that has held much does not
give everything back. So after many changes the origin forks a process that loads the data from disk
as a restart does, compacts the journal, takes in what was changed meanwhile, and takes the place of
the old zygote; that ends, and all that it held is free.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mufakat.engine.pool import addresses, bonds, pages, zygote
from mufakat.engine.pool.stager import ask_for_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.pool.post import Evaluator, Post

LOADING: Final = 600
"""Seconds that loading afresh may take."""
TAKING_OVER: Final = 10
"""Seconds that others may wait while a successor takes over; then it is ended."""
FAILED: Final = "The data could not be loaded afresh; the server goes on with those it holds."
PAUSE: Final = 30.0
"""Seconds after a successor that did not get as far, until another one is tried."""


def run(post: Post, writers: str, load: Callable[[], Evaluator], ready: int, orders: int) -> None:
    """Fork the first zygote, and a successor whenever one is ordered, until none is left.

    Args:
        post: where zygotes work.
        writers: address of the socket for changes.
        load: builds the evaluator.
        ready: file descriptor; the first zygote writes one byte when the data is loaded.
        orders: where the zygotes' orders arrive.

    This does not return: it ends with 0 when the server has ended or told it to, and with 1 when
    the last zygote has ended by itself.
    """
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries our children
    bonds.adopt_orphans()
    if os.fork() == 0:
        os.close(orders)
        _be(lambda: zygote.run(post, load, ready))
    os.close(ready)
    post.leave()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    growing, not_before = -1, 0.0
    while True:
        sources = [each for each in (orders, post.life, growing) if each >= 0]
        found = select.select(sources, [], [])[0]
        if post.life in found:
            os._exit(0)
        if growing in found:
            if not os.read(growing, 1):
                print(FAILED, file=sys.stderr, flush=True)
                not_before = time.monotonic() + PAUSE
            os.close(growing)
            growing = -1
        if orders in found:
            if not os.read(orders, 1 << 10):
                os._exit(1)  # every zygote has ended
            if growing < 0 and time.monotonic() >= not_before:
                growing = _fork(post, writers, load, orders)


def _fork(post: Post, writers: str, load: Callable[[], Evaluator], orders: int) -> int:
    """Fork a successor; give the descriptor on which it tells that it took over, before it ends."""
    hears, tells = os.pipe()
    if os.fork() == 0:
        os.close(hears)
        os.close(orders)
        _be(lambda: _take_over(post, writers, load, tells))
    os.close(tells)
    return hears


def _take_over(post: Post, writers: str, load: Callable[[], Evaluator], tells: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LOADING)
    evaluator = load()
    pages.gather()
    evaluator.renew()
    evaluator.catch_up()  # most of it now, so that the turn is short
    with socket.socket(socket.AF_UNIX) as connection:
        with addresses.short(writers) as spelled:
            connection.connect(spelled)
        version, given = ask_for_turn(connection)
    signal.alarm(TAKING_OVER)
    evaluator.catch_up()
    if evaluator.version != version:
        return  # the old one stands on other data; it stays
    readers, writing, orders, done = given
    post = replace(
        post,
        readers=socket.socket(fileno=readers),
        writers=socket.socket(fileno=writing),
        orders=orders,
        generation=post.state.publish(version),
    )
    for descriptor in (done, tells):
        os.write(descriptor, b"1")
        os.close(descriptor)
    signal.alarm(0)
    zygote.stand(post, evaluator)


def _be(what: Callable[[], None]) -> None:
    """Do something as the whole life of this process."""
    code = 1
    try:
        what()
        code = 0
    finally:
        os._exit(code)
