"""Dates as people write them, never more exact than they are known."""

from __future__ import annotations

import re
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY: Final = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)")


def human(value: str, precision: str = "day") -> str:
    """Write an ISO date in words, as exactly as `precision` (day, month, year, circa) allows."""
    match = _DAY.match(value)
    if not match:
        return value
    year, month, day = (int(part) for part in match.groups())
    if precision == "year":
        return str(year)
    if not 1 <= month <= 12:
        return value
    if precision == "month":
        return f"{MONTHS[month - 1]} {year}"
    text = f"{day} {MONTHS[month - 1]} {year}"
    return f"about {text}" if precision == "circa" else text


def year_of(value: str) -> int | None:
    """Give the year a text begins with, if it begins with one."""
    match = re.match(r"-?\d{4}", value)
    return int(match.group()) if match else None


def position(value: str) -> float | None:
    """Give a date (or a year) as a number of years, for axes."""
    match = _DAY.match(value)
    if match:
        year, month, day = (int(part) for part in match.groups())
        return year + (month - 1) / 12 + (day - 1) / 365.25
    year_only = year_of(value)
    return None if year_only is None else float(year_only)
