"""A worker: answers the requests of one connection in a process of its own, then ends.

It can open no file and no socket after its connection stands, and it cannot allocate more than its
share: whatever a query does, it does to its own worker.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mufakat.engine import stack
from mufakat.engine.pool import frames
from mufakat.engine.pool.failures import tell
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    import socket
    from typing import NoReturn

    from mufakat.engine.pool.post import Evaluator

_BUFFER: Final = 1 << 16
_GROWN: Final = 64 << 10
"""KiB of its own that one query may leave a worker with; after a larger one another is forked."""
NICE: Final = 8
"""Before a worker goes the process that hands out its answer and takes in the next question."""


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
        self._connection.sendall(self._framed())

    def end(self, said: dict[str, Any]) -> None:
        """Send what is left together with what was said of the answer."""
        done = frames.framed(frames.DONE, json.dumps(said).encode())
        self._connection.sendall(self._framed() + done)

    def _framed(self) -> bytes:
        if not self._parts:
            return b""
        frame = frames.framed(frames.DATA, bytes(self._parts))
        self._parts.clear()
        return frame


def work(
    connection: socket.socket, evaluator: Evaluator, *, generation: int, memory_limit: int
) -> NoReturn:
    """Be a worker; this does not return.

    A thread answers, because what a thread needs of memory lies in a place of its own. The first
    one would put it into the holes that loading left between the data, and each of these costs a
    copy of the page around it. Another thread takes its place when its priority was lowered, which
    only the system's administrator could take back.

    Args:
        connection: to the web process.
        evaluator: answers.
        generation: which of the states that were published these data are.
        memory_limit: bytes that may be allocated beyond those in use; 0 for any number.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(OSError):
        os.nice(NICE)
    threading.stack_size(stack.SIZE)
    peak = _peak()
    to_confine: int | None = memory_limit
    while True:
        arguments = (connection, evaluator, generation, to_confine, peak)
        thread = threading.Thread(target=_answer_all, args=arguments, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads may be started here
            _answer_all(*arguments)
            os._exit(0)
        thread.join()
        to_confine = None


def _answer_all(
    connection: socket.socket,
    evaluator: Evaluator,
    generation: int,
    to_confine: int | None,
    peak: int,
) -> None:
    """Answer until another thread shall go on; end the process when nobody asks any more.

    It ends as well where what was answered took much more memory than the `peak` before. The first
    thread confines the process to so many bytes and gets the evaluator ready.
    """
    code, goes_on = 1, False
    try:
        if to_confine is not None:
            _confine(to_confine)
            evaluator.prepare()
        greet(connection, evaluator, generation)
        goes_on = _answer_until_told(connection, evaluator) and _peak() - peak < _GROWN
        code = 0
    except frames.Closed:
        code = 0  # the web process has no more use for this worker
    except (OSError, MemoryError):
        pass
    finally:
        if not goes_on:
            os._exit(code)


def _answer_until_told(connection: socket.socket, evaluator: Evaluator) -> bool:
    """Answer requests; say whether another thread shall go on."""
    reader = frames.Reader(connection)
    while True:
        kind, payload = reader.receive()
        if kind != frames.ASK:
            return kind == frames.AFRESH
        _answer(connection, evaluator, json.loads(payload))


def _peak() -> int:
    """Give the most memory that this process has had, in KiB on Linux."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def greet(connection: socket.socket, evaluator: Evaluator, generation: int) -> None:
    """Tell who answers here, and from which state."""
    greeting = {
        "pid": os.getpid(),
        "thread": threading.get_native_id() if sys.platform == "linux" else os.getpid(),
        "version": evaluator.version,
        "generation": generation,
    }
    frames.send_json(connection, frames.HELLO, greeting)


def _answer(connection: socket.socket, evaluator: Evaluator, request: dict[str, Any]) -> None:
    out = _Buffered(connection)
    try:
        said = evaluator.evaluate(request, out.write)
    except MufakatError as error:
        tell(connection, error)
        return
    out.end(said)


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
