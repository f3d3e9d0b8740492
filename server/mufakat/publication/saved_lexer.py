"""Tokens of a SPARQL text, and where its data blocks stand.

A saved query is bound by replacing the terms of a ``VALUES ?name { … }`` data block. Finding
that block by a regular expression would be fooled by a comment, a string or an IRI that merely
looks like one, so the text is cut into the terminals of the grammar first.
https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("space", r"\s+"),
    ("comment", r"#[^\n\r]*"),
    ("iri", r'<[^<>"{}|^`\\\x00-\x20]*>'),
    ("string", r"'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"),
    ("string", r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'),
    ("string", r"'(?:[^'\\\n\r]|\\.)*'"),
    ("string", r'"(?:[^"\\\n\r]|\\.)*"'),
    ("variable", r"[?$]\w+"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    # keywords, numbers and prefixed names; a backslash escapes one character of a local name
    ("word", r"(?:[\w.:%+-]|\\.)+"),
    ("sign", r"."),
)
_TERMINAL = re.compile(
    "|".join(f"(?P<t{i}>{pattern})" for i, (_, pattern) in enumerate(_PATTERNS)), re.DOTALL
)
_KINDS = {f"t{i}": kind for i, (kind, _) in enumerate(_PATTERNS)}
_SILENT = frozenset({"space", "comment"})
FORMS = ("select", "ask", "construct", "describe")


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal: its kind, its spelling and the offset it starts at."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset just behind the token."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class DataBlock:
    """A single-variable data block: the variable, the span between its braces, its tokens."""

    variable: str
    start: int
    end: int
    terms: tuple[Token, ...]


def tokens(text: str) -> Iterator[Token]:
    """All terminals that carry meaning, in order; white space and comments are left out."""
    for match in _TERMINAL.finditer(text):
        kind = _KINDS[match.lastgroup or ""]
        if kind not in _SILENT:
            yield Token(kind, match.group(), match.start())


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.casefold() == word


def data_blocks(text: str) -> list[DataBlock]:
    """Find every ``VALUES ?name { … }`` of the text (InlineDataOneVar of the grammar)."""
    found: list[DataBlock] = []
    stream = list(tokens(text))
    for i in range(len(stream) - 2):
        keyword, variable, brace = stream[i : i + 3]
        if not (_is_word(keyword, "values") and variable.kind == "variable" and brace.text == "{"):
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
        if _is_word(keyword, "prefix") and name.text.endswith(":") and iri.kind == "iri"
    }


def query_form(text: str) -> str | None:
    """``select``, ``ask``, ``construct`` or ``describe``: the first such keyword, if any."""
    for token in tokens(text):
        if token.kind == "word" and token.text.casefold() in FORMS:
            return token.text.casefold()
    return None


def mentions(text: str) -> frozenset[str]:
    """Names of all variables of the text."""
    return frozenset(token.text[1:] for token in tokens(text) if token.kind == "variable")


def code_point_escape(text: str) -> int | None:
    r"""Offset of the first ``\u`` or ``\U``, which engines expand before or after reading terms.

    Section 19.2 lets such an escape stand for a quotation mark or a brace, so that no reading
    of the text by terminals could be trusted; a saved query writes the character itself.
    """
    match = re.search(r"\\[uU]", text)
    return match.start() if match else None
