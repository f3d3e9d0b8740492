"""A table turned into rows and columns, each crossing holding what the answer says of the pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mufakat.views.roles import Roles, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one crossing: the value and a detail such as its year."""

    value: Cell
    detail: Cell | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Column heads, then rows of a head and one tuple of entries per column."""

    corner: str
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, tuple[tuple[Entry, ...], ...]], ...]


def build(table: Table, roles: Mapping[str, str]) -> Matrix | None:
    """Cross the columns playing rows, columns and cells; None if the table has no such columns."""
    find = Roles(table, roles)
    down = find.find("rows", "row", style="any")
    across = find.find("columns", "column", style="any")
    inside = find.find("cells", "cell", "value", style="any")
    detail = find.find("detail")
    if down is None or across is None or inside is None:
        return None
    heads: dict[str, Cell] = {}
    sides: dict[str, Cell] = {}
    crossing: dict[tuple[str, str], list[Entry]] = {}
    for row in table.rows:
        side, head, value = row[down], row[across], at(row, inside)
        side_key, head_key = side.machine or side.text, head.machine or head.text
        sides.setdefault(side_key, side)
        heads.setdefault(head_key, head)
        if value is None:
            continue
        entry = Entry(value, at(row, detail))
        entries = crossing.setdefault((side_key, head_key), [])
        if entry not in entries:
            entries.append(entry)
    return Matrix(
        corner=table.headings[down].title,
        columns=tuple(heads.values()),
        rows=tuple(
            (side, tuple(tuple(crossing.get((key, head), ())) for head in heads))
            for key, side in sides.items()
        ),
    )
