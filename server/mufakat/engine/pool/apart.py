"""Works something out in a fork, so that the memory it took is not kept.

A stager becomes the next zygote: whatever it once held in its heap, every process after it inherits
with holes, and no worker shares with the one before.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mufakat.engine.pool import frames
from mufakat.engine.pool.failures import rebuilt, tell
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    from collections.abc import Callable

_END_WITH_PARENT: Final = 1
"""PR_SET_PDEATHSIG of Linux."""


def apart(work: Callable[[], bytes]) -> bytes:
    """Do some work in a fork of this process and give what it returns.

    Only where the fork can be made to end with this process is there one: what is worked out may
    take for ever, and whoever waits for it ends this process.

    Raises:
        MufakatError: what the work raised.
        Closed: the fork ended without a word.
    """
    if sys.platform != "linux":
        return work()
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    if os.fork() == 0:
        ours.close()
        _work(work, theirs, parent)
    theirs.close()
    with ours:
        kind, payload = frames.receive(ours)
    if kind != frames.DONE:
        raise rebuilt(json.loads(payload))
    return payload


def _work(work: Callable[[], bytes], theirs: socket.socket, parent: int) -> None:
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    code = 1
    try:
        frames.send(theirs, frames.DONE, work())
        code = 0
    except MufakatError as error:
        with suppress(OSError):
            tell(theirs, error)
    finally:
        os._exit(code)
