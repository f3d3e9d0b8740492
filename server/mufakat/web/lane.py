"""The query operation without Flask, for the requests that need nothing of it.

Routing, contexts and response objects cost more than a small query does. A request that is plain in
every respect is answered here with the same functions and to the same bytes and headers (a test
compares both ways); everything else passes on.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import g

from mufakat.engine.formats import KIND_OF_FORM
from mufakat.engine.types import QueryRequest
from mufakat.errors import TooLarge
from mufakat.web import negotiation
from mufakat.web.headers import CROSS_ORIGIN, SECURITY
from mufakat.web.sparql import DIRECT, FLEETING, FORM, LASTING, cut_headers, etag_of, is_fickle
from mufakat.web.streamed import Streamed
from mufakat.web.watch import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask

    from mufakat.engine.types import Answer
    from mufakat.web.cache import Environ, Headers, Wsgi
    from mufakat.web.fair import FairEngine
    from mufakat.web.negotiation import Choice

PATHS: Final = frozenset({"/sparql", "/sparql/"})
PLAIN: Final = frozenset({"query", "default-graph-uri", "named-graph-uri", "format", "output"})
LARGEST: Final = 65536
STANDING: Final = [*SECURITY.items(), *CROSS_ORIGIN.items(), ("Vary", "Accept")]
UTF8: Final = frozenset({"", "charset=utf-8", "charset=utf8"})


class Lane:
    """WSGI middleware in front of Flask."""

    def __init__(self, app: Flask, inner: Wsgi, engine: FairEngine) -> None:
        self.app = app
        self.inner = inner
        self.engine = engine
        # An engine that can leave a large answer in a file is asked to.
        self._open = getattr(engine.engine, "open_answer", engine.engine.answer)
        self.bound: int = app.config["MAX_CONTENT_LENGTH"]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a plain query; pass on everything else."""
        if not _gather(environ, self.bound):
            error = TooLarge(f"The request is larger than {self.bound:,} bytes.")
            return self._fail(environ, start_response, "", error)
        plain = _plain(environ) if environ["PATH_INFO"] in PATHS else None
        if plain is None:
            return self.inner(environ, start_response)
        asked, named = plain
        try:
            choice, answer = self._answer(environ, asked, named)
        except Exception as error:  # whatever it is, the handlers of problems.py tell it
            return self._fail(environ, start_response, asked.text, error)
        version = answer.version or self.engine.version
        etag = None if is_fickle(asked.text) else etag_of(version, asked, choice)
        headers: Headers = [
            ("Content-Type", choice.content_type),
            ("Content-Length", str(answer.size if answer.file else len(answer.body))),
            ("Cache-Control", LASTING if etag else FLEETING),
            ("Data-Version", version),
            ("X-Request-Id", environ.get(REQUEST_ID, "")),
            *STANDING,
            *cut_headers(answer),
        ]
        if etag:
            headers.append(("ETag", f'"{etag}"'))
        start_response("200 OK", headers)
        return Streamed(answer.file, answer.size) if answer.file else [answer.body]

    def _answer(
        self, environ: Environ, asked: QueryRequest, named: str | None
    ) -> tuple[Choice, Answer]:
        form = self.engine.form(asked.text)
        choice = negotiation.choose(environ.get("HTTP_ACCEPT"), KIND_OF_FORM[form], named)
        with self.engine.guests.turn(self.engine.client(environ)):
            return choice, self._open(asked, choice.format)

    def _fail(
        self,
        environ: Environ,
        start_response: Callable[..., Any],
        text: str,
        error: Exception,
    ) -> Iterable[bytes]:
        """Have the error told the way Flask's handlers tell it."""
        with self.app.request_context(environ):
            g.query_text = text
            g.request_id = environ.get(REQUEST_ID, "")
            told = self.app.make_response(self.app.handle_user_exception(error))
            return self.app.process_response(told)(environ, start_response)


def _gather(environ: Environ, bound: int) -> bool:
    """Give a body that comes in chunks its length; whether it is within the bound.

    Werkzeug would cut such a body at the bound and let the rest pass for the whole.
    """
    unknown = environ.get("CONTENT_LENGTH") in {None, ""}
    if not (unknown and environ.get("wsgi.input_terminated")):
        return True
    if environ["REQUEST_METHOD"] in {"GET", "HEAD", "OPTIONS"}:
        return True
    body = bytearray()
    while len(body) <= bound:
        part = environ["wsgi.input"].read(min(LARGEST, bound + 1 - len(body)))
        if not part:
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            return True
        body += part
    return False


def _plain(environ: Environ) -> tuple[QueryRequest, str | None] | None:
    """Read a request that holds one query and nothing unusual; None for any other."""
    if "HTTP_IF_NONE_MATCH" in environ:
        return None
    method = environ["REQUEST_METHOD"]
    if method == "GET" and "html" not in (environ.get("HTTP_ACCEPT") or ""):
        return _from_form(environ.get("QUERY_STRING", ""))
    return _from_post(environ) if method == "POST" else None


def _from_post(environ: Environ) -> tuple[QueryRequest, str | None] | None:
    media, _, parameters = (environ.get("CONTENT_TYPE") or "").lower().partition(";")
    if parameters.strip() not in UTF8 or media.strip() not in {FORM, DIRECT}:
        return None
    query_string = environ.get("QUERY_STRING", "")
    text = None if media.strip() == FORM and query_string else _body(environ)
    if text is None:
        return None
    if media.strip() == FORM:
        return _from_form(text)
    return _from_form(query_string, text)


def _from_form(form: str, text: str | None = None) -> tuple[QueryRequest, str | None] | None:
    try:
        pairs = _pairs(form)
    except ValueError:
        return None
    if any(name not in PLAIN for name, _ in pairs):
        return None
    texts = [value for name, value in pairs if name == "query"]
    if text is not None:
        if texts:
            return None
        texts = [text]
    if len(texts) != 1:
        return None
    named = [value for name, value in pairs if name in {"format", "output"} and value]
    if len(named) > 1:
        return None
    asked = QueryRequest(
        texts[0],
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
    )
    return asked, named[0] if named else None


def _pairs(form: str) -> list[tuple[str, str]]:
    name, sign, value = form.partition("=")
    if sign and name.isalpha() and "&" not in value and value.isascii():
        return [(name, unquote_to_bytes(value.replace("+", " ")).decode("utf-8"))]
    return parse_qsl(form, keep_blank_values=True, errors="strict", max_num_fields=100)


def _body(environ: Environ) -> str | None:
    """Read a small body and leave it in its place for others."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        return None
    if not 0 <= length <= LARGEST:
        return None
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    try:
        text: str = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text
