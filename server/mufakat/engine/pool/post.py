"""What the processes that hold data share: what they must be able to do, and where they stand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from mufakat.engine.pool.state import State


class Evaluator(Protocol):
    """Answers requests inside workers and makes changes inside stagers."""

    version: str
    """Names the state of the data."""

    def prepare(self) -> None:
        """Do what a new worker does but once, before somebody waits for its answer."""

    def evaluate(self, request: dict[str, Any], write: Callable[[bytes], object]) -> dict[str, Any]:
        """Write the answer's bytes and return what is to be said about them.

        Raises:
            MufakatError: the request cannot be answered.
        """

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make a change, put it on disk, and set `version`; return what is to be said about it.

        Raises:
            MufakatError: the change is refused; nothing was written.
        """

    def worn(self) -> bool:
        """Whether a process that loads the data afresh should take this one's place."""

    def renew(self) -> None:
        """Put what was just loaded on disk in short; changes go on being made elsewhere."""

    def catch_up(self) -> None:
        """Take in the changes that were made elsewhere since this was loaded."""


@dataclass(frozen=True)
class Post:
    """What a zygote needs to know about where it works; a stager inherits it."""

    readers: socket.socket
    writers: socket.socket | None
    state: State
    home: int
    """Process id of the server; when it is gone, so are we."""
    life: int
    """A descriptor that becomes readable when the server ends; -1 where there are none."""
    memory_limit: int
    orders: int
    """A pipe to the origin: a byte asks for a successor, and its end tells that none is left."""
    generation: int = 0
    """The publication of a state with which this zygote began; its workers name it."""

    def leave(self) -> None:
        """Close what a process does not need that is no zygote."""
        self.readers.close()
        if self.writers is not None:
            self.writers.close()
        os.close(self.orders)
