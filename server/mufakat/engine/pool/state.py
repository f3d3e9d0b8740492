"""Which state of the data is current: one small file that every process maps into memory.

The process that publishes a change writes the version and then the counter; readers look before
each request, which costs less than a microsecond.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final

_COUNTER: Final = 20
_VERSION: Final = 64
_SIZE: Final = _COUNTER + _VERSION


class State:
    """The file; `create` makes it, `State(path)` maps it."""

    def __init__(self, path: str | Path) -> None:
        descriptor = os.open(path, os.O_RDWR)
        try:
            self._map = mmap.mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)

    @staticmethod
    def create(path: str | Path) -> None:
        """Make the file, with no version in it yet."""
        Path(path).write_bytes(b"0" * _COUNTER + b" " * _VERSION)
        Path(path).chmod(0o600)

    def version(self) -> str:
        """Give the version that is current; empty until data is loaded."""
        while True:
            before = self._map[:_COUNTER]
            version = self._map[_COUNTER:_SIZE]
            if self._map[:_COUNTER] == before:
                return version.decode().rstrip()

    def publish(self, version: str) -> None:
        """Make `version` the current one; only the one writer calls this."""
        count = int(self._map[:_COUNTER])
        self._map[:_COUNTER] = b"%020d" % (count + 1)
        self._map[_COUNTER:_SIZE] = version.encode().ljust(_VERSION)
        self._map[:_COUNTER] = b"%020d" % (count + 2)

    def close(self) -> None:
        """Unmap the file."""
        self._map.close()
