"""A place in a stream of tokens: what stands there, and going on when it is right."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mufakat.engine.lexer import IN_WORD, LETTER, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.engine.lexer import TokenKind

_PARTS: Final = re.compile(
    rf"(?P<word>\d+\.?\d*[eE][+-]?\d+|\d*\.\d+(?:[eE][+-]?\d+)?|\d+(?![{LETTER}:])"
    rf"|(?:[{LETTER}:]|\\.|%[0-9A-Fa-f]{{2}})(?:{IN_WORD})*(?<!\.))|(?P<sign>.)",
    re.DOTALL,
)


class Stuck(Exception):  # noqa: N818
    """The token at `index` (or the end of the query) is not what the grammar wants there."""

    def __init__(self, index: int, wanted: str) -> None:
        super().__init__(wanted)
        self.index = index
        self.wanted = wanted


def parted(stream: Iterable[Token]) -> Iterator[Token]:
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
class Cursor:
    """Reads tokens by recursive descent; the guard has bounded how deep that goes."""

    stream: list[Token]
    at: int = field(default=0)

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

    def passes(self, *signs: str) -> bool:
        """Take a sign if it is there."""
        if self.sees(*signs):
            self.at += 1
            return True
        return False

    def skips(self, *words: str) -> bool:
        """Take a keyword if it is there."""
        if self.says(*words):
            self.at += 1
            return True
        return False
