"""What is looked at before a query reaches the engine's parser.

The parser and the planner recurse on the stack and end the process when it is used up, which
Python cannot catch; so nesting is bounded by a scan of the tokens. The same scan finds the form,
the services and whether the query names its own dataset.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, cast

from mufakat.engine.lexer import BLANK, IN_WORD, IRI, WORD, Lines, Token, tokens
from mufakat.engine.nesting import bound
from mufakat.engine.prologue import declared_prefixes, written
from mufakat.errors import BadQuery, Refused, TooLarge, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.engine.formats import Form
    from mufakat.engine.types import Limits, Policy

GRAMMAR: Final = "https://www.w3.org/TR/sparql11-query/#sparqlGrammar"
FEDERATION: Final = "https://www.w3.org/TR/sparql11-federated-query/#security-considerations"

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = (
    "INSERT",
    "DELETE",
    "LOAD",
    "CLEAR",
    "CREATE",
    "DROP",
    "COPY",
    "MOVE",
    "ADD",
    "WITH",
)
SHORT: Final = 8192
_BEGUN: Final = re.compile(
    rf"(?:{BLANK}|(?i:PREFIX)(?!{IN_WORD})(?:{BLANK})?{WORD}(?:{BLANK})?{IRI}"
    rf"|(?i:BASE)(?!{IN_WORD})(?:{BLANK})?{IRI})*+(?P<form>(?i:{'|'.join(FORMS)}))(?!{IN_WORD})",
    re.DOTALL,
)
"""A prologue with nothing unusual in it, and the form that follows."""
_HOST: Final = re.compile(r"[A-Za-z][\w+.-]*://[^/?#]+")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the scan found out about a query."""

    form: Form
    services: tuple[str, ...]
    """Constant endpoint IRIs as written; `?` stands for a variable one."""


def inspect(text: str, limits: Limits, policy: Policy) -> Inspected:
    """Check a query against limits and policy before it is parsed.

    Raises TooLarge, Refused (a service that is not allowed) and BadQuery (no query form).
    """
    too_long(text, limits)
    return (_known if len(text) <= SHORT else _lately)(text, limits, policy)


def _inspect(text: str, limits: Limits, policy: Policy) -> Inspected:
    bound(text, limits)
    asked = _services_of(text)
    if "\\u" in text or "\\U" in text:
        # The engine's parser reads code point escapes inside strings and IRIs only; older texts of
        # the standard read them everywhere. Whichever way it is read, it stays inside the bounds.
        plain = _ESCAPE.sub(_code_point, text)
        bound(plain, limits)
        asked += _services_of(plain)
    begun = _BEGUN.match(text)
    form = cast("Form", begun["form"].lower()) if begun else _form(text)
    if asked:
        lines = Lines(text)
        for token, iri in asked:
            line, column = lines.place(token.start)
            check_service(iri, policy, Where(line=line, column=column))
    return Inspected(form, tuple(iri for _, iri in asked))


def _services_of(text: str) -> list[tuple[Token, str]]:
    return list(services(list(tokens(text)))) if "service" in text.lower() else []


_known = lru_cache(1024)(_inspect)
"""Short queries are looked at once: the same ones come again and again."""
_lately = lru_cache(8)(_inspect)
"""Long ones too, between asking for their form and answering them."""


