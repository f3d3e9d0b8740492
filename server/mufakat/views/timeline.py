"""Dated things on an axis of years, one line per thing or per group, as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mufakat.views import dates, steps
from mufakat.views.roles import Roles, at
from mufakat.views.svg import cut, link, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table

WIDTH: Final = 1000
LEFT: Final = 310
RIGHT: Final = 30
LINE: Final = 26
MOST: Final = 120
"""Lines drawn; the table has them all."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something with a date, and an end where it lasted."""

    line: Cell
    start: Cell
    end: Cell | None = None
    what: Cell | None = None

    @property
    def told(self) -> str:
        """What a reader hears when pointing at it."""
        parts = [self.line.text]
        if self.what and self.what.text != self.line.text:
            parts.append(self.what.text)
        span = self.start.text + (f" to {self.end.text}" if self.end else "")
        return ", ".join(parts) + f": {span}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing, how many lines it shows and how many there were."""

    drawing: Markup
    shown: int
    total: int


def build(table: Table, roles: Mapping[str, str]) -> Timeline | None:
    """Draw a table that has a date or a year; None when it has neither."""
    find = Roles(table, roles)
    what = find.find("what", "item", "event")
    start = find.find("start", "date", "from", "when", "on", style="date")
    if start is None:
        start = find.find("year", style="num")
    end = find.find("end", "to", "until")
    line = find.find("line", "lane", "group", "rows", "who", "label")
    if line is None and what is None:
        line = find.find(style="any")
    if line is None:
        line = what
    if start is None or line is None:
        return None
    if what is not None and all(row[what].kind == "badge" for row in table.rows if row[what]):
        return _rated(table, start, what)
    happenings = [
        Happening(row[line], row[start], at(row, end), at(row, what if what != line else None))
        for row in table.rows
        if row[start] and dates.position(row[start].machine) is not None
    ]
    return draw(happenings) if happenings else None


def draw(happenings: Sequence[Happening]) -> Timeline:
    """Draw happenings, those of one line side by side, in the order given."""
    lines: dict[str, list[Happening]] = {}
    for happening in happenings:
        lines.setdefault(happening.line.machine or happening.line.text, []).append(happening)
    shown = list(lines.values())[:MOST]
    places = [_place(cell) for group in shown for h in group for cell in (h.start, h.end) if cell]
    first, last = math.floor(min(places)), math.ceil(max(places) + 0.01)
    last = max(last, first + 1)

    def x(value: float) -> float:
        return LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    height = 34 + LINE * len(shown) + 8
    parts = [_axis(first, last, x, height)]
    for number, group in enumerate(shown):
        y = 34 + LINE * number + LINE / 2
        head = group[0].line
        parts.append(
            link(
                head.href,
                tag("title", head.text),
                tag("text", cut(head.text, 46), x=LEFT - 14, y=y + 4, text_anchor="end"),
            )
        )
        parts.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="axis"))
        parts.extend(_thing(h, x, y) for h in group)
    return Timeline(
        tag(
            "svg",
            *parts,
            viewBox=f"0 0 {WIDTH} {height}",
            class_="plot",
            role="group",
            aria_label=f"Timeline of {len(happenings)} dates from {first} to {last}",
        ),
        len(shown),
        len(lines),
    )


def _rated(table: Table, year: int, rating: int) -> Timeline | None:
    ratings = [
        steps.Rating(number, int(row[rating].machine), row[rating].text, row[rating].href)
        for row in table.rows
        if row[rating] and (number := dates.year_of(row[year].machine)) is not None
    ]
    drawing = steps.draw(ratings, "Ratings by year")
    return Timeline(drawing, len(ratings), len(ratings)) if ratings else None


def _place(shown: Cell) -> float:
    return dates.position(shown.machine) or 0.0


def _thing(happening: Happening, x: Callable[[float], float], y: float) -> Markup:
    told = tag("title", happening.told)
    href = happening.what.href if happening.what else happening.line.href
    from_x = x(_place(happening.start))
    if happening.end:
        to_x = x(_place(happening.end))
        bar = tag(
            "rect", told, x=from_x, y=y - 5, width=max(to_x - from_x, 3.0), height=10, rx=3,
            class_="span",
        )  # fmt: skip
        return link(href, bar)
    unsure = happening.start.title in ("year", "circa")
    dot = tag("circle", told, cx=from_x, cy=y, r=6, class_="dot dot-unsure" if unsure else "dot")
    return link(href, dot)


def _axis(first: int, last: int, x: Callable[[float], float], height: int) -> Markup:
    """Draw a line per year, or per quarter of a year where there are no more than two."""
    if last - first <= 2:
        quarters = range(4 * first, 4 * last + 1)
        ticks = [
            (at / 4, f"{dates.MONTHS[at % 4 * 3][:3]} {at // 4}" if at % 4 else str(at // 4))
            for at in quarters
        ]
    else:
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000) if (last - first) / s <= 14)
        ticks = [(float(y), str(y)) for y in range(first, last + 1) if y % step == 0]
    return Markup("").join(
        tag("line", x1=x(at), x2=x(at), y1=26, y2=height - 4, class_="axis")
        + tag("text", told, x=x(at), y=18, text_anchor="middle", class_="t-quiet")
        for at, told in ticks
    )
