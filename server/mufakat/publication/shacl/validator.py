"""Walks from targets to results: https://www.w3.org/TR/shacl/#validation-definition."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import RDFS, SH, TYPE
from mufakat.publication.shacl import shapes as reading
from mufakat.publication.shacl.components import constraints, declared
from mufakat.publication.shacl.constraints import COMPONENTS, PROPERTY_ONLY
from mufakat.publication.shacl.paths import compiled
from mufakat.publication.shacl.questions import Questions
from mufakat.publication.shacl.refusals import refuse
from mufakat.publication.shacl.results import Result
from mufakat.publication.shacl.sparql import SparqlConstraint, read_constraint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mufakat.publication.graph import Graph, Node, Term
    from mufakat.publication.shacl.components import Component, ComponentConstraint
    from mufakat.publication.shacl.constraints import Check
    from mufakat.publication.shacl.paths import Path
    from mufakat.publication.shacl.questions import Ask
    from mufakat.publication.shacl.shapes import Shape

NESTED: Final = SH + "property"
SPARQL: Final = SH + "sparql"
NODE: Final = SH + "node"
TOGETHER: Final = frozenset({SH + "qualifiedValueShape"})


@dataclass(slots=True)
class _Compiled:
    shape: Shape
    path: Path | None = None
    checks: list[tuple[str, Check, Term | None]] = field(default_factory=list)
    """Component, check, and the shape that tells the details."""
    nested: list[_Compiled] = field(default_factory=list)
    own: list[ComponentConstraint] = field(default_factory=list)
    queries: list[SparqlConstraint] = field(default_factory=list)


class Validator:
    """Validates a data graph by a shapes graph.

    `ask` answers SELECT queries over the same data; without it they are asked of a copy. `stored`
    says that the data comes out of a store, which keeps every kind of integer as an xsd:integer.
    """

    def __init__(
        self, shapes: Graph, data: Graph, ask: Ask | None = None, *, stored: bool = False
    ) -> None:
        self.shapes = shapes
        self.data = data
        self.stored = stored
        self.questions = Questions(shapes, data, ask)
        self._known: dict[Term, _Compiled] = {}
        self._below: dict[Term, frozenset[Term]] = {}
        self._busy: set[tuple[Term, Term]] = set()

    def validate(self, only: Collection[Term] | None = None) -> Iterator[Result]:
        """Give the results for all targets, or for those of the focus nodes in `only`."""
        refuse(self.shapes)
        for node in reading.targeted(self.shapes):
            try:
                yield from self._targeted(node, only)
            except reading.ShapeError as error:
                raise error.at(self.shapes, node) from None

    def _targeted(self, node: Node, only: Collection[Term] | None) -> Iterator[Result]:
        made = self._compile(node)
        focus = self.focus_nodes(node)
        if only is not None:
            focus = [one for one in focus if one in only]
        for one in focus:
            yield from self._check(one, made, detailed=True)
        yield from self._query(focus, made)

    def focus_nodes(self, shape: Node) -> list[Term]:
        """Give the nodes a shape chooses by its targets."""
        focus: dict[Term, None] = {}
        for kind, term in reading.targets(self.shapes, shape):
            name = "" if isinstance(term, ox.Triple) else term.value
            if kind == "targetNode":
                focus[term] = None
            elif kind == "targetClass":
                for cls in self.below(term):
                    focus.update(dict.fromkeys(self.data.subjects(TYPE, cls)))
            elif kind == "targetSubjectsOf":
                focus.update(dict.fromkeys(self.data.subjects(name)))
            else:
                for node in self.data.subjects(name):
                    focus.update(dict.fromkeys(self.data.values(node, name)))
        return list(focus)

    def below(self, cls: Term) -> frozenset[Term]:
        """Give a class and the classes below it in the data graph."""
        if cls not in self._below:
            reached = {cls}
            ahead = [cls]
            while ahead:
                for node in self.data.subjects(RDFS + "subClassOf", ahead.pop()):
                    if node not in reached:
                        reached.add(node)
                        ahead.append(node)
            self._below[cls] = frozenset(reached)
        return self._below[cls]

    def conforms(self, node: Term, shape: Term) -> bool:
        """Tell whether a node satisfies a shape; a question about itself counts as yes."""
        asked = (node, shape)
        if asked in self._busy:
            return True
        self._busy.add(asked)
        try:
            known = self._compile(shape)
            if next(self._check(node, known, detailed=False), None) is not None:
                return False
            return next(self._query([node], known), None) is None
        finally:
            self._busy.discard(asked)

    @cached_property
    def _components(self) -> list[Component]:
        return declared(self.shapes)

    def _compile(self, node: Term) -> _Compiled:
        if node in self._known:
            return self._known[node]
        if isinstance(node, (ox.Literal, ox.Triple)):
            raise reading.ShapeError(f"{node} stands where a shape is expected.")
        try:
            return self._compiled(node)
        except reading.ShapeError as error:
            raise error.at(self.shapes, node) from None

    def _compiled(self, node: Node) -> _Compiled:
        shape = reading.read(self.shapes, node)
        made = self._known[node] = _Compiled(shape)
        spelled = ""
        if shape.path is not None:
            made.path, spelled = compiled(self.shapes, shape.path)
        for parameter, values in shape.parameters.items():
            for value in values:
                if parameter == NESTED:
                    made.nested.append(self._compile(value))
                elif parameter == SPARQL:
                    made.queries.append(read_constraint(self.shapes, value, spelled))
                elif shape.path is None and parameter in PROPERTY_ONLY:
                    continue
                elif parameter in COMPONENTS:
                    component, make = COMPONENTS[parameter]
                    why = value if parameter == NODE else None
                    made.checks.append((component, make(self, shape, value), why))
                elif parameter not in TOGETHER:
                    raise reading.ShapeError(
                        f"The shape uses {parameter}, which this validator does not know.",
                        mend="Say it with the core components or with sh:sparql.",
                        clause="https://www.w3.org/TR/shacl/#core-components",
                    )
        for one in self._components:
            made.own += constraints(self.shapes, one, shape, spelled)
        return made

    def _check(self, focus: Term, made: _Compiled, *, detailed: bool) -> Iterator[Result]:
        shape = made.shape
        if not shape.active:
            return
        values = [focus] if made.path is None else made.path(self.data, focus)
        for component, check, why in made.checks:
            for value, path in check(focus, values):
                yield Result(
                    focus=focus,
                    path=path if path is not None else shape.path,
                    value=value,
                    shape=shape.node,
                    component=component,
                    severity=shape.severity,
                    messages=shape.messages,
                    details=self._details(value, why) if detailed and why and value else (),
                )
        for constraint in made.own:
            yield from constraint.results(self.questions, focus, values, shape)
        for nested in made.nested:
            for value in values:
                yield from self._check(value, nested, detailed=detailed)
                if nested.queries:
                    yield from self._query([value], nested)

    def _details(self, value: Term, shape: Term) -> tuple[Result, ...]:
        """Tell why a value does not conform, one level deep so that a cycle has an end."""
        known = self._compile(shape)
        return (*self._check(value, known, detailed=False), *self._query([value], known))

    def _query(self, focus: list[Term], made: _Compiled) -> Iterator[Result]:
        if not made.queries or not focus or not made.shape.active:
            return
        for query in made.queries:
            try:
                yield from query.results(self.questions, focus, made.shape)
            except reading.ShapeError as error:
                raise error.at(self.shapes, query.node) from None
