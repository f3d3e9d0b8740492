"""OWL 2 RL for the classes: class axioms that plain rules can follow.

Grammar: https://www.w3.org/TR/owl2-profiles/#OWL_2_RL
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDF, RDFS, TYPE
from mufakat.publication.reasoning.vocabulary import NIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.graph import Node, Term
    from mufakat.publication.reasoning.knowledge import Knowledge, Statement

DL: Final = "OWL 2 DL"
RL: Final = "OWL 2 RL"
NOT_RL: Final = frozenset((OWL + "real", OWL + "rational"))
RL_SUB: Final = frozenset(
    OWL + name for name in ("someValuesFrom", "hasValue", "intersectionOf", "unionOf", "oneOf")
)
RL_SUPER: Final = frozenset(
    OWL + name
    for name in [
        "allValuesFrom",
        "hasValue",
        "intersectionOf",
        "complementOf",
        "maxCardinality",
        "maxQualifiedCardinality",
    ]
)


@dataclass(frozen=True, slots=True)
class Breach:
    """One statement that leaves a profile."""

    profile: str
    statement: Statement
    message: str
    mend: str


def class_part(knowledge: Knowledge) -> Iterator[Breach]:
    """Give what in the class axioms rules cannot follow."""
    for axiom in knowledge.axioms:
        if axiom.predicate in (RDFS + "subClassOf", OWL + "disjointWith"):
            yield from _sides(knowledge, axiom, axiom.subject, axiom.value)
        elif axiom.predicate in (RDFS + "domain", RDFS + "range"):
            yield from _expression(knowledge, axiom, axiom.value, RL_SUPER, "a domain or a range")
            if axiom.text in NOT_RL:
                yield Breach(
                    RL,
                    axiom,
                    f"The range {axiom.text} is outside OWL 2 RL.",
                    "Use xsd:decimal or leave the range open.",
                )
        elif axiom.predicate == OWL + "equivalentClass":
            both = RL_SUB & RL_SUPER
            yield from _expression(knowledge, axiom, axiom.value, both, "an equivalent class")
        elif axiom.predicate == OWL + "disjointUnionOf" or (
            axiom.predicate == TYPE and axiom.text == OWL + "ReflexiveProperty"
        ):
            yield Breach(
                RL,
                axiom,
                f"{(axiom.text if axiom.predicate == TYPE else axiom.predicate).removeprefix(OWL)} "
                "is outside OWL 2 RL.",
                "State subclasses and disjointness one by one; leave out the trait.",
            )


def _sides(knowledge: Knowledge, axiom: Statement, sub: Node, above: Term) -> Iterator[Breach]:
    yield from _expression(knowledge, axiom, sub, RL_SUB, "the narrower side")
    allowed = RL_SUPER if axiom.predicate == RDFS + "subClassOf" else RL_SUB
    yield from _expression(knowledge, axiom, above, allowed, "the wider side")


def _expression(
    knowledge: Knowledge, axiom: Statement, term: Term, allowed: frozenset[str], side: str
) -> Iterator[Breach]:
    """Look into an unnamed class expression; nested ones are held to the same list."""
    if (
        isinstance(term, ox.NamedNode)
        and term.value == OWL + "Thing"
        and side == "the narrower side"
    ):
        yield Breach(
            RL, axiom, "owl:Thing stands on the narrower side.", "Name the class that is meant."
        )
    if not isinstance(term, ox.BlankNode):
        return
    for part in knowledge.about(term):
        name = part.predicate
        if name in (TYPE, OWL + "onProperty", OWL + "onClass", RDF + "first", RDF + "rest"):
            continue
        counts = name in (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")
        if name not in allowed or (counts and part.text not in ("0", "1")):
            yield Breach(
                RL,
                axiom,
                f"{name.removeprefix(OWL)} is not allowed on {side} of a class axiom.",
                "Put the rule into a shape.",
            )
        elif part.text != NIL and isinstance(part.value, ox.BlankNode):
            yield from _expression(knowledge, axiom, part.value, allowed, side)
