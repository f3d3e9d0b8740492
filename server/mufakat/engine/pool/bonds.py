"""What ties the processes of a server and its folders together, so that none outlives the server.

A server that is ended without a chance to tidy up (SIGKILL, out of memory) leaves nothing running:
its processes notice by themselves. Its folders stay, and the next server removes them.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows, where nothing is forked and no folder is made
    fcntl = None  # type: ignore[assignment]

PREFIX: Final = "mufakat-"
OWNED: Final = "owned"
_SUBREAPER: Final = 36
"""PR_SET_CHILD_SUBREAPER of Linux."""
_LOOK: Final = 1.0
"""Seconds between two looks where a process cannot be waited for."""


def handle(process: int) -> int:
    """Give a descriptor that becomes readable when a process ends; -1 where there are none."""
    with suppress(OSError, AttributeError):
        return os.pidfd_open(process)
    return -1


def lives(process: int) -> bool:
    """Say whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def ends_within(process: int, seconds: float) -> bool:
    """Wait for a process to end; say whether it has. Where that cannot be told, only wait."""
    watched = handle(process)
    if watched < 0:
        time.sleep(seconds)
        return False
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


def wait_for_parent(parent: int) -> None:
    """Return when this process's parent `parent` has ended."""
    watched = handle(parent)
    if watched >= 0 and os.getppid() == parent:
        select.select([watched], [], [])
    while os.getppid() == parent and watched < 0:
        time.sleep(_LOOK)
    if watched >= 0:
        os.close(watched)


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent ends, where that is known.

    A zygote's successor outlives it. In a container nobody else would bury such processes.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def folder() -> str:
    """Make a private folder that is known to be in use until the processes that use it end.

    The lock goes with the open file into every process forked from here, and with the last of them
    it is gone; so nobody has to look after numbers of processes, which come again.
    """
    clear_abandoned()
    made = tempfile.mkdtemp(prefix=PREFIX)
    if fcntl is not None:
        unnamed = Path(made, OWNED + ".new")
        lock = os.open(unnamed, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        unnamed.rename(Path(made, OWNED))  # whoever sees it sees it locked
    return made


def clear_abandoned() -> list[Path]:
    """Remove folders whose processes have all ended; give those that were removed."""
    if fcntl is None:
        return []
    cleared = []
    for found in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{OWNED}"):
        with suppress(OSError):
            if found.stat().st_uid != os.getuid():
                continue
            lock = os.open(found, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(found.parent, ignore_errors=True)
                cleared.append(found.parent)
            finally:
                os.close(lock)
    return cleared
