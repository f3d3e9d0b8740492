"""Whole queries: prologue, the four forms, datasets and solution modifiers.

https://www.w3.org/TR/sparql11-query/#rQueryUnit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mufakat.engine.grammar.cursor import Stuck
from mufakat.engine.grammar.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Callable

_AFTER_GROUPS: Final = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


class Queries(Patterns):
    """A text that asks."""

    def query(self) -> None:
        """Query, with its prologue, to the end of the text."""
        while True:
            if self.skips("BASE"):
                self.take(self.is_a("iri"), "an IRI in < >")
            elif self.skips("PREFIX"):
                name = self.is_name() and self.stream[self.at].text.endswith(":")
                self.take(name, "a prefix with its colon")
                self.take(self.is_a("iri"), "an IRI in < >")
            elif self.skips("VERSION"):
                self.take(self.is_a("string"), "a version in quotes")
            else:
                break
        if self.says("SELECT"):
            self.select()
        elif self.skips("CONSTRUCT"):
            self.construct()
        elif self.skips("DESCRIBE"):
            self.describe()
        else:
            self.word("ASK")
            self.dataset()
            self.where()
            self.modifiers()
        if self.skips("VALUES"):
            self.data_block()
        self.take(self.at >= len(self.stream), "the end of the query")

    def select(self) -> None:
        """SelectClause and what follows it, as a query or inside one."""
        self.word("SELECT")
        self.skips("DISTINCT", "REDUCED")
        if not self.passes("*"):
            self.projected("a variable, “*” or “(expression AS ?name)”")
            while self.is_a("variable") or self.sees("("):
                self.projected("a variable")
        self.dataset()
        self.where()
        self.modifiers()

    def projected(self, wanted: str) -> None:
        """Take a variable or an expression with its name."""
        if self.passes("("):
            self.expression()
            self.word("AS")
            self.take(self.is_a("variable"), "a variable")
            self.sign(")")
        else:
            self.take(self.is_a("variable"), wanted)

    def construct(self) -> None:
        """ConstructQuery."""
        if self.passes("{"):
            self.triples(end="}")
            self.sign("}")
            self.dataset()
            self.where()
        else:
            self.dataset()
            self.word("WHERE")
            self.sign("{")
            self.triples(end="}")
            self.sign("}")
        self.modifiers()

    def describe(self) -> None:
        """DescribeQuery."""
        if not self.passes("*"):
            self.name_or_variable()
            while self.is_a("variable") or self.is_iri():
                self.at += 1
        self.dataset()
        if self.says("WHERE") or self.sees("{"):
            self.where()
        self.modifiers()

    def dataset(self) -> None:
        """DatasetClause, any number of times."""
        while self.skips("FROM"):
            self.skips("NAMED")
            self.take(self.is_iri(), "an IRI")

    def where(self) -> None:
        """WhereClause."""
        if not self.skips("WHERE") and not self.sees("{"):
            raise Stuck(self.at, "WHERE or “{”")
        self.group()

    def modifiers(self) -> None:
        """SolutionModifier."""
        if self.skips("GROUP"):
            self.word("BY")
            self.some(self.group_condition, "a variable or an expression to group by")
        if self.skips("HAVING"):
            self.some(self.constraint, "a condition")
        if self.skips("ORDER"):
            self.word("BY")
            self.some(self.order_condition, "a variable or an expression to order by")
        while self.skips("LIMIT", "OFFSET"):
            self.take(self.is_a("number"), "a number")

    def some(self, read: Callable[[], None], wanted: str) -> None:
        """Read something once or more."""
        if not self.begins_condition():
            raise Stuck(self.at, wanted)
        while self.begins_condition():
            read()

    def begins_condition(self) -> bool:
        """Whether a condition of HAVING, GROUP BY or ORDER BY can begin here."""
        return (
            self.is_a("variable")
            or self.sees("(")
            or self.is_iri()
            or (self.is_a("word") and not self.says(*_AFTER_GROUPS))
        )

    def group_condition(self) -> None:
        """GroupCondition."""
        if self.is_a("variable"):
            self.at += 1
        elif self.passes("("):
            self.expression()
            if self.skips("AS"):
                self.take(self.is_a("variable"), "a variable")
            self.sign(")")
        else:
            self.constraint()

    def order_condition(self) -> None:
        """OrderCondition."""
        if self.skips("ASC", "DESC"):
            self.sign("(")
            self.expression()
            self.sign(")")
        elif self.is_a("variable"):
            self.at += 1
        else:
            self.constraint()
