"""A table as horizontal bars: label, length, number, and the judgement that stands beside it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mufakat.views.roles import Roles, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table

MOST: Final = 60
"""Bars drawn; the table has them all."""
SEGMENTS: Final = 12
"""Up to this maximum a bar is drawn in unit steps that can be counted."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `extras` are marks and badges of the same row."""

    label: Cell
    value: Cell
    drawing: Markup
    extras: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars on one scale from 0 to `top`."""

    bars: tuple[Bar, ...]
    top: float
    title: str
    total: int


def build(table: Table, roles: Mapping[str, str]) -> Bars | None:
    """Draw the numeric column; None when the table has no label or no number."""
    find = Roles(table, roles)
    label = find.find("label", "labels", "rows", "x", "category", style="any")
    value = find.find("value", "values", "length", "y", "bar", style="num")
    limit = find.find("max", "of", "outOf", "maximum")
    if label is None or value is None:
        return None
    numbers = [_number(at(row, value)) for row in table.rows]
    limits = [_number(at(row, limit)) for row in table.rows] if limit is not None else []
    fixed = roles.get("max", "") or _ceiling(table.headings[value].unit)
    top = float(fixed) if fixed.isdigit() else max([*numbers, *limits, 1.0])
    extras = find.rest("badge", "mark", rows=table.rows)
    return Bars(
        bars=tuple(
            Bar(
                row[label],
                row[value],
                draw(number, top),
                tuple(row[extra] for extra in extras if row[extra]),
            )
            for row, number in zip(table.rows[:MOST], numbers, strict=False)
        ),
        top=top,
        title=table.headings[value].title,
        total=len(table.rows),
    )


def draw(number: float, top: float) -> Markup:
    """Draw one bar as an SVG that stretches to its place."""
    width = 240.0
    whole = top <= SEGMENTS and float(top).is_integer() and float(number).is_integer()
    if whole:
        step = width / top
        parts = "".join(
            f'<rect class="{"bar-fill" if unit < number else "bar-track"}"'
            f' x="{unit * step:.2f}" y="0" width="{step - 2:.2f}" height="10"/>'
            for unit in range(int(top))
        )
    else:
        filled = max(0.0, min(number / top, 1.0)) * width if top else 0.0
        parts = (
            f'<rect class="bar-track" x="0" y="0" width="{width:.0f}" height="10"/>'
            f'<rect class="bar-fill" x="0" y="0" width="{filled:.2f}" height="10"/>'
        )
    return Markup(  # noqa: S704 - numbers only
        f'<svg viewBox="0 0 {width:.0f} 10" preserveAspectRatio="none" aria-hidden="true"'
        f' focusable="false">{parts}</svg>'
    )


def _ceiling(unit: str) -> str:
    """Read the end of the scale from a unit such as `indicators, of 8`."""
    match = re.search(r"\bof (\d+)\b", unit)
    return match.group(1) if match else ""


def _number(shown: Cell | None) -> float:
    try:
        number = float(shown.machine) if shown else 0.0
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0
