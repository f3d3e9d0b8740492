"""Cuts a SELECT answer behind its last row while it is written.

The engine writes answers without passing rows through Python, which is several times faster. So
rows are counted in the written bytes as these pass by; an answer of more rows than are sent is
ended, and its evaluation with it, as soon as one row too many is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK: Final = 1 << 16
"""Bytes that are looked through at a time."""


class Enough(Exception):  # noqa: N818 - it is no error
    """All rows that are sent have been written."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where rows end in a format."""

    ends: Callable[[bytes], list[int]]
    """Gives the places behind the rows of a text that begins outside of any row's value."""
    before: int = 0
    """Ends that are found before the first row's: the line of names."""
    beyond: int = 1
    """Further ends that show that there is another row."""
    tail: bytes = b""
    """What follows the last row."""


_LINE: Final = re.compile(rb"\n")
_QUOTED_OR_LINE: Final = re.compile(rb'"[^"]*+"?+|\n')
_RESULT: Final = re.compile(rb"</result>|<result/>")
# In a string this would be followed by its closing quote, and that by one of the signs left out.
_BETWEEN: Final = re.compile(rb'\},\{(?="[^}\],:])')
_STRING_OR_BETWEEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?+|\},\{', re.DOTALL)


def _csv(text: bytes) -> list[int]:
    if b'"' not in text:
        return _found(_LINE, text)
    return [m.end() for m in _QUOTED_OR_LINE.finditer(text) if m[0] == b"\n"]


def _json(text: bytes) -> list[int]:
    if b"{}" not in text:
        return [m.start() + 1 for m in _BETWEEN.finditer(text)]
    # A row without values, or a string that looks like one: strings have to be told apart.
    return [m.start() + 1 for m in _STRING_OR_BETWEEN.finditer(text) if m[0] == b"},{"]


def _found(pattern: re.Pattern[bytes], text: bytes) -> list[int]:
    return [m.end() for m in pattern.finditer(text)]


_LAYOUTS: Final = {
    "json": _Layout(_json, beyond=0, tail=b"]}}"),
    "xml": _Layout(lambda text: _found(_RESULT, text), tail=b"</results></sparql>"),
    "csv": _Layout(_csv, before=1),
    # Line breaks inside literals are written as escapes, so every one ends a row.
    "tsv": _Layout(lambda text: _found(_LINE, text), before=1),
}


class Cut:
    """A file that passes at most `rows` rows of a format on to `sink`."""

    def __init__(self, name: str, rows: int, sink: Callable[[bytes], object]) -> None:
        self.truncated = False
        self._layout = _LAYOUTS[name]
        self._left = rows + self._layout.before
        self._sink = sink
        self._held = bytearray()
        self._due = BLOCK

    def write(self, data: Any) -> int:
        """Take a piece; raises Enough when a row too many has begun."""
        if self.truncated:
            raise Enough  # whoever writes empties its buffer even after that
        self._held += data
        if len(self._held) >= self._due:
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """Leave flushing to the end."""

    def finish(self) -> None:
        """Pass on what is held, or what follows the last row of an answer that was cut."""
        if not self.truncated:
            try:
                if len(self._held) > self._left:  # a row has a byte at least
                    self._pass_on()
                self._sink(bytes(self._held))
            except Enough:
                pass
        if self.truncated:
            self._sink(self._layout.tail)
        self._held.clear()

    def _pass_on(self) -> None:
        """Pass on what ends with a row; the rest is held until it does."""
        text = bytes(self._held)
        ends = self._layout.ends(text)
        self.truncated = len(ends) >= self._left + self._layout.beyond
        taken = min(len(ends), self._left)
        place = ends[taken - 1] if taken else 0
        self._sink(text[:place])
        if self.truncated:
            raise Enough
        self._left -= taken
        del self._held[:place]
        # A row of many bytes is not looked through anew for each of its pieces.
        self._due = max(BLOCK, 2 * len(self._held))
