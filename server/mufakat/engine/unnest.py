"""FILTER NOT EXISTS spelt as MINUS where both mean the same and the second is the faster.

The engine works out the pattern of a NOT EXISTS anew for each solution, from a plan that was made
without the solution; two hundred states against a hundred thousand acts take seconds. A pattern
that stands on a term named in the query has few solutions by itself, and they can be taken away in
one go. The two differ where nothing is shared, where a variable may be unbound, and where a part
of the pattern sees more than its own variables; such patterns are left as they are.
https://www.w3.org/TR/sparql11-query/#neg-notexists-minus
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.engine.lexer import Token, tokens
from mufakat.engine.prologue import declared_prefixes, written
from mufakat.namespaces import TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Pattern = tuple[str | None, str | None, str | None]
    """Subject, predicate and object of a triple pattern: IRIs, None for a variable."""
    _Triple = tuple[str, str, str]
    """The same with the names of variables, question mark first."""

FEW: Final = 5000
"""Triples that are soon looked through, whatever is asked of them."""
_HINT: Final = re.compile(r"(?i)\bnot\s+exists\b")
_APART: Final = ("EXISTS", "OPTIONAL", "MINUS")
"""Groups whose filters see more than the group, or that are worked out for each solution."""
_TELLING: Final = re.compile(r"(?i)graph|service|lateral|optional|minus|exists")
_NUMBER: Final = re.compile(r"(?i)[\d.e-]+")
_COMPARED: Final = re.compile(r"[?$]\w")
_SIMPLE: Final = re.compile(r"a|true|false|[+-]?\d+|[\w-]*:[\w%:-]*")
_CLOSING: Final = {"{": "}", "(": ")"}


def few_in(store: ox.Store) -> Callable[[Pattern], bool]:
    """Look into a store whether few triples of its default graph match a pattern."""

    def few(pattern: Pattern) -> bool:
        try:
            subject, predicate, target = (ox.NamedNode(iri) if iri else None for iri in pattern)
        except ValueError:  # a relative IRI
            return False
        found = store.quads_for_pattern(subject, predicate, target, ox.DefaultGraph())
        return next(islice(found, FEW, None), None) is None

    return few


def unnested(text: str, few: Callable[[Pattern], bool]) -> str:
    """Spell each NOT EXISTS that may be worked out by itself as MINUS, all else staying in place.

    Args:
        text: a query, possibly with errors.
        few: whether few triples match a pattern that names its subject or its object.
    """
    if "exists" not in text.lower() or not _HINT.search(text) or "\\" in text:
        return text
    stream = list(tokens(text))
    namespaces = declared_prefixes(stream)
    if not all(_is_plain(token, namespaces) for token in stream):
        return text
    for place in _places(stream):
        try:
            fits = _fits(stream, place, namespaces, few)
        except _UnusualError:
            continue
        if fits:
            start, end = stream[place.keyword].start, stream[place.inner].start
            text = text[:start] + "MINUS" + re.sub(r"\S", " ", text[start + 5 : end]) + text[end:]
    return text


@dataclass(slots=True)
class _Place:
    """Where a NOT EXISTS stands: indexes of FILTER, of its brace and of the brace around it."""

    keyword: int
    inner: int
    outer: int


@dataclass(slots=True)
class _Group:
    """What a group says by itself."""

    certain: set[str] = field(default_factory=set)
    """Variables of its triple patterns: every solution binds them."""
    other: set[str] = field(default_factory=set)
    """Variables that another part of it may bind."""
    filtered: set[str] = field(default_factory=set)
    triples: list[Token] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    """Keywords of its other parts; a filter that holds a group counts as EXISTS."""


class _UnusualError(Exception):
    """The text is not spelt in a way that is understood here."""


def _is_plain(token: Token, namespaces: dict[str, str]) -> bool:
    """Whether the engine reads a token as one, too, and it leads to no other graph.

    The engine wants no blanks: `1OPTIONAL` and `true.GRAPH` are two to it, and `<?b&&1>` may be a
    comparison.
    """
    if token.kind == "iri":
        return not _COMPARED.search(token.text)
    if token.kind != "word" or token.says(*_APART) or _NUMBER.fullmatch(token.text):
        return True
    name, colon, _ = token.text.partition(":")
    is_one = name in {*namespaces, "_"} if colon else name.removesuffix(".").isidentifier()
    return is_one and not _TELLING.search(name)


def _places(stream: list[Token]) -> Iterator[_Place]:
    open_braces: list[int] = []
    for i, token in enumerate(stream):
        if token.text == "{":
            open_braces.append(i)
        elif token.text == "}" and open_braces:
            open_braces.pop()
        elif not (token.says("FILTER") and _says(stream, i + 1, "NOT", "EXISTS", "{")):
            continue
        elif open_braces and not any(stream[b - 1].says(*_APART) for b in open_braces):
            yield _Place(i, i + 3, open_braces[-1])


def _says(stream: list[Token], start: int, *words: str) -> bool:
    found = stream[start : start + len(words)]
    return [token.text.upper() for token in found] == list(words)


def _fits(
    stream: list[Token],
    place: _Place,
    namespaces: dict[str, str],
    few: Callable[[Pattern], bool],
) -> bool:
    end = _closing(stream, place.inner)
    inner = _read(stream, place.inner, end)
    before = _read(stream, place.outer, place.keyword)
    after = _read(stream, end, _closing(stream, place.outer))
    if after.parts - {"FILTER", "EXISTS"} or after.triples:
        return False  # what is joined later could share a variable, and would be joined to less
    if inner.parts - {"FILTER"} or inner.filtered - inner.certain:
        return False
    shared = inner.certain & (before.certain | before.other)
    if not shared or shared - before.certain:
        return False
    triples = list(_triples(inner.triples, namespaces))
    return any(_names(first) and _hang_together(first, triples, few) for first in triples)


def _read(stream: list[Token], opening: int, end: int) -> _Group:
    """Read what stands between two tokens, without what its braces hold."""
    group = _Group()
    i = opening + 1
    while i < end:
        token = stream[i]
        if token.says("FILTER"):
            past = _past_filter(stream, i)
            nests = any(part.text == "{" for part in stream[i:past])
            group.parts.add("EXISTS" if nests else "FILTER")
            group.filtered |= _variables(stream[i:past])
        elif token.says("MINUS"):
            past = _closing(stream, _expect(stream, i + 1, "{")) + 1
            group.parts.add("MINUS")
        elif token.says("BIND"):
            past = _closing(stream, _expect(stream, i + 1, "(")) + 1
            group.other |= _variables(stream[i:past])
            group.parts.add("BIND")
        elif token.says("VALUES", "OPTIONAL", "UNION") or token.text == "{":
            brace = next((j for j in range(i, end) if stream[j].text == "{"), end)
            past = _closing(stream, brace) + 1
            group.other |= _variables(stream[i:past])
            group.parts.add(token.text.upper())
        else:
            _add(group, token)
            past = i + 1
        i = past
    return group


def _add(group: _Group, token: Token) -> None:
    if token.kind == "variable":
        group.certain.add(token.text[1:])
    is_name = token.kind != "word" or _SIMPLE.fullmatch(token.text.removesuffix("."))
    if not is_name or token.kind == "open":
        raise _UnusualError(token.text)
    if token.text != "." or group.triples:
        group.triples.append(token)


def _past_filter(stream: list[Token], start: int) -> int:
    """Give the index behind a filter: of an expression in brackets, a call, or an EXISTS."""
    i = start + 1
    while i < len(stream) and stream[i].text not in _CLOSING:
        if stream[i].kind not in {"word", "iri"}:
            raise _UnusualError(stream[i].text)
        i += 1
    return _closing(stream, i) + 1


def _expect(stream: list[Token], index: int, sign: str) -> int:
    if not _says(stream, index, sign):
        raise _UnusualError(sign)
    return index


def _closing(stream: list[Token], opening: int) -> int:
    """Give the index of the bracket that closes one."""
    sign = stream[opening].text if opening < len(stream) else ""
    if sign not in _CLOSING:
        raise _UnusualError(sign)
    depth = 0
    for i in range(opening, len(stream)):
        depth += (stream[i].text == sign) - (stream[i].text == _CLOSING[sign])
        if depth == 0:
            return i
    raise _UnusualError(sign)


def _variables(part: list[Token]) -> set[str]:
    return {token.text[1:] for token in part if token.kind == "variable"}


def _triples(found: list[Token], namespaces: dict[str, str]) -> Iterator[_Triple]:
    """Put triple patterns together."""
    slot: list[str] = []
    for token in [*_dots_apart(found), Token("sign", ".", -1)]:
        if token.text in {".", ";", ","}:
            if len(slot) == 3:
                yield slot[0], slot[1], slot[2]
            slot = slot[: {".": 0, ";": 1, ",": 2}[token.text]]
        elif token.kind == "variable":
            slot.append("?" + token.text[1:])
        elif token.kind in {"iri", "word"}:
            slot.append(_iri(token, namespaces))
        else:  # a literal, a path, a blank node: not looked at any closer
            raise _UnusualError(token.text)


def _names(triple: _Triple) -> bool:
    """Whether a triple pattern names its subject, or its object where that is no class."""
    subject, predicate, target = _asked(triple)
    return bool(subject or (target and predicate and predicate != TYPE))


def _asked(triple: _Triple) -> Pattern:
    subject, predicate, target = (None if _varies(part) else part for part in triple)
    return subject, predicate, target


def _varies(part: str) -> bool:
    return part.startswith("?")


def _hang_together(first: _Triple, triples: list[_Triple], few: Callable[[Pattern], bool]) -> bool:
    """Whether one pattern has few solutions, and each other one adds but few to each of them."""
    if not few(_asked(first)):
        return False
    known, left = set(first), [triple for triple in triples if triple != first]
    while left:
        following = next((triple for triple in left if _follows(triple, known, few)), None)
        if following is None:
            return False
        known.update(following)
        left.remove(following)
    return True


def _follows(triple: _Triple, known: set[str], few: Callable[[Pattern], bool]) -> bool:
    """Whether a pattern is about what is known, or leads there from few things."""
    subject, predicate, target = triple
    if _varies(subject) and subject in known:
        return True
    if not _varies(target) or target not in known:
        return False
    return not _varies(subject) or (
        not _varies(predicate) and predicate != TYPE and few((None, predicate, None))
    )


def _dots_apart(triples: list[Token]) -> Iterator[Token]:
    """Part names from a dot that stands right behind them."""
    for token in triples:
        if token.kind == "word" and token.text.endswith("."):
            yield token._replace(text=token.text[:-1])
            yield Token("sign", ".", token.end - 1)
        else:
            yield token


def _iri(token: Token, namespaces: dict[str, str]) -> str:
    iri = TYPE if token.text == "a" else written(token, namespaces)
    if iri is None:
        raise _UnusualError(token.text)
    return iri
