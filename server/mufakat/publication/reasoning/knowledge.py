"""What a publication states, sorted as a reasoner sees it: axioms and facts, each with its file.

Terms of the mapping from triples to axioms: https://www.w3.org/TR/owl2-mapping-to-rdf/
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDF, RDFS, TYPE
from mufakat.publication.reasoning.vocabulary import KINDS, NIL, STRUCTURE, TRAITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.graph import Node, Term
    from mufakat.publication.publication import SourceFile


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple and the file in which it stands."""

    subject: Node
    predicate: str
    value: Term
    file: SourceFile

    @property
    def name(self) -> str:
        """Give the IRI (or blank node label) of the subject."""
        return self.subject.value

    @property
    def text(self) -> str:
        """Give the value as it can be looked up in the file."""
        return str(self.value) if isinstance(self.value, ox.Triple) else self.value.value


@dataclass(frozen=True, slots=True)
class Disjointness:
    """An axiom by which classes, or properties, share no member."""

    members: tuple[str, ...]
    statement: Statement


class Knowledge:
    """The axioms and facts of some statements."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.kinds: dict[str, set[str]] = defaultdict(set)
        self.traits: dict[str, set[str]] = defaultdict(set)
        self.supers: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
        self.super_properties: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
        self.domains: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
        self.ranges: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
        self.disjoint: list[Disjointness] = []
        self.disjoint_properties: list[Disjointness] = []
        self.ontologies: dict[str, Statement] = {}
        self.axioms: list[Statement] = []
        self.rest: list[Statement] = []
        self._by_subject: dict[Node, list[Statement]] = defaultdict(list)
        for statement in statements:
            self._sort(statement)
        self._join()
        self.facts = [statement for statement in self.rest if self._is_fact(statement)]

    @classmethod
    def read(cls, context: Context, *kinds: str) -> Knowledge:
        """Read the files of a publication; raises BrokenFile at the first that is not Turtle."""
        return cls(statements(context, *kinds))

    def _sort(self, statement: Statement) -> None:
        kind = KINDS.get(statement.text) if statement.predicate == TYPE else None
        if kind:
            self.kinds[statement.name].add(kind)
        if statement.predicate == TYPE and statement.text in TRAITS:
            self.traits[statement.name].add(statement.text.removeprefix(OWL))
        if statement.predicate == TYPE and statement.text == OWL + "Ontology":
            self.ontologies[statement.name] = statement
        elif statement.predicate in STRUCTURE or (
            statement.predicate == TYPE
            and (statement.text.startswith((OWL, RDFS)) or statement.text == RDF + "List")
        ):
            self.axioms.append(statement)
            self._by_subject[statement.subject].append(statement)
        else:
            self.rest.append(statement)

    def _join(self) -> None:
        named = {
            RDFS + "subClassOf": self.supers,
            RDFS + "subPropertyOf": self.super_properties,
            RDFS + "domain": self.domains,
            RDFS + "range": self.ranges,
        }
        for statement in self.axioms:
            if statement.predicate in named and isinstance(statement.value, ox.NamedNode):
                named[statement.predicate][statement.name].append((statement.text, statement))
            elif statement.predicate == OWL + "members":
                properties = any(
                    other.text == OWL + "AllDisjointProperties"
                    for other in self._by_subject[statement.subject]
                )
                axiom = Disjointness(tuple(self.walk(statement.value)), statement)
                (self.disjoint_properties if properties else self.disjoint).append(axiom)
            elif statement.predicate == OWL + "disjointWith":
                self.disjoint.append(Disjointness((statement.name, statement.text), statement))
            elif statement.predicate == OWL + "propertyDisjointWith":
                pair = (statement.name, statement.text)
                self.disjoint_properties.append(Disjointness(pair, statement))

    def walk(self, head: Term) -> Iterator[str]:
        """Walk an RDF list and give the IRIs of its members."""
        while isinstance(head, ox.BlankNode):
            cell = {part.predicate: part.value for part in self._by_subject[head]}
            first, head = cell.get(RDF + "first"), cell.get(RDF + "rest", ox.NamedNode(NIL))
            if isinstance(first, ox.NamedNode):
                yield first.value

    def about(self, subject: Node) -> list[Statement]:
        """Give the axiom statements of a subject, blank nodes included."""
        return self._by_subject.get(subject, [])

    def is_a(self, iri: str, kind: str) -> bool:
        """Tell whether an IRI is declared as a class, an object property, and so on."""
        return kind in self.kinds.get(iri, ())

    def _is_fact(self, statement: Statement) -> bool:
        """Tell a statement about an individual, made with a declared class or property."""
        if statement.predicate == TYPE:
            return self.is_a(statement.text, "class")
        return self.is_a(statement.predicate, "object property") or self.is_a(
            statement.predicate, "datatype property"
        )

    def lineage(self, iri: str) -> dict[str, tuple[Statement, ...]]:
        """Give a class or property and all above it, each with the axioms that lead there."""
        above: dict[str, tuple[Statement, ...]] = {iri: ()}
        queue = [iri]
        for current in queue:
            for parent, axiom in (*self.supers[current], *self.super_properties[current]):
                if parent not in above:
                    above[parent] = (*above[current], axiom)
                    queue.append(parent)
        return above


def statements(context: Context, *kinds: str) -> Iterator[Statement]:
    """Read files of a publication statement by statement, ontology and data by default."""
    for file in context.publication.files():
        if file.kind in (kinds or ("ontology", "data")):
            for quad in context.parse(file):
                if not isinstance(quad.subject, ox.Triple):
                    yield Statement(quad.subject, quad.predicate.value, quad.object, file)
