"""The constraint components of SHACL Core: https://www.w3.org/TR/shacl/#core-components.

Each entry of `COMPONENTS` makes, from one value of a parameter, a function that is given a focus
node and its value nodes and yields what offends: a value (or None) and a path (or None for the
shape's own).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import SH, TYPE, XSD
from mufakat.publication.shacl.literals import INTEGERS, compare, has_datatype, well_formed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mufakat.publication.graph import Term
    from mufakat.publication.shacl.shapes import Shape
    from mufakat.publication.shacl.validator import Validator

    Offence = tuple[Term | None, Term | None]
    Check = Callable[[Term, list[Term]], Iterable[Offence]]
    Maker = Callable[["Validator", Shape, Term], Check]


def _each(wrong: Callable[[Term], bool]) -> Check:
    """Make a check of a test that every value node has to pass by itself."""

    def check(_focus: Term, values: list[Term]) -> list[Offence]:
        return [(value, None) for value in values if wrong(value)]

    return check


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, ox.Literal) else 0


def _text(term: Term) -> str | None:
    return None if isinstance(term, (ox.BlankNode, ox.Triple)) else term.value


def _class(validator: Validator, _shape: Shape, wanted: Term) -> Check:
    classes = validator.below(wanted)

    def wrong(value: Term) -> bool:
        types = validator.data.values(value, TYPE)
        return not any(one in classes for one in types)

    return _each(wrong)


def _datatype(validator: Validator, _shape: Shape, wanted: Term) -> Check:
    name = wanted.value if isinstance(wanted, ox.NamedNode) else ""
    if validator.stored and name.removeprefix(XSD) in INTEGERS:
        kept = XSD + "integer"
        return _each(
            lambda value: (
                not has_datatype(value, kept)
                or not well_formed(value.value, name.removeprefix(XSD))  # type: ignore[union-attr]
            )
        )
    return _each(lambda value: not has_datatype(value, name))


def _node_kind(_validator: Validator, _shape: Shape, wanted: Term) -> Check:
    name = wanted.value.removeprefix(SH) if isinstance(wanted, ox.NamedNode) else ""
    kinds = tuple(
        kind
        for word, kind in (
            ("IRI", ox.NamedNode),
            ("BlankNode", ox.BlankNode),
            ("Literal", ox.Literal),
        )
        if word in name
    )
    return _each(lambda value: not isinstance(value, kinds))


def _min_count(_validator: Validator, _shape: Shape, wanted: Term) -> Check:
    least = _number(wanted)
    return lambda _focus, values: [(None, None)] if len(values) < least else []


def _max_count(_validator: Validator, _shape: Shape, wanted: Term) -> Check:
    most = _number(wanted)
    return lambda _focus, values: [(None, None)] if len(values) > most else []


def _bound(accepted: tuple[int, ...]) -> Maker:
    def make(_validator: Validator, _shape: Shape, limit: Term) -> Check:
        return _each(lambda value: compare(value, limit) not in accepted)

    return make


def _length(*, least: bool) -> Maker:
    def make(_validator: Validator, _shape: Shape, limit: Term) -> Check:
        number = _number(limit)

        def wrong(value: Term) -> bool:
            text = _text(value)
            if text is None:
                return True
            return len(text) < number if least else len(text) > number

        return _each(wrong)

    return make


def _pattern(_validator: Validator, shape: Shape, wanted: Term) -> Check:
    letters = "".join(_text(flag) or "" for flag in shape.extra.get(SH + "flags", []))
    flags = re.NOFLAG
    for letter in letters:
        flags |= {"i": re.I, "s": re.S, "m": re.M, "x": re.X}.get(letter, re.NOFLAG)
    source = _text(wanted) or ""
    pattern = re.compile(re.escape(source) if "q" in letters else source, flags)
    return _each(lambda value: (text := _text(value)) is None or not pattern.search(text))


def _language_in(validator: Validator, _shape: Shape, wanted: Term) -> Check:
    members = validator.shapes.members(wanted)
    ranges = [text.lower() for member in members if (text := _text(member))]

    def wrong(value: Term) -> bool:
        tag = (value.language or "") if isinstance(value, ox.Literal) else ""
        return not any(tag == one or tag.startswith(one + "-") for one in ranges)

    return _each(wrong)


def _unique_lang(_validator: Validator, _shape: Shape, wanted: Term) -> Check:
    def check(_focus: Term, values: list[Term]) -> list[Offence]:
        tags = [value.language for value in values if isinstance(value, ox.Literal)]
        twice = sorted({tag for tag in tags if tag and tags.count(tag) > 1})
        return [(None, None) for _ in twice]

    return check if _text(wanted) == "true" else (lambda _focus, _values: [])


def _equals(validator: Validator, _shape: Shape, predicate: Term) -> Check:
    name = _text(predicate) or ""

    def check(focus: Term, values: list[Term]) -> list[Offence]:
        others = validator.data.values(focus, name)
        odd = [value for value in values if value not in others]
        return [(value, None) for value in (*odd, *(one for one in others if one not in values))]

    return check


def _disjoint(validator: Validator, _shape: Shape, predicate: Term) -> Check:
    name = _text(predicate) or ""

    def check(focus: Term, values: list[Term]) -> list[Offence]:
        others = validator.data.values(focus, name)
        return [(value, None) for value in values if value in others]

    return check


def _less(accepted: tuple[int, ...]) -> Maker:
    def make(validator: Validator, _shape: Shape, predicate: Term) -> Check:
        name = _text(predicate) or ""

        def check(focus: Term, values: list[Term]) -> list[Offence]:
            others = validator.data.values(focus, name)
            return [
                (value, None)
                for value in values
                for other in others
                if compare(value, other) not in accepted
            ]

        return check

    return make


def _in(validator: Validator, _shape: Shape, wanted: Term) -> Check:
    members = set(validator.shapes.members(wanted))
    return _each(lambda value: value not in members)


def _has_value(_validator: Validator, _shape: Shape, wanted: Term) -> Check:
    return lambda _focus, values: [] if wanted in values else [(None, None)]


def _node(validator: Validator, _shape: Shape, other: Term) -> Check:
    return _each(lambda value: not validator.conforms(value, other))


def _not(validator: Validator, _shape: Shape, other: Term) -> Check:
    return _each(lambda value: validator.conforms(value, other))


def _counted(accept: Callable[[int, int], bool]) -> Maker:
    def make(validator: Validator, _shape: Shape, wanted: Term) -> Check:
        members = validator.shapes.members(wanted)

        def wrong(value: Term) -> bool:
            held = sum(validator.conforms(value, member) for member in members)
            return not accept(held, len(members))

        return _each(wrong)

    return make


def _closed(validator: Validator, shape: Shape, wanted: Term) -> Check:
    known: set[str | None] = set()
    for node in shape.extra.get(SH + "property", []):
        known.update(_text(path) for path in validator.shapes.values(node, SH + "path"))
    for head in shape.extra.get(SH + "ignoredProperties", []):
        known.update(_text(member) for member in validator.shapes.members(head))

    def check(_focus: Term, values: list[Term]) -> Iterator[Offence]:
        for value in values:
            if not isinstance(value, ox.Literal):
                for predicate, objects in validator.data.facts.get(value, {}).items():  # type: ignore[arg-type]
                    if predicate not in known:
                        yield from ((one, ox.NamedNode(predicate)) for one in objects)

    return check if _text(wanted) in ("true", "1") else (lambda _focus, _values: [])


def _qualified(validator: Validator, shape: Shape, limit: Term, *, least: bool) -> Check:
    wanted = shape.extra.get(SH + "qualifiedValueShape", [])
    apart = any(
        _text(term) == "true" for term in shape.extra.get(SH + "qualifiedValueShapesDisjoint", [])
    )
    siblings: list[Term] = []
    if apart:
        for parent in validator.shapes.subjects(SH + "property", shape.node):
            for other in validator.shapes.values(parent, SH + "property"):
                siblings += validator.shapes.values(other, SH + "qualifiedValueShape")
    siblings = [one for one in siblings if one not in wanted]
    number = _number(limit)

    def check(_focus: Term, values: list[Term]) -> list[Offence]:
        held = sum(
            all(validator.conforms(value, one) for one in wanted)
            and not any(validator.conforms(value, one) for one in siblings)
            for value in values
        )
        return [(None, None)] if (held < number if least else held > number) else []

    return check


COMPONENTS: Final[dict[str, tuple[str, Maker]]] = {
    SH + name: (name[0].upper() + name[1:] + "ConstraintComponent", make)
    for name, make in {
        "class": _class,
        "datatype": _datatype,
        "nodeKind": _node_kind,
        "minCount": _min_count,
        "maxCount": _max_count,
        "minExclusive": _bound((1,)),
        "minInclusive": _bound((0, 1)),
        "maxExclusive": _bound((-1,)),
        "maxInclusive": _bound((-1, 0)),
        "minLength": _length(least=True),
        "maxLength": _length(least=False),
        "pattern": _pattern,
        "languageIn": _language_in,
        "uniqueLang": _unique_lang,
        "equals": _equals,
        "disjoint": _disjoint,
        "lessThan": _less((-1,)),
        "lessThanOrEquals": _less((-1, 0)),
        "in": _in,
        "hasValue": _has_value,
        "node": _node,
        "not": _not,
        "and": _counted(lambda held, all_of: held == all_of),
        "or": _counted(lambda held, _all: held > 0),
        "xone": _counted(lambda held, _all: held == 1),
        "closed": _closed,
        "qualifiedMinCount": lambda v, s, t: _qualified(v, s, t, least=True),
        "qualifiedMaxCount": lambda v, s, t: _qualified(v, s, t, least=False),
    }.items()
}
PROPERTY_ONLY: Final = frozenset(
    SH + name
    for name in (
        *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"),
        *("qualifiedMinCount", "qualifiedMaxCount"),
    )
)
"""Parameters that say nothing about a node shape."""
