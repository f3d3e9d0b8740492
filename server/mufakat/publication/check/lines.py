"""Find the line of a statement in a Turtle file, for people who have to mend it.

A tolerant reader: it follows subjects, predicates and objects through any spelling of Turtle that a
real parser has already accepted. Statements inside brackets count for the outermost subject.
Grammar: https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from mufakat.namespaces import TYPE, XSD

if TYPE_CHECKING:
    from mufakat.publication.graph import Term

TOKEN: Final = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<iri><[^>\s]*>)|(?P<comment>#[^\n]*)|(?P<mark>[\[\]();,]|\^\^)"
    r"|(?P<word>@?[^\s\[\]();,<>\"'#^]+|\^)",
    re.DOTALL,
)
NUMBERS: Final = (
    (re.compile(r"[+-]?\d+"), XSD + "integer"),
    (re.compile(r"[+-]?\d*\.\d+"), XSD + "decimal"),
    (re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+"), XSD + "double"),
)
IRI: Final = "iri"
Value = tuple[str, str]
"""A text and its kind: `iri`, the IRI of a datatype, or a language tag behind an at sign."""


@dataclass
class _State:
    depth: int = 0
    subject: str = ""
    predicates: list[str] = field(default_factory=list)
    slot: int = 0  # 0 subject, 1 predicate, 2 object
    lists: list[bool] = field(default_factory=list)
    typed: bool = False  # ^^ was read, the datatype follows
    latest: list[tuple[Value, int]] = field(default_factory=list)  # where the latest value went

    def end(self) -> None:
        """Start afresh behind a full stop."""
        self.depth, self.slot, self.subject = 0, 0, ""
        self.predicates, self.lists = [], []

    def say(self, kind: str) -> None:
        """Note the language or datatype of the latest value."""
        if self.latest:
            (text, _), line = self.latest[-1]
            self.latest[-1] = ((text, kind), line)


class Lines:
    """The lines of one Turtle document, by subject, predicate and object."""

    def __init__(self, text: str, base: str) -> None:
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.subjects: dict[str, int] = {}
        self.statements: dict[tuple[str, str], list[tuple[Value, int]]] = {}
        self._read(text)

    def find(self, subject: str, predicate: str = "", value: Term | None = None) -> int | None:
        """Give the line of a statement, of the predicate, or of the subject, as far as found."""
        found = self.statements.get((subject, predicate), [])
        wanted = _as_read(value)
        for read, line in found:
            if read == wanted:
                return line
        if found:
            return found[0][1]
        return self.subjects.get(subject)

    def _read(self, text: str) -> None:
        state = _State()
        line, at = 1, 0
        directive: list[str] = []
        for match in TOKEN.finditer(text):
            line += text.count("\n", at, match.start())
            at = match.start()
            kind, piece = match.lastgroup or "", match[0]
            if kind == "comment":
                continue
            if directive or (
                state.slot == 0 and piece.lower() in ("@prefix", "@base", "prefix", "base")
            ):
                directive.append(piece)
                if self._directive(directive):
                    directive = []
                continue
            self._take(state, kind, piece, line)

    def _directive(self, parts: list[str]) -> bool:
        """Take in one more piece of a prefix or base line; tell whether it is complete."""
        word = parts[0].lower().removeprefix("@")
        wanted = 3 if word == "prefix" else 2
        if len(parts) == wanted:
            iri = self._absolute(parts[-1][1:-1])
            if word == "prefix":
                self.prefixes[parts[1].removesuffix(":")] = iri
            else:
                self.base = iri
            return not parts[0].startswith("@")
        return len(parts) > wanted

    def _take(self, state: _State, kind: str, piece: str, line: int) -> None:
        if kind == "mark":
            self._mark(state, piece)
        elif kind == "word" and piece == ".":
            state.end()
        elif kind == "word" and piece.startswith("@"):
            state.say(piece.rstrip(".").lower())
            if piece.endswith("."):
                state.end()
        else:
            ended = kind == "word" and piece.endswith(".") and len(piece) > 1
            self._term(state, kind, piece.rstrip(".") if ended else piece, line)
            if ended:
                state.end()

    def _mark(self, state: _State, piece: str) -> None:
        if piece in "[(":
            if state.slot == 0 and not state.subject:
                state.subject = "[]"
            state.lists.append(piece == "(")
            if piece == "[":
                state.depth += 1
                state.predicates.append("")
                state.slot = 1
        elif piece in ")]":
            if state.lists:
                state.lists.pop()
            if piece == "]":
                state.depth -= 1
                if state.predicates:
                    state.predicates.pop()
                state.slot = 2 if state.depth or state.predicates else 1
        elif piece == ";":
            state.slot = 1
        elif piece == "^^":
            state.typed = True

    def _term(self, state: _State, kind: str, piece: str, line: int) -> None:
        text, sort = self._expand(kind, piece)
        if state.typed:
            state.typed = False
            state.say(text)
        elif state.slot == 0:
            state.subject, state.slot, state.predicates = text, 1, []
            self.subjects.setdefault(text, line)
        elif state.slot == 1 and not (state.lists and state.lists[-1]):
            name = TYPE if piece == "a" else text
            state.predicates = [*state.predicates[: state.depth], name]
            state.slot = 2
        elif state.predicates:
            state.latest = self.statements.setdefault((state.subject, state.predicates[-1]), [])
            state.latest.append(((text, sort), line))

    def _absolute(self, reference: str) -> str:
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", reference):
            return reference
        return urljoin(self.base, reference) + ("#" if reference.endswith("#") else "")

    def _expand(self, kind: str, piece: str) -> Value:
        if kind == "iri":
            return self._absolute(_unescape(piece[1:-1])), IRI
        if kind == "string":
            quotes = 3 if piece[:3] in ('"""', "'''") else 1
            return _unescape(piece[quotes:-quotes]), XSD + "string"
        prefix, colon, local = piece.partition(":")
        if colon and prefix in self.prefixes:
            return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local), IRI
        if piece in {"true", "false"}:
            return piece, XSD + "boolean"
        return piece, next((sort for form, sort in NUMBERS if form.fullmatch(piece)), "")


def _as_read(value: Term | None) -> Value | None:
    """Write a value as this reader notes it; None for what has no text of its own."""
    if isinstance(value, ox.NamedNode):
        return value.value, IRI
    if not isinstance(value, ox.Literal):
        return None
    if not value.language:
        return value.value, value.datatype.value
    direction = f"--{value.direction.value}" if value.direction else ""
    return value.value, f"@{value.language}{direction}".lower()


ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1][1:], 16))
        return ESCAPES.get(match[2], match[2])

    return re.sub(r"\\(?:(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|(.))", one, text)
