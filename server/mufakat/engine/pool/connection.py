"""A worker or stager as the web process has it: a connection, and the power to end it."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass

from mufakat.engine.pool import addresses, frames

_CALM = 19
"""The niceness of one that has worked for long: after all others."""
LOOK_EVERY = 0.02
"""Seconds of waiting for a worker after which `receive` raises BlockingIOError."""
_LOOKS = 12
"""How often it is looked whether another thread greets; that takes a fraction of a millisecond."""
_LONGEST_WAIT = struct.pack("@ll", 0, int(LOOK_EVERY * 1_000_000))
_PROCESSOR_TIME = 2
"""What the C library adds to a process id to name the clock of its processor time."""


@dataclass
class Worker:
    """A process that answers one request at a time."""

    sock: socket.socket
    pid: int
    handle: int
    """A pidfd where the system has them: a number that can never mean another process."""
    generation: int
    """Which of the published states it answers from."""
    thread: int
    """What the system calls that which works; where threads have no number, the process."""
    aside: bool = False
    calmed: bool = False
    began: float = 0.0
    """What its clock said when it was last asked something."""
    rests_since: float = 0.0
    """When it was last given back."""
    next_look: float = 0.0
    """When it is looked at whether it works for long."""
    others: int = -1
    """How many requests there had been when it was last looked at."""

    def __post_init__(self) -> None:
        self.receive = frames.Reader(self.sock).receive

    def ask(self, payload: bytes) -> None:
        """Send it a request; raises OSError when it is gone."""
        self.began, self.others = self._clock(), -1
        self.next_look = time.monotonic() + LOOK_EVERY
        frames.send(self.sock, frames.ASK, payload)

    def spent(self) -> float:
        """Give the seconds of processor time it has used on what it was asked.

        Where a system does not tell, all of its time counts.
        """
        return self._clock() - self.began

    def _clock(self) -> float:
        try:
            return time.clock_gettime(~self.pid << 3 | _PROCESSOR_TIME)
        except (OSError, AttributeError):
            return time.monotonic()

    def kill(self) -> None:
        """End it, whatever it does."""
        with suppress(ProcessLookupError, OSError):
            if self.handle >= 0:
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Let it go: it ends when it has nobody to answer."""
        self.sock.close()
        if self.handle >= 0:
            with suppress(OSError):
                os.close(self.handle)
            self.handle = -1

    def step_aside(self, *, aside: bool) -> None:
        """Leave one core to others, where there are several, or take it back.

        Where something works already, what awakes may have to wait for the next tick of the clock,
        and be that something as nice as can be.
        """
        if aside is self.aside:
            return
        with suppress(OSError, AttributeError):
            cores = os.sched_getaffinity(0)
            kept = {min(cores)} if aside else set()
            os.sched_setaffinity(self.thread, cores - kept or cores)
        self.aside = aside

    def calm(self) -> None:
        """Let shorter work go first. What works cannot take that back; see `afresh`."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.thread, _CALM)
        self.calmed = True

    def afresh(self) -> bool:
        """Have another thread of the process work from now on; say whether one does."""
        if self.thread == self.pid:
            return False
        try:
            frames.send(self.sock, frames.AFRESH, b"")
            for _ in range(_LOOKS):
                with suppress(BlockingIOError):
                    _, payload = self.receive()
                    self.thread = int(json.loads(payload)["thread"])
                    self.aside = self.calmed = False
                    return True
        except OSError:
            pass
        return False


def greeted(address: str, timeout: float) -> Worker:
    """Connect and wait for the greeting of whoever was forked to answer.

    Raises:
        OSError: nobody listens, or nobody answers within `timeout` seconds, or not in our language.
    """
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(timeout)
    try:
        with addresses.short(address) as spelled:
            sock.connect(spelled)
        kind, payload = frames.receive(sock)
        if kind != frames.HELLO:
            raise frames.Closed
    except OSError:
        sock.close()
        raise
    greeting = json.loads(payload)
    pid = int(greeting["pid"])
    handle = -1
    with suppress(OSError, AttributeError):
        handle = os.pidfd_open(pid)
    # The system itself ends a wait: Python's own way takes a call more, at each of which other
    # threads run.
    sock.settimeout(None)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _LONGEST_WAIT)
    return Worker(sock, pid, handle, int(greeting["generation"]), int(greeting["thread"]))
