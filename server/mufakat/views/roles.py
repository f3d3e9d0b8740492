"""Which column of a table plays which part in a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mufakat.views.table import LABEL_ENDINGS, PRECISION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table


class Roles:
    """Finds columns by role; a role may name a helper column, whose helped one then counts."""

    def __init__(self, table: Table, given: Mapping[str, str]) -> None:
        self._at = {heading.name: at for at, heading in enumerate(table.headings)}
        self._styles = {heading.name: heading.style for heading in table.headings}
        self._given = given
        self._taken: set[int] = set()

    def find(self, *roles: str, style: str = "") -> int | None:
        """Give the column that plays one of the roles, else the first free one of this style."""
        for role in roles:
            at = self._named(self._given.get(role, role))
            if at is not None:
                self._taken.add(at)
                return at
        if style:
            for name, at in self._at.items():
                if at not in self._taken and (style == "any" or self._styles[name] == style):
                    self._taken.add(at)
                    return at
        return None

    def rest(self, *kinds: str, rows: Iterable[tuple[Cell, ...]]) -> list[int]:
        """Give the free columns whose cells are of these kinds."""
        lines = list(rows)
        return [
            at
            for at in self._at.values()
            if at not in self._taken
            and any(line[at] for line in lines)
            and all(line[at].kind in kinds for line in lines if line[at])
        ]

    def _named(self, name: str) -> int | None:
        if name in self._at:
            return self._at[name]
        for ending in (*LABEL_ENDINGS, PRECISION):
            if name.endswith(ending) and name.removesuffix(ending) in self._at:
                return self._at[name.removesuffix(ending)]
        return None


def at(row: tuple[Cell, ...], position: int | None) -> Cell | None:
    """Give the filled cell at a position, if there is one."""
    if position is None:
        return None
    return row[position] or None
