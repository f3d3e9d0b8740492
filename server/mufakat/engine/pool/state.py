"""Which state of the data is current: one small file that every process maps into memory.

It has room for two versions, and a number that says how many were published: the last one stands in
the place that the number's parity names. The process that publishes a change writes the version in
the other place and then the number, so whoever reads between, or after it was killed between, reads
the state before. Looking costs less than a microsecond.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final

_NUMBER: Final = 8
_VERSION: Final = 64
_SIZE: Final = _NUMBER + 2 * _VERSION


class State:
    """The file; `create` makes it, `State(path)` maps it."""

    def __init__(self, path: str | Path) -> None:
        descriptor = os.open(path, os.O_RDWR)
        try:
            self._map = mmap.mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)
        self._number = memoryview(self._map)[:_NUMBER].cast("Q")  # read and written at one stroke

    @staticmethod
    def create(path: str | Path) -> None:
        """Make the file, with no version in it yet."""
        Path(path).write_bytes(bytes(_NUMBER) + b" " * (2 * _VERSION))
        Path(path).chmod(0o600)

    def version(self) -> str:
        """Give the version that is current; empty until data is loaded."""
        while True:
            number = self._number[0]
            start = _place(number)
            version = self._map[start : start + _VERSION]
            if self._number[0] == number:
                return version.decode().rstrip()

    def generation(self) -> int:
        """Say how many states were published, counting one that was loaded afresh as another."""
        return self._number[0]

    def publish(self, version: str) -> int:
        """Make `version` the current one; only the one writer calls this. Gives the generation."""
        number = self._number[0] + 1
        start = _place(number)
        self._map[start : start + _VERSION] = version.encode().ljust(_VERSION)
        self._number[0] = number
        return number

    def close(self) -> None:
        """Unmap the file."""
        self._number.release()
        self._map.close()


def _place(number: int) -> int:
    return _NUMBER + number % 2 * _VERSION
