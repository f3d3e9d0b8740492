"""Graph patterns: groups, their parts that are not triples, and data blocks.

https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern
"""

from __future__ import annotations

from abc import abstractmethod

from mufakat.engine.grammar.cursor import Stuck
from mufakat.engine.grammar.expressions import Expressions
from mufakat.engine.grammar.triples import NOT_TRIPLES, Triples


class Patterns(Triples, Expressions):
    """What solutions must match."""

    @abstractmethod
    def select(self) -> None:
        """Take a query inside the query."""

    def group(self) -> None:
        """GroupGraphPattern."""
        self.sign("{")
        if self.says("SELECT"):
            self.select()
            if self.skips("VALUES"):
                self.data_block()
        else:
            while not self.sees("}"):
                if self.sees("{") or self.says(*NOT_TRIPLES):
                    self.not_triples()
                    self.passes(".")
                else:
                    self.triples(end="}", patterns=True)
        self.sign("}")

    def not_triples(self) -> None:
        """GraphPatternNotTriples."""
        if self.sees("{"):
            self.group()
            while self.skips("UNION"):
                self.group()
        elif self.skips("OPTIONAL", "MINUS", "LATERAL"):
            self.group()
        elif self.skips("GRAPH"):
            self.name_or_variable()
            self.group()
        elif self.skips("SERVICE"):
            self.skips("SILENT")
            self.name_or_variable()
            self.group()
        elif self.skips("FILTER"):
            self.constraint()
        elif self.skips("BIND"):
            self.sign("(")
            self.expression()
            self.word("AS")
            self.take(self.is_a("variable"), "a variable")
            self.sign(")")
        elif self.skips("VALUES"):
            self.data_block()
        else:
            raise Stuck(self.at, "a group before UNION")

    def data_block(self) -> None:
        """DataBlock."""
        if self.is_a("variable"):
            self.at += 1
            self.sign("{")
            while not self.sees("}"):
                self.data_value()
            self.at += 1
            return
        self.take(self.sees("("), "a variable or “(”")
        while self.is_a("variable"):
            self.at += 1
        self.sign(")")
        self.sign("{")
        while not self.sees("}"):
            self.sign("(")
            while not self.sees(")"):
                self.data_value()
            self.at += 1
        self.at += 1

    def data_value(self) -> None:
        """DataBlockValue."""
        if self.skips("UNDEF"):
            return
        if not self.term(variables=False):
            raise Stuck(self.at, "an IRI, a literal or UNDEF")
