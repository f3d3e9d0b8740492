"""The little world of the fixtures, the shapes, and mistakes planted into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import SH, TYPE, XSD
from mufakat.publication.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.publication.graph import Term

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
BASE: Final = "https://w3id.org/mufakat/"
MFK: Final = BASE + "ontology#"
MFKSH: Final = BASE + "shapes#"
NOWHERE: Final = ox.NamedNode("urn:x-nowhere")


def read(*files: Path) -> list[ox.Triple]:
    """Parse Turtle files relative to the base of the publication."""
    return [
        quad.triple
        for file in files
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    ]


@cache
def shape_files() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "shapes").glob("*.ttl")))


@cache
def ontology() -> tuple[ox.Triple, ...]:
    return tuple(read(*sorted((ROOT / "ontology").rglob("*.ttl"))))


@cache
def fixtures() -> tuple[ox.Triple, ...]:
    return tuple(read(*sorted((HERE / "fixtures").glob("*.ttl"))))


@cache
def shapes() -> Graph:
    return Graph(read(*shape_files()))


@cache
def data_shapes() -> Graph:
    """The shapes that look at data; those that look at the ontology are tested by themselves."""
    return Graph(read(*(file for file in shape_files() if file.stem != "ontology-meta")))


def store(triples: Iterable[ox.Triple]) -> ox.Store:
    made = ox.Store()
    made.extend(ox.Quad(*triple) for triple in triples)
    return made


def iri(graph: Graph, node: Term, name: str) -> ox.NamedNode | None:
    return next((v for v in graph.values(node, name) if isinstance(v, ox.NamedNode)), None)


def number(graph: Graph, node: Term, name: str) -> int:
    return int(next(v.value for v in graph.values(node, name) if isinstance(v, ox.Literal)))


@dataclass(frozen=True)
class Planted:
    """A mistake in a copy of a node, and which constraint has to notice it."""

    focus: ox.NamedNode
    node_shape: str
    shape: ox.NamedNode
    component: str
    triples: tuple[ox.Triple, ...]


def targets(node_shape: ox.NamedNode) -> list[ox.NamedNode]:
    """Nodes of the fixtures that a node shape looks at, those stated most exactly first."""
    world, known = Graph(fixtures()), data_shapes()
    found: list[ox.NamedNode] = []
    for cls in known.values(node_shape, SH + "targetClass"):
        found += [n for n in world.subjects(TYPE, cls) if isinstance(n, ox.NamedNode)]
    for path in known.values(node_shape, SH + "targetSubjectsOf"):
        found += [n for n in world.subjects(path.value) if isinstance(n, ox.NamedNode)]
    return found


def node_shapes() -> list[ox.NamedNode]:
    known = data_shapes()
    return [
        node
        for node in known.instances(SH + "NodeShape")
        if known.values(node, SH + "targetClass") or known.values(node, SH + "targetSubjectsOf")
    ]


def plant_all() -> list[Planted]:
    """Break every constraint of every property shape of every node shape, each in its own copy."""
    known, world = data_shapes(), Graph(fixtures())
    planted: list[Planted] = []
    for node_shape in node_shapes():
        focused = targets(node_shape)
        for shape in known.values(node_shape, SH + "property"):
            path = iri(known, shape, SH + "path")
            if path is None or not isinstance(shape, ox.NamedNode):
                continue
            holders = [n for n in focused if world.values(n, path.value)] or focused
            for component, triples in mistakes(known, world, shape, path.value, holders[0]):
                copy = ox.NamedNode(f"{holders[0].value}/{len(planted)}")
                planted.append(
                    Planted(
                        copy,
                        node_shape.value.removeprefix(MFKSH),
                        shape,
                        component,
                        tuple(ox.Triple(copy, t.predicate, t.object) for t in triples),
                    )
                )
    return planted


def mistakes(  # noqa: PLR0912 - one branch for each kind of constraint
    known: Graph, world: Graph, shape: Term, path: str, focus: ox.NamedNode
) -> Iterator[tuple[str, list[ox.Triple]]]:
    """Give the node's statements with one mistake, for each constraint of a property shape."""
    rest = [
        ox.Triple(focus, ox.NamedNode(p), v)
        for p, values in world.of(focus).items()
        for v in values
        if p != path
    ]
    old = [ox.Triple(focus, ox.NamedNode(path), v) for v in world.values(focus, path)]

    def say(*values: Term, keep: bool = True) -> list[ox.Triple]:
        return [
            *rest,
            *(old if keep else []),
            *(ox.Triple(focus, ox.NamedNode(path), v) for v in values),
        ]

    facts = known.of(shape)  # type: ignore[arg-type]
    if SH + "minCount" in facts:
        yield "MinCount", say(keep=False)
    if SH + "maxCount" in facts:
        most = number(known, shape, SH + "maxCount")
        yield "MaxCount", say(*(ox.NamedNode(f"urn:x-{i}") for i in range(most + 1)), keep=False)
    for kind in facts.get(SH + "nodeKind", ()):
        wrong = ox.Literal("text") if kind == ox.NamedNode(SH + "IRI") else NOWHERE
        yield "NodeKind", say(wrong)
    if SH + "class" in facts:
        yield "Class", say(NOWHERE)
    if SH + "datatype" in facts:
        yield "Datatype", say(ox.Literal("1", datatype=ox.NamedNode(XSD + "duration")))
    if SH + "languageIn" in facts:
        yield "LanguageIn", say(ox.Literal("mot", language="xx"))
    if SH + "uniqueLang" in facts:
        yield "UniqueLang", say(ox.Literal("a", language="xx"), ox.Literal("b", language="xx"))
    if SH + "minLength" in facts:
        yield "MinLength", say(ox.Literal("", language="en"))
    if SH + "pattern" in facts:
        yield "Pattern", say(ox.Literal("§ ~"))
    if SH + "minInclusive" in facts:
        low = number(known, shape, SH + "minInclusive") - 1
        yield "MinInclusive", say(ox.Literal(str(low), datatype=ox.NamedNode(XSD + "integer")))
    if SH + "maxInclusive" in facts:
        high = number(known, shape, SH + "maxInclusive") + 1
        yield "MaxInclusive", say(ox.Literal(str(high), datatype=ox.NamedNode(XSD + "integer")))
    if SH + "or" in facts:
        yield "Or", say(ox.Literal("about sixty"))
    for wanted in facts.get(SH + "hasValue", ()):
        others = [t.object for t in old if t.object != wanted]
        yield "HasValue", say(*(others or [ox.Literal("other")]), keep=False)
    for name in ("lessThan", "lessThanOrEquals"):
        for other in facts.get(SH + name, ()):
            late, early = _reversed(world.values(focus, path))
            kept = [t for t in rest if t.predicate != other]
            component = name[0].upper() + name[1:]
            yield (
                component,
                [*kept, ox.Triple(focus, ox.NamedNode(path), late), ox.Triple(focus, other, early)],
            )  # type: ignore[arg-type]


def _reversed(values: list[Term]) -> tuple[ox.Literal, ox.Literal]:
    if any(isinstance(v, ox.Literal) and v.datatype.value == XSD + "integer" for v in values):
        kind = ox.NamedNode(XSD + "integer")
        return ox.Literal("2020", datatype=kind), ox.Literal("2010", datatype=kind)
    kind = ox.NamedNode(XSD + "date")
    return ox.Literal("2020-01-01", datatype=kind), ox.Literal("2010-01-01", datatype=kind)


COMPLEX: Final = frozenset(
    SH + name for name in ("or", "and", "not", "xone", "sparql", "equals", "disjoint", "in")
)


def beyond_planting() -> set[str]:
    """Name the shapes with constraints that one changed value cannot break: they have files."""
    known = data_shapes()
    found: set[str] = set()
    for node_shape in node_shapes():
        if COMPLEX & known.of(node_shape).keys():
            found.add(node_shape.value.removeprefix(MFKSH))
        for shape in known.values(node_shape, SH + "property"):
            if iri(known, shape, SH + "path") is None:
                found.add(shape.value.removeprefix(MFKSH))
    return found
