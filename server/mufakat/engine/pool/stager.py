"""The stager: a fork of the zygote that makes one change and takes over, or gives its turn away.

One change is made at a time, and a zygote loaded afresh takes over as if it were a change: it asks
for its turn at the same socket, and what gives it the turn is the pipe on which the old zygote
hears that another stands in its place.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mufakat.engine.pool import frames
from mufakat.engine.pool.failures import tell
from mufakat.engine.pool.worker import greet
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    from mufakat.engine.pool.post import Evaluator, Post

TURN: Final = "turn"
"""The request of a zygote loaded afresh; no change has that name."""


def fork(post: Post, evaluator: Evaluator) -> tuple[Post, int]:
    """Fork a stager for the next writer; return the descriptor on which it tells of its success.

    It returns in the stager, too, when that has become the zygote: with its post and -1, as nobody
    is staging. Returning, and not going on from within, keeps the stack as deep as it was: a server
    that runs for years makes more changes than a stack has room for.
    """
    assert post.writers is not None  # noqa: S101 - only then is there a writer
    try:
        connection, _ = post.writers.accept()
    except OSError:
        return post, -1
    connection.setblocking(True)
    hears, tells = os.pipe()
    if os.fork() == 0:
        os.close(hears)
        return _stage(connection, post, evaluator, tells), -1
    os.close(tells)
    connection.close()
    return post, hears


def _stage(connection: socket.socket, post: Post, evaluator: Evaluator, tells: int) -> Post:
    """Make one change; return to be the zygote if it is on disk, else end."""
    before = evaluator.version
    try:
        greet(connection, evaluator, post.generation)
        _, payload = frames.receive(connection)
        request = json.loads(payload)
        if TURN in request:
            _give_turn(connection, post, tells)
        try:
            said = evaluator.change(request)
        except MufakatError as error:
            tell(connection, error)
            os._exit(0)
        if evaluator.version != before:
            post = replace(post, generation=post.state.publish(evaluator.version))
            os.write(tells, b"1")
            os.close(tells)
    except BaseException:
        if evaluator.version == before:
            os._exit(1)
        said = {}
    with suppress(OSError):
        frames.send_json(connection, frames.DONE, said)
        connection.close()
    if evaluator.version == before:
        os._exit(0)
    return post


def _give_turn(connection: socket.socket, post: Post, tells: int) -> None:
    """Hand over what the zygote listens to; whoever has it may take over, and nobody else."""
    assert post.writers is not None  # noqa: S101 - this was asked there
    given = [post.readers.fileno(), post.writers.fileno(), post.orders, tells]
    socket.send_fds(connection, [b"1"], given)
    os._exit(0)


def ask_for_turn(connection: socket.socket) -> tuple[str, list[int]]:
    """Wait for the turn; return the version that is current until it is given back.

    The descriptors are those of the readers' and the writers' socket, of the orders, and the one on
    which the old zygote hears that it may end; closing it gives the turn back.

    Raises:
        OSError: the old zygote is gone or ended.
    """
    _, greeting = frames.receive(connection)
    frames.send_json(connection, frames.ASK, {TURN: True})
    told, given, _, _ = socket.recv_fds(connection, 1, 4)
    if not told or len(given) != 4:
        raise frames.Closed
    return json.loads(greeting)["version"], given
