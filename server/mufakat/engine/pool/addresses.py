"""Where a zygote is found, and paths spelled so that they fit.

A Unix socket's address holds 107 bytes and no more.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 100
"""Bytes that every system takes (Linux 107, macOS 103)."""


@contextmanager
def short(path: str) -> Iterator[str]:
    """Give a spelling of `path` for bind or connect; a long one goes by way of its folder.

    Where temporary files lie deep, a plain path would be refused.
    """
    if len(os.fsencode(path)) <= LONGEST or not Path("/proc/self/fd").is_dir():
        yield path
        return
    folder = os.open(Path(path).parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{Path(path).name}"
    finally:
        os.close(folder)


def state_path(address: str) -> str:
    """Where the state file of a zygote's readers' socket lies."""
    return address + ".state"


def writers_path(address: str) -> str:
    """Where the socket for changes lies; it exists when the server takes changes."""
    return address + ".writers"
