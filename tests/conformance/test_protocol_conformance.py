"""The W3C's tests of the protocol, the graph store protocol and the service description.

The manifests hold HTTP requests and what is expected of the answers, in RDF.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import manifest
import pyoxigraph as ox
import pytest
from manifest import DATA, MF, RDF, RDFS, UT, Graph
from results import read_answer, same
from standard_server import Standard, standard

from live import BEARER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Reply

pytestmark = pytest.mark.slow

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
SD = "http://www.w3.org/ns/sparql-service-description#"
STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


@dataclass(frozen=True)
class Exchange:
    """One request and what its answer must be."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    shape: str | None
    expected: bytes | None
    location: str | None


def text(graph: Graph, node: object, iri: str) -> str | None:
    assert isinstance(node, ox.NamedNode | ox.BlankNode)
    value = graph.one(node, iri)
    return value.value if value is not None else None


def exchanges(graph: Graph, entry: ox.NamedNode | ox.BlankNode) -> Iterator[Exchange]:
    action = graph.one(entry, MF + "action")
    assert isinstance(action, ox.BlankNode)
    for request in graph.items(graph.one(action, HT + "requests")):
        answer = graph.one(request, HT + "resp")
        assert isinstance(answer, ox.BlankNode)
        boolean = text(graph, answer, MF + "expectedBoolean")
        yield Exchange(
            text(graph, request, HT + "methodName") or "",
            text(graph, request, HT + "absolutePath") or "",
            headers(graph, request),
            body(graph, request),
            tuple(
                value.value.rpartition("#")[2]
                for value in graph.values(answer, MF + "expectedStatus")
            ),
            boolean == "true" if boolean else None,
            text(graph, answer, MF + "expectedFormat"),
            body(graph, answer),
            text(graph, answer, MF + "expectedLocation"),
        )


def headers(graph: Graph, node: ox.NamedNode | ox.BlankNode) -> dict[str, str]:
    return {
        text(graph, header, HT + "fieldName") or "": text(graph, header, HT + "fieldValue") or ""
        for header in graph.items(graph.one(node, HT + "headers"))
    }


def body(graph: Graph, node: ox.NamedNode | ox.BlankNode) -> bytes | None:
    content = graph.one(node, HT + "body")
    if not isinstance(content, ox.BlankNode):
        return None
    chars = text(graph, content, CNT + "chars") or ""
    return chars.encode(text(graph, content, CNT + "characterEncoding") or "utf-8")


def entries(*files: str) -> list[object]:
    found = []
    for file in files:
        graph = manifest.load(DATA / file)
        for head in graph.store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None):
            found += [
                pytest.param(graph, entry, id=entry.value.rpartition("#")[2])
                for entry in graph.items(head.object)  # type: ignore[arg-type]
            ]
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standard]:
    with standard(tmp_path_factory.mktemp("empty")) as store:
        yield store


def fulfil(status: int, wanted: tuple[str, ...]) -> bool:
    return any(
        status // 100 == int(name[10]) if name.startswith("StatusCode") else status == STATUS[name]
        for name in wanted
    )


def check_shape(exchange: Exchange, reply: Reply) -> None:
    if exchange.boolean is not None:
        assert json.loads(reply.body)["boolean"] is exchange.boolean
    if exchange.shape == "RDF":
        assert ox.RdfFormat.from_media_type(reply.media_type)
    elif exchange.shape in {"tabular", "boolean"}:
        assert ox.QueryResultsFormat.from_media_type(reply.media_type)


@pytest.mark.parametrize(("graph", "entry"), entries("sparql11/protocol/manifest.ttl"))
def test_protocol(store: Standard, graph: Graph, entry: ox.NamedNode) -> None:
    store.empty()
    for data in graph.values(entry, UT + "graphData"):
        assert isinstance(data, ox.BlankNode)
        name = text(graph, data, RDFS + "label")
        file = manifest.file_of(graph.one(data, UT + "graph"))
        store.put(name, (DATA / file).read_bytes())
    assert graph.one(entry, RDF + "type") == ox.NamedNode(MF + "ProtocolTest")
    for exchange in exchanges(graph, entry):
        media = exchange.headers.get("content-type", "")
        is_update = "update" in exchange.path.partition("?")[2].partition("=")[0] or (
            "sparql-update" in media
            or (exchange.body or b"").startswith((b"update=", b"CLEAR", "CLEAR".encode("utf-16")))
        )
        is_update = is_update or "using-" in exchange.path
        path = exchange.path.replace("/sparql/", "/update" if is_update else "/sparql", 1)
        reply = store.server.ask(path, exchange.method, exchange.body, BEARER | exchange.headers)
        assert fulfil(reply.status, exchange.statuses), f"{reply.status} {reply.text}"
        check_shape(exchange, reply)


