"""Triples in plain dictionaries, for code that walks from node to node.

pyoxigraph answers queries; a check that looks at every value of every node is ten times faster over
dictionaries than over single lookups in a store.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import RDF, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Node = ox.NamedNode | ox.BlankNode
    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    Facts = dict[Node, dict[str, list[Term]]]

NIL: Final = ox.NamedNode(RDF + "nil")


class Graph:
    """Triples by subject and predicate; `files` remembers where a subject first stood."""

    def __init__(self, triples: Iterable[ox.Quad | ox.Triple] = ()) -> None:
        self.facts: Facts = {}
        self.files: dict[Node, object] = {}
        self.size = 0
        self.add(triples)

    def add(self, triples: Iterable[ox.Quad | ox.Triple], file: object = None) -> None:
        """Take in triples, each once; those whose subject is a triple are left out."""
        facts = self.facts
        for triple in triples:
            subject, target = triple.subject, triple.object
            if isinstance(subject, ox.Triple):
                continue
            known = facts.get(subject)
            if known is None:
                known = facts[subject] = {}
                self.files[subject] = file
            values = known.setdefault(triple.predicate.value, [])
            if target not in values:
                values.append(target)
                self.size += 1

    def of(self, node: Node) -> dict[str, list[Term]]:
        """Give what is said of a node, by predicate."""
        return self.facts.get(node, {})

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Give all values of a node for a predicate; a literal has none."""
        if isinstance(node, (ox.Literal, ox.Triple)):
            return []
        facts = self.facts.get(node)
        return facts.get(predicate, []) if facts else []

    def nodes(self, node: Node, predicate: str) -> list[str]:
        """Give the IRIs a node points at by a predicate."""
        return [
            term.value for term in self.values(node, predicate) if isinstance(term, ox.NamedNode)
        ]

    def literals(self, node: Node, predicate: str) -> list[ox.Literal]:
        """Give the literals a node has for a predicate."""
        return [term for term in self.values(node, predicate) if isinstance(term, ox.Literal)]

    def members(self, head: Term) -> list[Term]:
        """Give the members of an RDF list; what is no list has none."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head != NIL and head not in seen:
            seen.add(head)
            members += self.values(head, RDF + "first")[:1]
            head = next(iter(self.values(head, RDF + "rest")), NIL)
        return members

    def subjects(self, predicate: str, target: Term | None = None) -> list[Node]:
        """Give the nodes that have a predicate, or that have it with this value."""
        if target is None:
            return [node for node, facts in self.facts.items() if predicate in facts]
        return self._inverse.get(predicate, {}).get(target, [])

    @cached_property
    def _inverse(self) -> dict[str, dict[Term, list[Node]]]:
        inverse: dict[str, dict[Term, list[Node]]] = defaultdict(dict)
        for node, facts in self.facts.items():
            for predicate, values in facts.items():
                index = inverse[predicate]
                for value in values:
                    index.setdefault(value, []).append(node)
        return inverse

    def instances(self, *classes: str) -> Iterator[ox.NamedNode]:
        """Give the named nodes that are stated to have one of the types."""
        told: set[Node] = set()
        for name in classes:
            for node in self.subjects(TYPE, ox.NamedNode(name)):
                if isinstance(node, ox.NamedNode) and node not in told:
                    told.add(node)
                    yield node


class Union(Graph):
    """Several graphs as one, without copying: where a node stands in two, its values are joined."""

    def __init__(self, *graphs: Graph) -> None:
        super().__init__()
        for graph in graphs:
            for node, facts in graph.facts.items():
                known = self.facts.get(node)
                if known is None:
                    self.facts[node] = facts
                else:
                    merged = {predicate: list(values) for predicate, values in known.items()}
                    for predicate, values in facts.items():
                        have = merged.setdefault(predicate, [])
                        have += [value for value in values if value not in have]
                    self.facts[node] = merged
            self.size += graph.size
