"""Characters that XML reads as others, or cannot hold, on their way into an answer.

The engine writes them as they are. A carriage return would be read as a line feed, and a control
character would make the whole answer unreadable.
https://www.w3.org/TR/xml/#sec-line-ends and https://www.w3.org/TR/xml/#charsets
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mufakat.errors import NotAcceptable

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES: Final = frozenset({"xml", "rdfxml"})
"""Names of the formats that are XML."""
_UNWRITABLE: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
LONGEST: Final = 3
"""Bytes of one of these characters."""


def escaping(sink: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Give a function that passes XML on so that it is read as it was meant.

    It raises NotAcceptable at a character that no XML can hold.
    """
    before = b""

    def write(data: bytes) -> object:
        nonlocal before
        looked_at = before + data
        found = _UNWRITABLE.search(looked_at)
        if found:
            raise _none(found.group().decode())
        before = looked_at[1 - LONGEST :]
        return sink(data.replace(b"\r", b"&#13;"))

    return write


def escaped(body: bytes) -> bytes:
    """Give XML so that it is read as it was meant; raises NotAcceptable as `escaping` does."""
    pieces: list[bytes] = []
    escaping(pieces.append)(body)
    return b"".join(pieces)


def _none(character: str) -> NotAcceptable:
    return NotAcceptable(
        f"A text in this answer holds the character U+{ord(character):04X}, which XML cannot.",
        mend="Ask for another format: JSON, or Turtle for a graph.",
        clause="https://www.w3.org/TR/xml/#charsets",
    )
