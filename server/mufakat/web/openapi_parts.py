"""The bricks of the OpenAPI document: schemas, headers, answers and typed parameters.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mufakat.engine.formats import for_kind
from mufakat.views.spreadsheet import MEDIA_TYPE as WORKBOOK
from mufakat.web.problems import PROBLEM_JSON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.engine.formats import Kind
    from mufakat.publication.saved_parameters import Parameter

    Node = dict[str, Any]

TABLE_JSON: Final = "application/sparql-results+json"
TEXT: Final[dict[str, Any]] = {"type": "string"}

SCHEMAS: Final[dict[str, Any]] = {
    "Problem": {
        "description": "What was wrong, where, and how to mend it (RFC 9457).",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "The kind."},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "mend": {"type": "string", "description": "How to mend it."},
            "line": {"type": "integer", "minimum": 1},
            "column": {"type": "integer", "minimum": 1},
            "excerpt": {"type": "string", "description": "The lines around the place."},
            "clause": {"type": "string", "description": "Address of the rule that was broken."},
            "report": {"type": "string", "description": "Validation report in Turtle."},
            "request": {"type": "string", "description": "Number of the request in the log."},
        },
    },
    "Term": {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"type": "string", "enum": ["uri", "literal", "bnode", "triple"]},
            "value": {},
            "datatype": {"type": "string", "format": "uri"},
            "xml:lang": TEXT,
        },
    },
    "Results": {
        "description": "SPARQL 1.1 Query Results JSON Format.",
        "type": "object",
        "required": ["head"],
        "properties": {
            "head": {
                "type": "object",
                "properties": {"vars": {"type": "array", "items": TEXT}},
            },
            "boolean": {"type": "boolean"},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {
                    "bindings": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": {"$ref": "#/components/schemas/Term"},
                        },
                    }
                },
            },
        },
    },
}
HEADERS: Final[dict[str, Any]] = {
    "Data-Version": {
        "description": "Hash of the data the answer was made from.",
        "schema": TEXT,
    },
    "ETag": {
        "description": "Name of this answer; send it back in If-None-Match to get 304, and a "
        "graph's in If-Match to change it only if nobody else did.",
        "schema": TEXT,
    },
    "Answer-Truncated": {
        "description": "Present when the answer was cut; says after how many rows.",
        "schema": TEXT,
    },
}
RESPONSES: Final[dict[str, Any]] = {
    "Problem": {
        "description": "What was wrong, where, and how to mend it.",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    "NotModified": {"description": "What the client has is still right."},
}
SECURITY: Final[dict[str, Any]] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a server that runs with --writable; others refuse writes.",
    }
}


def content(*kinds: Kind, page: bool = False, also: Iterable[str] = ()) -> Node:
    """List the media types an answer may have: of some kinds, as a page, and others by name."""
    types: Node = {}
    for kind in kinds:
        for fmt in for_kind(kind):
            schema: Node = TEXT
            if fmt.media_type == TABLE_JSON:
                schema = {"$ref": "#/components/schemas/Results"}
            types.setdefault(fmt.media_type, {"schema": schema})
    for name in also:
        schema = {"type": "object"} if name.endswith("json") else TEXT
        types[name] = {"schema": {} if name in {WORKBOOK, "application/gzip"} else schema}
    if page:
        types["text/html"] = {"schema": TEXT}
    return types


def answers(told: str, types: Node, *statuses: int, ok: int = 200, etag: bool = True) -> Node:
    """Give the answers of an operation; every other status is a problem."""
    good: Node = {
        "description": told,
        "headers": {"Data-Version": {"$ref": "#/components/headers/Data-Version"}},
    }
    if types:
        good["content"] = types
    found: Node = {str(ok): good}
    if etag:
        good["headers"]["ETag"] = {"$ref": "#/components/headers/ETag"}
        found["304"] = {"$ref": "#/components/responses/NotModified"}
    for status in statuses:
        found[str(status)] = {"$ref": "#/components/responses/Problem"}
    found["default"] = {"$ref": "#/components/responses/Problem"}
    return found


def parameter(name: str, told: str, schema: Node | None = None, **more: Any) -> Node:
    """Describe a parameter of the query string, or of the path with `where="path"`."""
    where = more.pop("where", "query")
    found: Node = {"name": name, "in": where, "description": told, "schema": schema or TEXT}
    if where == "path":
        found["required"] = True
    return found | more


def of_saved(asked: Parameter) -> Node:
    """Describe a parameter of a saved query with its type, range, choices and default."""
    one = _schema(asked)
    default = [_value(asked, text) for text in asked.default]
    told = asked.label + (f". {asked.help}" if asked.help else "")
    if asked.expand:
        told += f". A short name is taken below {asked.expand}"
    if asked.optional:
        told += ". Leave it blank for any"
    if asked.multiple:
        schema: Node = {"type": "array", "items": one}
        if default:
            schema["default"] = default
    else:
        schema = one | ({"default": default[0]} if default else {})
    found = parameter(asked.name, told + ".", schema)
    if asked.optional:
        found["allowEmptyValue"] = True
    if not default and not asked.optional:
        found["required"] = True
    return found


def _schema(asked: Parameter) -> Node:
    schema: Node
    match asked.type:
        case "integer":
            schema = {"type": "integer"}
            if asked.minimum is not None:
                schema["minimum"] = asked.minimum
            if asked.maximum is not None:
                schema["maximum"] = asked.maximum
        case "boolean":
            schema = {"type": "boolean"}
        case "date":
            schema = {"type": "string", "format": "date"}
        case _:
            schema = {"type": "string"}
    if asked.choices:
        schema["enum"] = [_value(asked, text) for text in asked.choices]
    if asked.iri_class:
        schema["x-class"] = asked.iri_class
    if asked.scheme:
        schema["x-scheme"] = asked.scheme
    return schema


def _value(asked: Parameter, text: str) -> Any:
    if asked.type == "integer":
        return int(text)
    return text == "true" if asked.type == "boolean" else text
