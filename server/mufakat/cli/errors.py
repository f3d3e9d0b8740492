"""The one place where errors become messages and exit codes of the command line."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, Final

import click

from mufakat import errors

DONE: Final = 0
FINDINGS: Final = 1
CANNOT_RUN: Final = 2
LIMIT: Final = 3
DEFECT: Final = 70
INTERRUPTED: Final = 130
LIMITS: Final = (errors.TimedOut, errors.TooLarge, errors.Overloaded)


def code(error: errors.MufakatError) -> int:
    """Give the exit code that stands for an error; docs/cli.md lists them."""
    return LIMIT if isinstance(error, LIMITS) else CANNOT_RUN


def render(error: errors.MufakatError) -> str:
    """Write an error for a terminal: what and where, then how to mend it, then the clause."""
    lines = [f"{error.title}: {error.detail}"]
    if error.where and str(error.where):
        lines.append(f"  where: {error.where}")
    if error.mend:
        lines.append(f"  mend:  {error.mend}")
    if error.clause:
        lines.append(f"  see:   {error.clause}")
    return "\n".join(lines)


def _hush() -> None:
    """Let what is still to be flushed go nowhere: the pipe has no reader any more."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class Reporting(click.Group):
    """A group that tells people what went wrong instead of showing a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn every error into a message on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except errors.MufakatError as error:
            click.echo(render(error), err=True)
            ctx.exit(code(error))
        except BrokenPipeError:
            # the reader of our output (head, a pager) has seen enough
            _hush()
            ctx.exit(DONE)
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            if os.environ.get("MUFAKAT_DEBUG"):
                raise
            click.echo(
                f"This is a defect of the program: {type(error).__name__}: {error}\n"
                "  mend:  Report it with the output of the same command under MUFAKAT_DEBUG=1.",
                err=True,
            )
            ctx.exit(DEFECT)
