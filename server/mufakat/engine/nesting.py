"""How deep a SPARQL text nests, found in one pass that makes no tokens.

Texts of the whole length that is read come from anyone, and while Python code looks at one of them
the other requests of the process wait; so the regular expression skips what does not count, many
tokens at a time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mufakat.engine.lexer import (
    BLANK,
    IN_WORD,
    IRI,
    LANGUAGE,
    OPEN,
    STRING,
    VARIABLE,
    WORD,
    Lines,
)
from mufakat.errors import TooLarge, Where

if TYPE_CHECKING:
    from mufakat.engine.types import Limits

# Side by side in the text, one inside the other in the algebra.
_KEYWORD: Final = (
    r"(?i:UNION|OPTIONAL|MINUS|FILTER|BIND|AS|EXISTS|SELECT|GRAPH|SERVICE|VALUES|LATERAL)"
    rf"(?!{IN_WORD})"
)
_COUNTS: Final = re.compile(
    rf"(?:{BLANK}|{IRI}|{STRING}|{OPEN}|{VARIABLE}|{LANGUAGE}|(?!{_KEYWORD}){WORD}"
    r"|\^\^|<=|>=|!=|(?!<<|>>)[^\w:{(\[\])}|&!+*/^-]|&(?!&))*+"
    # The second sign of << may as well begin an IRI, so it is looked at and left.
    rf"(?:(?P<open>[{{(\[]|<(?=<))|(?P<close>[\])}}]|>(?=>))|(?P<counts>{_KEYWORD}|\|\||&&|[!+*/|^-])|\Z)",
    re.DOTALL,
)


_OPENING: Final = "{([<"
_OPERATING: Final = "!+*/|^-&"
_SHORTEST: Final = 3
"""Characters of a keyword that counts, with what keeps it apart from the next one."""


def bound(text: str, limits: Limits) -> None:
    """Raise TooLarge at the place where a text nests deeper than the limits allow.

    Most texts hold too few signs and words for that, whatever these are, and need no closer look.
    """
    keywords = (len(text) + 1) // _SHORTEST
    if (
        sum(map(text.count, _OPENING)) > limits.depth
        or sum(map(text.count, _OPERATING)) + keywords > limits.operators
    ):
        measured(text, limits)


def measured(text: str, limits: Limits) -> tuple[int, int]:
    """Measure brackets within brackets, and operators and clauses.

    Raises TooLarge at the place that passes a limit.
    """
    depth = deepest = operators = 0
    for match in _COUNTS.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > deepest:
                deepest = depth
                if depth > limits.depth:
                    what = f"brackets more than {limits.depth} levels deep"
                    raise _too_much(text, match.start(kind), what)
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "counts":
            operators += 1
            if operators > limits.operators:
                what = f"more than {limits.operators} operators and clauses"
                raise _too_much(text, match.start(kind), what)
    return deepest, operators


def _too_much(text: str, offset: int, what: str) -> TooLarge:
    line, column = Lines(text).place(offset)
    return TooLarge(
        f"The query has {what}.",
        where=Where(line=line, column=column),
        mend="Spell it flatter: VALUES or IN for lists of alternatives, fewer groups.",
    )
