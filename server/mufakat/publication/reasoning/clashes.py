"""Contradictions found by reading the facts against the axioms, each with the chain that makes it.

A reasoner says that something contradicts; a curator needs to know which two lines. The axioms of
a publication are few and plain (classes, disjointness, domains, ranges, traits of properties), so
that following them step by step finds what the reasoner found, with the reason of each step.
Rules: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

import pyoxigraph as ox

from mufakat.namespaces import RDF, TYPE, XSD
from mufakat.publication.reasoning.view import cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.publication.reasoning.knowledge import Disjointness, Knowledge, Statement

Kind = Literal[
    "disjoint classes", "functional", "range", "asymmetric", "irreflexive", "disjoint properties"
]
WHOLE: Final = frozenset(
    XSD + name
    for name in [
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "negativeInteger",
        "nonPositiveInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
    ]
)
FAMILIES: Final = {
    XSD + "string": frozenset({XSD + "string", XSD + "normalizedString", XSD + "token"}),
    XSD + "integer": WHOLE,
    XSD + "decimal": WHOLE | {XSD + "decimal"},
}
"""Datatypes whose values lie in a range; other ranges take themselves alone."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Why a node belongs to a class: a fact, then axioms from its property and up the classes."""

    fact: Statement
    way: Literal["stated", "domain", "range"]
    axioms: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Facts and axioms that cannot hold together."""

    kind: Kind
    node: str
    terms: tuple[str, ...]
    """The classes or properties at fault."""
    facts: tuple[Statement, ...]
    axioms: tuple[Statement, ...]
    memberships: tuple[Membership, ...] = ()


def find(knowledge: Knowledge, facts: Iterable[Statement] | None = None) -> list[Clash]:
    """Give every contradiction, one for each node and axiom."""
    chosen = knowledge.facts if facts is None else list(facts)
    return [*_classes(knowledge, chosen), *_properties(knowledge, chosen)]


def memberships(
    knowledge: Knowledge, facts: Iterable[Statement]
) -> dict[str, dict[str, Membership]]:
    """Give the classes of every node, stated and implied, each with its shortest reason."""
    found: dict[str, dict[str, Membership]] = defaultdict(dict)
    for fact in facts:
        for node, cls, membership in _direct(knowledge, fact):
            known = found[node].get(cls)
            if known is None or len(membership.axioms) < len(known.axioms):
                found[node][cls] = membership
    for classes in found.values():
        for cls, membership in sorted(classes.items(), key=lambda item: len(item[1].axioms)):
            for parent, axioms in knowledge.lineage(cls).items():
                longer = Membership(membership.fact, membership.way, membership.axioms + axioms)
                if parent not in classes or len(longer.axioms) < len(classes[parent].axioms):
                    classes[parent] = longer
    return found


def _direct(knowledge: Knowledge, fact: Statement) -> Iterator[tuple[str, str, Membership]]:
    if fact.predicate == TYPE:
        yield fact.name, fact.text, Membership(fact, "stated", ())
        return
    for iri, path in knowledge.lineage(fact.predicate).items():
        for cls, axiom in knowledge.domains.get(iri, ()):
            yield fact.name, cls, Membership(fact, "domain", (*path, axiom))
        if isinstance(fact.value, ox.NamedNode):
            for cls, axiom in knowledge.ranges.get(iri, ()):
                yield fact.value.value, cls, Membership(fact, "range", (*path, axiom))


def _classes(knowledge: Knowledge, facts: list[Statement]) -> Iterator[Clash]:
    axioms_of: dict[str, list[Disjointness]] = defaultdict(list)
    for axiom in knowledge.disjoint:
        for member in axiom.members:
            axioms_of[member].append(axiom)
    for node, classes in memberships(knowledge, facts).items():
        hits: dict[int, list[str]] = defaultdict(list)
        known: dict[int, Disjointness] = {}
        for cls in classes:
            for axiom in axioms_of.get(cls, ()):
                hits[id(axiom)].append(cls)
                known[id(axiom)] = axiom
        for key, found in hits.items():
            if len(found) < 2:
                continue
            # the two that are easiest to follow; the rest goes away with them or shows next time
            one, other = sorted(found, key=lambda cls: (len(classes[cls].axioms), cls))[:2]
            reasons = (classes[one], classes[other])
            yield Clash(
                "disjoint classes",
                node,
                (one, other),
                tuple(dict.fromkeys(reason.fact for reason in reasons)),
                (*reasons[0].axioms, *reasons[1].axioms, known[key].statement),
                reasons,
            )


def _properties(knowledge: Knowledge, facts: list[Statement]) -> Iterator[Clash]:
    by_property: dict[str, list[Statement]] = defaultdict(list)
    for fact in facts:
        if fact.predicate != TYPE:
            for iri in knowledge.lineage(fact.predicate):
                by_property[iri].append(fact)
    for iri, found in by_property.items():
        traits = knowledge.traits.get(iri, set())
        if "FunctionalProperty" in traits:
            yield from _functional(knowledge, iri, found)
        if "IrreflexiveProperty" in traits:
            yield from _irreflexive(knowledge, iri, found)
        if "AsymmetricProperty" in traits:
            yield from _asymmetric(knowledge, iri, found)
        for datatype, axiom in knowledge.ranges.get(iri, ()):
            if datatype.startswith((XSD, RDF)):
                yield from _literals(iri, datatype, axiom, found)
    for disjointness in knowledge.disjoint_properties:
        yield from _shared(disjointness, by_property)


def _functional(knowledge: Knowledge, iri: str, facts: list[Statement]) -> Iterator[Clash]:
    values: dict[str, dict[str, Statement]] = defaultdict(dict)
    for fact in facts:
        value = fact.value
        key = _value_key(value) if isinstance(value, ox.Literal) else str(value)
        values[fact.name].setdefault(key, fact)
    for node, found in values.items():
        if len(found) > 1:
            yield Clash(
                "functional",
                node,
                (iri,),
                tuple(found.values()),
                _trait(knowledge, iri, "Functional"),
            )


def _irreflexive(knowledge: Knowledge, iri: str, facts: list[Statement]) -> Iterator[Clash]:
    for fact in facts:
        if fact.value == fact.subject:
            yield Clash(
                "irreflexive", fact.name, (iri,), (fact,), _trait(knowledge, iri, "Irreflexive")
            )


def _asymmetric(knowledge: Knowledge, iri: str, facts: list[Statement]) -> Iterator[Clash]:
    pairs = {(fact.name, fact.text): fact for fact in facts}
    for (one, other), fact in pairs.items():
        back = pairs.get((other, one))
        if back is not None and one <= other:
            facts_ = tuple(dict.fromkeys((fact, back)))
            yield Clash("asymmetric", one, (iri,), facts_, _trait(knowledge, iri, "Asymmetric"))


def _literals(iri: str, datatype: str, axiom: Statement, facts: list[Statement]) -> Iterator[Clash]:
    allowed = FAMILIES.get(datatype, frozenset({datatype}))
    for fact in facts:
        if not isinstance(fact.value, ox.Literal) or fact.value.datatype.value not in allowed:
            yield Clash("range", fact.name, (iri, datatype), (fact,), (axiom,))


def _shared(axiom: Disjointness, by_property: dict[str, list[Statement]]) -> Iterator[Clash]:
    for one, other in combinations(axiom.members, 2):
        pairs = {(fact.name, str(fact.value)): fact for fact in by_property.get(one, ())}
        for fact in by_property.get(other, ()):
            first = pairs.get((fact.name, str(fact.value)))
            if first is not None:
                yield Clash(
                    "disjoint properties",
                    fact.name,
                    (one, other),
                    (first, fact),
                    (axiom.statement,),
                )


def _trait(knowledge: Knowledge, iri: str, trait: str) -> tuple[Statement, ...]:
    about = knowledge.about(ox.NamedNode(iri))
    return tuple(axiom for axiom in about if axiom.text.endswith(f"#{trait}Property"))


def _value_key(literal: ox.Literal) -> str:
    """Write a literal so that equal values of the common datatypes are equal."""
    converted = cast(literal)
    datatype = converted.datatype.value
    if datatype in WHOLE and re.fullmatch(r"[+-]?\d+", converted.value):
        return f"number {int(converted.value)}"
    return f"{converted.value} {converted.language or datatype}"
