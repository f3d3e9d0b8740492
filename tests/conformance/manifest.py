"""Reads the W3C's manifests into plain records.

https://www.w3.org/2001/sw/DataAccess/tests/README
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parent / "data"
BASE = "http://w3c.test/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True)
class Case:
    """One test of a manifest; paths are relative to the data folder."""

    suite: str
    name: str
    kind: str
    query: str
    data: tuple[str, ...] = ()
    graphs: tuple[tuple[str, str], ...] = ()
    """Named graphs: IRI as the query sees it, file."""
    result: str | None = None
    result_data: tuple[str, ...] = ()
    result_graphs: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        return f"{self.suite}/{self.name}"


@dataclass
class Graph:
    """A manifest's triples with the few look-ups that are needed."""

    store: ox.Store = field(default_factory=ox.Store)

    def values(self, subject: Node, iri: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found = self.store.quads_for_pattern(subject, ox.NamedNode(iri), None)
        return [quad.object for quad in found]  # type: ignore[misc]

    def one(self, subject: Node, iri: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
        return next(iter(self.values(subject, iri)), None)

    def items(self, head: Node | ox.Literal | None) -> Iterator[Node]:
        while isinstance(head, Node) and head.value != RDF + "nil":
            item = self.one(head, RDF + "first")
            assert isinstance(item, Node)
            yield item
            head = self.one(head, RDF + "rest")


def load(path: Path) -> Graph:
    graph = Graph()
    graph.store.load(
        path=str(path), format=ox.RdfFormat.TURTLE, base_iri=BASE + str(path.relative_to(DATA))
    )
    return graph


def file_of(node: object) -> str:
    assert isinstance(node, ox.NamedNode)
    return node.value.removeprefix(BASE)


def suites(generation: str) -> list[str]:
    return sorted(
        f"{generation}/{path.parent.name}" for path in (DATA / generation).glob("*/manifest.ttl")
    )


@cache
def cases(suite: str) -> tuple[Case, ...]:
    """All tests of a suite with a query or an update, in the order of its manifest."""
    graph = load(DATA / suite / "manifest.ttl")
    heads = graph.store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None)
    return tuple(
        case
        for head in heads
        for entry in graph.items(head.object)  # type: ignore[arg-type]
        if (case := _case(suite, graph, entry))
    )


def _case(suite: str, graph: Graph, entry: Node) -> Case | None:
    kind = graph.one(entry, RDF + "type")
    action = graph.one(entry, MF + "action")
    if not isinstance(kind, ox.NamedNode) or not isinstance(action, Node):
        return None
    name = entry.value.rpartition("#")[2]
    short = kind.value.rpartition("#")[2]
    if "Syntax" in short:
        return Case(suite, name, short, file_of(action))
    if short == "UpdateEvaluationTest":
        result = graph.one(entry, MF + "result")
        assert isinstance(result, Node)
        return Case(
            suite,
            name,
            short,
            file_of(graph.one(action, UT + "request")),
            data=tuple(map(file_of, graph.values(action, UT + "data"))),
            graphs=tuple(_named(graph, action)),
            result_data=tuple(map(file_of, graph.values(result, UT + "data"))),
            result_graphs=tuple(_named(graph, result)),
        )
    if short not in {"QueryEvaluationTest", "CSVResultFormatTest"}:
        return None
    return Case(
        suite,
        name,
        short,
        file_of(graph.one(action, QT + "query")),
        data=tuple(map(file_of, graph.values(action, QT + "data"))),
        graphs=tuple(
            (file_of(node), file_of(node)) for node in graph.values(action, QT + "graphData")
        ),
        result=file_of(graph.one(entry, MF + "result")),
    )


def _named(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    for item in graph.values(node, UT + "graphData"):
        assert isinstance(item, Node)
        label = graph.one(item, RDFS + "label")
        assert isinstance(label, ox.Literal)
        yield label.value, file_of(graph.one(item, UT + "graph"))
