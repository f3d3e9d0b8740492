"""Errors on their way from the process that met them to the one that answers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mufakat import errors
from mufakat.engine.pool import frames
from mufakat.errors import Invalid, MufakatError, Where

if TYPE_CHECKING:
    import socket


def tell(connection: socket.socket, error: MufakatError) -> None:
    """Send what was wrong with a request."""
    failure: dict[str, Any] = {
        "type": type(error).__name__,
        "detail": error.detail,
        "mend": error.mend,
        "clause": error.clause,
        "report": getattr(error, "report", ""),
    }
    if error.where:
        failure |= {"line": error.where.line, "column": error.where.column}
    frames.send_json(connection, frames.FAILED, failure)


def rebuilt(failure: dict[str, Any]) -> MufakatError:
    """Give the error that was sent, as the type it had there."""
    kind = getattr(errors, str(failure["type"]), MufakatError)
    where = None
    if failure.get("line") is not None:
        where = Where(line=failure["line"], column=failure.get("column"))
    error: MufakatError = kind(
        failure["detail"], where=where, mend=failure["mend"], clause=failure["clause"]
    )
    error.orderly = True  # type: ignore[attr-defined]
    if isinstance(error, Invalid):
        error.report = failure["report"]
    return error