def too_long(text: str, limits: Limits) -> None:
    """Raise TooLarge when a text passes the limit on its bytes."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.query_bytes:
        raise TooLarge(
            f"The query is {size:,} bytes long; {limits.query_bytes:,} are read at most.",
            mend="Shorten it, for example by asking for its VALUES in several requests.",
        )


def _code_point(match: re.Match[str]) -> str:
    number = int(match.group(1) or match.group(2), 16)
    return chr(number) if number < 0x110000 else "\ufffd"


def _form(text: str) -> Form:
    """Find the form of a query that does not begin as most do, or say what is wrong with it."""
    lines = Lines(text)
    stream = tokens(text)
    token = next(stream, None)
    while token is not None and token.says("BASE", "VERSION", "PREFIX"):
        skipped = 3 if token.says("PREFIX") else 2
        token = next(islice(stream, skipped - 1, None), None)
    if token is None:
        line, column = lines.place(len(text))
        raise BadQuery(
            "The text holds no query.",
            where=Where(line=line, column=column),
            mend="Begin with SELECT, ASK, CONSTRUCT or DESCRIBE.",
            clause=GRAMMAR,
        )
    if token.says(*FORMS):
        return cast("Form", token.text.lower())
    line, column = lines.place(token.start)
    if token.says(*UPDATES):
        raise BadQuery(
            f"{token.text.upper()} begins an update; this place answers queries.",
            where=Where(line=line, column=column),
            mend="Send updates to the update endpoint.",
            clause="https://www.w3.org/TR/sparql11-protocol/#update-operation",
        )
    raise BadQuery(
        f"A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with {_quote(token.text)}.",
        where=Where(line=line, column=column),
        mend=near_keyword(token.text, FORMS),
        clause=GRAMMAR,
    )


def services(stream: list[Token]) -> Iterable[tuple[Token, str]]:
    """Find every SERVICE with the IRI it names; `?` stands for a variable."""
    namespaces = declared_prefixes(stream)
    for i, token in enumerate(stream):
        if not token.says("SERVICE"):
            if hides(token, "service", stream[i - 1 : i], stream[i + 1 : i + 2]):
                yield token, "?"
            continue
        j = i + 1
        if j < len(stream) and stream[j].says("SILENT"):
            j += 1
        if j >= len(stream):
            continue
        target = stream[j]
        if target.kind == "variable":
            yield token, "?"
        elif target.kind == "iri" or ":" in target.text:
            yield token, written(target, namespaces) or target.text


def hides(token: Token, word: str, before: list[Token], after: list[Token]) -> bool:
    """Whether the engine may read a keyword where this scan sees a part of a word.

    The engine wants no blank around a keyword: `1SERVICE`, `true.SERVICE`, `SERVICESILENT` and
    `SERVICEex:a {` are clauses to it.
    """
    text = token.text.lower()
    if token.kind != "word" or word not in text:
        return False
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("."):
        return word in (local or prefix)
    is_graph = bool(before) and before[0].says("GRAPH", "SERVICE", "SILENT")
    return word in prefix and not is_graph and bool(after) and after[0].text == "{"


def check_service(iri: str, policy: Policy, where: Where) -> None:
    """Raise Refused when a service is not on the allow-list."""
    if allows(policy, iri):
        return
    what = "an address that the query computes" if iri == "?" else f"<{iri}>"
    allowed = ", ".join(f"<{prefix}…>" for prefix in policy.allow_service)
    raise Refused(
        f"SERVICE to {what} is not allowed here.",
        where=where,
        mend=(
            f"Allowed are: {allowed}."
            if allowed
            else "This server asks no other server; ask that one directly and join the answers."
        ),
        clause=FEDERATION,
    )


def allows(policy: Policy, iri: str) -> bool:
    """Whether an address is on the list of those that may be asked."""
    return any(_begins(iri, prefix) for prefix in policy.allow_service)


def _begins(iri: str, prefix: str) -> bool:
    """Whether an address lies under a prefix; a prefix that is a host means that host alone."""
    ends_in_host = _HOST.fullmatch(prefix)
    return iri.startswith(prefix) and (not ends_in_host or iri[len(prefix) :][:1] in {*"/?#", ""})


def near_keyword(word: str, known: Iterable[str]) -> str:
    """Suggest the keyword that was probably meant, or nothing."""
    close = difflib.get_close_matches(word.upper(), list(known), n=1, cutoff=0.75)
    return f"Did you mean {close[0]}?" if close else ""


def _quote(text: str) -> str:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return f"“{shown}”"
