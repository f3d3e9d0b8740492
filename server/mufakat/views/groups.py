"""Places sorted by what is said of them: one line per value, the best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mufakat.views.roles import Roles, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table


@dataclass(frozen=True, slots=True)
class Groups:
    """Values in order, each with the things of which it is said."""

    groups: tuple[tuple[Cell, tuple[Cell, ...]], ...]


def build(table: Table, roles: Mapping[str, str]) -> Groups | None:
    """Group the column that plays place by the one that plays value; None without either."""
    find = Roles(table, roles)
    place = find.find("place", "rows", "label", style="any")
    value = find.find("value", "cells", style="any")
    order = find.find("order", style="num")
    if place is None or value is None:
        return None
    found: dict[str, tuple[str, Cell, list[Cell]]] = {}
    for row in table.rows:
        said = row[value]
        rank = at(row, order)
        key = said.machine or said.text
        kept = found.setdefault(f"{said.text}\0{key}", (rank.machine if rank else "~", said, []))
        if row[place] not in kept[2]:
            kept[2].append(row[place])
    ordered = sorted(found.values(), key=lambda group: (len(group[0]), group[0], group[1].text))
    return Groups(tuple((said, tuple(things)) for _, said, things in ordered))
