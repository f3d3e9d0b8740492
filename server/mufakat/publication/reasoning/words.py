"""Contradictions in words that a curator understands, with the place of every step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.namespaces import RDFS, TYPE

if TYPE_CHECKING:
    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.reasoning.clashes import Clash, Membership
    from mufakat.publication.reasoning.knowledge import Knowledge, Statement

CHECK = "L07"


def finding(context: Context, clash: Clash) -> Finding:
    """Make the finding of a contradiction; it stands at the first of its facts."""
    fact = clash.facts[0]
    return context.finding(
        CHECK,
        clash.node,
        _message(context, clash),
        _mend(context, clash),
        path=fact.predicate if fact.name == clash.node else "",
        value=fact.value if fact.name == clash.node else None,
        file=fact.file if fact.name == clash.node else None,
    )


def unsatisfiable(context: Context, knowledge: Knowledge, iri: str, reasoner: str) -> Finding:
    """Make the finding of a class that can have no member."""
    short = context.short
    above = knowledge.lineage(iri)
    because = ""
    for axiom in knowledge.disjoint:
        found = [member for member in axiom.members if member in above]
        if len(found) > 1:
            one, other = found[:2]
            because = (
                f" It is below both {short(one)} and {short(other)}, "
                f"which share no member ({_where(context, axiom.statement)})."
            )
            break
    return context.finding(
        CHECK,
        iri,
        f"The class {short(iri)} can have no member ({reasoner}).{because}",
        "Take away one of its superclasses, or the axiom that keeps them apart.",
        path=RDFS + "subClassOf",
    )


def place(context: Context, statement: Statement) -> str:
    """Write file and line of a statement."""
    line = context.lines(statement.file).find(statement.name, statement.predicate, statement.value)
    name = context.show(statement.file)
    return f"{name}:{line}" if line else name


def _rule(context: Context, clash: Clash) -> str:
    """Write the place of the axiom that forbids; a list of members is found by two of them."""
    if not clash.axioms:
        return "see the ontology"
    axiom = clash.axioms[-1]
    if isinstance(axiom.subject, ox.BlankNode):
        text = axiom.file.path.read_text(encoding="utf-8")
        wanted = {context.short(term) for term in clash.terms}
        for match in re.finditer(r"members\s*\(([^)]*)\)", text):
            if wanted <= set(match[1].split()):
                return f"{context.show(axiom.file)}:{text.count(chr(10), 0, match.start()) + 1}"
    return place(context, axiom)


def _where(context: Context, statement: Statement) -> str:
    return place(context, statement)


def _message(context: Context, clash: Clash) -> str:
    short, node = context.short, context.short(clash.node)
    terms = [short(term) for term in clash.terms]
    rule = _rule(context, clash)
    facts = [_fact(context, fact) for fact in clash.facts]
    match clash.kind:
        case "disjoint classes":
            one, other = (_belongs(context, reason) for reason in clash.memberships)
            return (
                f"{node} cannot be both {terms[0]} and {terms[1]}, which share no member ({rule}). "
                f"{one} {other}"
            )
        case "functional":
            return (
                f"{node} has {len(facts)} values for {terms[0]}, which takes one ({rule}): "
                f"{'; '.join(facts)}."
            )
        case "range":
            return f"{facts[0]} is no {terms[1]}, which {terms[0]} takes ({rule})."
        case "irreflexive":
            return f"{node} has {terms[0]} to itself, which nothing does ({rule}): {facts[0]}."
        case "asymmetric":
            return (
                f"{terms[0]} runs one way and never back ({rule}), yet here it does both: "
                f"{'; '.join(facts)}."
            )
        case "disjoint properties":
            return (
                f"{terms[0]} and {terms[1]} never tie the same two nodes ({rule}), "
                f"yet here they do: {'; '.join(facts)}."
            )


def _mend(context: Context, clash: Clash) -> str:
    if clash.kind == "disjoint classes":
        places = " or ".join(dict.fromkeys(_fact(context, fact) for fact in clash.facts))
        return f"Look at the source and correct {places}."
    if clash.kind == "range":
        return f"Write the value as {context.short(clash.terms[1])}."
    if clash.kind == "functional":
        return (
            "Keep the value that holds and remove the other; "
            "where two sources differ, each gets a node of its own."
        )
    return "Remove the statement that the source does not bear out."


def _belongs(context: Context, reason: Membership) -> str:
    """Tell in one sentence why a node belongs to a class."""
    short, fact = context.short, reason.fact
    above = [axiom for axiom in reason.axioms if axiom.predicate == RDFS + "subClassOf"]
    steps = "".join(f", and every {short(a.name)} is a {short(a.text)}" for a in above)
    if reason.way == "stated":
        return f"It is stated to be a {short(fact.text)} ({_where(context, fact)}){steps}."
    ending = "domain" if reason.way == "domain" else "range"
    axiom = next(axiom for axiom in reason.axioms if axiom.predicate == RDFS + ending)
    whose = (
        f"whatever has {short(axiom.name)}"
        if reason.way == "domain"
        else f"whatever {short(axiom.name)} leads to"
    )
    return f"{_fact(context, fact)}, and {whose} is a {short(axiom.text)}{steps}."


def _fact(context: Context, fact: Statement) -> str:
    short = context.short
    verb = "a" if fact.predicate == TYPE else short(fact.predicate)
    value = short(fact.text) if "://" in fact.text else f"“{fact.text}”"
    return f"{short(fact.name)} {verb} {value} ({_where(context, fact)})"


def unexplained(context: Context, reasoners: list[str], facts: list[Statement]) -> Finding:
    """Make the finding of a contradiction that no single axiom shows."""
    titles = " and ".join(reasoners)
    if not facts:
        return context.finding(
            CHECK,
            context.config.ontology_iri,
            f"The axioms contradict one another even without facts ({titles}).",
            "Take back the axioms that were added last, one by one.",
        )
    first = facts[0]
    listed = "; ".join(_fact(context, fact) for fact in facts[:20])
    return context.finding(
        CHECK,
        first.name,
        f"These facts cannot hold together ({titles}), though each can alone: {listed}.",
        "Look at the sources and correct or remove one of them.",
        path=first.predicate,
        value=first.value,
        file=first.file,
    )
