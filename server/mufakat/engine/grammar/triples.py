"""Triples: subjects with their properties and objects, brackets and collections.

https://www.w3.org/TR/sparql11-query/#rTriplesBlock
"""

from __future__ import annotations

from typing import Final

from mufakat.engine.grammar.cursor import Stuck
from mufakat.engine.grammar.terms import Paths

NOT_TRIPLES: Final = (
    "OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "UNION",
)  # fmt: skip


class Triples(Paths):
    """Triples as patterns and as templates."""

    def triples(self, end: str, *, patterns: bool = False) -> None:
        """TriplesBlock or TriplesTemplate, up to where something else begins."""
        while not self.sees(end):
            self.subject()
            if not self.sees("."):
                follows = patterns and (self.sees("{") or self.says(*NOT_TRIPLES))
                if not self.sees(end) and not follows:
                    raise Stuck(self.at, "“.”, “;”, “,” or “}”")
                return
            self.at += 1
            if patterns and (self.sees("{") or self.says(*NOT_TRIPLES)):
                return

    def subject(self) -> None:
        """TriplesSameSubjectPath."""
        if self.sees("[", "("):
            bare = self.node()
            if bare or not (self.sees(".", "}") or self.says(*NOT_TRIPLES)):
                self.properties()
        elif self.term(variables=True):
            self.properties()
        else:
            raise Stuck(self.at, "a subject: a variable, an IRI or a blank node")

    def properties(self) -> None:
        """PropertyListPathNotEmpty."""
        self.verb()
        self.objects()
        while self.passes(";"):
            if not self.sees(";", ".", "]", "}") and not self.says(*NOT_TRIPLES):
                self.verb()
                self.objects()

    def verb(self) -> None:
        """VerbPath or VerbSimple."""
        if self.is_a("variable"):
            self.at += 1
        else:
            self.path()

    def objects(self) -> None:
        """ObjectListPath."""
        self.object()
        while self.passes(","):
            self.object()

    def object(self) -> None:
        """ObjectPath."""
        if self.sees("[", "("):
            self.node()
        elif not self.term(variables=True):
            raise Stuck(self.at, "an object: a variable, an IRI or a literal")

    def node(self) -> bool:
        """TriplesNodePath, ANON or NIL; whether it says nothing by itself."""
        if self.passes("["):
            bare = self.sees("]")
            if not bare:
                self.properties()
            self.sign("]")
            return bare
        self.sign("(")
        bare = self.sees(")")
        while not self.sees(")"):
            self.object()
        self.at += 1
        return bare
