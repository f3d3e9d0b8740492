"""SPARQL 1.1 Protocol, the query operation.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from mufakat.engine.formats import KIND_OF_FORM
from mufakat.engine.types import QueryRequest
from mufakat.errors import BadQuery
from mufakat.web import negotiation, service_description
from mufakat.web.site import here
from mufakat.web.streamed import Streamed

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Response as AnyResponse

    from mufakat.engine.types import Answer
    from mufakat.web.negotiation import Choice

blueprint = Blueprint("sparql", __name__)

CLAUSE: Final = "https://www.w3.org/TR/sparql11-protocol/#query-operation"
DIRECT: Final = "application/sparql-query"
FORM: Final = "application/x-www-form-urlencoded"
LASTING: Final = "public, no-cache"
FLEETING: Final = "no-store"
WHOLE: Final = '</dump/>; rel="alternate"; title="all of the data"'
_FICKLE_WORDS: Final = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")
_FICKLE: Final = re.compile(
    r"\b(?:(?:NOW|RAND|UUID|STRUUID|BNODE)(?:\s|#[^\n\r]{0,100}+[\n\r])*+\(|SERVICE\b)",
    re.IGNORECASE,
)
_CONSTRUCT: Final = re.compile(r"(?<![\w:/#\"'-])CONSTRUCT(?![\w:/'\"-])", re.IGNORECASE)


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def sparql() -> AnyResponse:
    """Answer a query; without one, say what this service is or show the editor."""
    g.query_text = ""
    utf8(unquote_to_bytes(request.query_string))
    is_post = request.method == "POST"
    if not is_post and "query" not in request.args:
        if "update" in request.args:
            raise _update_here()
        return _introduce()
    asked = _from_post() if is_post else _from_parameters(request.args)
    g.query_text = asked.text
    site = here()
    form = site.engine.form(asked.text)
    if not is_post and _is_person() and _has_editor():
        return _to_editor(query=asked.text)
    choice = negotiation.choose(
        request.headers.get("Accept"), KIND_OF_FORM[form], _named(request.values)
    )
    fickle = is_fickle(asked.text)
    if not fickle and request.if_none_match:
        etag = etag_of(site.engine.version, asked, choice)
        if request.if_none_match.contains_weak(etag):
            return _dress(Response(status=304), etag)
    # What is large stays in the file that the worker's bytes went to.
    answer = getattr(site.engine, "open_answer", site.engine.answer)(asked, choice.format)
    version = answer.version or site.engine.version
    response = _dress(_send(answer, choice), None if fickle else etag_of(version, asked, choice))
    response.headers["Data-Version"] = version
    return response


def _send(answer: Answer, choice: Choice) -> Response:
    response = Response(answer.body, content_type=choice.content_type)
    if answer.file is not None:
        streamed = Streamed(answer.file, answer.size)
        if request.method == "HEAD":
            streamed.close()
        else:
            response.response, response.direct_passthrough = streamed, True
        response.content_length = answer.size
    for name, value in cut_headers(answer):
        response.headers.add(name, value)
    return response


def cut_headers(answer: Answer) -> list[tuple[str, str]]:
    """Say of an answer that was cut how much of it was sent, and where the whole is."""
    if not answer.truncated:
        return []
    return [("Answer-Truncated", f"rows={answer.rows}"), ("Link", WHOLE)]


def is_fickle(text: str) -> bool:
    """Whether the same query may give another answer each time, so that none has a lasting name."""
    told = text.upper()
    # Looking for whole words takes ten times as long, and few queries have any of these.
    if any(word in told for word in _FICKLE_WORDS) and _FICKLE.search(text):
        return True
    # Each graph that a template with blank nodes makes has new ones.
    found = _CONSTRUCT.search(text) if "CONSTRUCT" in told else None
    if found is None:
        return False
    template = text[text.find("{", found.end()) :].partition("}")[0]
    return any(sign in template for sign in ("_:", "[", "("))


def _dress(response: Response, etag: str | None) -> Response:
    response.vary.add("Accept")
    if etag:
        response.set_etag(etag)
        response.headers["Cache-Control"] = LASTING
    else:
        response.headers["Cache-Control"] = FLEETING
    return response


def etag_of(version: str, asked: QueryRequest, choice: Choice) -> str:
    """Name an answer by all that decides it: data, query, dataset, format."""
    named = "\0".join(
        (
            version,
            asked.text,
            "\1".join(asked.default_graphs),
            "\1".join(asked.named_graphs),
            choice.content_type,
        )
    )
    return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _from_parameters(parameters: MultiDict[str, str]) -> QueryRequest:
    texts = parameters.getlist("query")
    if len(texts) != 1:
        raise BadQuery(
            f"The request holds {len(texts) or 'no'} query parameters; it must hold one.",
            mend="Send one parameter named query.",
            clause=CLAUSE,
        )
    return _asked(texts[0], parameters)


def _asked(text: str, parameters: MultiDict[str, str]) -> QueryRequest:
    return QueryRequest(
        text,
        tuple(parameters.getlist("default-graph-uri")),
        tuple(parameters.getlist("named-graph-uri")),
    )


def _from_post() -> QueryRequest:
    # A form needs up to three bytes for one of the query; what comes in chunks is bounded as well.
    request.max_content_length = 4 * here().settings.max_query_bytes + 65536
    mimetype = request.mimetype
    if mimetype == FORM:
        utf8(unquote_to_bytes(request.get_data()))  # a form is read with guesses otherwise
        if "update" in request.form:
            raise _update_here()
        return _from_parameters(request.form)
    if mimetype == DIRECT:
        charset = request.mimetype_params.get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(f"The query must be UTF-8, not {charset[:40]}.")
        return _asked(utf8(request.get_data(cache=False)), request.args)
    raise UnsupportedMediaType(
        f"A query comes as {DIRECT} or {FORM}, not as {mimetype[:80] or 'nothing named'}."
    )


def utf8(body: bytes, what: str = "The query") -> str:
    """Decode a body, or `what` it is; raises BadQuery where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadQuery(
            f"{what} is not UTF-8: byte {error.start + 1} does not fit.",
            mend="Save or send it as UTF-8.",
            clause="https://www.w3.org/TR/sparql11-protocol/#query-via-post-direct",
        ) from None


def _update_here() -> BadQuery:
    return BadQuery(
        "The request holds an update; this place answers queries.",
        mend="Send updates to /update by POST.",
        clause="https://www.w3.org/TR/sparql11-protocol/#update-operation",
    )


def _named(values: MultiDict[str, str]) -> str | None:
    """Read the convenience parameter that names a format."""
    return values.get("format") or values.get("output") or None


def _is_person() -> bool:
    """Whether a browser is asking: it names HTML first, and no format by parameter."""
    return not _named(request.args) and negotiation.wants_page(request.headers.get("Accept"))


def _has_editor() -> bool:
    return importlib.util.find_spec("mufakat.web.editor") is not None


def _introduce() -> AnyResponse:
    """Answer a request without query: https://www.w3.org/TR/sparql11-service-description/."""
    if _is_person() and _has_editor():
        return _to_editor()
    choice = negotiation.choose(request.headers.get("Accept"), "graph", _named(request.args))
    return _dress(service_description.respond(choice), None)


def _to_editor(query: str | None = None) -> AnyResponse:
    response: AnyResponse = redirect(url_for("editor.editor", query=query), code=303)
    response.vary.add("Accept")
    return response
