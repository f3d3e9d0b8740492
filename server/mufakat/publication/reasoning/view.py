"""The reasoner's view of a publication: what OWL can read, and nothing that only people read.

Dates become `xsd:dateTime`, because `xsd:date` is not in the datatype map of OWL 2
(https://www.w3.org/TR/owl2-syntax/#Datatype_Maps); annotations are left out; terms of others are
declared; two nodes of ours that a functional property would make one are stated to be different,
because every slug stands for its own thing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDF, RDFS, TYPE, XSD
from mufakat.publication.reasoning.vocabulary import MAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.publication.graph import Term
    from mufakat.publication.reasoning.knowledge import Knowledge, Statement

ROOT: Final = "urn:x-mufakat:reasoner-view"
CASTS: Final = {
    XSD + "date": ("T00:00:00Z", XSD + "dateTime"),
    XSD + "gYearMonth": ("-01T00:00:00Z", XSD + "dateTime"),
    XSD + "gYear": ("-01-01T00:00:00Z", XSD + "dateTime"),
}
LEXICAL: Final = {
    XSD + "dateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
    XSD + "integer": r"[+-]?\d+",
    XSD + "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    XSD + "boolean": "true|false|0|1",
    XSD + "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
}
"""The spelling of the values of some datatypes; a reasoner stops at a misspelt one."""
DECLARATIONS: Final = {
    "class": OWL + "Class",
    "object property": OWL + "ObjectProperty",
    "datatype property": OWL + "DatatypeProperty",
}


def triples(knowledge: Knowledge, facts: Iterable[Statement] | None = None) -> Iterator[ox.Triple]:
    """Give the axioms, the declarations and the facts (all, or those handed in)."""
    yield _triple(ox.NamedNode(ROOT), TYPE, ox.NamedNode(OWL + "Ontology"))
    for iri, kinds in knowledge.kinds.items():
        for kind in kinds & DECLARATIONS.keys():
            yield _triple(ox.NamedNode(iri), TYPE, ox.NamedNode(DECLARATIONS[kind]))
    for axiom in knowledge.axioms:
        if not _about_annotations(knowledge, axiom):
            yield ox.Triple(axiom.subject, ox.NamedNode(axiom.predicate), axiom.value)
    chosen = knowledge.facts if facts is None else list(facts)
    individuals: set[ox.NamedNode] = set()
    for fact in chosen:
        value = fact.value
        if not isinstance(fact.subject, ox.NamedNode) or isinstance(value, ox.Triple):
            continue
        individuals.add(fact.subject)
        if isinstance(value, ox.Literal):
            if not _matters(knowledge, fact.predicate):
                continue
            value = cast(value)
            if not readable(value):
                continue
        elif isinstance(value, ox.NamedNode) and fact.predicate != TYPE:
            individuals.add(value)
        yield ox.Triple(fact.subject, ox.NamedNode(fact.predicate), value)
    for individual in individuals:
        yield _triple(individual, TYPE, ox.NamedNode(OWL + "NamedIndividual"))
    for one, other in different(knowledge, chosen):
        yield _triple(ox.NamedNode(one), OWL + "differentFrom", ox.NamedNode(other))


def write(knowledge: Knowledge, facts: Iterable[Statement] | None = None) -> bytes:
    """Write the view as N-Triples."""
    written = ox.serialize(triples(knowledge, facts), format=ox.RdfFormat.N_TRIPLES)
    if written is None:  # only when a file is handed in
        raise TypeError
    return written


def different(knowledge: Knowledge, facts: Iterable[Statement]) -> set[tuple[str, str]]:
    """Give the pairs of nodes that a functional property would make one."""
    functional = {
        iri
        for iri, traits in knowledge.traits.items()
        if "FunctionalProperty" in traits and knowledge.is_a(iri, "object property")
    }
    above = {
        iri: functional & knowledge.lineage(iri).keys()
        for iri, kinds in knowledge.kinds.items()
        if "object property" in kinds
    }
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in facts:
        if isinstance(fact.value, ox.NamedNode):
            for iri in above.get(fact.predicate, ()):
                values[fact.name, iri].add(fact.value.value)
    pairs: set[tuple[str, str]] = set()
    for found in values.values():
        one, *others = sorted(found)
        pairs.update((one, other) for other in others)
    return pairs


def cast(literal: ox.Literal) -> ox.Literal:
    """Turn a literal into one that the datatype map of OWL 2 knows."""
    if literal.datatype.value in CASTS:
        suffix, datatype = CASTS[literal.datatype.value]
        return ox.Literal(literal.value + suffix, datatype=ox.NamedNode(datatype))
    return literal


def readable(literal: ox.Literal) -> bool:
    """Tell whether a reasoner can read a literal; what it cannot, other checks report."""
    if literal.datatype.value not in MAP:
        return False
    pattern = LEXICAL.get(literal.datatype.value)
    if pattern and not re.fullmatch(pattern, literal.value):
        return False
    if literal.datatype.value == XSD + "dateTime":
        try:
            date.fromisoformat(literal.value[:10])
        except ValueError:
            return False
    return True


def _matters(knowledge: Knowledge, predicate: str) -> bool:
    """Tell whether an axiom could make a literal of this property part of a contradiction."""
    return any(
        knowledge.traits.get(iri) or knowledge.ranges.get(iri) or knowledge.domains.get(iri)
        for iri in knowledge.lineage(predicate)
    )


def _about_annotations(knowledge: Knowledge, axiom: Statement) -> bool:
    """Tell axioms on annotation properties, which have no meaning for a reasoner, and headers."""
    if knowledge.kinds.get(axiom.name) == {"annotation property"}:
        return True
    return axiom.predicate == TYPE and axiom.text in (RDFS + "Datatype", RDF + "List")


def _triple(subject: ox.NamedNode, predicate: str, value: Term) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)
