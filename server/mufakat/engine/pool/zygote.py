"""The process that holds the data and forks a worker for each connection.

A worker shares the loaded data copy-on-write, so that it costs milliseconds and almost no memory.

A change is made in a fork too, the *stager*. When the change is on disk, the stager publishes the
new version and takes over: it is the zygote from then on, and the old one ends. Workers of the old
state finish what they are doing; nobody ever sees half a change. When much was changed, a successor
with the same data, loaded afresh, takes over in the same way (`mufakat.engine.pool.origin`).
"""

from __future__ import annotations

import gc
import os
import select
import signal
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mufakat.engine.pool import bonds, pages, stager
from mufakat.engine.pool.worker import work

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.pool.post import Evaluator, Post


def run(post: Post, load: Callable[[], Evaluator], ready: int) -> None:
    """Load the data, publish its version, then fork workers until the server is gone.

    Args:
        post: sockets, state and limits.
        load: builds the evaluator; runs once.
        ready: file descriptor; one byte is written when the data is loaded.
    """
    evaluator = load()
    pages.gather()
    post = replace(post, generation=post.state.publish(evaluator.version))
    os.write(ready, b"1")
    os.close(ready)
    stand(post, evaluator)


def stand(post: Post, evaluator: Evaluator) -> None:
    """Be the zygote: fork a worker for each reader and, one at a time, a stager for a writer."""
    signal.signal(signal.SIGTERM, lambda *_: _end())
    _settle(post, evaluator)
    staging = -1
    while bonds.lives(post.home):
        sources: list[Any] = [post.readers]
        if staging >= 0:
            sources.append(staging)
        elif post.writers is not None:
            sources.append(post.writers)
        if post.life >= 0:
            sources.append(post.life)
        found = select.select(sources, [], [], 1.0)[0]
        if post.life in found:
            break
        if staging in found:
            if os.read(staging, 1):
                os._exit(0)  # another has taken over
            os.close(staging)
            staging = -1
        if post.readers in found:
            _fork_worker(post, evaluator)
        if post.writers in found:
            post, staging = stager.fork(post, evaluator)
            if staging < 0:
                _settle(post, evaluator)
    _end()


def _settle(post: Post, evaluator: Evaluator) -> None:
    """Ask for a successor when it is time, and leave shared pages to the workers shared."""
    if evaluator.worn():
        with suppress(OSError):
            os.write(post.orders, b"1")
    gc.collect()
    gc.freeze()


def _end() -> None:
    """End this process and every worker it forked (they are of its process group)."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    os._exit(0)


def _fork_worker(post: Post, evaluator: Evaluator) -> None:
    with suppress(OSError):
        connection, _ = post.readers.accept()
        connection.setblocking(True)
        if os.fork() == 0:
            post.leave()
            work(
                connection,
                evaluator,
                generation=post.generation,
                memory_limit=post.memory_limit,
            )
        connection.close()
