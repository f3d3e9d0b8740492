"""L01-L06 and L08: the logical shape of the ontology, as far as it shows without a reasoner."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDF, RDFS, SH, SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.graph import Graph, Node

BUILT_IN: Final = (RDF, RDFS, OWL, XSD, SH)
KINDS: Final = tuple(
    OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)
DECLARING: Final = frozenset({*KINDS, OWL + "Class", RDFS + "Datatype", OWL + "NamedIndividual"})
BARE: Final = frozenset({TYPE, RDFS + "label", RDFS + "isDefinedBy", RDFS + "comment"})
NO_RANGE: Final = (XSD + "date", XSD + "gYear", RDF + "langString")


def declared(context: Context) -> Iterator[Finding]:
    """L01: predicates and classes that are used are declared, and as one thing only."""
    classes = frozenset(
        node.value for node in context.ontology.instances(OWL + "Class", RDFS + "Datatype")
    )
    properties = frozenset(node.value for node in context.ontology.instances(*KINDS))
    for graph in (context.ontology, context.data):
        yield from _undeclared(context, graph, classes, properties)
    yield from _in_shapes(context, classes | properties)
    for node in context.ontology.instances(*KINDS):
        kinds = [kind for kind in context.ontology.nodes(node, TYPE) if kind in KINDS]
        if len(set(kinds)) > 1 and context.wanted(context.where(context.ontology, node)):
            said = " and ".join(context.short(kind) for kind in sorted(set(kinds)))
            yield context.finding(
                "L01", node, f"The property is {said} at once.", "Decide for one kind."
            )


def _undeclared(
    context: Context, graph: Graph, classes: frozenset[str], properties: frozenset[str]
) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for node, facts in graph.facts.items():
        file = context.where(graph, node)
        if not context.wanted(file):
            continue
        for predicate in facts:
            known = predicate in properties or predicate.startswith(BUILT_IN)
            once = (file.name, predicate) in told and not predicate.startswith(context.terms)
            if not known and not once:
                told.add((file.name, predicate))
                yield _unknown(context, node, predicate, predicate, properties)
            if predicate == TYPE:
                for name in graph.nodes(node, predicate):
                    if name not in classes and not name.startswith(BUILT_IN):
                        yield _unknown(context, node, predicate, name, classes)


def _in_shapes(context: Context, known: frozenset[str]) -> Iterator[Finding]:
    for node, facts in context.shapes.facts.items():
        if not context.wanted(context.where(context.shapes, node)):
            continue
        for predicate in facts:
            for name in context.shapes.nodes(node, predicate):
                if name.startswith(context.terms) and name not in known:
                    yield context.finding(
                        "L01",
                        node,
                        f"The term {context.short(name)} is not declared in the ontology.",
                        "Correct the spelling, or declare the term in ontology/.",
                        path=predicate,
                        value=ox.NamedNode(name),
                    )


def _unknown(
    context: Context, node: Node, predicate: str, term: str, known: frozenset[str]
) -> Finding:
    near = _nearest(term, known)
    guess = f"Did you mean {context.short(near)}? Else declare" if near else "Declare"
    return context.finding(
        "L01",
        node,
        f"The term {context.short(term)} is not declared in the ontology.",
        f"{guess} it in ontology/, or correct the spelling.",
        path=predicate,
        value=ox.NamedNode(term) if predicate == TYPE else None,
    )


@cache
def _nearest(term: str, known: frozenset[str]) -> str:
    import difflib  # noqa: PLC0415 - only to help with a mistake

    namespace = re.split(r"[^#/]*$", term)[0]
    alike = [name for name in known if name.startswith(namespace)]
    return next(iter(difflib.get_close_matches(term, alike, 1, 0.8)), "")


def foreign(context: Context) -> Iterator[Finding]:
    """L02: terms of others are declared, never defined here."""
    for node, facts in context.ontology.facts.items():
        if not isinstance(node, ox.NamedNode) or node.value.startswith(context.config.base_iri):
            continue
        if not context.wanted(context.where(context.ontology, node)):
            continue
        for predicate in sorted(facts.keys() - BARE):
            yield context.finding(
                "L02",
                node,
                f"{context.short(predicate)} is said of a term that is not ours.",
                "Leave the bare declaration and say it of a term of ours.",
                path=predicate,
            )


def circles(context: Context) -> Iterator[Finding]:
    """L03: no circles, no property that is its own inverse, no equivalence without a note."""
    for predicate in (RDFS + "subClassOf", RDFS + "subPropertyOf"):
        above = {node: context.ontology.nodes(node, predicate) for node in context.ontology.facts}
        for node in above:
            if isinstance(node, ox.NamedNode) and node.value in _reach(above, node):
                yield context.finding(
                    "L03",
                    node,
                    f"The term is below itself by {context.short(predicate)}.",
                    "Break the circle.",
                    path=predicate,
                )
    for node in list(context.ontology.facts):
        if not isinstance(node, ox.NamedNode):
            continue
        if node.value in context.ontology.nodes(node, OWL + "inverseOf"):
            yield context.finding(
                "L03",
                node,
                "The property is its own inverse.",
                "Declare it an owl:SymmetricProperty.",
                path=OWL + "inverseOf",
            )
        noted = any(
            context.ontology.of(node).get(note)
            for note in (
                RDFS + "comment",
                SKOS + "note",
                SKOS + "scopeNote",
                SKOS + "editorialNote",
            )
        )
        for other in context.ontology.nodes(node, OWL + "equivalentClass"):
            if not noted:
                yield context.finding(
                    "L03",
                    node,
                    f"The class is declared equal to {context.short(other)} without a reason.",
                    "Add a skos:editorialNote that says why two names are kept, or keep one.",
                    path=OWL + "equivalentClass",
                )


def _reach(above: dict[Node, list[str]], start: ox.NamedNode) -> set[str]:
    reached: set[str] = set()
    ahead = list(above[start])
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += above.get(ox.NamedNode(name), [])
    return reached


def properties(context: Context) -> Iterator[Finding]:
    """L04, L05, L08: kinds match upwards; one domain, one range; no troublesome range."""
    for term in context.own_terms("ObjectProperty", "DatatypeProperty", "AnnotationProperty"):
        if not context.wanted(context.where(context.ontology, term)):
            continue
        kinds = set(context.ontology.nodes(term, TYPE)).intersection(KINDS)
        for above in context.ontology.nodes(term, RDFS + "subPropertyOf"):
            other = set(context.ontology.nodes(ox.NamedNode(above), TYPE)).intersection(KINDS)
            if other and other != kinds:
                yield context.finding(
                    "L04",
                    term,
                    f"The property and {context.short(above)} above it are of different kinds.",
                    "Make both object, both datatype or both annotation properties.",
                    path=RDFS + "subPropertyOf",
                    value=ox.NamedNode(above),
                )
        for predicate, what in ((RDFS + "domain", "domain"), (RDFS + "range", "range")):
            if len(context.ontology.of(term).get(predicate, [])) > 1:
                yield context.finding(
                    "L05",
                    term,
                    f"The property has several {what}s, which means all of them at once.",
                    "Keep one, or a union as one class.",
                    path=predicate,
                )
        for bad in context.ontology.nodes(term, RDFS + "range"):
            if bad in NO_RANGE:
                yield context.finding(
                    "L08",
                    term,
                    f"The range {context.short(bad)} is outside OWL 2's datatype map.",
                    "Take the range out; a shape checks the literal.",
                    path=RDFS + "range",
                )


def disjoint(context: Context) -> Iterator[Finding]:
    """L06: two top classes of ours share no member, and the ontology says so."""
    stated: dict[str, set[str]] = defaultdict(set)
    for node in list(context.ontology.facts):
        for other in context.ontology.nodes(node, OWL + "disjointWith"):
            stated[node.value].add(other)
            stated[other].add(node.value)
        members = _list(context.ontology, node, OWL + "members")
        for one, other in itertools.permutations(members, 2):
            stated[one].add(other)
    tops = [
        term
        for term in context.own_terms("Class")
        if not any(
            above.startswith(context.terms)
            for above in context.ontology.nodes(term, RDFS + "subClassOf")
        )
    ]
    names = {term.value for term in tops}
    for term in tops:
        missing = sorted(names - stated[term.value] - {term.value})
        if missing and context.wanted(context.where(context.ontology, term)):
            yield context.finding(
                "L06",
                term,
                "The class is not declared disjoint from "
                + ", ".join(context.short(name) for name in missing[:5])
                + (f" and {len(missing) - 5} more." if len(missing) > 5 else "."),
                "Add it to the owl:AllDisjointClasses of the top classes.",
            )


def _list(graph: Graph, node: Node, predicate: str) -> list[str]:
    members: list[str] = []
    heads = graph.of(node).get(predicate, []) if node in graph.facts else []
    cell = heads[0] if heads else None
    while isinstance(cell, ox.BlankNode) and cell in graph.facts:
        first = graph.of(cell).get(RDF + "first", [])
        members += [term.value for term in first if isinstance(term, ox.NamedNode)]
        rest = graph.of(cell).get(RDF + "rest", [])
        cell = rest[0] if rest else None
    return members
