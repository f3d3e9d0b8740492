"""Every address of the server, told for OpenAPI; a test compares it with the route table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mufakat.engine.formats import FORMATS, for_kind
from mufakat.views.spreadsheet import MEDIA_TYPE as WORKBOOK
from mufakat.web.openapi_parts import TEXT, answers, content, parameter
from mufakat.web.sparql import FORM

if TYPE_CHECKING:
    Node = dict[str, Any]

ENDINGS: Final = sorted(fmt.ending for fmt in for_kind("graph"))
DUMPS: Final = ("application/gzip", "text/plain")
IRI: Final[dict[str, Any]] = {"type": "string", "format": "iri"}
MANY: Final[dict[str, Any]] = {"type": "array", "items": IRI}
TAGS: Final = {
    "questions": "Prepared questions: one address each, for people and programs.",
    "sparql": "SPARQL 1.1 Protocol and Graph Store HTTP Protocol.",
    "things": "Every thing by its address, as a page or as data.",
    "vocabulary": "Ontology, shapes and concept schemes.",
    "dataset": "What the dataset holds, and all of it as files.",
    "pages": "Pages for people.",
    "operation": "For operators and for tools.",
}
FORMAT: Final = parameter(
    "format",
    "Short name of a format; goes before Accept.",
    {"type": "string", "enum": sorted(fmt.ending for fmt in FORMATS)},
)
DATASET: Final = (
    parameter("default-graph-uri", "Graphs whose merge is the default graph.", MANY),
    parameter("named-graph-uri", "Graphs that GRAPH can name.", MANY),
)
ENDING: Final = parameter(
    "ending", "File ending of a format.", {"type": "string", "enum": [*ENDINGS, "html"]},
    where="path",
)  # fmt: skip


def _operation(tag: str, summary: str, responses: Node, *parameters: Node, **more: Any) -> Node:
    found: Node = {"tags": [tag], "summary": summary}
    if parameters:
        found["parameters"] = list(parameters)
    return found | more | {"responses": responses}


def _rdf(tag: str, summary: str, *parameters: Node, page: bool = True) -> Node:
    """Tell of a document that is a page for people and RDF for programs."""
    return {"get": _operation(
        tag, summary, answers("The document.", content("graph", page=page), 404, 406), *parameters
    )}  # fmt: skip


def _body(**types: Node) -> Node:
    return {
        "required": True,
        "content": {name: {"schema": schema} for name, schema in types["types"].items()},
    }


def _form(field: str, *others: str) -> Node:
    properties = {field: TEXT} | dict.fromkeys(others, MANY)
    return {"type": "object", "required": [field], "properties": properties}


_TABLE: Final = content("bindings", "graph")
_ERRORS: Final = (400, 406, 413, 429, 502, 503, 504)
_PATH: Final = parameter("path", "Path of the thing below /id/; may hold slashes.", where="path")
_REST: Final = parameter("rest", "Path of a graph that has its name here.", where="path")
_WRITTEN: Final = answers("Done.", {}, 400, 401, 403, 412, 413, 415, 422, ok=204, etag=False)
_UPDATED: Final = _WRITTEN | answers("Done.", {}, 502, 504, ok=204, etag=False)
_GONE: Final = _WRITTEN | answers("Done.", {}, 404, ok=204, etag=False)
_MADE: Final = _WRITTEN | {
    "201": {"description": "The graph was made."},
}
_GRAPH: Final = (
    parameter("graph", "IRI of the graph.", IRI),
    parameter("default", "Names the default graph; takes no value.", TEXT, allowEmptyValue=True),
)
_CONDITIONS: Final = (
    parameter("If-Match", "ETags of the graph, or * for any graph that is there.", where="header"),
    parameter("If-None-Match", "* for a graph that is not there yet, or ETags.", where="header"),
)
_RDF_BODY: Final = _body(types=dict.fromkeys((f.media_type for f in for_kind("graph")), TEXT))
_TOKEN: Final[list[Any]] = [{"token": []}]


def _graphs(*parameters: Node) -> Node:
    read = answers("The graph.", content("graph"), 400, 404, 406, 412)
    write: Node = {"requestBody": _RDF_BODY, "security": _TOKEN}
    changed = (*parameters, *_CONDITIONS)
    return {
        "get": _operation("sparql", "Read a graph.", read, *parameters, FORMAT),
        "put": _operation("sparql", "Replace a graph.", _MADE, *changed, **write),
        "post": _operation("sparql", "Add to a graph, or make one.", _MADE, *changed, **write),
        "patch": _operation(
            "sparql",
            "Change a graph by an update about it alone.",
            _UPDATED | _GONE,
            *changed,
            requestBody=_body(types={"application/sparql-update": TEXT}),
            security=_TOKEN,
        ),
        "delete": _operation("sparql", "Delete a graph.", _GONE, *changed, security=_TOKEN),
    }


def _page(summary: str, *parameters: Node, tag: str = "pages") -> Node:
    return {"get": _operation(tag, summary, answers("A page.", content(page=True)), *parameters)}


def _plain(summary: str, media_type: str, told: str, *statuses: int) -> Node:
    types = content(also=(media_type,))
    return {"get": _operation("operation", summary, answers(told, types, *statuses, etag=False))}


def _lead(tag: str, summary: str, *parameters: Node) -> Node:
    found = answers("The address of a page or of data, in Location.", {}, 404, ok=303, etag=False)
    return {"get": _operation(tag, summary, found, *parameters)}


ROUTES: Final[dict[str, Any]] = {
    "/sparql": {
        "get": _operation(
            "sparql", "Answer a query; without one, describe the service.",
            answers("The answer, or the description of the service.", _TABLE, *_ERRORS),
            parameter("query", "A SPARQL 1.1 query.", TEXT), *DATASET, FORMAT,
        ),
        "post": _operation(
            "sparql", "Answer a query.", answers("The answer.", _TABLE, *_ERRORS, 415),
            *DATASET, FORMAT,
            requestBody=_body(types={
                "application/sparql-query": TEXT,
                FORM: _form("query", "default-graph-uri", "named-graph-uri"),
            }),
        ),
    },
    "/update": {
        "post": _operation(
            "sparql", "Carry out an update, whole or not at all.", _UPDATED,
            parameter("using-graph-uri", "Graphs that WHERE sees as the default graph.", MANY),
            parameter("using-named-graph-uri", "Graphs that GRAPH can name.", MANY),
            parameter("If-Match", "The Data-Version expected, in quotes.", where="header"),
            requestBody=_body(types={
                "application/sparql-update": TEXT,
                FORM: _form("update", "using-graph-uri", "using-named-graph-uri"),
            }),
            security=_TOKEN,
        ),
    },
    "/graphs": _graphs(*_GRAPH),
    "/graphs/<path:rest>": _graphs(_REST),
    "/query/": _rdf(
        "questions", "List the questions; as RDF, describe them as sh:SPARQLExecutable."
    ),
    "/query/<slug>": {
        "get": _operation(
            "questions", "Answer a question by its name; each has its own entry here.",
            answers(
                "The answer.",
                content("bindings", "graph", page=True, also=(WORKBOOK,)), 400, 404, 406,
            ),
            parameter(
                "slug", "Name of the question, with a file ending (.csv, .xlsx) if liked.",
                where="path",
            ),
        )
    },
    "/id/<path:path>": _lead("things", "Lead from a thing to its page or its data.", _PATH),
    "/data/<path:path>": _rdf("things", "Describe a thing with its citations.", _PATH, page=False),
    "/page/<path:path>": _page("Show the page of a thing.", _PATH, tag="things"),
    "/ontology": _rdf("vocabulary", "The ontology, all modules in one document."),
    "/ontology.<ending>": _rdf("vocabulary", "The ontology in a format.", ENDING),
    "/ontology/<path:name>": _rdf(
        "vocabulary", "One module, or the version that is served now.",
        parameter("name", "Name of a module or number of a version.", where="path"),
    ),
    "/shapes": _rdf("vocabulary", "The SHACL shapes."),
    "/shapes.<ending>": _rdf("vocabulary", "The SHACL shapes in a format.", ENDING),
    "/scheme/": _page("List the concept schemes.", tag="vocabulary"),
    "/scheme/<name>": _rdf(
        "vocabulary", "A concept scheme with its concepts.",
        parameter("name", "Name of the scheme, with a file ending if liked.", where="path"),
    ),
    "/scheme/<name>/<path:concept>": _rdf(
        "vocabulary", "One concept.", parameter("name", "Name of the scheme.", where="path"),
        parameter("concept", "Name of the concept.", where="path"),
    ),
    "/void": _rdf("dataset", "What the dataset holds, in VoID."),
    "/void.<ending>": _rdf("dataset", "What the dataset holds, in a format.", ENDING),
    "/.well-known/void": _lead("dataset", "Lead crawlers to the VoID description."),
    "/catalog": _rdf("dataset", "The dataset, its files and services, in DCAT."),
    "/catalog.<ending>": _rdf("dataset", "The catalogue in a format.", ENDING),
    "/dump/": _page("List the dumps with sizes and sums.", tag="dataset"),
    "/dump/<name>": {
        "get": _operation(
            "dataset", "All of the data in one file, packed with .gz, its sum with .sha256.",
            answers("The file.", content("dataset", "graph", also=DUMPS), 404, 503),
            parameter(
                "name", "Name of the file.",
                {"type": "string", "pattern": r"^dataset\.[a-z]+(\.gz)?(\.sha256)?$"},
                where="path",
            ),
        )
    },
    "/": _page("The front page."),
    "/search": _page(
        "Find things by name or kind.", parameter("q", "Part of a name."),
        parameter("kind", "Name of a class of the ontology."),
    ),
    "/editor": _page(
        "The query editor.", parameter("query", "A query to begin with."),
        parameter("question", "Name of a saved query to begin with."),
    ) | {
        "post": _operation(
            "pages", "Run a query where no script will.", answers("A page.", content(page=True)),
            requestBody=_body(types={FORM: _form("query")}),
        )
    },
    "/openapi.json": _plain("This document.", "application/json", "An OpenAPI 3.1 document."),
    "/docs/": _page("This document in words.", tag="operation"),
    "/health": _plain("Say that the process answers.", "application/json", "It does."),
    "/ready": _plain(
        "Say whether queries are answered, and from which data.", "application/json", "Ready.", 503
    ),
    "/metrics": _plain("Counts and times for Prometheus.", "text/plain", "The figures."),
}  # fmt: skip
