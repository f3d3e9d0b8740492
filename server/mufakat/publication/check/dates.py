"""D04: dates exist in the calendar, say how exact they are, and stand in a possible order.

A date of coarser precision stands at its earliest day, so two dates are compared only as far as
both are exact: a ratification "in 2015" does not come before a signature on 21 November 2015.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from mufakat.namespaces import TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding

DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
WRONG_TYPES: Final = tuple(XSD + name for name in ("gYear", "gYearMonth", "dateTime"))
LENGTH: Final = {"year": 4, "circa": 4, "month": 7, "day": 10}
ORDER: Final = (
    ("validFrom", "validUntil", "ends before it begins"),
    ("inForceFrom", "inForceUntil", "ends before it comes into force"),
    ("adoptedOn", "inForceFrom", "comes into force before it is adopted"),
    ("refPeriodStart", "refPeriodEnd", "ends before it begins"),
    ("doneOn", "depositedOn", "is deposited before it is done"),
    ("doneOn", "effectiveOn", "takes effect before it is done"),
    ("depositedOn", "effectiveOn", "takes effect before it is deposited"),
)


class Dated(NamedTuple):
    """A date of a node and how much of it is known: 4 characters a year, 7 a month, 10 a day."""

    text: str
    known: int

    def before(self, other: Dated) -> bool:
        """Tell whether this date certainly precedes another."""
        known = min(self.known, other.known)
        return self.text[:known] < other.text[:known]


def calendar(context: Context) -> Iterator[Finding]:
    """Check each literal that is a date or stands where its property has dates elsewhere."""
    dated = _date_properties(context)
    precision = context.terms + "datePrecision"
    for node, facts in context.data.facts.items():
        if not context.wanted(context.where(context.data, node)):
            continue
        for predicate, values in facts.items():
            for value in values:
                is_date = isinstance(value, ox.Literal) and value.datatype.value == XSD + "date"
                if not is_date and predicate not in dated:
                    continue
                problem = _problem(value)
                if problem:
                    shown = "" if isinstance(value, ox.Triple) else value.value
                    yield context.finding(
                        "D04",
                        node,
                        f"{context.short(predicate)} has {shown!r}, {problem}.",
                        'Write a day of the calendar as "YYYY-MM-DD"^^xsd:date; when only the'
                        f" year or month is known, its first day with {context.short(precision)}.",
                        path=predicate,
                        value=value,
                    )
                elif not facts.get(precision) and not facts.get(predicate + "Precision"):
                    yield context.finding(
                        "D04",
                        node,
                        f"{context.short(predicate)} does not say how exact the date is.",
                        f"Add {context.short(precision)} with day, month, year or circa.",
                        path=predicate,
                        value=value,
                    )


def _problem(value: object) -> str:
    if not isinstance(value, ox.Literal):
        return "which is no date"
    if value.datatype.value in WRONG_TYPES or value.datatype.value != XSD + "date":
        return "which is not typed as xsd:date"
    match = DATE.fullmatch(value.value)
    if not match:
        return "which is not written YYYY-MM-DD"
    try:
        datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return "a day that does not exist"
    return ""


def _date_properties(context: Context) -> set[str]:
    """Find our properties whose values are mostly dates."""
    dates: dict[str, int] = defaultdict(int)
    others: dict[str, int] = defaultdict(int)
    for facts in context.data.facts.values():
        for predicate, values in facts.items():
            if predicate.startswith(context.terms):
                for value in values:
                    is_date = isinstance(value, ox.Literal) and value.datatype.value == XSD + "date"
                    (dates if is_date else others)[predicate] += 1
    return {predicate for predicate, count in dates.items() if count > others[predicate]}


def order(context: Context) -> Iterator[Finding]:
    """Check the order of dates within a node, and of a state's acts on one treaty."""
    disputed = {
        variant
        for node in context.data.facts
        for variant in context.data.nodes(node, context.terms + "hasVariant")
    }
    for node in context.data.facts:
        if not isinstance(node, ox.NamedNode) or node.value in disputed:
            continue
        if not context.wanted(context.where(context.data, node)):
            continue
        for early, late, said in ORDER:
            one, other = _dated(context, node, early), _dated(context, node, late)
            strict = early == "validFrom"
            if one and other and (other.before(one) or (strict and one == other)):
                yield context.finding(
                    "D04",
                    node,
                    f"The node {said}: {early} {one.text}, {late} {other.text}.",
                    _correct(context),
                    path=context.terms + late,
                    value=_day(other),
                )
    yield from _acts(context, disputed)


def _acts(context: Context, disputed: set[str]) -> Iterator[Finding]:
    terms = context.terms
    signed: dict[tuple[str, str], tuple[ox.NamedNode, Dated]] = {}
    bound: list[tuple[tuple[str, str], ox.NamedNode, Dated, str]] = []
    for node in context.data.instances(terms + "TreatyAction"):
        types = context.data.nodes(node, TYPE)
        states = context.data.nodes(node, terms + "byState")
        treaties = context.data.nodes(node, terms + "onInstrument")
        if not states or not treaties or node.value in disputed:
            continue
        key = (states[0], treaties[0])
        if terms + "Signature" in types:
            date = _dated(context, node, "doneOn")
            if date and (key not in signed or date.before(signed[key][1])):
                signed[key] = (node, date)
        elif terms + "ConsentToBeBound" in types:
            for name in ("doneOn", "depositedOn"):
                date = _dated(context, node, name)
                if date:
                    bound.append((key, node, date, terms + name))
                    break
    for key, node, date, path in bound:
        wanted = context.wanted(context.where(context.data, node))
        if wanted and key in signed and date.before(signed[key][1]):
            yield context.finding(
                "D04",
                node,
                f"The state is bound on {date.text}, before its signature on"
                f" {signed[key][1].text} ({context.short(signed[key][0].value)}).",
                _correct(context),
                path=path,
                value=_day(date),
            )


def _correct(context: Context) -> str:
    conflict = context.short(context.terms + "SourceConflict")
    return f"Correct the wrong date, or record both with a {conflict}."


def _day(date: Dated) -> ox.Literal:
    return ox.Literal(date.text, datatype=ox.NamedNode(XSD + "date"))


def _dated(context: Context, node: ox.NamedNode, name: str) -> Dated | None:
    literals = context.data.literals(node, context.terms + name)
    if len(literals) != 1 or not DATE.fullmatch(literals[0].value):
        return None
    own = context.data.nodes(node, f"{context.terms}{name}Precision")
    common = context.data.nodes(node, context.terms + "datePrecision")
    words = [iri.rpartition("/")[2] for iri in own or common]
    return Dated(literals[0].value, min((LENGTH.get(word, 10) for word in words), default=10))
