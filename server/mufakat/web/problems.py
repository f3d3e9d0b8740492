"""The one place where what went wrong becomes an HTTP answer.

Clients get problem details (https://www.rfc-editor.org/rfc/rfc9457), people a page; both say what
was wrong, where, and how to mend it, and neither shows the inside of the program.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from flask import Flask, Response, g, render_template, request
from jinja2 import TemplateNotFound
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from mufakat import errors
from mufakat.errors import MufakatError
from mufakat.namespaces import SH
from mufakat.web import negotiation

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

STATUS: Final[dict[type[MufakatError], int]] = {
    errors.BadQuery: 400,
    errors.BadParameter: 400,
    errors.UnknownQuery: 404,
    errors.NotFound: 404,
    errors.NotAcceptable: 406,
    errors.Refused: 403,
    errors.PreconditionFailed: 412,
    errors.Invalid: 422,
    errors.Unprocessable: 422,
    errors.Overloaded: 503,
    errors.TimedOut: 504,
    errors.TooLarge: 413,
    errors.Unavailable: 502,
    errors.BrokenFile: 500,
    errors.BadSetting: 500,
}
_REPORTS: Final = (
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
)
RETRY_AFTER: Final = 2
PROBLEM_JSON: Final = "application/problem+json"
PATCHES: Final = "application/sparql-update"
"""What a graph can be patched with, https://www.rfc-editor.org/rfc/rfc5789#section-3.1."""
_CLIENT_TYPES: Final = (PROBLEM_JSON, "application/json", "text/plain")
log = logging.getLogger("mufakat")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake as it is told: to a client as members of a JSON object, to people as a page."""

    status: int
    name: str
    title: str
    detail: str
    mend: str = ""
    clause: str = ""
    line: int | None = None
    column: int | None = None
    excerpt: str = ""
    """The lines around the place, with a caret below it."""
    report: str = ""
    """A validation report in Turtle, where the shapes refused a change."""
    headers: dict[str, str] = field(default_factory=dict)

    def members(self) -> dict[str, Any]:
        """Give the members of the problem object, empty ones left out."""
        told = {
            "type": f"urn:mufakat:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "mend": self.mend,
            "line": self.line,
            "column": self.column,
            "excerpt": self.excerpt,
            "clause": self.clause,
            "report": self.report,
            "request": getattr(g, "request_id", None),
        }
        return {name: value for name, value in told.items() if value not in (None, "")}


def of(error: MufakatError, text: str = "") -> Problem:
    """Tell an error of ours; `text` is the query it is about."""
    kind = type(error)
    status = next((STATUS[base] for base in kind.__mro__ if base in STATUS), 500)
    where = error.where
    line = where.line if where else None
    column = where.column if where else None
    return Problem(
        status=status,
        name=re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower(),
        title=error.title,
        detail=error.detail,
        mend=error.mend,
        clause=error.clause,
        line=line,
        column=column,
        excerpt=excerpt(text, line, column) if text and line else "",
        report=getattr(error, "report", ""),
        headers={"Retry-After": str(RETRY_AFTER)} if status == 503 else {},
    )


def excerpt(text: str, line: int, column: int | None, around: int = 1, width: int = 100) -> str:
    """Show the lines around a place with a caret below the column; long lines are clipped."""
    lines = re.split(r"\r\n|\n|\r", text)
    first, last = max(1, line - around), min(len(lines), line + around)
    digits = len(str(last))
    start = max(0, (column or 1) - width // 2) if column and column > width else 0
    shown = []
    for number in range(first, last + 1):
        part = lines[number - 1][start : start + width].replace("\t", " ")
        shown.append(f"{number:>{digits}} | {part}".rstrip())
        if number == line and column:
            shown.append(" " * digits + " | " + " " * (column - 1 - start) + "^")
    return "\n".join(shown)


def respond(problem: Problem) -> Response:
    """Write a problem in the form the client reads."""
    accept = request.headers.get("Accept")
    if problem.report:
        media = negotiation.best(negotiation.read(accept), (PROBLEM_JSON, *_REPORTS))
        if media in _REPORTS:
            return _report(problem, media)
    path_asks_data = re.search(r"\.(?!html$)[a-z]{2,6}$", request.path)
    if not path_asks_data and negotiation.prefers_html(accept, *_CLIENT_TYPES):
        response = Response(_page(problem), content_type="text/html; charset=utf-8")
    elif negotiation.best(negotiation.read(accept), _CLIENT_TYPES) == "text/plain":
        response = Response(_plain(problem), content_type="text/plain; charset=utf-8")
    else:
        body = json.dumps(problem.members(), ensure_ascii=False, indent=1)
        response = Response(body, content_type=PROBLEM_JSON)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _report(problem: Problem, media_type: str) -> Response:
    """Write a validation report as the RDF that was asked for."""
    triples = [quad.triple for quad in ox.parse(problem.report, format=ox.RdfFormat.TURTLE)]
    media = ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.TURTLE
    body = ox.serialize(triples, format=media, prefixes={"sh": SH})
    response = Response(body, status=problem.status, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _plain(problem: Problem) -> str:
    told = [f"{problem.status} {problem.title}", problem.detail, problem.excerpt, problem.mend]
    return "\n\n".join(part for part in told if part) + "\n"


def _page(problem: Problem) -> str:
    try:
        return render_template("errors/problem.html", problem=problem)
    except TemplateNotFound:
        place = f"<pre>{escape(problem.excerpt)}</pre>" if problem.excerpt else ""
        return (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(problem.title)}'
            f"</title><main><h1>{escape(problem.title)}</h1><p>{escape(problem.detail)}</p>"
            f"{place}<p>{escape(problem.mend)}</p></main></html>"
        )


_HTTP_MENDS: Final = {
    401: "Send the header Authorization: Bearer with the server's token.",
    404: "Begin at the front page, or look at the address again.",
    405: "Use one of the methods in the Allow header.",
    408: "Send it faster, or less at once.",
    413: "Send less at once.",
    415: "Send it as one of the forms that /openapi.json lists for this address.",
}


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    name = error.name
    detail = {
        404: "There is nothing at this address.",
        405: f"This address does not take {request.method}.",
        413: "The request is larger than is read here.",
    }.get(status, error.description or name)
    headers = {
        header: value
        for header, value in error.get_headers()
        if header.lower() not in {"content-type", "content-length"}
    }
    if status == 405 and "PATCH" in headers.get("Allow", ""):
        headers["Accept-Patch"] = PATCHES
    return Problem(
        status=status,
        name=name.lower().replace(" ", "-"),
        title=name,
        detail=detail,
        mend=_HTTP_MENDS.get(status, ""),
        headers=headers,
    )


def install(app: Flask) -> None:
    """Let every error of the application end here."""

    @app.errorhandler(MufakatError)
    def ours(error: MufakatError) -> Response:
        problem = of(error, getattr(g, "query_text", ""))
        if problem.status == 500:
            log.error("%s: %s", type(error).__name__, error)
        return respond(problem)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> AnyResponse:
        if error.code is not None and error.code < 400:
            return error.get_response()
        return respond(_of_http(error))

    @app.errorhandler(Exception)
    def defect(error: Exception) -> Response:
        log.error("defect at %s %a", request.method, request.path, exc_info=error)
        return respond(
            Problem(
                status=500,
                name="defect",
                title="Something went wrong here",
                detail="The server made a mistake; it has been written to the log.",
                mend="Try again; if it stays, tell the operators the request number.",
            )
        )
