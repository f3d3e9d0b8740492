"""The query editor: a plain form for everyone, a fuller editor where scripts run."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response, request

from mufakat.web.pages_common import config, page
from mufakat.web.queries import themes
from mufakat.web.site import here

blueprint = Blueprint("editor", __name__)

FORMATS: Final = (
    ("", "Show here"),
    ("csv", "CSV"),
    ("json", "JSON"),
    ("xml", "XML"),
    ("tsv", "TSV"),
    ("ttl", "Turtle"),
    ("jsonld", "JSON-LD"),
)


@blueprint.get("/editor")
def editor() -> Response:
    """Show the editor, filled with the query of the address if it has one."""
    named = here().publication.queries.get(request.args.get("question", ""))
    return render(named.query if named else request.args.get("query"))


def render(query: str | None) -> Response:
    """Show the editor with a query, or with a first one to start from."""
    front = config().front_page
    prefixes = dict(config().prefixes)
    text = query if query is not None else str(front.get("first_query", "")) or _first(prefixes)
    return page(
        "editor.html",
        text=text,
        endpoint=request.script_root + "/sparql",
        prefixes=json.dumps(prefixes),
        formats=FORMATS,
        themes=themes(),
    )


def _first(prefixes: dict[str, str]) -> str:
    """Write a query that lists the kinds of things: it answers on any dataset."""
    labels = prefixes.get("rdfs", "http://www.w3.org/2000/01/rdf-schema#")
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
