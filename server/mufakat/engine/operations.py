"""Cuts an update into its operations and reads the names that stand in them.

Needed where an update is not just passed on: for LOAD, which this server carries out itself, and
for patches, which are kept inside one graph.
https://www.w3.org/TR/sparql11-update/#rUpdate
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mufakat.engine.guard import GRAMMAR, UPDATES
from mufakat.engine.prologue import absolute, declarations
from mufakat.errors import BadQuery, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mufakat.engine.lexer import Lines, Token

_NOT_A_BREAK: Final = re.compile(r"[^\n\r]")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, without its prologue and the semicolon behind it."""

    tokens: tuple[Token, ...]
    prologue: tuple[Token, ...]
    """The declarations of bases and prefixes up to here."""
    base_iri: str | None

    @property
    def start(self) -> int:
        """The offset of its first token."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """The offset behind its last token."""
        return self.tokens[-1].end

    def iri(self, token: Token) -> str | None:
        """Give the absolute IRI that a token stands for; None when it stands for none."""
        found = absolute([token], self.prologue, self.base_iri)
        return found[0] if found else None


def cut(stream: Sequence[Token], lines: Lines, base_iri: str | None) -> list[Operation]:
    """Cut the tokens of an update into its operations.

    Raises BadQuery where no operation begins. The engine would read some words without a blank
    between them as two; whoever has to know what an update does cannot.
    """
    operations: list[Operation] = []
    prologue: tuple[Token, ...] = ()
    i = 0
    while i < len(stream):
        declared, i = declarations(stream, i)
        prologue += declared
        if i == len(stream):
            break
        end = _end(stream, i)
        if not stream[i].says(*UPDATES):
            raise unexpected(stream[i], lines, "Begin an operation with a keyword of its own.")
        operations.append(Operation(tuple(stream[i:end]), prologue, base_iri))
        i = end + 1
    return operations


def alone(text: str, first: Operation, last: Operation) -> str:
    """Give the operations from one to another with the declarations that hold for them.

    All else is blanked, so that every token keeps its line and column.
    """
    at, parts = 0, []
    for token in first.prologue:
        parts += [_NOT_A_BREAK.sub(" ", text[at : token.start]), token.text]
        at = token.end
    parts += [_NOT_A_BREAK.sub(" ", text[at : first.start]), text[first.start : last.end]]
    return "".join(parts)


def unexpected(token: Token, lines: Lines, mend: str) -> BadQuery:
    """Make the error for a token that cannot stand where it does."""
    line, column = lines.place(token.start)
    return BadQuery(
        f"“{token.text[:40]}” cannot stand here.",
        where=Where(line=line, column=column),
        mend=mend,
        clause=GRAMMAR,
    )


def _end(stream: Sequence[Token], i: int) -> int:
    """Find the semicolon behind the operation that begins at `i`, or the end."""
    depth = 0
    for k in range(i, len(stream)):
        token = stream[k]
        if token.kind != "sign":
            continue
        if token.text == ";" and depth <= 0:
            return k
        depth += {"{": 1, "}": -1}.get(token.text, 0)
    return len(stream)
