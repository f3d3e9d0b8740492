"""Finds the first token of a query that the grammar does not allow, and says what it does.

Only broken queries are read here: the engine's parser says that a query is wrong, but often not
where. What this reader accepts may still be wrong (it knows SPARQL 1.1, and no rule beyond the
grammar); then the parser's own place is used.
https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mufakat.engine.grammar.cursor import Stuck, parted
from mufakat.engine.grammar.queries import Queries

if TYPE_CHECKING:
    from mufakat.engine.lexer import Token


@dataclass(frozen=True, slots=True)
class Mistake:
    """The first wrong token (None is the end of the query) and what was wanted in its place."""

    token: Token | None
    wanted: str


def first_mistake(stream: list[Token]) -> Mistake | None:
    """Find the first token that the grammar does not allow; None when all is right."""
    fine = list(parted(stream))
    try:
        Queries(fine).query()
    except Stuck as stuck:
        return Mistake(fine[stuck.index] if stuck.index < len(fine) else None, stuck.wanted)
    return None
