"""SPARQL 1.1 Graph Store HTTP Protocol, with direct and indirect names of graphs.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote_to_bytes

import pyoxigraph as ox
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import UnsupportedMediaType

from mufakat.engine import conditions, nested_data
from mufakat.engine.changes import GraphWrite
from mufakat.engine.formats import by_media_type
from mufakat.engine.patch import CLAUSE as PATCH
from mufakat.engine.patch import confined
from mufakat.engine.types import QueryRequest
from mufakat.errors import BadQuery, NotFound
from mufakat.web import negotiation, preconditions, update, writes
from mufakat.web.problems import PATCHES
from mufakat.web.site import here
from mufakat.web.sparql import utf8

if TYPE_CHECKING:
    from mufakat.engine.changes import Method

blueprint = Blueprint("graph_store", __name__)

CLAUSE: Final = "https://www.w3.org/TR/sparql11-http-rdf-update/#graph-identification"
METHODS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH")
IN_PATHS: Final = "/:@!$&'()*+,;=-._~"


@blueprint.route("/graphs", methods=METHODS, defaults={"rest": ""})
@blueprint.route("/graphs/<path:rest>", methods=METHODS)
def graphs(rest: str) -> Response:
    """Read, replace, extend, patch or delete a graph."""
    utf8(unquote_to_bytes(request.query_string), "The address")
    if request.method == "POST" and not rest and not request.args:
        return _create()
    graph = _named(rest)
    if request.method in {"GET", "HEAD"}:
        return _read(graph)
    writes.authorise()
    if request.method == "PATCH":
        return _patch(graph)
    if request.method == "DELETE":
        _find(graph)
        return writes.done(writes.carry_out(GraphWrite("delete", graph)))
    said = _write("put" if request.method == "PUT" else "post", graph)
    return writes.done(said, 201 if graph in said["created"] else 204)


@blueprint.after_request
def _tell_patches(response: Response) -> Response:
    """Say how a graph can be patched, https://www.rfc-editor.org/rfc/rfc5789#section-2.2."""
    unread = request.method == "PATCH" and response.status_code == 415
    if request.method == "OPTIONS" or unread:
        response.headers["Accept-Patch"] = PATCHES
    return response


def _patch(graph: str | None) -> Response:
    """Change a graph by an update that is about it alone."""
    if request.mimetype != PATCHES:
        sent = request.mimetype[:80] or "nothing named"
        raise UnsupportedMediaType(f"A patch comes as {PATCHES}, not as {sent}.")
    _find(graph, mend="Make it with PUT first.", clause=PATCH)
    g.query_text = update.direct()
    base_iri = here().publication.config.base_iri
    patch = confined(g.query_text, graph, update.limits(), base_iri)
    return writes.done(update.carry_out(patch, only=(graph,)))


def _named(rest: str) -> str | None:
    """Find the graph that is meant: an IRI, or None for the default graph."""
    if rest:
        return _iri(here().root() + "graphs/" + quote(rest, safe=IN_PATHS))
    names, default = request.args.getlist("graph"), request.args.getlist("default")
    if len(names) + len(default) != 1:
        raise BadQuery(
            "The request must name one graph.",
            mend="Add ?default or ?graph= with the graph's IRI.",
            clause=CLAUSE,
        )
    if default:
        return None
    return _iri(names[0])


def _iri(name: str) -> str:
    try:
        return ox.NamedNode(name).value
    except ValueError:
        raise BadQuery(
            f"“{name[:200]}” is no absolute IRI.",
            mend="Give the graph's whole IRI, percent-encoded.",
            clause=CLAUSE,
        ) from None


def exists(graph: str) -> bool:
    """Whether there is a graph of this name; an empty one that was made counts."""
    return here().engine.ask(f"ASK {{ GRAPH {ox.NamedNode(graph)} {{}} }}")


def _find(graph: str | None, *, mend: str = "", clause: str = CLAUSE) -> None:
    if graph is not None and not exists(graph):
        raise NotFound("There is no such graph.", mend=mend, clause=clause)


def _read(graph: str | None) -> Response:
    site = here()
    choice = negotiation.choose(
        request.headers.get("Accept"), "graph", request.args.get("format") or None
    )
    _find(graph)
    dataset = (graph,) if graph is not None else ()
    whole = QueryRequest(conditions.WHOLE_GRAPH, default_graphs=dataset)
    answer = site.engine.answer(whole, choice.format)
    response = Response(answer.body, content_type=choice.content_type)
    if answer.truncated:
        response.headers["Answer-Truncated"] = f"rows={answer.rows}"
    version = (answer.version or site.engine.version) if answer.truncated else ""
    digest = conditions.digest(answer.body)
    name = conditions.name(choice.format, choice.media_type, digest, version)
    asked = preconditions.asked(reading=True)
    if asked is not None:
        asked.require("The graph", {name})
    response.set_etag(name)
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "public, no-cache"
    left = {key: value for key, value in request.environ.items() if key != "HTTP_IF_MATCH"}
    response.make_conditional(left)
    return response


def _create() -> Response:
    """Make a graph with a name of ours, https://www.w3.org/TR/sparql11-http-rdf-update/#http-post."""
    writes.authorise()
    graph = f"{here().root()}graphs/{secrets.token_hex(8)}"
    response = writes.done(_write("put", graph), 201)
    response.headers["Location"] = graph
    return response


def _write(method: Method, graph: str | None) -> dict[str, Any]:
    if request.mimetype == "multipart/form-data":
        return _write_parts(method, graph)
    data = writes.body()
    media = by_media_type(request.mimetype or "text/turtle", "graph")
    if media is None:
        raise _unsupported(request.mimetype)
    nested_data.check(data, media.rdf)
    return writes.carry_out(GraphWrite(method, graph, data, media.rdf))


def _write_parts(method: Method, graph: str | None) -> dict[str, Any]:
    """Read the files of a form, each RDF in its own syntax, into one change."""
    triples: list[ox.Triple] = []
    parts = [part for same in request.files.listvalues() for part in same]
    if request.form or not parts:
        field = next(iter(request.form), None)
        raise BadQuery(
            "The form holds no file."
            if field is None
            else f"The field “{field[:60]}” of the form is no file: it has no filename.",
            mend="Send each document as a file with a filename and a Content-Type.",
            clause="https://www.w3.org/TR/sparql11-http-rdf-update/#http-post",
        )
    for number, part in enumerate(parts):
        media = by_media_type(part.mimetype or "text/turtle", "graph")
        if media is None:
            raise _unsupported(part.mimetype)
        data = part.stream.read()
        nested_data.check(data, media.rdf)
        triples += _parse(data, media.rdf, graph, number)
    whole = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return writes.carry_out(GraphWrite(method, graph, whole, ox.RdfFormat.N_TRIPLES))


def _parse(data: bytes, media: ox.RdfFormat, graph: str | None, number: int) -> list[ox.Triple]:
    try:
        return [
            quad.triple
            for quad in ox.parse(
                data,
                media,
                base_iri=graph or here().publication.config.base_iri,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        ]
    except (SyntaxError, ValueError) as error:
        raise BadQuery(f"Part {number + 1} of the form cannot be read: {error}.") from None


def _unsupported(media_type: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(f"“{media_type[:80]}” is no RDF syntax that is read here.")
