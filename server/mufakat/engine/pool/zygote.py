"""The process that loads the data once and forks a worker for each connection.

A worker shares the loaded data copy-on-write, so that it costs milliseconds and almost no memory.
It can open no file and no socket after its connection stands, and it cannot allocate more than its
share: whatever a query does, it does to its own worker.

A change is made in a fork too, the *stager*. When the change is on disk, the stager publishes the
new version and takes over: it is the zygote from then on, and the old one ends. Workers of the old
state finish what they are doing; nobody ever sees half a change.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mufakat.engine.pool import frames
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from mufakat.engine.pool.state import State

_BUFFER = 1 << 16


class Evaluator(Protocol):
    """Answers requests inside workers and makes changes inside stagers."""

    version: str
    """Names the state of the data."""

    def evaluate(self, request: dict[str, Any], write: Callable[[bytes], object]) -> dict[str, Any]:
        """Write the answer's bytes and return what is to be said about them.

        Raises:
            MufakatError: the request cannot be answered.
        """

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make a change, put it on disk, and set `version`; return what is to be said about it.

        Raises:
            MufakatError: the change is refused; nothing was written.
        """


@dataclass(frozen=True)
class Post:
    """What a zygote needs to know about where it works; a stager inherits it."""

    readers: socket.socket
    writers: socket.socket | None
    state: State
    home: int
    """Process id of the server; when it is gone, so are we."""
    life: int
    """A descriptor that becomes readable when the server ends; -1 where there are none."""
    memory_limit: int


class _Buffered:
    """Collects small writes into frames."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._parts = bytearray()

    def write(self, data: bytes) -> int:
        self._parts += data
        if len(self._parts) >= _BUFFER:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._parts:
            frames.send(self._connection, frames.DATA, bytes(self._parts))
            self._parts.clear()


def run(post: Post, load: Callable[[], Evaluator], ready: int) -> None:
    """Load the data, publish its version, then fork workers until the server is gone.

    Args:
        post: sockets, state and limits.
        load: builds the evaluator; runs once.
        ready: file descriptor; one byte is written when the data is loaded.
    """
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _end())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries our children
    evaluator = load()
    post.state.publish(evaluator.version)
    os.write(ready, b"1")
    os.close(ready)
    _stand(post, evaluator)


def _stand(post: Post, evaluator: Evaluator) -> None:
    """Be the zygote: fork a worker for each reader and, one at a time, a stager for a writer."""
    _settle()
    staging = -1
    while _lives(post.home):
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
        if post.readers in found:
            _fork_worker(post, evaluator)
        if post.writers in found:
            staging = _fork_stager(post, evaluator)
        if staging in found:
            if os.read(staging, 1):
                os._exit(0)  # the stager has taken over
            os.close(staging)
            staging = -1
    _end()


def _settle() -> None:
    """Let the garbage collectors of workers leave shared pages shared."""
    gc.collect()
    gc.freeze()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _end() -> None:
    """End this process and every worker it forked (they are of its process group)."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    os._exit(0)


def _fork_worker(post: Post, evaluator: Evaluator) -> None:
    with suppress(OSError):
        connection, _ = post.readers.accept()
        if os.fork() == 0:
            post.readers.close()
            if post.writers is not None:
                post.writers.close()
            _work(connection, evaluator, post.memory_limit)
        connection.close()


def _work(connection: socket.socket, evaluator: Evaluator, memory_limit: int) -> None:
    """Be a worker: answer the requests of one connection, then end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    code = 0
    try:
        _confine(memory_limit)
        _greet(connection, evaluator)
        while True:
            kind, payload = frames.receive(connection)
            if kind != frames.ASK:
                break
            _answer(connection, evaluator, json.loads(payload))
    except frames.Closed:
        pass  # the web process has no more use for this worker
    except (OSError, MemoryError):
        code = 1
    finally:
        os._exit(code)


def _greet(connection: socket.socket, evaluator: Evaluator) -> None:
    greeting = {"pid": os.getpid(), "version": evaluator.version}
    frames.send_json(connection, frames.HELLO, greeting)


def _answer(connection: socket.socket, evaluator: Evaluator, request: dict[str, Any]) -> None:
    out = _Buffered(connection)
    try:
        said = evaluator.evaluate(request, out.write)
    except MufakatError as error:
        _fail(connection, error)
        return
    out.flush()
    frames.send_json(connection, frames.DONE, said)


def _fail(connection: socket.socket, error: MufakatError) -> None:
    failure: dict[str, Any] = {
        "type": type(error).__name__,
        "detail": error.detail,
        "mend": error.mend,
        "clause": error.clause,
        "report": getattr(error, "report", ""),
    }
    if error.where:
        failure |= {"line": error.where.line, "column": error.where.column}
    frames.send_json(connection, frames.FAILED, failure)


def _fork_stager(post: Post, evaluator: Evaluator) -> int:
    """Fork a stager for the next writer; return the descriptor on which it tells of its success.

    It returns in the stager, too, when that has become the zygote: with -1, as nobody is staging.
    Returning, and not going on from within, keeps the stack as deep as it was: a server that runs
    for years makes more changes than a stack has room for.
    """
    assert post.writers is not None  # noqa: S101 - only then is there a writer
    try:
        connection, _ = post.writers.accept()
    except OSError:
        return -1
    hears, tells = os.pipe()
    if os.fork() == 0:
        os.close(hears)
        _stage(connection, post, evaluator, tells)
        _settle()
        return -1
    os.close(tells)
    connection.close()
    return hears


def _stage(connection: socket.socket, post: Post, evaluator: Evaluator, tells: int) -> None:
    """Be a stager: make one change; return to be the zygote if it is on disk, else end."""
    before = evaluator.version
    try:
        _greet(connection, evaluator)
        _, payload = frames.receive(connection)
        try:
            said = evaluator.change(json.loads(payload))
        except MufakatError as error:
            _fail(connection, error)
            os._exit(0)
        if evaluator.version != before:
            post.state.publish(evaluator.version)
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


def _confine(memory_limit: int) -> None:
    """Take from this process what no query needs: more memory, files and sockets, core dumps.

    A descriptor that is open stays open; no new one can be made, so that neither SERVICE nor LOAD
    nor FROM can reach a network or a file, whatever the engine would do.
    """
    in_use = 0
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        in_use = pages * resource.getpagesize()
    if memory_limit and in_use:
        resource.setrlimit(resource.RLIMIT_AS, (in_use + memory_limit,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)  # an allocation failure prints a stack trace of the engine
    os.close(devnull)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
