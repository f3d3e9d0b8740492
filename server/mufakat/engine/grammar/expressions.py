"""Expressions: conditions, arithmetic, function calls and aggregates.

https://www.w3.org/TR/sparql11-query/#rExpression
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from mufakat.engine.grammar.cursor import Stuck
from mufakat.engine.grammar.terms import Terms

_COMPARED: Final = ("=", "!=", "<", ">", "<=", ">=")


class Expressions(Terms, ABC):
    """What has a value for each solution."""

    @abstractmethod
    def group(self) -> None:
        """Take the pattern that EXISTS asks about."""

    def constraint(self) -> None:
        """Constraint."""
        if self.passes("("):
            self.expression()
            self.sign(")")
        elif self.is_iri() or self.is_a("word"):
            self.primary()
        else:
            raise Stuck(self.at, "a condition in ( ) or a function")

    def expression(self) -> None:
        """Expression."""
        self.both()
        while self.passes("||"):
            self.both()

    def both(self) -> None:
        """ConditionalAndExpression."""
        self.compared()
        while self.passes("&&"):
            self.compared()

    def compared(self) -> None:
        """RelationalExpression."""
        self.sum()
        if self.passes(*_COMPARED):
            self.sum()
        elif self.says("IN", "NOT"):
            if self.skips("NOT") and not self.says("IN"):
                raise Stuck(self.at, "IN")
            self.word("IN")
            self.arguments()

    def sum(self) -> None:
        """AdditiveExpression and MultiplicativeExpression."""
        self.signed()
        while self.passes("+", "-", "*", "/"):
            self.signed()

    def signed(self) -> None:
        """UnaryExpression."""
        while self.passes("!", "+", "-"):
            pass
        self.primary()

    def primary(self) -> None:
        """PrimaryExpression, with function calls and aggregates."""
        if self.passes("("):
            self.expression()
            self.sign(")")
        elif self.says("EXISTS", "NOT"):
            self.skips("NOT")
            self.word("EXISTS")
            self.group()
        elif self.is_iri():
            self.at += 1
            if self.sees("("):
                self.arguments()
        elif self.says("TRUE", "FALSE") or self.is_a("variable", "number", "string"):
            self.term(variables=True)
        elif self.is_a("word") and not self.stream[self.at].text.startswith("_:"):
            self.at += 1
            self.arguments()
        else:
            raise Stuck(self.at, "an expression")

    def arguments(self) -> None:
        """ArgList, ExpressionList and what aggregates take."""
        self.sign("(")
        self.skips("DISTINCT")
        if not self.passes("*") and not self.sees(")"):
            self.expression()
            while self.passes(","):
                self.expression()
            if self.passes(";"):
                self.word("SEPARATOR")
                self.sign("=")
                self.take(self.is_a("string"), "a string")
        self.sign(")")
