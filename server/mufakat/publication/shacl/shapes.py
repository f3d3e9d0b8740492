"""Shapes as read from the shapes graph: https://www.w3.org/TR/shacl/#shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import MufakatError, Where
from mufakat.namespaces import OWL, RDFS, SH, TYPE

if TYPE_CHECKING:
    from mufakat.publication.graph import Graph, Node, Term

TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
VIOLATION: Final = SH + "Violation"
NOT_PARAMETERS: Final = frozenset(
    SH + name
    for name in (
        *TARGETS,
        *("path", "severity", "message", "deactivated", "name", "description", "order", "group"),
        *("defaultValue", "declare", "ignoredProperties", "flags", "qualifiedMinCount"),
        *("qualifiedMaxCount", "qualifiedValueShapesDisjoint", "entailment", "prefixes"),
        *("select", "ask"),
    )
)


class ShapeError(MufakatError):
    """A shape is ill-formed, or uses what this validator does not know."""

    title = "A shape cannot be used"
    node: Node | None = None
    """The shape, or what else stands in the shapes graph and is wrong."""

    def at(self, shapes: Graph, node: Node) -> ShapeError:
        """Name the node, and the file if it is known, unless a nearer place is named already."""
        if self.node is None:
            self.node = node
            name = owner(shapes, node)
            if str(name) not in self.detail:
                self.detail = f"{name}: {self.detail}"
            file = shapes.files.get(node)
            if hasattr(file, "name") and hasattr(file, "path"):
                self.where = Where(file=f"{file.name}{file.path.suffix}")
        return self


@dataclass(slots=True)
class Shape:
    """A node or property shape, its parameters still in the form of the graph."""

    node: Node
    path: Term | None
    severity: str
    messages: tuple[ox.Literal, ...]
    parameters: dict[str, list[Term]]
    active: bool = True
    extra: dict[str, list[Term]] = field(default_factory=dict)
    """Everything said of the shape, for parameters that belong together."""


def read(shapes: Graph, node: Node) -> Shape:
    """Read one shape."""
    facts = shapes.of(node)
    path = next(iter(facts.get(SH + "path", [])), None)
    severities = shapes.nodes(node, SH + "severity")
    off = any(value.value == "true" for value in shapes.literals(node, SH + "deactivated"))
    return Shape(
        node=node,
        path=path,
        severity=severities[0] if severities else VIOLATION,
        messages=tuple(shapes.literals(node, SH + "message")),
        parameters={
            name: values
            for name, values in facts.items()
            if name.startswith(SH) and name not in NOT_PARAMETERS
        }
        | {
            name: facts[name]
            for name in (SH + "qualifiedMinCount", SH + "qualifiedMaxCount")
            if name in facts
        },
        active=not off,
        extra=facts,
    )


def owner(shapes: Graph, node: Node) -> Node:
    """Give the named node that a blank node is part of, or the node itself."""
    seen: set[Node] = set()
    found = node
    while isinstance(found, ox.BlankNode) and found not in seen:
        seen.add(found)
        holders = (
            one
            for one, facts in shapes.facts.items()
            if any(found in values for values in facts.values())
        )
        found = next(holders, found)
    return found if isinstance(found, ox.NamedNode) else node


def targeted(shapes: Graph) -> list[Node]:
    """Give the shapes that choose their own focus nodes, in order of their names."""
    chosen: dict[Node, None] = {}
    for name in TARGETS:
        for node in shapes.subjects(SH + name):
            chosen[node] = None
    classes = {*shapes.instances(RDFS + "Class"), *shapes.instances(OWL + "Class")}
    for node in classes:
        if {SH + "NodeShape", SH + "PropertyShape"}.intersection(shapes.nodes(node, TYPE)):
            chosen[node] = None
    return sorted(chosen, key=str)


def targets(shapes: Graph, node: Node) -> list[tuple[str, Term]]:
    """Give the targets of a shape as kind and term; implicit class targets included."""
    found = [(name, term) for name in TARGETS for term in shapes.values(node, SH + name)]
    types = set(shapes.nodes(node, TYPE))
    if types.intersection({RDFS + "Class", OWL + "Class"}) and types.intersection(
        {SH + "NodeShape", SH + "PropertyShape"}
    ):
        found.append(("targetClass", node))
    return found
