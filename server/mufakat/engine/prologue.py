"""Bases and prefixes that a SPARQL text declares, and the IRIs its names stand for.

https://www.w3.org/TR/sparql11-query/#rPrologue
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mufakat.engine.lexer import Token


def skip_prologue(stream: Sequence[Token]) -> int:
    """Give the index of the first token after BASE, PREFIX and VERSION, well-formed or not."""
    i = 0
    while i < len(stream):
        if stream[i].says("BASE", "VERSION"):
            i += 2
        elif stream[i].says("PREFIX"):
            i += 3
        else:
            break
    return i


def declarations(stream: Sequence[Token], start: int = 0) -> tuple[tuple[Token, ...], int]:
    """Give the tokens of well-formed BASE and PREFIX from `start` on, and the index behind them."""
    found: list[Token] = []
    i = start
    while length := _declares(stream, i):
        if not stream[i].says("VERSION"):
            found += stream[i : i + length]
        i += length
    return tuple(found), i


def declared_prefixes(stream: Sequence[Token]) -> dict[str, str]:
    """Collect the prefixes a text declares, without their colons, with their namespaces."""
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for keyword, name, iri in zip(stream, stream[1:], stream[2:], strict=False)
        if keyword.says("PREFIX") and name.text.endswith(":") and iri.kind == "iri"
    }


def written(token: Token, namespaces: Mapping[str, str]) -> str | None:
    """Give the IRI of a token as it is written; None when it is no IRI and has no prefix known."""
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    return namespaces[prefix] + local if colon and prefix in namespaces else None


def absolute(
    names: Sequence[Token], declared: Iterable[Token], base_iri: str | None
) -> list[str] | None:
    """Give the absolute IRIs that tokens stand for; None when one of them stands for none."""
    if any(t.kind != "iri" and (t.kind != "word" or ":" not in t.text) for t in names):
        return None
    # SPARQL and Turtle write names and their declarations alike; all are read at once, because a
    # text may have as many declarations as names.
    parts = [t.text for t in declared] + [f"{t.text} a <a:> ." for t in names]
    try:
        found = list(ox.parse(" ".join(parts), ox.RdfFormat.TURTLE, base_iri=base_iri))
    except (SyntaxError, ValueError):
        return None
    iris = [quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)]
    return iris if len(iris) == len(names) else None


def _declares(stream: Sequence[Token], i: int) -> int:
    """Count the tokens of the declaration that begins at `i`; 0 when none does."""
    if i >= len(stream):
        return 0
    kinds = [token.kind for token in stream[i + 1 : i + 3]]
    if stream[i].says("BASE") and kinds[:1] == ["iri"]:
        return 2
    if stream[i].says("VERSION") and kinds[:1] == ["string"]:
        return 2
    is_prefix = stream[i].says("PREFIX") and kinds == ["word", "iri"]
    return 3 if is_prefix and stream[i + 1].text.endswith(":") else 0
