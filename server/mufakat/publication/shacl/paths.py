"""Property paths: https://www.w3.org/TR/shacl/#property-paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import RDF, SH
from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.publication.graph import Graph, Term

    Path = Callable[[Graph, Term], list[Term]]

CLAUSE: Final = "https://www.w3.org/TR/shacl/#property-paths"
REPEATED: Final = {
    SH + "zeroOrMorePath": (True, True, "*"),
    SH + "oneOrMorePath": (False, True, "+"),
    SH + "zeroOrOnePath": (True, False, "?"),
}


def compiled(shapes: Graph, path: Term, above: frozenset[Term] = frozenset()) -> tuple[Path, str]:
    """Make of a path a function from node to value nodes, and its SPARQL spelling.

    `above` are the paths that this one is a part of; ShapeError when it is among them.
    """
    if isinstance(path, ox.NamedNode):
        name = path.value
        return (lambda data, node: data.values(node, name)), f"<{name}>"
    if path in above:
        raise ShapeError(
            "A path is a part of itself.", mend="Write it without a cycle.", clause=CLAUSE
        )
    above |= {path}
    if shapes.values(path, RDF + "first"):
        parts = [compiled(shapes, member, above) for member in shapes.members(path)]
        return _sequence([part for part, _ in parts]), _join("/", [text for _, text in parts])
    for target in shapes.values(path, SH + "alternativePath"):
        parts = [compiled(shapes, member, above) for member in shapes.members(target)]
        return _alternative([part for part, _ in parts]), _join("|", [text for _, text in parts])
    for target in shapes.values(path, SH + "inversePath"):
        if isinstance(target, ox.NamedNode):
            return _inverse(target.value), f"^<{target.value}>"
    for predicate, (zero, many, sign) in REPEATED.items():
        for target in shapes.values(path, predicate):
            step, text = compiled(shapes, target, above)
            return _repeated(step, zero=zero, many=many), f"({text}){sign}"
    raise ShapeError(
        "A shape has a path that is none.",
        mend="Write a property, or a path of section 2.3.1.",
        clause=CLAUSE,
    )


def _join(sign: str, texts: list[str]) -> str:
    return "(" + sign.join(texts) + ")"


def _inverse(predicate: str) -> Path:
    return lambda data, node: list(data.subjects(predicate, node))


def _sequence(steps: list[Path]) -> Path:
    def follow(data: Graph, node: Term) -> list[Term]:
        nodes = {node: None}
        for step in steps:
            nodes = {value: None for one in nodes for value in step(data, one)}
        return list(nodes)

    return follow


def _alternative(steps: list[Path]) -> Path:
    def follow(data: Graph, node: Term) -> list[Term]:
        return list({value: None for step in steps for value in step(data, node)})

    return follow


def _repeated(step: Path, *, zero: bool, many: bool) -> Path:
    def follow(data: Graph, node: Term) -> list[Term]:
        reached: dict[Term, None] = {node: None} if zero else {}
        ahead = [node]
        while ahead:
            for value in step(data, ahead.pop()):
                if value not in reached:
                    reached[value] = None
                    if many:
                        ahead.append(value)
        return list(reached)

    return follow