GRAPH_STORE = entries(
    "sparql11/graph-store-protocol/manifest-direct.ttl",
    "sparql11/graph-store-protocol/manifest-indirect.ttl",
)


@pytest.mark.parametrize(("graph", "entry"), GRAPH_STORE)
def test_graph_store(store: Standard, graph: Graph, entry: ox.NamedNode) -> None:
    store.empty()
    variables: dict[str, str] = {}
    for exchange in exchanges(graph, entry):
        path = exchange.path.replace("/gsp", "/graphs", 1)
        sent = exchange.body
        for name, value in variables.items():
            path = path.replace(name, quote(value, safe=""))
            sent = sent.replace(name.encode(), value.encode()) if sent else sent
        reply = store.server.ask(path, exchange.method, sent, BEARER | exchange.headers)
        assert fulfil(reply.status, exchange.statuses), f"{reply.status} {reply.text}"
        if exchange.location:
            variables[exchange.location] = reply.headers["Location"]
        if exchange.expected and exchange.method == "GET":
            location = next(iter(variables.values()), "")
            body = exchange.expected.replace(b"$LOCATION$", location.encode())
            wanted = read_answer(body, "text/turtle")
            assert same(read_answer(reply.body, reply.media_type), wanted)


def description(store: Standard, accept: str = "text/turtle") -> ox.Store:
    reply = store.server.ask("/sparql", headers={"Accept": accept})
    assert reply.status == 200
    media = ox.RdfFormat.from_media_type(reply.media_type)
    assert media
    found = ox.Store()
    found.load(reply.body, media)
    return found


class TestServiceDescription:
    """`sparql11/service-description` names three checks and leaves their making to the tester."""

    def test_returns_rdf(self, store: Standard) -> None:
        for accept in ("text/turtle", "application/rdf+xml", "application/n-triples", "*/*"):
            assert len(description(store, accept)) > 0

    def test_has_endpoint_triple(self, store: Standard) -> None:
        places = {ox.NamedNode(store.server.address + path) for path in ("/sparql", "/update")}
        found = list(
            description(store).quads_for_pattern(None, ox.NamedNode(SD + "endpoint"), None)
        )
        assert {quad.object for quad in found} == places

    def test_conforms_to_schema(self, store: Standard) -> None:
        """Ranges and domains as https://www.w3.org/TR/sparql11-service-description/ states them."""
        store.put("http://example.org/g", b"<a:s> <a:p> 1 .".replace(b"1", b'"1"'))
        rules = f"""
            PREFIX sd: <{SD}>
            SELECT ?rule {{
              {{ ?s sd:endpoint ?o FILTER NOT EXISTS {{ ?s a sd:Service }}
                 BIND("endpoint of a service" AS ?rule) }}
              UNION {{ ?s sd:defaultDataset ?o FILTER NOT EXISTS {{ ?o a sd:Dataset }}
                 BIND("default dataset is a dataset" AS ?rule) }}
              UNION {{ ?s sd:defaultGraph ?o FILTER NOT EXISTS {{ ?o a sd:Graph }}
                 BIND("default graph is a graph" AS ?rule) }}
              UNION {{ ?s sd:namedGraph ?o FILTER NOT EXISTS {{ ?o a sd:NamedGraph ; sd:name ?n }}
                 BIND("named graph has a name" AS ?rule) }}
              UNION {{ ?s sd:supportedLanguage ?o
                 FILTER(?o NOT IN (sd:SPARQL10Query, sd:SPARQL11Query, sd:SPARQL11Update))
                 BIND("language is one of the three" AS ?rule) }}
              UNION {{ ?s sd:feature ?o FILTER(?o NOT IN (sd:DereferencesURIs, sd:UnionDefaultGraph,
                 sd:RequiresDataset, sd:EmptyGraphs, sd:BasicFederatedQuery))
                 BIND("feature is one of the five" AS ?rule) }}
              UNION {{ ?s a sd:Service FILTER(isLITERAL(?s)) BIND("service" AS ?rule) }}
            }}"""
        broken = description(store).query(rules)
        assert isinstance(broken, ox.QuerySolutions)
        assert [str(row["rule"]) for row in broken] == []
