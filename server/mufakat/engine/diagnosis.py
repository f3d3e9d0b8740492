"""Says in plain words what a parser disliked about a query, and where.

The engine's parser reports the furthest place it reached and what it tried there. The common
mistakes can be named better from the tokens; the parser's place is used for the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mufakat.engine.grammar import first_mistake
from mufakat.engine.guard import FORMS, GRAMMAR, near_keyword
from mufakat.engine.lexer import Lines, Token, tokens
from mufakat.engine.prologue import declared_prefixes, skip_prologue
from mufakat.errors import BadQuery, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_PAIRS: Final = {"{": "}", "(": ")", "[": "]"}
_KEYWORDS: Final = frozenset(
    # ruff: noqa: SIM905 - one string, because a hundred quoted words read worse
    "BASE PREFIX SELECT DISTINCT REDUCED AS CONSTRUCT WHERE DESCRIBE ASK FROM NAMED GROUP BY HAVING"
    " ORDER ASC DESC LIMIT OFFSET VALUES OPTIONAL GRAPH SERVICE SILENT BIND UNDEF MINUS UNION"
    " FILTER EXISTS NOT IN STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR"
    " ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER"
    " YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384"
    " SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX"
    " SUBSTR REPLACE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR TRUE FALSE A"
    " ADJUST LATERAL VERSION TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE LANGDIR"
    " HASLANG HASLANGDIR STRLANGDIR"
    " INSERT DELETE DATA WITH USING LOAD INTO CLEAR DROP CREATE ADD MOVE COPY TO ALL"
    " DEFAULT".split()
)
# What the parser says between the alternatives when a rule beyond the grammar was broken.
_RULES: Final = {
    "The SELECT contains a variable that is unbound": (
        "A variable of the SELECT is neither grouped nor aggregated.",
        "Add it to GROUP BY or wrap it, for example in SAMPLE( ).",
        "https://www.w3.org/TR/sparql11-query/#aggregateRestrictions",
    ),
    "SELECT * is not authorized with GROUP BY": (
        "SELECT * cannot be used together with GROUP BY.",
        "Name the variables to return.",
        "https://www.w3.org/TR/sparql11-query/#aggregateRestrictions",
    ),
    "Duplicated variable name in SELECT": (
        "A variable stands twice in the SELECT.",
        "Give each its own name.",
        GRAMMAR,
    ),
    "IRI parsing failed": ("An IRI is not well formed.", "Check the text between < and >.", ""),
}


def explain(text: str, message: str, known: Mapping[str, str] | None = None) -> BadQuery:
    """Turn a parser's message about a query into an error with line, column and advice.

    `known` are prefixes the publication uses, to offer the declaration that is missing.
    """
    lines = Lines(text)
    stream = list(tokens(text))
    found = (
        _open_string(stream)
        or _brackets(stream)
        or _undeclared(stream, known or {})
        or _misspelt(stream)
        or _ungrammatical(stream, text)
    )
    if found:
        offset, detail, mend = found
        line, column = lines.place(offset)
        return BadQuery(detail, where=Where(line=line, column=column), mend=mend, clause=GRAMMAR)
    return _from_parser(text, message, lines, stream)


Found = tuple[int, str, str]


def _open_string(stream: list[Token]) -> Found | None:
    for token in stream:
        if token.kind == "open":
            return token.start, "A string begins here and is not closed.", "Add the quote."
    return None


def _brackets(stream: list[Token]) -> Found | None:
    waiting: list[Token] = []
    for token in stream:
        if token.kind != "sign":
            continue
        if token.text in _PAIRS:
            waiting.append(token)
        elif token.text in _PAIRS.values():
            if not waiting:
                return token.start, f"This “{token.text}” closes nothing.", "Take it out."
            opened = waiting.pop()
            if _PAIRS[opened.text] != token.text:
                return (
                    token.start,
                    f"“{token.text}” stands where “{_PAIRS[opened.text]}” was expected.",
                    f"Close the “{opened.text}” before it.",
                )
    if waiting:
        last = stream[-1]
        opened = waiting[-1]
        return (
            last.end,
            f"The query ends before its “{opened.text}” is closed.",
            f"Add “{_PAIRS[opened.text]}”.",
        )
    return None


def _undeclared(stream: list[Token], known: Mapping[str, str]) -> Found | None:
    declared = declared_prefixes(stream)
    before: Token | None = None
    for token in stream:
        if token.kind == "word" and ":" in token.text and not token.text.startswith("_:"):
            prefix = token.text.partition(":")[0]
            if prefix not in declared and not (before and before.says("PREFIX")):
                namespace = known.get(prefix)
                mend = (
                    f"Add PREFIX {prefix}: <{namespace}> at the top."
                    if namespace
                    else f"Add PREFIX {prefix}: <…> at the top."
                )
                return token.start, f"The prefix “{prefix}:” is not declared.", mend
        before = token
    return None


def _misspelt(stream: list[Token]) -> Found | None:
    for token in stream:
        word = token.text
        if token.kind != "word" or ":" in word or word.upper() in _KEYWORDS:
            continue
        if word[0].isdigit():
            continue
        hint = near_keyword(word, _KEYWORDS)
        return (
            token.start,
            f"“{word}” is no keyword of SPARQL.",
            hint or "A name needs its prefix, a variable its question mark, an IRI its < >.",
        )
    return None


def _ungrammatical(stream: list[Token], text: str) -> Found | None:
    """Name the first token the grammar does not allow; updates are left to the parser."""
    begin = skip_prologue(stream)
    if begin >= len(stream) or not stream[begin].says(*FORMS):
        return None
    mistake = first_mistake(stream)
    if mistake is None:
        return None
    wanted, token = mistake.wanted, mistake.token
    if token is None:
        return len(text.rstrip()), "The query ends too early.", f"Wanted here: {wanted}."
    shown = token.text if len(token.text) <= 40 else token.text[:40] + "…"
    return token.start, f"“{shown}” cannot stand here.", f"Wanted here: {wanted}."


def _from_parser(text: str, message: str, lines: Lines, stream: list[Token]) -> BadQuery:
    match = _PLACE.match(message)
    if not match:
        return BadQuery(message.rstrip(".") + ".", clause=GRAMMAR)
    line, column, expected = int(match.group(1)), int(match.group(2)), match.group(3)
    for rule, (detail, mend, clause) in _RULES.items():
        if rule in expected:
            return BadQuery(detail, where=Where(line=line, column=column), mend=mend, clause=clause)
    # The place may lie in the blanks before the token that could not be read.
    offset = lines.offset(line, column)
    token = next((token for token in stream if token.end > offset), None)
    if token is not None:
        line, column = lines.place(token.start)
        detail = f"“{text[token.start : token.end][:40]}” cannot stand here."
    else:
        detail = "The query breaks off here, or something before this place is not in order."
    wanted = _readable(expected)
    mend = f"Expected here, among others: {wanted}." if wanted else ""
    return BadQuery(detail, where=Where(line=line, column=column), mend=mend, clause=GRAMMAR)


def _readable(expected: str) -> str:
    """Keep of the parser's alternatives the keywords and signs that mean something to a person."""
    found = re.findall(r'"([^"]{1,3})"|\b([A-Z]{2,}(?:_[A-Z]+)*)\b', expected)
    words = [sign or word for sign, word in found if "\\" not in sign]
    words = [word for word in words if not word.isupper() or word in _KEYWORDS]
    return ", ".join(dict.fromkeys(words)) if len(words) <= 12 else ""
