"""Finds the first token of a query that the grammar does not allow, and says what it does.

Only broken queries are read here: the engine's parser says that a query is wrong, but often not
where. What this reader accepts may still be wrong (it knows SPARQL 1.1, and no rule beyond the
grammar); then the parser's own place is used.
https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mufakat.engine.lexer import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mufakat.engine.lexer import TokenKind

_PARTS: Final = re.compile(
    r"(?P<word>\d+\.?\d*[eE][+-]?\d+|\d*\.\d+(?:[eE][+-]?\d+)?|\d+(?![\w:])"
    r"|(?:[\w:]|\\.|%[0-9A-Fa-f]{2})(?:[\w:.-]|\\.|%[0-9A-Fa-f]{2})*(?<!\.))|(?P<sign>.)",
    re.DOTALL,
)
_COMPARED: Final = ("=", "!=", "<", ">", "<=", ">=")
_NOT_TRIPLES: Final = (
    "OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "UNION",
)  # fmt: skip
_AFTER_GROUPS: Final = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


class Stuck(Exception):  # noqa: N818
    """The token at `index` (or the end of the query) is not what the grammar wants there."""

    def __init__(self, index: int, wanted: str) -> None:
        super().__init__(wanted)
        self.index = index
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Mistake:
    """The first wrong token (None is the end of the query) and what was wanted in its place."""

    token: Token | None
    wanted: str


def first_mistake(stream: list[Token]) -> Mistake | None:
    """Find the first token that the grammar does not allow; None when all is right."""
    fine = list(_fine(stream))
    try:
        Reader(fine).query()
    except Stuck as stuck:
        return Mistake(fine[stuck.index] if stuck.index < len(fine) else None, stuck.wanted)
    return None


def _fine(stream: list[Token]) -> Iterator[Token]:
    """Part numbers and full stops from words, which the coarse lexer leaves together."""
    for token in stream:
        if token.kind != "word" or (token.text[0].isalpha() and token.text[-1] != "."):
            yield token
            continue
        for match in _PARTS.finditer(token.text):
            kind: TokenKind = "word" if match.lastgroup == "word" else "sign"
            yield Token(kind, match.group(), token.start + match.start())


def _is_number(token: Token) -> bool:
    return (token.kind == "word" and token.text[0].isdigit()) or token.text[0] == "." != token.text


@dataclass
class Reader:
    """Reads tokens by recursive descent; the guard has bounded how deep that goes."""

    stream: list[Token]
    at: int = field(default=0)

    # -- tokens

    def sees(self, *signs: str) -> bool:
        """Whether the next token is one of these signs."""
        if self.at >= len(self.stream):
            return False
        token = self.stream[self.at]
        return token.kind == "sign" and token.text in signs

    def says(self, *words: str) -> bool:
        """Whether the next token is one of these keywords."""
        return self.at < len(self.stream) and self.stream[self.at].says(*words)

    def is_a(self, *kinds: str) -> bool:
        """Whether the next token is of one of these kinds."""
        if self.at >= len(self.stream):
            return False
        token = self.stream[self.at]
        return ("number" if _is_number(token) else token.kind) in kinds

    def take(self, ok: bool, wanted: str) -> None:
        """Go on when the next token is right."""
        if not ok:
            raise Stuck(self.at, wanted)
        self.at += 1

    def sign(self, sign: str) -> None:
        """Take a sign."""
        self.take(self.sees(sign), f"“{sign}”")

    def word(self, *words: str) -> None:
        """Take a keyword."""
        self.take(self.says(*words), " or ".join(words))

    def skips(self, *words: str) -> bool:
        """Take a keyword if it is there."""
        if self.says(*words):
            self.at += 1
            return True
        return False

    def is_name(self) -> bool:
        """Whether the next token is a prefixed name."""
        return self.is_a("word") and ":" in (text := self.stream[self.at].text) and text[:2] != "_:"

    def is_iri(self) -> bool:
        """Whether the next token is an IRI or a prefixed name."""
        return self.is_a("iri") or self.is_name()

    # -- the query

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
        if self.sees("*"):
            self.at += 1
        else:
            self.projected("a variable, “*” or “(expression AS ?name)”")
            while self.is_a("variable") or self.sees("("):
                self.projected("a variable")
        self.dataset()
        self.where()
        self.modifiers()

    def projected(self, wanted: str) -> None:
        """Take a variable or an expression with its name."""
        if self.sees("("):
            self.at += 1
            self.expression()
            self.word("AS")
            self.take(self.is_a("variable"), "a variable")
            self.sign(")")
        else:
            self.take(self.is_a("variable"), wanted)

    def construct(self) -> None:
        """ConstructQuery."""
        if self.sees("{"):
            self.at += 1
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
        if self.sees("*"):
            self.at += 1
        else:
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
        elif self.sees("("):
            self.at += 1
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

    # -- patterns

    def group(self) -> None:
        """GroupGraphPattern."""
        self.sign("{")
        if self.says("SELECT"):
            self.select()
            if self.skips("VALUES"):
                self.data_block()
        else:
            while not self.sees("}"):
                if self.sees("{") or self.says(*_NOT_TRIPLES):
                    self.not_triples()
                    if self.sees("."):
                        self.at += 1
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

    def name_or_variable(self) -> None:
        """VarOrIri."""
        self.take(self.is_a("variable") or self.is_iri(), "a variable or an IRI")

    # -- triples

    def triples(self, end: str, *, patterns: bool = False) -> None:
        """TriplesBlock or TriplesTemplate, up to where something else begins."""
        while not self.sees(end):
            self.subject()
            if not self.sees("."):
                follows = patterns and (self.sees("{") or self.says(*_NOT_TRIPLES))
                if not self.sees(end) and not follows:
                    raise Stuck(self.at, "“.”, “;”, “,” or “}”")
                return
            self.at += 1
            if patterns and (self.sees("{") or self.says(*_NOT_TRIPLES)):
                return

    def subject(self) -> None:
        """TriplesSameSubjectPath."""
        if self.sees("[", "("):
            bare = self.node()
            if bare or not (self.sees(".", "}") or self.says(*_NOT_TRIPLES)):
                self.properties()
        elif self.term(variables=True):
            self.properties()
        else:
            raise Stuck(self.at, "a subject: a variable, an IRI or a blank node")

    def properties(self) -> None:
        """PropertyListPathNotEmpty."""
        self.verb()
        self.objects()
        while self.sees(";"):
            self.at += 1
            if not self.sees(";", ".", "]", "}") and not self.says(*_NOT_TRIPLES):
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
        while self.sees(","):
            self.at += 1
            self.object()

    def object(self) -> None:
        """ObjectPath."""
        if self.sees("[", "("):
            self.node()
        elif not self.term(variables=True):
            raise Stuck(self.at, "an object: a variable, an IRI or a literal")

    def node(self) -> bool:
        """TriplesNodePath, ANON or NIL; whether it says nothing by itself."""
        if self.sees("["):
            self.at += 1
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

    def term(self, *, variables: bool) -> bool:
        """VarOrTerm; whether there was one."""
        if self.is_a("string"):
            self.at += 1
            if self.is_a("language"):
                self.at += 1
            elif self.sees("^^"):
                self.at += 1
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

    # -- paths

    def path(self) -> None:
        """Path."""
        self.sequence()
        while self.sees("|"):
            self.at += 1
            self.sequence()

    def sequence(self) -> None:
        """PathSequence."""
        self.step()
        while self.sees("/"):
            self.at += 1
            self.step()

    def step(self) -> None:
        """PathEltOrInverse."""
        if self.sees("^"):
            self.at += 1
        if self.sees("!"):
            self.at += 1
            self.negated()
        elif self.sees("("):
            self.at += 1
            self.path()
            self.sign(")")
        else:
            wanted = "a property: an IRI, a variable or a path"
            self.take(self.is_iri() or self.says("A"), wanted)
        if self.sees("?", "*", "+"):
            self.at += 1

    def negated(self) -> None:
        """PathNegatedPropertySet."""
        if not self.sees("("):
            self.one_negated()
            return
        self.at += 1
        while not self.sees(")"):
            self.one_negated()
            if not self.sees(")"):
                self.sign("|")
        self.at += 1

    def one_negated(self) -> None:
        """PathOneInPropertySet."""
        if self.sees("^"):
            self.at += 1
        self.take(self.is_iri() or self.says("A"), "a property")

    # -- expressions

    def constraint(self) -> None:
        """Constraint."""
        if self.sees("("):
            self.at += 1
            self.expression()
            self.sign(")")
        elif self.is_iri() or self.is_a("word"):
            self.primary()
        else:
            raise Stuck(self.at, "a condition in ( ) or a function")

    def expression(self) -> None:
        """Expression."""
        self.both()
        while self.sees("||"):
            self.at += 1
            self.both()

    def both(self) -> None:
        """ConditionalAndExpression."""
        self.compared()
        while self.sees("&&"):
            self.at += 1
            self.compared()

    def compared(self) -> None:
        """RelationalExpression."""
        self.sum()
        if self.sees(*_COMPARED):
            self.at += 1
            self.sum()
        elif self.says("IN", "NOT"):
            if self.skips("NOT") and not self.says("IN"):
                raise Stuck(self.at, "IN")
            self.word("IN")
            self.arguments()

    def sum(self) -> None:
        """AdditiveExpression and MultiplicativeExpression."""
        self.signed()
        while self.sees("+", "-", "*", "/"):
            self.at += 1
            self.signed()

    def signed(self) -> None:
        """UnaryExpression."""
        while self.sees("!", "+", "-"):
            self.at += 1
        self.primary()

    def primary(self) -> None:
        """PrimaryExpression, with function calls and aggregates."""
        if self.sees("("):
            self.at += 1
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
        if self.sees("*"):
            self.at += 1
        elif not self.sees(")"):
            self.expression()
            while self.sees(","):
                self.at += 1
                self.expression()
            if self.sees(";"):
                self.at += 1
                self.word("SEPARATOR")
                self.sign("=")
                self.take(self.is_a("string"), "a string")
        self.sign(")")
