"""The process that loads the data once and forks a worker for each connection.

A worker shares the loaded data copy-on-write, so that it costs milliseconds and almost no memory.
It can open no file and no socket after its connection stands, and it cannot allocate more than its
share: whatever a query does, it does to its own worker.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mufakat.engine.pool import frames
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_BUFFER = 1 << 16
_BACKLOG = 128


class Evaluator(Protocol):
    """Answers one request inside a worker."""

    def evaluate(self, request: dict[str, Any], write: Callable[[bytes], object]) -> dict[str, Any]:
        """Write the answer's bytes and return what is to be said about them.

        Raises:
            MufakatError: the request cannot be answered.
        """


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


def run(
    listener: socket.socket, load: Callable[[], Evaluator], memory_limit: int, ready: int
) -> None:
    """Load the data, say so on the pipe `ready`, then fork workers until the parent is gone.

    Args:
        listener: a listening Unix socket.
        load: builds the evaluator; runs once.
        memory_limit: bytes that a worker may allocate on top of what it shares.
        ready: file descriptor; one byte is written when the data is loaded. When the reading end
            closes, the parent has ended and so do we and our workers.
    """
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _end())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries our children
    parent = os.getppid()
    evaluator = load()
    gc.collect()
    gc.freeze()  # a worker's garbage collector leaves shared pages shared
    os.write(ready, b"1")
    os.close(ready)
    while os.getppid() == parent:
        if not select.select([listener], [], [], 1.0)[0]:
            continue
        with suppress(OSError):
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _work(connection, evaluator, memory_limit)
            connection.close()
    _end()


def _end() -> None:
    """End this process and every worker it forked (they are of its process group)."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    os._exit(0)


def _work(connection: socket.socket, evaluator: Evaluator, memory_limit: int) -> None:
    """Be a worker: answer the requests of one connection, then end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    code = 0
    try:
        _confine(memory_limit)
        frames.send(connection, frames.HELLO, str(os.getpid()).encode())
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


def _answer(connection: socket.socket, evaluator: Evaluator, request: dict[str, Any]) -> None:
    out = _Buffered(connection)
    try:
        said = evaluator.evaluate(request, out.write)
    except MufakatError as error:
        failure: dict[str, Any] = {
            "type": type(error).__name__,
            "detail": error.detail,
            "mend": error.mend,
            "clause": error.clause,
        }
        if error.where:
            failure |= {"line": error.where.line, "column": error.where.column}
        frames.send_json(connection, frames.FAILED, failure)
        return
    out.flush()
    frames.send_json(connection, frames.DONE, said)


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
