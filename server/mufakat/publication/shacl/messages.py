"""Messages with places for values: https://www.w3.org/TR/shacl/#sparql-constraints-variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mufakat.publication.graph import Term

PLACE: Final = re.compile(r"\{[?$](\w+)\}")


def filled(
    messages: Iterable[ox.Literal], value_of: Callable[[str], Term | None]
) -> tuple[ox.Literal, ...]:
    """Put values where a message says {?name} or {$name}; what has none stays as it is."""
    return tuple(_filled(message, value_of) for message in messages)


def _filled(message: ox.Literal, value_of: Callable[[str], Term | None]) -> ox.Literal:
    def value(match: re.Match[str]) -> str:
        term = value_of(match[1])
        return match[0] if term is None else _shown(term)

    text = PLACE.sub(value, message.value)
    if text == message.value:
        return message
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text)


def _shown(term: Term) -> str:
    return str(term) if isinstance(term, (ox.BlankNode, ox.Triple)) else term.value
