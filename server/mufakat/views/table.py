"""A SELECT answer as a table: labels for IRIs, helper columns folded into what they help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.views import cells, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.views.cells import Cell, Term
    from mufakat.views.names import Scope

LABEL_ENDINGS: Final = ("Label", "Title", "Name")
PRECISION: Final = "Precision"
SOURCE: Final = "Source"
PLACE: Final = "Locator"
LONG: Final = 48


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its variable, its words, what it means, and how its cells stand."""

    name: str
    title: str
    meaning: str = ""
    unit: str = ""
    style: str = ""
    """num, date, long, locator or nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of cells; every row has one list of cells per column."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def wordy(self) -> bool:
        """Tell whether the table reads better as cards on a narrow screen."""
        return len(self.headings) > 2


def helpers(variables: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Find columns that only help another: variable -> (the helped one, its role).

    A label names an IRI, a precision qualifies a date, a locator is the place in a source of the
    same beginning (`tierLocator`, `tierSource`).
    """
    found: dict[str, tuple[str, str]] = {}
    for name in variables:
        for ending in LABEL_ENDINGS:
            if name.endswith(ending) and name.removesuffix(ending) in variables:
                found[name] = (name.removesuffix(ending), "label")
        if name.endswith(PRECISION) and name.removesuffix(PRECISION) in variables:
            found[name] = (name.removesuffix(PRECISION), "precision")
        source = name.removesuffix(PLACE) + SOURCE
        if name.endswith(PLACE) and source in variables:
            found[name] = (source, "place")
    return found


def build(
    variables: Sequence[str],
    rows: Sequence[Mapping[str, Term]],
    scope: Scope,
    meanings: Mapping[str, tuple[str, str]] | None = None,
) -> Table:
    """Make a table; `meanings` gives each variable its meaning and unit."""
    meanings = meanings or {}
    helping = folded(variables, rows)
    shown = [name for name in variables if name not in helping]
    helper_of = {(helped, role): name for name, (helped, role) in helping.items()}
    body = tuple(tuple(_cell(row, name, scope, helper_of) for name in shown) for row in rows)
    headings = tuple(
        Heading(
            name=name,
            title=names.words(name),
            meaning=meanings.get(name, ("", ""))[0],
            unit=meanings.get(name, ("", ""))[1],
            style=_style(name, [line[at] for line in body]),
        )
        for at, name in enumerate(shown)
    )
    return Table(headings, body)


def folded(
    variables: Sequence[str], rows: Sequence[Mapping[str, Term]]
) -> dict[str, tuple[str, str]]:
    """Find the helpers that may be folded: a label helps an IRI, a precision helps a date."""
    helping = helpers(variables)
    plain = ("precision", "datePrecision")
    dated = [name for name in variables if _is_date(name, rows)]
    for name in plain:
        if name in variables and len(dated) == 1:
            helping[name] = (dated[0], "precision")
    return {
        name: (helped, role)
        for name, (helped, role) in helping.items()
        if role != "label" or _is_iri(helped, rows)
    }


def _is_date(name: str, rows: Sequence[Mapping[str, Term]]) -> bool:
    found = [row[name] for row in rows if name in row]
    return bool(found) and all(
        isinstance(term, ox.Literal) and term.datatype.value in cells.DATES for term in found
    )


def _is_iri(name: str, rows: Sequence[Mapping[str, Term]]) -> bool:
    return all(isinstance(row[name], ox.NamedNode) for row in rows if name in row)


def _cell(
    row: Mapping[str, Term], name: str, scope: Scope, helper_of: Mapping[tuple[str, str], str]
) -> Cell:
    precision = row.get(helper_of.get((name, "precision"), ""))
    slug = names.tail(str(getattr(precision, "value", ""))) if precision is not None else "day"
    shown = cells.brief(row.get(name), scope, slug)
    label = row.get(helper_of.get((name, "label"), ""))
    if isinstance(label, ox.Literal):
        if not shown:
            return cells.of_literal(label)
        shown = cells.relabelled(shown, label.value)
    place = row.get(helper_of.get((name, "place"), ""))
    return replace(shown, under=place.value) if isinstance(place, ox.Literal) and shown else shown


def _style(name: str, column: Sequence[Cell]) -> str:
    filled = [shown for shown in column if shown]
    if not filled:
        return ""
    kinds = {shown.kind for shown in filled}
    if kinds == {"number"}:
        return "num"
    if kinds == {"date"}:
        return "date"
    if name.lower().endswith("locator"):
        return "locator"
    if kinds <= {"text", "link", "outside"} and max(len(shown.text) for shown in filled) > LONG:
        return "long"
    return ""
