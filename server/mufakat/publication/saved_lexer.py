"""Where the data blocks of a SPARQL text stand, and what its prefixes are.

A saved query is bound by replacing the terms of a ``VALUES ?name { … }`` data block. Finding
that block by a regular expression would be fooled by a comment, a string or an IRI that merely
looks like one, so the text is cut into the terminals of the grammar first.
https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mufakat.engine.guard import FORMS
from mufakat.engine.lexer import tokens

if TYPE_CHECKING:
    from mufakat.engine.lexer import Token


@dataclass(frozen=True, slots=True)
class DataBlock:
    """A single-variable data block: the variable, the span between its braces, its tokens."""

    variable: str
    start: int
    end: int
    terms: tuple[Token, ...]


def data_blocks(text: str) -> list[DataBlock]:
    """Find every ``VALUES ?name { … }`` of the text (InlineDataOneVar of the grammar)."""
    found: list[DataBlock] = []
    stream = list(tokens(text))
    for i in range(len(stream) - 2):
        keyword, variable, brace = stream[i : i + 3]
        if not (keyword.says("VALUES") and variable.kind == "variable" and brace.text == "{"):
            continue
        inside: list[Token] = []
        for token in stream[i + 3 :]:
            if token.kind == "sign" and token.text == "}":
                found.append(DataBlock(variable.text[1:], brace.end, token.start, tuple(inside)))
                break
            inside.append(token)
    return found


def prefixes(text: str) -> dict[str, str]:
    """Map the prefixes that the text declares, prefix (without colon) to namespace."""
    stream = list(tokens(text))
    return {
        name.text[:-1]: iri.text[1:-1]
        for keyword, name, iri in zip(stream, stream[1:], stream[2:], strict=False)
        if keyword.says("PREFIX") and name.text.endswith(":") and iri.kind == "iri"
    }


def query_form(text: str) -> str | None:
    """``select``, ``ask``, ``construct`` or ``describe``: the first such keyword, if any."""
    for token in tokens(text):
        if token.says(*FORMS):
            return token.text.casefold()
    return None


def code_point_escape(text: str) -> int | None:
    r"""Offset of the first ``\u`` or ``\U``, which engines expand before or after reading terms.

    Section 19.2 lets such an escape stand for a quotation mark or a brace, so that no reading
    of the text by terminals could be trusted; a saved query writes the character itself.
    """
    match = re.search(r"\\[uU]", text)
    return match.start() if match else None
