"""Answers of saved queries as data: any result format, a workbook, or RDF about the question."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, g, request, url_for

from mufakat.engine import formats
from mufakat.engine.formats import KIND_OF_FORM
from mufakat.engine.types import QueryRequest
from mufakat.views import spreadsheet, table
from mufakat.web import negotiation
from mufakat.web.pages_common import config, iris_in, scope
from mufakat.web.pages_facts import with_precision
from mufakat.web.pages_rdf import graph
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.engine.types import Rows
    from mufakat.publication.saved import SavedQuery


def form_of(query: SavedQuery) -> formats.Form:
    """Tell the form of a saved query."""
    found = query.form
    return found if found in KIND_OF_FORM else "select"


def wants_sheet(accept: str | None) -> bool:
    """Whether a workbook is asked for by its media type."""
    return negotiation.read(accept).best_match(
        [spreadsheet.MEDIA_TYPE, "text/html"]
    ) == spreadsheet.MEDIA_TYPE and "spreadsheet" in str(accept)


def data(
    query: SavedQuery, asked: Mapping[str, Sequence[str]], ending: str, accept: str | None
) -> Response:
    """Give the answer in the asked format, or RDF about the question where RDF is asked for."""
    form = form_of(query)
    if form == "select" and (ending == "xlsx" or (not ending and wants_sheet(accept))):
        return _sheet(query, asked)
    kind = KIND_OF_FORM[form]
    if kind != "graph" and _asks_description(ending, accept, kind):
        choice = negotiation.choose(accept, "graph", ending or None)
        return graph(query.as_rdf(config().base_iri), choice)
    choice = negotiation.choose(accept, kind, ending or None)
    text = bound(query, asked)
    etag = _etag(text, choice.content_type)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        answer = here().engine.answer(QueryRequest(text), choice.format)
        response = Response(answer.body, content_type=choice.content_type)
        if answer.truncated:
            response.headers["Answer-Truncated"] = f"rows={answer.rows}"
    return _dress(response, query, etag)


def _asks_description(ending: str, accept: str | None, kind: formats.Kind) -> bool:
    """Whether RDF is asked of a query that answers with a table: then the query is described."""
    if ending:
        return (
            formats.by_ending(ending, kind) is None
            and formats.by_ending(ending, "graph") is not None
        )
    table_types = [t for fmt in formats.for_kind(kind) for t in fmt.media_types]
    graph_types = [fmt.media_type for fmt in formats.for_kind("graph")]
    return negotiation.best(negotiation.read(accept), [*table_types, *graph_types]) in graph_types


def _sheet(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> Response:
    text = bound(query, asked)
    etag = _etag(text, spreadsheet.MEDIA_TYPE)
    if request.if_none_match.contains_weak(etag):
        return _dress(Response(status=304), query, etag)
    rows = here().engine.select(text)
    root = here().root()
    about = [
        ("Title", query.title),
        ("Question", query.question),
        ("How to read it", query.note),
        ("Parameters", parameters_told(query, asked)),
        ("Publication", config().title),
        ("Licence", config().licence),
        ("Data version", here().engine.version),
        ("Address", address(query, asked)),
    ]
    body = spreadsheet.workbook(tabled(query, rows), about, root)
    response = Response(body, content_type=spreadsheet.MEDIA_TYPE)
    return _dress(response, query, etag)


def _etag(text: str, content_type: str) -> str:
    named = "\0".join((here().engine.version, text, content_type))
    return hashlib.blake2b(named.encode(), digest_size=16).hexdigest()


def _dress(response: Response, query: SavedQuery, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    href = url_for("queries.question", slug=query.slug)
    response.headers.add("Link", f'<{href}>; rel="describedby"; type="text/html"')
    return response


def bound(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> str:
    """Bind the values, and keep the text for messages about it."""
    text = query.bind(asked)
    g.query_text = text
    return text


def tabled(query: SavedQuery, rows: Rows) -> table.Table:
    """Make the table of an answer, with the meanings the query states."""
    meanings = {column.name: (column.meaning, column.unit) for column in query.columns}
    variables, lines = with_precision(rows.vars, rows.rows)
    return table.build(variables, lines, scope(iris_in(lines)), meanings)


def address(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> str:
    """Give the whole address under which the same answer can be had again."""
    given = urlencode([(name, value) for name, values in asked.items() for value in values])
    path = url_for("queries.question", slug=query.slug).lstrip("/")
    return (
        here().root()
        + path.removeprefix(request.script_root.lstrip("/")).lstrip("/")
        + ("?" + given if given else "")
    )


def parameters_told(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> str:
    """Say in a line what was asked."""
    told = [
        f"{p.label}: {', '.join(asked.get(p.name, p.default)) or 'any'}" for p in query.parameters
    ]
    return "; ".join(told) or "none"
