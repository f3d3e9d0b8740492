"""If-Match and If-None-Match of a request, read for whoever compares them.

https://www.rfc-editor.org/rfc/rfc9110#section-13.1
"""

from __future__ import annotations

import re
from typing import Final

from flask import request

from mufakat.engine.conditions import Condition
from mufakat.errors import BadParameter, Where
from mufakat.web.compression import ASKED, SUFFIX

CLAUSE: Final = "https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3"
_ELEMENT: Final = re.compile(
    r'[ \t]*+(?:(?P<weak>W/)?"(?P<name>[\x21\x23-\x7e\x80-\xff]*+)"[ \t]*+)?(?:,|\Z)'
)


def asked(*, reading: bool = False) -> Condition | None:
    """Read what the request demands of the state it meets; None when it demands nothing.

    `reading` leaves If-None-Match aside, which then decides whether anything is sent.

    Raises BadParameter for a list that cannot be read.
    """
    match = request.environ.get("HTTP_IF_MATCH")
    none_match = None
    if not reading:
        # What packs answers keeps the header as it came; further in, a part of it is missing.
        none_match = request.environ.get(ASKED, request.environ.get("HTTP_IF_NONE_MATCH"))
    if match is None and none_match is None:
        return None
    strong = _read("If-Match", match)
    weak = _read("If-None-Match", none_match)
    return Condition(
        is_there=match is not None and strong is None,
        is_new=none_match is not None and weak is None,
        one_of=None if strong is None else tuple(name for name, is_weak in strong if not is_weak),
        none_of=tuple(name for name, _ in weak or ()),
    )


def _read(header: str, text: str | None) -> list[tuple[str, bool]] | None:
    """Read a list of ETags, each with whether it is weak; None for `*` and for no header."""
    if text is None or text.strip(" \t") == "*":
        return None
    found, at = [], 0
    while at < len(text):
        element = _ELEMENT.match(text, at)
        if element is None:
            raise _unreadable(header, f"cannot be read from its character {at + 1} on", at)
        if element["name"] is not None:
            # The packed form of a state is of that state, too.
            plain = element["name"].removesuffix(SUFFIX.strip('"'))
            found.append((plain, element["weak"] is not None))
        at = element.end()
    if not found:
        raise _unreadable(header, "names no ETag", 0)
    return found


def _unreadable(header: str, why: str, at: int) -> BadParameter:
    return BadParameter(
        f"The header {header} {why}.",
        where=Where(header, column=at + 1),
        mend="Send * or ETags as they were received, each with its quotes, separated by commas.",
        clause=CLAUSE,
    )
