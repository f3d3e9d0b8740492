"""What the server says of itself: VoID and DCAT, for programs and for people.

https://www.w3.org/TR/void/#well-known and https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from mufakat.engine import formats
from mufakat.errors import NotFound
from mufakat.publication.describe import measure
from mufakat.publication.describe_catalogue import catalogue
from mufakat.publication.release.dumps import FORMATS, NAME, Dump
from mufakat.publication.release.void import describe
from mufakat.views import table
from mufakat.views.cells import of_iri
from mufakat.web import negotiation
from mufakat.web.pages_common import (
    Alternate,
    config,
    iris_in,
    link_alternates,
    once,
    page,
    scope,
)
from mufakat.web.pages_rdf import alternates_of, graph, wants_page
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response as AnyResponse

    from mufakat.engine.types import Term
    from mufakat.publication.release.void import Statistics
    from mufakat.views.table import Table

blueprint = Blueprint("descriptions", __name__)

POINTING: Final = frozenset({"home.home", "descriptions", "dumps", "openapi", "sparql.sparql"})
"""Endpoints, or rooms of them, whose answers name the descriptions in their Link headers."""
LINKS: Final = (
    ("void", "describedby", "text/turtle"),
    ("openapi.json", "service-desc", "application/json"),
    ("docs/", "service-doc", "text/html"),
)


@blueprint.get("/.well-known/void")
def well_known() -> AnyResponse:
    """Lead from the address that crawlers know to the description."""
    response = redirect(f"{request.script_root}/void", code=303)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@blueprint.get("/void")
@blueprint.get("/void.<ending>")
def void(ending: str = "") -> Response:
    """Say what the dataset holds, counted from what is loaded."""
    found = statistics()

    def shown() -> Response:
        own = config().terms
        return page(
            "void.html",
            alternates=_alternates("void"),
            statistics=found,
            own=_table(Counter({k: n for k, n in found.classes.items() if k.startswith(own)})),
            others=_table(
                Counter({k: n for k, n in found.classes.items() if not k.startswith(own)})
            ),
            properties=_table(found.properties, "property", "statements"),
            graphs=sorted(found.graphs.items()),
            links=_links(found),
            examples=[of_iri(iri, scope(found.examples)) for iri in found.examples],
            version=here().engine.version,
        )

    return _document("void", ending, shown, lambda: _described(found))


@blueprint.get("/catalog")
@blueprint.get("/catalog.<ending>")
def catalog(ending: str = "") -> Response:
    """List the dataset, its files and its services as data catalogues do."""

    def triples() -> list[ox.Triple]:
        site = here()
        return catalogue(site.publication, dumps(), at=site.root(), version=site.engine.version)

    def shown() -> Response:
        return page(
            "catalog.html",
            alternates=_alternates("catalog"),
            description=config().description,
            dumps=dumps(),
            address=here().root(),
            version=here().engine.version,
            triples=statistics().triples,
        )

    return _document("catalog", ending, shown, triples)


def statistics() -> Statistics:
    """Count what is loaded, once for a data version."""
    return once("void", lambda: measure(here().engine, config().base_iri, within()))


def within() -> str:
    """Say how the graphs begin that are described: in another's store, ours among others."""
    is_elsewhere = str(here().settings.store).startswith(("http://", "https://"))
    return config().base_iri + "graph/" if is_elsewhere else ""


def dumps() -> list[Dump]:
    """Name the dumps there are, without writing them."""
    return [Dump(Path(f"{NAME}.{fmt.ending}"), fmt, 0, "") for fmt in FORMATS]


def _described(found: Statistics) -> list[ox.Triple]:
    site = here()
    return describe(
        site.publication, found, dumps=dumps(), at=site.root(), version=site.engine.version
    )


def _document(
    name: str, ending: str, shown: Callable[[], Response], triples: Callable[[], list[ox.Triple]]
) -> Response:
    """Give the page or the RDF, as asked."""
    if ending and ending != "html" and formats.by_ending(ending, "graph") is None:
        raise NotFound(f"There is no /{name} in the format “{ending[:20]}”.")
    if wants_page(ending):
        return link_alternates(shown(), _alternates(name))
    choice = negotiation.choose(request.headers.get("Accept"), "graph", ending or None)
    return graph(triples(), choice)


def _alternates(name: str) -> list[Alternate]:
    return alternates_of(f"{request.script_root}/{name}")


def _table(counts: Mapping[str, int], thing: str = "kind", counted: str = "things") -> Table:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows: list[dict[str, Term]] = [
        {thing: ox.NamedNode(iri), counted: ox.Literal(number)} for iri, number in ordered
    ]
    return table.build([thing, counted], rows, scope(iris_in(rows)))


def _links(found: Statistics) -> Table:
    rows: list[dict[str, Term]] = [
        {"to": ox.NamedNode(where), "relation": ox.NamedNode(iri), "links": ox.Literal(number)}
        for (iri, where), number in sorted(found.links.items(), key=lambda x: (-x[1], x[0]))
    ]
    return table.build(["to", "relation", "links"], rows, scope(iris_in(rows)))


@blueprint.after_app_request
def _point(response: Response) -> Response:
    """Name the descriptions in Link headers: https://www.rfc-editor.org/rfc/rfc8631."""
    endpoint = request.endpoint or ""
    is_entry = endpoint in POINTING or endpoint.partition(".")[0] in POINTING
    is_plain = request.method in {"GET", "HEAD"} and "query" not in request.args
    if is_entry and is_plain and response.status_code < 400:
        for path, relation, media_type in LINKS:
            if path.strip("/") != request.path.strip("/"):
                target = f"{request.script_root}/{path}"
                response.headers.add("Link", f'<{target}>; rel="{relation}"; type="{media_type}"')
    return response
