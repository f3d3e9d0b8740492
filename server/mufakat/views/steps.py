"""Ratings on an ordered scale over the years, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mufakat.views.svg import link, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 760
LEFT: Final = 132
RIGHT: Final = 18
LINE: Final = 30


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating of one year."""

    year: int
    rank: int
    text: str
    href: str = ""


def draw(ratings: Sequence[Rating], title: str) -> Markup:
    """Draw years from left to right, the best rating on the top line; no ratings, no drawing."""
    if not ratings:
        return Markup("")
    levels = dict(sorted({rating.rank: rating.text for rating in ratings}.items()))
    row = {rank: number for number, rank in enumerate(levels)}
    first, last = min(r.year for r in ratings), max(r.year for r in ratings)
    span = max(last - first, 1)

    def x(year: int) -> float:
        return LEFT + 12 + (year - first) / span * (WIDTH - LEFT - RIGHT - 24)

    def y(rank: int) -> float:
        return 14.0 + LINE * row[rank] + LINE / 2

    height = 14 + LINE * len(levels) + 26
    parts: list[Markup] = []
    for rank, text in levels.items():
        parts.append(tag("text", text, x=LEFT - 10, y=y(rank) + 4, text_anchor="end"))
        parts.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y(rank), y2=y(rank), class_="axis"))
    every = 1 if span <= 8 else 2 if span <= 16 else 5
    parts.extend(
        tag("text", str(year), x=x(year), y=height - 8, text_anchor="middle", class_="t-quiet")
        for year in range(first, last + 1)
        if year % every == 0
    )
    ordered = sorted(ratings, key=lambda rating: (rating.year, rating.rank))
    points = " ".join(f"{x(r.year):.1f},{y(r.rank):.1f}" for r in ordered)
    parts.append(tag("polyline", points=points, class_="step"))
    for r in ordered:
        dot = tag(
            "circle", tag("title", f"{r.year}: {r.text}"),
            cx=x(r.year), cy=y(r.rank), r=6, class_=f"dot r{min(max(r.rank, 1), 5)}",
        )  # fmt: skip
        parts.append(link(r.href, dot))
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH} {height}", class_="plot plot-small", role="group",
        aria_label=f"{title}, {first} to {last}",
    )  # fmt: skip
