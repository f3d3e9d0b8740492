"""The query editor: a plain form for everyone, a fuller editor where scripts run."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Blueprint, Response, request

from mufakat.errors import MufakatError
from mufakat.namespaces import RDFS
from mufakat.views import table
from mufakat.web import problems
from mufakat.web.pages_common import config, iris_in, page, scope
from mufakat.web.queries import themes
from mufakat.web.site import here

blueprint = Blueprint("editor", __name__)

FORMATS: Final = ("csv", "json", "xml", "tsv", "ttl", "jsonld", "rdf", "nt")
SHOWN: Final = 500
"""Rows shown on the page; all of them can be downloaded."""


@blueprint.route("/editor", methods=["GET", "POST"])
def editor() -> Response:
    """Show the editor, filled with the query of the address; run it where no script will."""
    if request.method == "POST":
        return render(request.form.get("query", ""), run=True)
    named = here().publication.queries.get(request.args.get("question", ""))
    return render(named.query if named else request.args.get("query"))


def render(query: str | None, *, run: bool = False) -> Response:
    """Show the editor with a query, or with a first one to start from, and its answer if run."""
    front = config().front_page
    prefixes = dict(config().prefixes)
    text = query if query is not None else str(front.get("first_query", "")) or _first(prefixes)
    answer: dict[str, Any] = {}
    status = 200
    if run:
        try:
            answer = _answer(text)
        except MufakatError as error:
            answer = {"problem": problems.of(error, text)}
            status = answer["problem"].status
    return page(
        "editor.html",
        status,
        text=text,
        endpoint=request.script_root + "/sparql",
        prefixes=json.dumps(prefixes),
        formats=FORMATS,
        themes=themes(),
        **answer,
    )


def _answer(text: str) -> dict[str, Any]:
    """Answer a query as a table or a word."""
    engine = here().engine
    form = engine.form(text)
    if form == "ask":
        return {"yes": engine.ask(text)}
    if form == "select":
        found = engine.select(text)
        variables, rows = found.vars, found.rows
    else:
        variables = ["subject", "property", "value"]
        rows = [
            dict(zip(variables, (t.subject, t.predicate, t.object), strict=True))
            for t in engine.construct(text)
        ]
    shown = rows[:SHOWN]
    return {"table": table.build(variables, shown, scope(iris_in(shown))), "total": len(rows)}


def _first(prefixes: dict[str, str]) -> str:
    """Write a query that lists the kinds of things: it answers on any dataset."""
    labels = prefixes.get("rdfs", RDFS)
    return (
        f"PREFIX rdfs: <{labels}>\n\n"
        "# How many things of each kind are there?\n"
        "SELECT ?kind ?label (COUNT(?thing) AS ?things)\n"
        "WHERE {\n"
        "  ?thing a ?kind .\n"
        "  OPTIONAL { ?kind rdfs:label ?label }\n"
        "}\n"
        "GROUP BY ?kind ?label\n"
        "ORDER BY DESC(?things)\n"
        "LIMIT 100\n"
    )
