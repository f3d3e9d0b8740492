"""A text with edits, and the way back from a place in it to the place in the original.

What is wrong is told where the author wrote it, not where our edits have moved it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mufakat.engine.lexer import Lines
from mufakat.errors import Where

Edit = tuple[int, int, str]
"""Where something is replaced (start and end offsets), and by what."""


@dataclass(frozen=True)
class Rewritten:
    """A text and what was replaced in it; edits are sorted and do not overlap."""

    original: str
    edits: tuple[Edit, ...] = ()

    @cached_property
    def text(self) -> str:
        """The text after the edits."""
        at, parts = 0, []
        for start, end, new in self.edits:
            parts += [self.original[at:start], new]
            at = end
        return "".join((*parts, self.original[at:]))

    def offset(self, there: int) -> int:
        """Give the offset in the original of an offset in the text."""
        moved = 0
        for start, end, new in self.edits:
            begin = start + moved
            if there < begin:
                break
            if there < begin + len(new):
                return start
            moved += len(new) - (end - start)
        return there - moved

    def back(self, where: Where | None) -> Where | None:
        """Give the place in the original of a place in the text."""
        if where is None or where.line is None or not self.edits:
            return where
        there = Lines(self.text).offset(where.line, where.column or 1)
        line, column = Lines(self.original).place(self.offset(there))
        return Where(where.file, line, column if where.column else None)
