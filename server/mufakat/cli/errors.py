"""The one place where errors become messages and exit codes of the command line."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import Any, Final

import click

from mufakat import errors
from mufakat.cli import INTERRUPTED

DONE: Final = 0
FINDINGS: Final = 1
CANNOT_RUN: Final = 2
LIMIT: Final = 3
DEFECT: Final = 70
MENDS: Final = {
    errno.ENOENT: "Check the path: the folder that it lies in must be there.",
    errno.EACCES: "Check who may read and write there, or name another place.",
    errno.EPERM: "Check who may read and write there, or name another place.",
    errno.EROFS: "Name a place that can be written to.",
    errno.EISDIR: "Name a file; this is a folder.",
    errno.ENOTDIR: "Name a folder, or one that lies in folders only; a file is in the way.",
    errno.EEXIST: "Name a folder, or another place; something is in the way.",
    errno.ENAMETOOLONG: "Name it shorter.",
    errno.ELOOP: "Look at the links on this path; they lead in a circle.",
    errno.ENOSPC: "Make room there, or name another place.",
    errno.EDQUOT: "Make room there, or name another place.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    errno.ENFILE: "Close other programs; the system has too many files open.",
}
"""What a person can do about what the system refused."""
ODDITIES: Final = ("strict", "surrogateescape")
"""How Python meets a character that a stream cannot show, unless somebody chose otherwise."""
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


def refused(error: OSError) -> errors.Unavailable | None:
    """Tell what the system refused in our words; None when it may be a mistake of the program."""
    mend = MENDS.get(error.errno or 0)
    if mend is None:
        return None
    said = error.strerror or str(error)
    if error.filename is not None:
        return errors.Unavailable(f"{error.filename} cannot be used: {said}.", mend=mend)
    if "temporary directory" in said:
        mend = "Set TMPDIR to a folder that can be written to."
    elif error.errno == errno.ENOENT:
        mend = "Check that the working directory is still there."
    return errors.Unavailable(f"{said}.", mend=mend)


def _speak_plainly() -> None:
    """Let no character end a command: files and pipes get UTF-8, terminals what they can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ODDITIES:
            stream.reconfigure(errors="backslashreplace")
            if not (stream.isatty() or os.environ.get("PYTHONIOENCODING")):
                stream.reconfigure(encoding="utf-8")


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
        _speak_plainly()
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
            known = refused(error) if isinstance(error, OSError) else None
            if known is not None:
                click.echo(render(known), err=True)
                ctx.exit(CANNOT_RUN)
            if os.environ.get("MUFAKAT_DEBUG"):
                raise
            click.echo(
                f"This is a defect of the program: {type(error).__name__}: {error}\n"
                "  mend:  Report it with the output of the same command under MUFAKAT_DEBUG=1.",
                err=True,
            )
            ctx.exit(DEFECT)
