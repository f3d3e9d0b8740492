"""The whole server in one document for tools, and the same in words for people.

Built from the route table and the saved queries, so that neither can change behind its back.
https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, current_app, request

import mufakat
from mufakat.engine import formats
from mufakat.views.spreadsheet import MEDIA_TYPE as WORKBOOK
from mufakat.web.openapi_parts import (
    HEADERS,
    RESPONSES,
    SCHEMAS,
    SECURITY,
    answers,
    content,
    of_saved,
    parameter,
)
from mufakat.web.openapi_routes import ROUTES, TAGS
from mufakat.web.pages_answers import form_of
from mufakat.web.pages_common import config, once, page
from mufakat.web.problems import STATUS
from mufakat.web.site import here

if TYPE_CHECKING:
    from flask import Flask

    from mufakat.publication.saved import SavedQuery

    Node = dict[str, Any]

blueprint = Blueprint("openapi", __name__)

VERSION: Final = "3.1.0"
METHODS: Final = ("get", "post", "put", "delete", "patch")
LICENCES: Final = {"https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0"}
_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Send the document."""
    text = json.dumps(document(), ensure_ascii=False, indent=1)
    response = Response(text, content_type="application/json")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/docs/")
def docs() -> Response:
    """Show the document as a page."""
    told = document()
    groups = []
    for tag in told["tags"]:
        operations = [
            {"method": method.upper(), "path": path, "anchor": _anchor(method, path)} | operation
            for path, operations in told["paths"].items()
            for method, operation in operations.items()
            if method in METHODS and tag["name"] in operation["tags"]
        ]
        groups.append(tag | {"operations": operations})
    return page("docs.html", told=told, groups=groups, problems=_problems(), headers=HEADERS)


def document() -> Node:
    """Give the OpenAPI document of the running application."""
    root = here().root()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    whole = once("openapi", lambda: _document(app))
    return whole | {
        "servers": [{"url": root.rstrip("/")}],
        "externalDocs": {"url": root + "docs/", "description": "The same in words."},
    }


def _document(app: Flask) -> Node:
    conf = config()
    info: Node = {
        "title": conf.title,
        "summary": "SPARQL endpoint, prepared questions and linked data.",
        "description": getattr(conf, "description", "") or conf.title,
        "version": mufakat.__version__,
    }
    if conf.licence:
        info["license"] = {
            "name": LICENCES.get(conf.licence, conf.licence),
            "url": conf.licence,
        }
    return {
        "openapi": VERSION,
        "info": info,
        "tags": [{"name": name, "description": told} for name, told in TAGS.items()],
        "paths": _questions() | _routes(app),
        "components": {
            "schemas": SCHEMAS,
            "headers": HEADERS,
            "responses": RESPONSES,
            "securitySchemes": SECURITY,
        },
    }


def _routes(app: Flask) -> Node:
    """Tell of every route; one the table does not know is told by its own words."""
    paths: Node = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path = _VARIABLE.sub(r"{\1}", rule.rule)
        known = ROUTES.get(rule.rule) or _unknown(app, rule.rule, rule.endpoint)
        for method, operation in known.items():
            name = re.sub(r"\W+", "-", f"{method} {path}").strip("-")
            paths.setdefault(path, {})[method] = {"operationId": name} | operation
    return dict(sorted(paths.items()))


def _unknown(app: Flask, rule: str, endpoint: str) -> Node:
    told = (app.view_functions[endpoint].__doc__ or endpoint).strip().splitlines()[0]
    names = _VARIABLE.findall(rule)
    found: Node = {"tags": ["pages"], "summary": told, "responses": answers("An answer.", {})}
    if names:
        found["parameters"] = [parameter(name, name, where="path") for name in names]
    return {"get": found}


def _questions() -> Node:
    """Tell of every saved query with its typed parameters and the columns of its answer."""
    queries = sorted(here().publication.queries.values(), key=lambda q: (q.theme, q.slug))
    return {f"/query/{query.slug}": {"get": _question(query)} for query in queries}


def _question(query: SavedQuery) -> Node:
    form = form_of(query)
    endings = [fmt.ending for fmt in formats.for_form(form)]
    extra = (WORKBOOK,) if form == "select" else ()
    types = content(formats.KIND_OF_FORM[form], page=True, also=extra)
    found = answers("The answer.", types, 400, 406, 429, 503, 504)
    found["200"]["headers"]["Answer-Truncated"] = {"$ref": "#/components/headers/Answer-Truncated"}
    chosen = {"type": "string", "enum": sorted([*endings, "html", *(["xlsx"] if extra else [])])}
    return {
        "operationId": query.slug,
        "tags": ["questions"],
        "summary": query.title,
        "description": f"{query.question}\n\n{query.summary}\n\n{query.note}",
        "parameters": [
            *(of_saved(asked) for asked in query.parameters),
            parameter("_format", "Format of the answer; a file ending does the same.", chosen),
        ],
        "responses": found,
        "x-theme": query.theme,
        "x-columns": [
            {"name": column.name, "meaning": column.meaning}
            | ({"unit": column.unit} if column.unit else {})
            for column in query.columns
        ],
    }


def _problems() -> list[Node]:
    """Name the problems a program can meet, with their status and what they mean."""
    found = [
        {
            "status": status,
            "name": re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower(),
            "told": (kind.__doc__ or "").strip().splitlines()[0],
        }
        for kind, status in STATUS.items()
        if status != 500
    ]
    return sorted(found, key=lambda problem: (problem["status"], problem["name"]))


def _anchor(method: str, path: str) -> str:
    return re.sub(r"[^\w.-]+", "-", f"{method}{path}").strip("-")
