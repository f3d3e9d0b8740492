"""OWL 2 DL: whether a publication's axioms and facts stay inside it.

Restrictions: https://www.w3.org/TR/owl2-syntax/#Global_Restrictions_on_Axioms_in_OWL_2_DL
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDF, RDFS, TYPE, XSD
from mufakat.publication.reasoning.profile_rl import DL, Breach, class_part
from mufakat.publication.reasoning.vocabulary import COUNTING, MAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.reasoning.knowledge import Knowledge, Statement

ONE_KIND: Final = (
    ("object property", "datatype property"),
    ("object property", "annotation property"),
    ("datatype property", "annotation property"),
    ("class", "datatype"),
)
SIMPLE_ONLY: Final = (
    "FunctionalProperty",
    "InverseFunctionalProperty",
    "IrreflexiveProperty",
    "AsymmetricProperty",
)
RESTRICTED: Final = tuple(OWL + name for name in (*COUNTING, "hasSelf"))
RESERVED: Final = (RDF, RDFS, OWL, XSD)
Found = tuple["Statement", str, str]
"""A statement, what about it leaves OWL 2 DL, and how to mend it."""


def check(knowledge: Knowledge) -> list[Breach]:
    """Give everything that leaves OWL 2 DL, or OWL 2 RL for the classes."""
    rules = (_kinds, _declared, _simple, _datatypes, _reserved, _headers, _used_as_declared)
    breaches = [Breach(DL, *found) for rule in rules for found in rule(knowledge)]
    return [*breaches, *class_part(knowledge)]


def _kinds(knowledge: Knowledge) -> Iterator[Found]:
    """One IRI, one kind of property; never a class and a datatype."""
    for axiom in knowledge.axioms:
        kinds = knowledge.kinds.get(axiom.name, set())
        for one, other in ONE_KIND:
            if {one, other} <= kinds and axiom.predicate == TYPE:
                yield (
                    axiom,
                    f"The term is declared as {one} and as {other}.",
                    "Keep one of the two declarations.",
                )


def _declared(knowledge: Knowledge) -> Iterator[Found]:
    """Every class and property that an axiom names is declared."""
    wanted = {
        RDFS + "subClassOf": ("class",),
        OWL + "disjointWith": ("class",),
        RDFS + "domain": ("class",),
        RDFS + "range": ("class", "datatype"),
        RDFS + "subPropertyOf": (
            "object property",
            "datatype property",
            "annotation property",
        ),
        OWL + "propertyDisjointWith": ("object property", "datatype property"),
        OWL + "onProperty": ("object property", "datatype property"),
    }
    for axiom in knowledge.axioms:
        kinds = wanted.get(axiom.predicate)
        if kinds and isinstance(axiom.value, ox.NamedNode) and axiom.text not in MAP:
            declared = knowledge.kinds.get(axiom.text, set())
            if not declared.intersection(kinds) and not axiom.text.startswith(OWL):
                yield (
                    axiom,
                    f"{axiom.text} is used as {' or '.join(kinds)} and not declared as one.",
                    "Declare it with its kind, in a module of ours or as a bare term of others.",
                )
    for disjointness in (*knowledge.disjoint, *knowledge.disjoint_properties):
        for member in disjointness.members:
            if not knowledge.kinds.get(member):
                yield (
                    disjointness.statement,
                    f"{member} is a member of a disjointness and not declared.",
                    "Declare it, or take it out of the list.",
                )


def _simple(knowledge: Knowledge) -> Iterator[Found]:
    """Count and restrict only properties that are not transitive, nor above one that is."""
    compound = _compound(knowledge)
    counted = {axiom.subject: axiom for axiom in knowledge.axioms if axiom.predicate in RESTRICTED}
    for axiom in knowledge.axioms:
        if (
            axiom.predicate == TYPE
            and axiom.name in compound
            and axiom.text.removeprefix(OWL) in SIMPLE_ONLY
        ):
            yield (
                axiom,
                "The property is transitive, or above one that is, and may not be "
                f"{axiom.text.removeprefix(OWL)}.",
                "Put the trait on a sub-property for the direct link.",
            )
        if (
            axiom.predicate == OWL + "onProperty"
            and axiom.text in compound
            and axiom.subject in counted
        ):
            yield (
                axiom,
                f"A restriction counts {axiom.text}, which is transitive.",
                "Count a sub-property for the direct link.",
            )
    for disjointness in knowledge.disjoint_properties:
        for member in sorted(compound.intersection(disjointness.members)):
            yield (
                disjointness.statement,
                f"{member} is transitive and stands in a property disjointness.",
                "State the disjointness of sub-properties for the direct link.",
            )


def _compound(knowledge: Knowledge) -> set[str]:
    """Give the properties that are transitive or made of a chain, and all above them."""
    transitive = (iri for iri, said in knowledge.traits.items() if "TransitiveProperty" in said)
    chained = (a.name for a in knowledge.axioms if a.predicate == OWL + "propertyChainAxiom")
    return {above for iri in (*transitive, *chained) for above in knowledge.lineage(iri)}


def _datatypes(knowledge: Knowledge) -> Iterator[Found]:
    """Ranges, and literals in ontology documents, have datatypes that OWL 2 knows."""
    for axiom in knowledge.axioms:
        if axiom.predicate == RDFS + "range" and knowledge.is_a(axiom.name, "datatype property"):
            known = axiom.text in MAP or knowledge.is_a(axiom.text, "datatype")
            if isinstance(axiom.value, ox.NamedNode) and not known:
                yield (
                    axiom,
                    f"The range {axiom.text} is not in the datatype map of OWL 2.",
                    "Leave the range open and let a shape check the literal.",
                )
    for statement in (*knowledge.axioms, *knowledge.rest, *knowledge.ontologies.values()):
        value = statement.value
        if (
            statement.file.kind == "ontology"
            and isinstance(value, ox.Literal)
            and value.datatype.value not in MAP
        ):
            yield (
                statement,
                f"The literal “{value.value}” has the datatype {value.datatype.value}, "
                "which is not in the datatype map of OWL 2.",
                "In ontology documents write dates as xsd:dateTime.",
            )


def _reserved(knowledge: Knowledge) -> Iterator[Found]:
    """Nothing is said about the vocabulary of the languages themselves."""
    for axiom in knowledge.axioms:
        if isinstance(axiom.subject, ox.NamedNode) and axiom.name.startswith(RESERVED):
            yield (
                axiom,
                f"An axiom is stated about the reserved term {axiom.name}.",
                "Remove the axiom; use a term of ours.",
            )


def _headers(knowledge: Knowledge) -> Iterator[Found]:
    """One ontology a document, and imports that the folder can answer."""
    by_file: dict[str, list[Statement]] = {}
    for header in knowledge.ontologies.values():
        by_file.setdefault(header.file.name, []).append(header)
    for headers in by_file.values():
        for header in headers[1:]:
            yield (
                header,
                "The document holds a second ontology.",
                "Give each ontology a document of its own.",
            )
    for statement in knowledge.rest:
        if statement.predicate == OWL + "imports" and statement.text not in knowledge.ontologies:
            yield (
                statement,
                f"The imported ontology {statement.text} is not in this publication.",
                "Correct the IRI, or declare the foreign terms instead of importing them.",
            )


def _used_as_declared(knowledge: Knowledge) -> Iterator[Found]:
    """Object properties lead to nodes, datatype properties to literals."""
    for fact in knowledge.facts:
        literal = isinstance(fact.value, ox.Literal)
        if literal and knowledge.is_a(fact.predicate, "object property"):
            yield (
                fact,
                "The property is an object property and its value here a literal.",
                "Write the IRI of the node that is meant.",
            )
        if not literal and knowledge.is_a(fact.predicate, "datatype property"):
            yield (
                fact,
                "The property is a datatype property and its value here a node.",
                "Write the value as a literal.",
            )
