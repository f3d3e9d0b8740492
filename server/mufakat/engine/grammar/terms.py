"""Names, literals and property paths.

https://www.w3.org/TR/sparql11-query/#rVarOrTerm and https://www.w3.org/TR/sparql11-query/#rPath
"""

from __future__ import annotations

from mufakat.engine.grammar.cursor import Cursor


class Terms(Cursor):
    """What stands for one thing."""

    def is_name(self) -> bool:
        """Whether the next token is a prefixed name."""
        return self.is_a("word") and ":" in (text := self.stream[self.at].text) and text[:2] != "_:"

    def is_iri(self) -> bool:
        """Whether the next token is an IRI or a prefixed name."""
        return self.is_a("iri") or self.is_name()

    def name_or_variable(self) -> None:
        """VarOrIri."""
        self.take(self.is_a("variable") or self.is_iri(), "a variable or an IRI")

    def term(self, *, variables: bool) -> bool:
        """VarOrTerm; whether there was one."""
        if self.is_a("string"):
            self.at += 1
            if self.is_a("language"):
                self.at += 1
            elif self.passes("^^"):
                self.take(self.is_iri(), "the IRI of a type")
            return True
        if self.sees("+", "-") and self.at + 1 < len(self.stream):
            self.at += 1
            self.take(self.is_a("number"), "a number")
            return True
        blank = self.is_a("word") and self.stream[self.at].text.startswith("_:")
        known = self.is_iri() or self.is_a("number") or self.says("TRUE", "FALSE")
        if known or (variables and (blank or self.is_a("variable"))):
            self.at += 1
            return True
        return False


class Paths(Terms):
    """Ways from a subject to an object."""

    def path(self) -> None:
        """Path."""
        self.sequence()
        while self.passes("|"):
            self.sequence()

    def sequence(self) -> None:
        """PathSequence."""
        self.step()
        while self.passes("/"):
            self.step()

    def step(self) -> None:
        """PathEltOrInverse."""
        self.passes("^")
        if self.passes("!"):
            self.negated()
        elif self.passes("("):
            self.path()
            self.sign(")")
        else:
            wanted = "a property: an IRI, a variable or a path"
            self.take(self.is_iri() or self.says("A"), wanted)
        self.passes("?", "*", "+")

    def negated(self) -> None:
        """PathNegatedPropertySet."""
        if not self.passes("("):
            self.one_negated()
            return
        while not self.sees(")"):
            self.one_negated()
            if not self.sees(")"):
                self.sign("|")
        self.at += 1

    def one_negated(self) -> None:
        """PathOneInPropertySet."""
        self.passes("^")
        self.take(self.is_iri() or self.says("A"), "a property")
