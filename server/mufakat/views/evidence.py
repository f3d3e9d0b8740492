"""Where facts are stated: source, place and whether it was seen, beside the row it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mufakat.views.svg import cut
from mufakat.views.table import Table

if TYPE_CHECKING:
    from mufakat.views.cells import Cell

BRIEF: Final = 54
"""Letters of a source's name where it stands beside each of many facts."""
SOURCE: Final = "source"
PLACE: Final = "locator"
SEEN: Final = "verification"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact is stated: the source, the place in it, and a flag if it was not seen there."""

    source: Cell
    locator: str = ""
    consulted: str = ""
    flag: Cell | None = None

    @property
    def brief(self) -> str:
        """The source's name, shortened."""
        return cut(self.source.text, BRIEF)


def doubt(shown: Cell | None) -> Cell | None:
    """Keep a flag only where it says that something was not seen."""
    return shown if shown and shown.kind == "flag" and shown.machine != "good" else None


def fold(table: Table) -> tuple[Table, list[tuple[Evidence, ...]]] | None:
    """Put source, place and flag of an answer into one column, and equal facts into one row.

    An answer has a row per fact and source; for reading, a fact stands once with all its sources.
    None when the answer names no source of its own.
    """
    at = {heading.name: position for position, heading in enumerate(table.headings)}
    if SOURCE not in at or len(at) < 2:
        return None
    folded = [at[name] for name in (SOURCE, PLACE, SEEN) if name in at]
    kept = [position for position in at.values() if position not in folded]
    lines: dict[tuple[Cell, ...], list[Evidence]] = {}
    for row in table.rows:
        found = lines.setdefault(tuple(row[position] for position in kept), [])
        made = Evidence(
            row[at[SOURCE]],
            row[at[PLACE]].text if PLACE in at else "",
            flag=doubt(row[at[SEEN]]) if SEEN in at else None,
        )
        if made.source and made not in found:
            found.append(made)
    headings = tuple(table.headings[position] for position in kept)
    return Table(headings, tuple(lines)), [tuple(found) for found in lines.values()]
