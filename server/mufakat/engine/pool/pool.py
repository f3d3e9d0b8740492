"""A web process's side: connections to workers, deadlines, a bounded queue, changes.

The pool is shared by the threads of one process. Each request has a worker of its own while it
runs. A worker that passes its deadline is killed and replaced; nobody else notices.
"""

from __future__ import annotations

import io
import json
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from mufakat.engine.pool import frames
from mufakat.engine.pool.addresses import state_path, writers_path
from mufakat.engine.pool.connection import LOOK_EVERY, Worker, greeted
from mufakat.engine.pool.failures import rebuilt
from mufakat.engine.pool.state import State
from mufakat.errors import MufakatError, Overloaded, TimedOut, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

_IN_MEMORY = 1 << 20
_LONG = 0.015
"""Seconds of processor time after which a query is kept out of the way of shorter ones."""
_VERY_LONG = 0.05
"""Seconds of it after which it also gets less where it is in nobody's way."""
_SPARE = 2
"""Workers that stand ready while a long query runs."""
_RESTED = 60.0
"""Seconds that a worker may stand idle. What it read of the data it holds as a copy: the engine
counts its readers in the data themselves."""
_GREETING = 10.0
"""Seconds until a zygote that does not fork is taken for gone."""
_HANDOVER = 5.0
"""Seconds that the old zygote has to notice that another took over."""


@dataclass
class Counters:
    """What happened since the start, for operators."""

    asked: int = 0
    killed: int = 0
    died: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Limits:
    """What one request may take."""

    deadline: float = 30.0
    """Seconds of evaluation."""
    queue: int = 64
    """Requests that may wait for a worker."""
    patience: float = 5.0
    """Seconds that a request waits for a worker."""
    result_bytes: int = 256 << 20


@dataclass
class Result:
    """An answer: what the worker said about it, and its bytes."""

    said: dict[str, Any]
    body: IO[bytes]
    size: int


