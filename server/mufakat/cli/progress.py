"""Shows on standard error how far a command is, once it has taken longer than a second."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self

import click

if TYPE_CHECKING:
    from types import TracebackType

    from rich.status import Status

PATIENCE: Final = 1.0
"""Seconds after which silence becomes impolite."""


class Steps:
    """Tells the steps of a run: in place on a terminal, line by line elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.start = time.perf_counter()
        self.status: Status | None = None

    def __enter__(self) -> Self:
        """Begin; a terminal shows something at once."""
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - only where it is seen

            self.status = Console(stderr=True).status("starting")
            self.status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; leave the terminal as it was."""
        if self.status is not None:
            self.status.stop()

    def __call__(self, title: str, number: int, total: int) -> None:
        """Tell that a step begins."""
        line = f"[{number}/{total}] {title}"
        if self.status is not None:
            self.status.update(line)
        elif not self.quiet and time.perf_counter() - self.start > PATIENCE:
            click.echo(line, err=True)
