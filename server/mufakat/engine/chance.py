"""Blank nodes and UUIDs that no other process makes too.

The engine draws them from a generator that a fork inherits as it stood: what two forks of one
process drew would be the same, and blank nodes of two changes would be one.
"""

from __future__ import annotations

import os
from typing import Final

import pyoxigraph as ox

_ENOUGH: Final = 8192
"""Blank nodes of 16 bytes; the generator takes new entropy from the system after 64 KiB."""
_process = os.getpid()


def renew() -> None:
    """Draw on until the generator is this process's own; does nothing when it is. Takes a ms."""
    global _process  # noqa: PLW0603 - as the generator is
    if _process != os.getpid():
        for _ in range(_ENOUGH):
            ox.BlankNode()
        _process = os.getpid()