@dataclass
class Pool:
    """Workers behind one zygote's socket."""

    address: str
    size: int
    limits: Limits = field(default_factory=Limits)
    counters: Counters = field(default_factory=Counters)
    on_loss: Callable[[], None] | None = None
    """Called when nobody listens any more: no later request can be answered either."""

    def __post_init__(self) -> None:
        self._state = State(state_path(self.address))
        self._idle: list[Worker] = []
        self._free = threading.Semaphore(self.size)
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False

    def ask(self, request: dict[str, Any]) -> Result:
        """Have a worker answer `request`.

        Raises:
            Overloaded: every worker is busy and the queue is full, or none came free in time.
            TimedOut: the deadline passed; the worker is gone.
            TooLarge: the answer or the memory it needed passed the limit.
            MufakatError: what the worker said was wrong.
        """
        self.counters.asked += 1
        self._take_turn()
        try:
            return self._ask(request)
        finally:
            self._free.release()

    def change(self, request: dict[str, Any], *, deadline: float) -> dict[str, Any]:
        """Have a change made; returns when it is on disk and everybody sees it.

        Changes are made one after the other. One that passes its deadline while it is made is
        ended and leaves no trace.

        Raises:
            Unavailable: this server does not take changes.
            TimedOut: the deadline passed.
            MufakatError: the change was refused.
        """
        worker = self._open(writers_path(self.address), deadline)
        done = False
        try:
            worker.sock.settimeout(deadline)
            frames.send_json(worker.sock, frames.ASK, request)
            kind, payload = frames.receive(worker.sock)
            done = True
        except TimeoutError:
            raise TimedOut(
                f"The change was ended after {deadline:g} seconds.",
                mend="Change less at a time.",
            ) from None
        except (frames.Closed, OSError):
            raise Unavailable(
                "The change could not be finished.",
                mend="Look whether it was made, then repeat it.",
            ) from None
        finally:
            if not done:
                worker.kill()
            worker.close()
        said: dict[str, Any] = json.loads(payload)
        if kind != frames.DONE:
            raise rebuilt(said)
        return said

    def version(self) -> str:
        """Name the state of the data that requests are answered from now."""
        return self._state.version()

    def waiting(self) -> int:
        """How many requests wait for a worker just now."""
        return self._waiting

    def close(self) -> None:
        """End this pool's connections; their workers end with them."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
        self._state.close()

    def _take_turn(self) -> None:
        if self._free.acquire(blocking=False):
            return
        with self._lock:
            if self._waiting >= self.limits.queue:
                self.counters.refused += 1
                raise _busy()
            self._waiting += 1
        try:
            if not self._free.acquire(timeout=self.limits.patience):
                self.counters.refused += 1
                raise _busy()
        finally:
            with self._lock:
                self._waiting -= 1

    def _ask(self, request: dict[str, Any]) -> Result:
        payload = json.dumps(request).encode()
        deadline = time.monotonic() + self.limits.deadline
        worker, fresh = self._take()
        try:
            worker.ask(payload)
        except OSError:
            # An idle worker can have died since its last answer; a new one is asked once.
            worker.kill()
            if fresh:
                raise _gone() from None
            worker = self._connect()
            worker.ask(payload)
        done = False
        try:
            result = self._collect(worker, deadline)
            done = True
        except TimeoutError:
            self.counters.killed += 1
            raise TimedOut(
                f"The query was ended after {self.limits.deadline:g} seconds.",
                mend="Ask for less at a time: name a state or a treaty, add a LIMIT, or replace "
                "a pattern that joins everything with everything.",
            ) from None
        except (frames.Closed, OSError):
            self.counters.died += 1
            raise TooLarge(
                "The query needed more memory than one query may use, and was ended.",
                mend="Sort or group fewer rows: add a filter before ORDER BY or GROUP BY.",
            ) from None
        except MufakatError as error:
            done = getattr(error, "orderly", False)
            raise
        finally:
            self._give_back(worker, reusable=done)
        return result

    def _collect(self, worker: Worker, deadline: float) -> Result:
        body: IO[bytes] = io.BytesIO()
        size = 0
        with ExitStack() as unless_done:
            while True:
                kind, payload = self._frame(worker, deadline)
                if kind == frames.DONE:
                    body.seek(0)
                    unless_done.pop_all()
                    return Result(json.loads(payload), body, size)
                if kind != frames.DATA:
                    raise rebuilt(json.loads(payload))
                size += len(payload)
                if size > self.limits.result_bytes:
                    raise TooLarge(
                        f"The answer is larger than {self.limits.result_bytes >> 20} MiB.",
                        mend="Ask for a part with LIMIT and OFFSET, or take the whole from /dump/.",
                    )
                if size > _IN_MEMORY and isinstance(body, io.BytesIO):
                    spool = unless_done.enter_context(tempfile.TemporaryFile())
                    spool.write(body.getvalue())
                    body = spool
                body.write(payload)

    def _frame(self, worker: Worker, deadline: float) -> tuple[bytes, bytes]:
        while (now := time.monotonic()) < deadline:
            if now >= worker.next_look:  # the clock of one at work is not read for nothing
                self._attend(worker, deadline)
                worker.next_look = now + LOOK_EVERY
            try:
                return worker.receive()
            except BlockingIOError:
                continue
        raise TimeoutError

    def _attend(self, worker: Worker, deadline: float) -> None:
        """Keep one that works for long out of the way of others, if there are any."""
        spent = worker.spent()
        if spent < _LONG:
            return
        asked = self.counters.asked
        worker.step_aside(aside=asked != worker.others)
        worker.others = asked
        if spent >= _VERY_LONG and not worker.calmed:
            worker.calm()
        self._make_ready(deadline)

    def _make_ready(self, deadline: float) -> None:
        """Have workers for those who ask next, so that they need not wait for a fork."""
        left = min(_GREETING, max(0.001, deadline - time.monotonic()))
        while len(self._idle) < min(_SPARE, self.size) and not self._closed:
            try:
                self._keep(self._open(self.address, left))
            except MufakatError:
                return

    def _keep(self, worker: Worker) -> None:
        """Leave a worker to whoever asks next; more than can be asked at a time are not kept."""
        now = worker.rests_since = time.monotonic()
        leaving = [worker]
        with self._lock:
            if not self._closed and len(self._idle) < self.size:
                self._idle.append(worker)
                # The last one is asked first: those that nobody needs are in front.
                rested = sum(now - one.rests_since > _RESTED for one in self._idle[:-_SPARE])
                leaving, self._idle = self._idle[:rested], self._idle[rested:]
        for one in leaving:
            one.close()

    def _take(self) -> tuple[Worker, bool]:
        current = self._state.generation()
        with self._lock:
            # Also those that nobody would come to: they hold on to the memory of an older state.
            outdated = [worker for worker in self._idle if worker.generation != current]
            self._idle = [worker for worker in self._idle if worker.generation == current]
            found = self._idle.pop() if self._idle else None
        for worker in outdated:
            worker.close()
        if found is not None:
            return found, False
        return self._connect(), True

    def _connect(self) -> Worker:
        """Get a worker that answers from the current state.

        Between two states the old zygote can still fork a worker; such a one is sent home.
        """
        until = time.monotonic() + _HANDOVER
        while True:
            worker = self._open(self.address, _GREETING)
            if worker.generation == self._state.generation() or time.monotonic() > until:
                return worker
            worker.close()

    def _open(self, address: str, timeout: float) -> Worker:
        try:
            return greeted(address, timeout)
        except OSError as error:
            if isinstance(error, ConnectionRefusedError) and self.on_loss is not None:
                self.on_loss()
            raise _gone() from None

    def _give_back(self, worker: Worker, *, reusable: bool) -> None:
        if not reusable or (worker.calmed and not worker.afresh()):
            worker.kill()
        else:
            worker.step_aside(aside=False)
            self._keep(worker)


def _busy() -> Overloaded:
    return Overloaded(
        "Every worker is busy and the queue is full.", mend="Ask again in a few seconds."
    )


def _gone() -> Unavailable:
    return Unavailable("The engine is not there just now.", mend="Ask again in a few seconds.")
