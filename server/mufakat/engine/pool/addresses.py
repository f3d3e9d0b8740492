"""Spells socket paths so that they fit: a Unix socket's address holds 107 bytes and no more."""

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
