"""What can go wrong, as types: what was done, what was expected, how to mend it.

Nothing here knows HTTP or exit codes: `mufakat.web` and `mufakat.cli.errors` map these types, each
in one place. The names say what happened; an `Error` at the end of each would say nothing more.
"""

# ruff: noqa: N818

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file or in a query; lines and columns count from 1."""

    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Render as `file:line:column`, leaving out what is not known."""
        parts = [self.file] if self.file else []
        if self.line is not None:
            parts.append(str(self.line) if self.file else f"line {self.line}")
            if self.column is not None:
                parts.append(str(self.column) if self.file else f"column {self.column}")
        return (":" if self.file else ", ").join(parts)


class MufakatError(Exception):
    """The root of everything that is told to a person instead of being a defect of the program."""

    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str,
        *,
        where: Where | None = None,
        mend: str = "",
        clause: str = "",
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        """One or two sentences: what was done and what was expected instead."""
        self.where = where
        self.mend = mend
        """How to mend it, as an instruction."""
        self.clause = clause
        """The address of the clause of the specification that rules the case."""

    def __str__(self) -> str:
        """Render the place and the detail on one line, without the advice."""
        place = str(self.where) if self.where else ""
        return f"{place}: {self.detail}" if place else self.detail


class BadQuery(MufakatError):
    """The query is not SPARQL, or asks for a form this place does not answer."""

    title = "The query cannot be read"


class BadParameter(MufakatError):
    """A value given to a saved query does not fit the type its header states."""

    title = "A parameter has an unusable value"


class UnknownQuery(MufakatError):
    """No saved query has this name."""

    title = "There is no such saved query"


class NotFound(MufakatError):
    """Nothing is known about the thing that was asked for."""

    title = "Not found"


class NotAcceptable(MufakatError):
    """None of the formats the client accepts can carry this answer."""

    title = "No acceptable format"


class BrokenFile(MufakatError):
    """A file of the publication cannot be read."""

    title = "A file cannot be read"


class BadSetting(MufakatError):
    """A setting has a value outside its type or range, or is not known."""

    title = "A setting is wrong"


class Refused(MufakatError):
    """The request is understood and the policy of this place forbids it."""

    title = "Refused"


class Invalid(Refused):
    """A change was refused because the shapes do not accept the result."""

    title = "The change does not pass the checks"
    report: str = ""
    """The validation report as N-Triples."""


class Unprocessable(MufakatError):
    """The request is right in itself, and asks for what cannot be done to this resource."""

    title = "This cannot be done here"


class PreconditionFailed(MufakatError):
    """What the request makes a condition of does not hold; nothing was changed."""

    title = "The precondition does not hold"


class Overloaded(MufakatError):
    """Every worker is busy and the queue is full; the same request may succeed later."""

    title = "Too busy just now"


class TimedOut(MufakatError):
    """The query passed its deadline and was ended."""

    title = "The query took too long"


class TooLarge(MufakatError):
    """The request, the result or the memory it needed passed its limit."""

    title = "Too large"


class Unavailable(MufakatError):
    """Something the request depends on (a remote store, a runtime) cannot be reached."""

    title = "Not available"
