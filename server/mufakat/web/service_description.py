"""Describes the endpoint in its own terms, from what is loaded and switched on.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from flask import Response

from mufakat.engine.formats import FORMATS
from mufakat.namespaces import FILE_FORMATS, TYPE, VOID, XSD
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.web.negotiation import Choice
    from mufakat.web.site import Site

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE: Final = ox.NamedNode(TYPE)
PREFIXES: Final = {
    "sd": SD,
    "void": VOID,
    "xsd": XSD,
    "formats": FILE_FORMATS,
}
COUNTS: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
DEFAULT_COUNT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def respond(choice: Choice) -> Response:
    """Write the description in a format."""
    site = here()
    triples = list(describe(site, site.root() + "sparql", site.root() + "update"))
    body = ox.serialize(triples, format=choice.format.rdf, prefixes=PREFIXES)
    return Response(body, content_type=choice.content_type)


def describe(site: Site, endpoint: str, updating: str) -> Iterator[ox.Triple]:
    """Give the triples of the description: queries and updates go to an address each."""
    service, dataset = ox.NamedNode(endpoint), ox.NamedNode(endpoint + "#dataset")
    default = ox.NamedNode(endpoint + "#default-graph")

    def say(subject: ox.NamedNode, verb: str, thing: str | ox.NamedNode | ox.Literal) -> ox.Triple:
        what = ox.NamedNode(SD + thing) if isinstance(thing, str) else thing
        return ox.Triple(subject, ox.NamedNode(SD + verb), what)

    yield ox.Triple(service, RDF_TYPE, ox.NamedNode(SD + "Service"))
    yield say(service, "endpoint", service)
    yield say(service, "supportedLanguage", "SPARQL11Query")
    if site.engine.union_default_graph:
        yield say(service, "feature", "UnionDefaultGraph")
    if site.settings.writable:
        updates = ox.NamedNode(updating)
        yield ox.Triple(updates, RDF_TYPE, ox.NamedNode(SD + "Service"))
        yield say(updates, "endpoint", updates)
        yield say(updates, "supportedLanguage", "SPARQL11Update")
        yield say(updates, "defaultDataset", dataset)
        for iri in sorted(fmt.iri for fmt in FORMATS if "graph" in fmt.kinds):
            yield say(updates, "inputFormat", ox.NamedNode(iri))
    if site.settings.allow_service:
        yield say(service, "feature", "BasicFederatedQuery")
    for iri in sorted({fmt.iri for fmt in FORMATS}):
        yield say(service, "resultFormat", ox.NamedNode(iri))
    yield say(service, "defaultDataset", dataset)
    yield ox.Triple(dataset, RDF_TYPE, ox.NamedNode(SD + "Dataset"))
    yield say(dataset, "defaultGraph", default)
    yield ox.Triple(default, RDF_TYPE, ox.NamedNode(SD + "Graph"))
    total, graphs = statistics(site)
    yield ox.Triple(default, ox.NamedNode(VOID + "triples"), _integer(total))
    for number, (iri, count) in enumerate(graphs, 1):
        named = ox.NamedNode(f"{endpoint}#named-graph-{number}")
        graph = ox.NamedNode(f"{endpoint}#graph-{number}")
        yield say(dataset, "namedGraph", named)
        yield ox.Triple(named, RDF_TYPE, ox.NamedNode(SD + "NamedGraph"))
        yield say(named, "name", ox.NamedNode(iri))
        yield say(named, "graph", graph)
        yield ox.Triple(graph, RDF_TYPE, ox.NamedNode(SD + "Graph"))
        yield ox.Triple(graph, ox.NamedNode(VOID + "triples"), _integer(count))


def statistics(site: Site) -> tuple[int, list[tuple[str, int]]]:
    """Count the triples of the default graph and of each named graph, once per data version."""
    key = "statistics " + site.engine.version
    if key not in site.kept:
        total = int(site.engine.select(DEFAULT_COUNT).rows[0]["n"].value)  # type: ignore[union-attr]
        graphs = [
            (row["g"].value, int(row["n"].value))  # type: ignore[union-attr]
            for row in site.engine.select(COUNTS).rows
            if "g" in row
        ]
        site.kept[key] = (total, graphs)
    counted: tuple[int, list[tuple[str, int]]] = site.kept[key]
    return counted


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))
