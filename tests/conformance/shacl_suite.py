"""The W3C's SHACL tests as plain records, and reports in the form in which the suite compares them.

https://w3c.github.io/data-shapes/data-shapes-test-suite/
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from manifest import BASE, DATA, MF, RDF, Graph, Node, load

from mufakat.namespaces import SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHT: Final = "http://www.w3.org/ns/shacl-test#"
FOLDER: Final = DATA / "shacl"
COMPARED: Final = frozenset(
    SH + name
    for name in (
        *("conforms", "result", "focusNode", "resultPath", "resultSeverity", "sourceConstraint"),
        *("sourceConstraintComponent", "sourceShape", "value"),
    )
)
"""What of a report counts; messages too, where the expected report has some."""
PATH: Final = frozenset(
    (
        *(RDF + "first", RDF + "rest"),
        *(SH + name for name in ("inversePath", "alternativePath", "zeroOrMorePath")),
        *(SH + name for name in ("oneOrMorePath", "zeroOrOnePath")),
    )
)
TOP: Final = ox.NamedNode("urn:x-top")
MESSAGE: Final = SH + "resultMessage"


@dataclass(frozen=True)
class Case:
    """One sht:Validate entry."""

    id: str
    data: Path
    shapes: Path
    expected: tuple[ox.Triple, ...] | None
    """The report that is prescribed; None where validation has to fail."""

    def triples(self, what: str) -> list[ox.Quad]:
        """Read `data` or `shapes`; the same file gives the same blank nodes each time."""
        return read(self.data if what == "data" else self.shapes)


@cache
def read(path: Path) -> list[ox.Quad]:
    return list(
        ox.parse(
            path.read_bytes(),
            format=ox.RdfFormat.TURTLE,
            base_iri=BASE + str(path.relative_to(DATA)),
        )
    )


@cache
def cases() -> tuple[Case, ...]:
    """Every entry of every file, also of the one that no manifest of the suite includes."""
    return tuple(case for path in sorted(FOLDER.rglob("*.ttl")) for case in _cases(path))


def listed() -> set[str]:
    """Name the files that the manifests include, from the topmost one down."""
    found: set[str] = set()
    ahead = [FOLDER / "manifest.ttl"]
    while ahead:
        graph = load(ahead.pop())
        for quad in graph.store.quads_for_pattern(None, ox.NamedNode(MF + "include"), None):
            assert isinstance(quad.object, ox.NamedNode)
            path = DATA / quad.object.value.removeprefix(BASE)
            if path.name == "manifest.ttl":
                ahead.append(path)
            else:
                found.add(str(path.relative_to(FOLDER)).removesuffix(".ttl"))
    return found


def _cases(path: Path) -> Iterator[Case]:
    graph = Graph()
    graph.store.extend(read(path))
    for quad in graph.store.quads_for_pattern(
        None, ox.NamedNode(RDF + "type"), ox.NamedNode(SHT + "Validate")
    ):
        entry = quad.subject
        assert isinstance(entry, ox.NamedNode)
        action, result = graph.one(entry, MF + "action"), graph.one(entry, MF + "result")
        assert isinstance(action, Node)
        assert isinstance(result, Node)
        files = [graph.one(action, SHT + name) for name in ("dataGraph", "shapesGraph")]
        data, shapes = (DATA / str(node.value).removeprefix(BASE) for node in files if node)
        failure = result == ox.NamedNode(SHT + "Failure")
        yield Case(
            id=str(path.relative_to(FOLDER)).removesuffix(".ttl"),
            data=data,
            shapes=shapes,
            expected=None if failure else tuple(reachable(read(path), result)),
        )


def reachable(triples: Iterable[ox.Quad | ox.Triple], start: object) -> Iterator[ox.Triple]:
    """Give the triples of a report: from its node along results and paths."""
    by_subject: dict[object, list[ox.Quad | ox.Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    seen = {start}
    ahead = [start]
    while ahead:
        for triple in by_subject.get(ahead.pop(), []):
            predicate = triple.predicate.value
            if predicate not in COMPARED | PATH | {MESSAGE}:
                continue
            yield ox.Triple(triple.subject, triple.predicate, triple.object)
            follows = predicate in PATH | {SH + "result", SH + "resultPath"}
            if follows and isinstance(triple.object, ox.BlankNode) and triple.object not in seen:
                seen.add(triple.object)
                ahead.append(triple.object)


def comparable(report: Iterable[ox.Quad | ox.Triple], *, messages: bool) -> set[str]:
    """Bring a report into the form in which two are equal if the suite takes them for equal."""
    report = list(report)
    (start,) = {triple.subject for triple in report if triple.predicate.value == SH + "conforms"}
    dataset = ox.Dataset(
        ox.Quad(triple.subject, triple.predicate, triple.object)
        for triple in unshared(list(reachable(report, start)))
        if messages or triple.predicate.value != MESSAGE
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def unshared(report: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Give each result a path of its own: whether two share the nodes of one makes no odds."""
    steps = [triple for triple in report if triple.predicate.value in PATH]

    def copied(node: ox.NamedNode | ox.BlankNode) -> Iterator[ox.Triple]:
        copy = ox.BlankNode()
        for triple in steps:
            if triple.subject == node and isinstance(triple.object, Node):
                *below, top = copied(triple.object)
                yield from below
                yield ox.Triple(copy, triple.predicate, top.object)
        yield ox.Triple(copy, TOP, copy if isinstance(node, ox.BlankNode) else node)

    for triple in report:
        if triple.predicate.value == SH + "resultPath" and isinstance(triple.object, Node):
            *path, top = copied(triple.object)
            yield from path
            yield ox.Triple(triple.subject, triple.predicate, top.object)
        elif triple not in steps:
            yield triple


def has_messages(expected: Iterable[ox.Triple]) -> bool:
    return any(triple.predicate.value == MESSAGE for triple in expected)
