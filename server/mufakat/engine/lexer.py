"""Tokens of a SPARQL text with their places: enough to guard it, not to evaluate it.

https://www.w3.org/TR/sparql11-query/#sparqlGrammar (terminals)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

TokenKind = Literal["iri", "string", "open", "variable", "language", "word", "sign"]

# Loops are possessive: no token is ever given back in part, so no text takes more than one pass.
BLANK: Final = r"(?:[\x20\t\r\n]++|\#[^\n\r]*+)++"
IRI: Final = (
    r"<[^<>\"{}|^`\\\x00-\x20]*+(?:(?:\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})"
    r"[^<>\"{}|^`\\\x00-\x20]*+)*+>"
)
STRING: Final = "|".join(
    (
        r"'''(?:'{0,2}(?:[^'\\]|\\.))*+'''",
        r'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""',
        r"'(?:[^'\\\n\r]++|\\.)*+'",
        r'"(?:[^"\\\n\r]++|\\.)*+"',
    )
)
OPEN: Final = r"'''|\"\"\"|'|\""
"""A string that is never closed."""
LETTER: Final = (
    r"\w\u00B7\u0300-\u036F\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
"""What a name is made of: PN_CHARS but for the hyphen, so vowel signs and accents, too."""
VARIABLE: Final = rf"[?$][{LETTER}]++"
LANGUAGE: Final = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
IN_WORD: Final = rf"[{LETTER}:.-]|\\.|%[0-9A-Fa-f]{{2}}"
WORD: Final = rf"(?:[{LETTER}:]|\\.|%[0-9A-Fa-f]{{2}})(?:{IN_WORD})*+"
_TOKEN: Final = re.compile(
    rf"(?P<skip>{BLANK})|(?P<iri>{IRI})|(?P<string>{STRING})|(?P<open>{OPEN})"
    rf"|(?P<variable>{VARIABLE})|(?P<language>{LANGUAGE})|(?P<word>{WORD})"
    r"|(?P<sign>\|\||&&|\^\^|<=|>=|!=|.)",
    re.DOTALL,
)


class Token(NamedTuple):
    """One terminal: its kind, its text and its offset."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)

    def says(self, *words: str) -> bool:
        """Whether this is one of these keywords (given in upper case)."""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens, leaving out blanks and comments."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "skip":
            yield Token(cast("TokenKind", kind), match.group(), match.start())


class Lines:
    """Turns offsets into lines and columns, both counted from 1, columns in characters."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Give line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Give the offset of a line and column, kept inside the text."""
        line = min(max(line, 1), len(self._starts))
        return min(self._starts[line - 1] + max(column, 1) - 1, len(self.text))


def starred(text: str) -> tuple[int, list[str]] | None:
    """Find the star of a top-level `SELECT *` and the variables in order of first appearance.

    None when the query names what it returns. Variables are given without their sign; not all of
    them need be in scope.
    """
    stream = tokens(text)
    for token in stream:
        if token.says("SELECT"):
            break
        if token.says("ASK", "CONSTRUCT", "DESCRIBE"):
            return None
    star = next(stream, None)
    if star is not None and star.says("DISTINCT", "REDUCED"):
        star = next(stream, None)
    if star is None or star.text != "*":
        return None
    names = dict.fromkeys(token.text[1:] for token in stream if token.kind == "variable")
    return star.start, list(names)
