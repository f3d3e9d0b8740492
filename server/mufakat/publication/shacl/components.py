"""SPARQL-based constraint components: https://www.w3.org/TR/shacl/#sparql-constraint-components."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import RDFS, SH, TYPE
from mufakat.publication.shacl.declarations import messages, prefixes, texts
from mufakat.publication.shacl.messages import filled
from mufakat.publication.shacl.prebinding import STANDARD, prepare
from mufakat.publication.shacl.results import Result
from mufakat.publication.shacl.shapes import ShapeError
from mufakat.publication.shacl.sparql import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.graph import Graph, Term
    from mufakat.publication.shacl.prebinding import Query
    from mufakat.publication.shacl.questions import Questions
    from mufakat.publication.shacl.shapes import Shape

CLAUSE: Final = "https://www.w3.org/TR/shacl/#constraint-components-parameters"
RESERVED: Final = STANDARD | {"path", "PATH", "value"}


@dataclass(frozen=True, slots=True)
class Component:
    """A declared component: its parameters by predicate with the variables they stand for."""

    node: ox.NamedNode
    mandatory: dict[str, str]
    optional: dict[str, str]

    def uses(self, shapes: Graph, shape: Shape) -> Iterator[dict[str, Term]]:
        """Give the values of the parameters, once for each constraint a shape makes of it."""
        if not all(predicate in shape.extra for predicate in self.mandatory):
            return
        names = self.mandatory | self.optional
        given = {predicate: shape.extra.get(predicate, []) for predicate in names}
        if len(names) == 1:
            ((predicate, name),) = names.items()
            yield from ({name: value} for value in given[predicate])
            return
        for predicate, values in given.items():
            if len(values) > 1:
                raise ShapeError(
                    f"{predicate} has {len(values)} values, and its component several parameters.",
                    mend="Give it one value; write a shape for each further one.",
                    clause=CLAUSE,
                ).at(shapes, shape.node)
        yield {names[predicate]: values[0] for predicate, values in given.items() if values}


@dataclass(frozen=True, slots=True)
class ComponentConstraint:
    """One use of a component by a shape."""

    component: ox.NamedNode
    query: Query
    asks: bool
    """Whether the validator is an ASK query, put to each value node."""
    values: dict[str, Term]
    messages: tuple[ox.Literal, ...] = field(default=())

    def results(
        self, questions: Questions, focus: Term, nodes: list[Term], shape: Shape
    ) -> Iterator[Result]:
        """Ask the validator about a focus node and its value nodes."""
        if not self.asks:
            given = {**self.values, "this": focus}
            for row in questions.alone(self.query, shape, given):
                yield found(
                    row,
                    shape,
                    focus,
                    component=self.component.value,
                    messages=self.messages,
                    given=given,
                )
            return
        for value in nodes:
            given = {**self.values, "this": focus, "value": value}
            if next(questions.alone(self.query, shape, given), None) is None:
                yield Result(
                    focus=focus,
                    path=shape.path,
                    value=value,
                    shape=shape.node,
                    component=self.component.value,
                    severity=shape.severity,
                    messages=filled(self.messages, given.get),
                )


def declared(shapes: Graph) -> list[Component]:
    """Give the components that the shapes graph declares, in order of their names."""
    classes: dict[Term, None] = {ox.NamedNode(SH + "ConstraintComponent"): None}
    ahead = list(classes)
    while ahead:
        for below in shapes.subjects(RDFS + "subClassOf", ahead.pop()):
            if below not in classes:
                classes[below] = None
                ahead.append(below)
    nodes = {node for cls in classes for node in shapes.subjects(TYPE, cls)}
    return [
        _component(shapes, node)
        for node in sorted(nodes, key=str)
        # those of SHACL itself are known, whatever a copy of its vocabulary says of them
        if isinstance(node, ox.NamedNode) and not node.value.startswith(SH)
    ]


def _component(shapes: Graph, node: ox.NamedNode) -> Component:
    mandatory: dict[str, str] = {}
    optional: dict[str, str] = {}
    for parameter in shapes.values(node, SH + "parameter"):
        paths = shapes.values(parameter, SH + "path")
        path = paths[0] if len(paths) == 1 else None
        name = re.split(r"[#/:]", path.value)[-1] if isinstance(path, ox.NamedNode) else ""
        if not isinstance(path, ox.NamedNode) or name in RESERVED or not _is_variable(name):
            raise ShapeError(
                f"A parameter cannot be a variable of the name {name!r}.",
                mend="Give its sh:path one IRI that ends in a name of letters, digits and _, none"
                f" of {', '.join(sorted(RESERVED))}.",
                clause=CLAUSE,
            ).at(shapes, node)
        free = any(text in ("true", "1") for text in texts(shapes, parameter, "optional"))
        (optional if free else mandatory)[path.value] = name
    if not mandatory:
        raise ShapeError(
            "A constraint component has no parameter that a shape has to give.",
            mend="Give it an sh:parameter without sh:optional true.",
            clause=CLAUSE,
        ).at(shapes, node)
    return Component(node, mandatory, optional)


def _is_variable(name: str) -> bool:
    return re.fullmatch(r"\w+", name) is not None


def constraints(
    shapes: Graph, component: Component, shape: Shape, path: str
) -> Iterator[ComponentConstraint]:
    """Give the constraints a shape makes of a component; `path` is the path's SPARQL spelling."""
    for values in component.uses(shapes, shape):
        validator, asks, text = _validator(shapes, component, shape)
        if validator is None:
            return
        names = {*STANDARD, *component.mandatory.values(), *component.optional.values()}
        try:
            query = prepare(
                text,
                prefixes(shapes, validator),
                names | {"value"} if asks else names,
                path=path,
            )
        except ShapeError as error:
            raise error.at(shapes, component.node) from None
        yield ComponentConstraint(
            component=component.node,
            query=query,
            asks=asks,
            values=values,
            messages=shape.messages
            or messages(shapes, validator)
            or messages(shapes, component.node),
        )


def _validator(shapes: Graph, component: Component, shape: Shape) -> tuple[Term | None, bool, str]:
    """Choose the validator: https://www.w3.org/TR/shacl/#constraint-components-validators."""
    own = "nodeValidator" if shape.path is None else "propertyValidator"
    for name in (own, "validator"):
        for node in shapes.values(component.node, SH + name):
            asks, selects = texts(shapes, node, "ask"), texts(shapes, node, "select")
            if len(asks) + len(selects) != 1 or (selects and name == "validator"):
                raise ShapeError(
                    f"A value of sh:{name} is no validator that can be asked.",
                    mend="Give it one sh:ask"
                    + (", or one sh:select." if name == own else ".")
                    + " JavaScript is not run.",
                    clause="https://www.w3.org/TR/shacl/#constraint-components-validators",
                ).at(shapes, component.node)
            return node, bool(asks), (asks or selects)[0]
    return None, False, ""
