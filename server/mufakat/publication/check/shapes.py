"""D11, S01, S03: the data fits the shapes, and the shapes cover the data."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import RDFS, SH, TYPE, XSD
from mufakat.publication.shacl import ShapeError, Validator

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.graph import Node, Term
    from mufakat.publication.shacl import Result

DIRECT: Final = frozenset(
    SH + name
    for name in (
        *("class", "datatype", "nodeKind", "minCount", "maxCount", "in", "hasValue", "pattern"),
        *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength"),
        *("maxLength", "languageIn", "uniqueLang", "equals", "disjoint", "lessThan"),
        *("lessThanOrEquals", "or", "and", "not", "xone", "node", "closed"),
        *("qualifiedMinCount", "qualifiedMaxCount"),
    )
)
ASKED: Final = (SH + "select", SH + "ask")
EVIDENCE: Final = ("hasCitation", "citesSource", "locator")


def fits(context: Context) -> Iterator[Finding]:
    """D11: validate data and schemes by the shapes; what has an id of its own gets that id."""
    only: Collection[Term] | None = None
    if context.only is not None:
        only = {
            node
            for graph in (context.data, context.ontology)
            for node in graph.facts
            if context.wanted(context.where(graph, node))
        }
    validator = Validator(context.shapes, context.served, context.select)
    try:
        for result in validator.validate(only):
            yield translate(context, result)
    except ShapeError as error:
        yield context.finding(
            "S01", error.node or "", error.detail, error.mend or "Correct the shape."
        )


def translate(context: Context, result: Result) -> Finding:
    """Make a finding of a validation result; the message's advice follows the word Mend."""
    said = " ".join(message.value for message in result.messages[:1])
    message, _, mend = (said or f"The value does not fit ({result.component}).").partition(
        " Mend: "
    )
    value = result.value if isinstance(result.value, (ox.NamedNode, ox.Literal)) else None
    if value is not None and value != result.focus:
        shown = context.short(value.value) if isinstance(value, ox.NamedNode) else repr(value.value)
        message = f"{message} Found: {shown}."
    shape = result.shape if result.constraint is None else result.constraint
    name = context.short(shape.value) if isinstance(shape, ox.NamedNode) else "a shape"
    node: Node | str = "" if isinstance(result.focus, (ox.Literal, ox.Triple)) else result.focus
    finding = context.finding(
        check_id(context, result),
        node,
        message.strip(),
        (mend[:1].upper() + mend[1:]) or f"See the shape {name}.",
        path=result.path.value if isinstance(result.path, ox.NamedNode) else "",
        value=value,
    )
    if result.severity != SH + "Violation":
        finding = dataclasses.replace(finding, severity="W")
    return finding


def check_id(context: Context, result: Result) -> str:
    """Name the check of the catalogue that a validation result belongs to."""
    shape = result.shape if result.constraint is None else result.constraint
    chosen = context.config.check.get("shapes", {})
    if isinstance(shape, ox.NamedNode):
        name = re.split(r"[#/]", shape.value)[-1]
        if name in chosen:
            return str(chosen[name])
    path = result.path.value if isinstance(result.path, ox.NamedNode) else ""
    own = path.removeprefix(context.terms)
    if own in EVIDENCE and result.component == "MinCountConstraintComponent":
        return "D01"
    if path == RDFS + "label":
        return "D02"
    if path == TYPE and result.component == "HasValueConstraintComponent":
        return "D08"
    if context.shapes.nodes(result.shape, SH + "datatype") == [XSD + "date"]:
        return "D04"
    return "D11"


def complete(context: Context) -> Iterator[Finding]:
    """S01: every class of ours has a shape; every constraint says what is wrong, and how bad."""
    covered = {
        name
        for node in context.shapes.facts
        for name in context.shapes.nodes(node, SH + "targetClass")
    }
    for term in context.own_terms("Class"):
        if term.value not in covered and context.wanted(context.where(context.ontology, term)):
            yield context.finding(
                "S01",
                term,
                "No shape is for this class.",
                "Add a node shape with sh:targetClass under shapes/.",
            )
    owners: dict[Node, ox.NamedNode] = {}
    for node in context.shapes.facts:
        if isinstance(node, ox.NamedNode):
            for value in context.shapes.values(node, SH + "property"):
                if isinstance(value, ox.BlankNode):
                    owners[value] = node
    for node, facts in context.shapes.facts.items():
        file = context.where(context.shapes, node)
        constrains = DIRECT.intersection(facts) and (
            SH + "path" in facts or SH + "property" in facts
        )
        asks = SH + "select" in facts
        inner = isinstance(node, ox.BlankNode) and node not in owners
        if not context.wanted(file) or inner or not (constrains or asks):
            continue
        wanted = ("message",) if asks else ("message", "severity")
        for name in wanted:
            if SH + name not in facts:
                yield context.finding(
                    "S01",
                    owners.get(node, node),
                    f"A constraint has no sh:{name}.",
                    "Say what is wrong and how to mend it."
                    if name == "message"
                    else "Add sh:severity sh:Violation or sh:Warning.",
                    path=SH + "property" if node in owners else "",
                    file=file,
                )


def mentioned(context: Context) -> Iterator[Finding]:
    """S03: no predicate in the data that no shape knows of."""
    known: set[str] = {TYPE}
    texts: list[str] = []
    for facts in context.shapes.facts.values():
        for predicate, values in facts.items():
            for value in values:
                if isinstance(value, ox.NamedNode):
                    known.add(value.value)
                elif isinstance(value, ox.Literal) and predicate in ASKED:
                    texts.append(value.value)
    asked = "\n".join(texts)
    told: set[str] = set()
    for node, facts in context.data.facts.items():
        for predicate in facts:
            if predicate in known or predicate in told or context.short(predicate) in asked:
                continue
            if context.wanted(context.where(context.data, node)):
                told.add(predicate)
                yield context.finding(
                    "S03",
                    node,
                    f"No shape mentions {context.short(predicate)}.",
                    "Add a property shape for it, or use a property that has one.",
                    path=predicate,
                )
