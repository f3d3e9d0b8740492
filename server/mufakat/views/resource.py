"""A thing as its page shows it: what is stated of it, grouped by meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.views import cells, layouts, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mufakat.views.cells import Cell, Term
    from mufakat.views.names import Scope

SHOWN: Final = 12
"""Values of one property shown at once; the rest unfolds."""
PRECISION: Final = "Precision"


@dataclass(frozen=True, slots=True)
class Fact:
    """One property with all its values."""

    title: str
    cells: tuple[Cell, ...]

    @property
    def first(self) -> tuple[Cell, ...]:
        """The values shown at once."""
        return self.cells[:SHOWN]

    @property
    def rest(self) -> tuple[Cell, ...]:
        """The values that unfold."""
        return self.cells[SHOWN:]


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in some language; others are spellings of the same."""

    language: str
    text: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """Everything stated of a thing itself."""

    iri: str
    title: str
    kinds: tuple[Cell, ...]
    lead: str
    groups: tuple[Group, ...]
    languages: tuple[Name, ...]
    elsewhere: tuple[Cell, ...]
    codes: tuple[str, ...]
    verification: Cell | None
    replaced_by: Cell | None

    @property
    def first_groups(self) -> tuple[Group, ...]:
        """What stands before the sections of the page."""
        return tuple(group for group in self.groups if group.title in layouts.FIRST_GROUPS)

    @property
    def later_groups(self) -> tuple[Group, ...]:
        """What stands after them."""
        return tuple(group for group in self.groups if group.title not in layouts.FIRST_GROUPS)

    @property
    def unsure(self) -> bool:
        """Whether what is stated was not seen in a source."""
        return self.verification is not None and self.verification.machine != "good"


def describe(
    iri: str, pairs: Iterable[tuple[str, Term]], kinds: Sequence[str], scope: Scope
) -> Description:
    """Group the statements about a thing; `kinds` are its most particular own classes."""
    stated: dict[str, list[Term]] = {}
    title_of: dict[str, str] = {}
    for prop, value in pairs:
        key = scope.key(prop)
        stated.setdefault(key, []).append(value)
        title_of[key] = layouts.TITLES.get(key) or _property(prop, scope)
    lead_key = next((key for key in layouts.LEADS if _text(stated.get(key))), "")
    title = scope.text(iri)
    used = {lead_key, "dcterms:isReplacedBy", *layouts.HIDDEN, *layouts.CODES}
    used |= {*layouts.NAMES, *layouts.ELSEWHERE}
    used |= {key for key in ("aspect", "dcterms:title") if _text(stated.get(key)) == title}
    used |= {key for key in stated if key.endswith(PRECISION)}
    groups = []
    for heading, keys in layouts.GROUPS:
        found = [key for key in keys if key in stated and key not in used]
        used.update(found)
        facts = tuple(_fact(title_of[key], key, stated, scope) for key in found)
        if facts:
            groups.append(Group(heading, facts))
    rest = sorted(key for key in stated if key not in used)
    if rest:
        facts = tuple(_fact(title_of[key], key, stated, scope) for key in rest)
        groups.append(Group("Also stated", facts))
    return Description(
        iri=iri,
        title=title,
        kinds=tuple(cells.of_iri(scope.terms + kind, scope) for kind in kinds),
        lead=_text(stated.get(lead_key)),
        groups=tuple(groups),
        languages=_languages(stated),
        elsewhere=_elsewhere(stated, scope),
        codes=_codes(stated),
        verification=_single(stated.get("verification"), scope),
        replaced_by=_single(stated.get("dcterms:isReplacedBy"), scope),
    )


def _property(iri: str, scope: Scope) -> str:
    named = scope.names.get(iri)
    return names.words(named.text) if named else names.words(names.tail(iri))


def _fact(title: str, key: str, stated: Mapping[str, list[Term]], scope: Scope) -> Fact:
    precision = precision_of(key, stated)
    shown = [cells.cell(value, scope, precision) for value in stated[key]]
    shown.sort(key=lambda c: c.machine if c.kind in ("date", "number") else c.text.casefold())
    return Fact(title, tuple(shown))


def precision_of(key: str, stated: Mapping[str, Sequence[Term]]) -> str:
    """Find how exact a date is: its own precision, else that of the whole thing."""
    for name in (key + PRECISION, "datePrecision"):
        for value in stated.get(name, ()):
            if isinstance(value, ox.NamedNode):
                return names.tail(value.value)
    return "day"


def _text(values: Sequence[Term] | None) -> str:
    """Give a text in English, else in no language, else in the first."""
    found = [value for value in values or () if isinstance(value, ox.Literal)]
    found.sort(key=lambda value: (value.language != "en", bool(value.language)))
    return found[0].value if found else ""


def _single(values: Sequence[Term] | None, scope: Scope) -> Cell | None:
    return cells.cell(values[0], scope) if values else None


def _languages(stated: Mapping[str, list[Term]]) -> tuple[Name, ...]:
    """Put together the names in other languages, preferred ones first."""
    found: dict[str, list[str]] = {}
    for key in layouts.NAMES:
        for value in sorted(stated.get(key, ()), key=str):
            if isinstance(value, ox.Literal):
                names_there = found.setdefault(value.language or "", [])
                if value.value not in names_there:
                    names_there.append(value.value)
    return tuple(
        Name(language, spelt[0], tuple(spelt[1:])) for language, spelt in sorted(found.items())
    )


def _codes(stated: Mapping[str, list[Term]]) -> tuple[str, ...]:
    found = [
        value.value
        for key in layouts.CODES
        for value in stated.get(key, ())
        if isinstance(value, ox.Literal)
    ]
    return tuple(sorted(set(found)))


def _elsewhere(stated: Mapping[str, list[Term]], scope: Scope) -> tuple[Cell, ...]:
    seen: dict[str, Cell] = {}
    for key in layouts.ELSEWHERE:
        for value in stated.get(key, ()):
            shown = cells.cell(value, scope)
            seen.setdefault(shown.machine or shown.text, shown)
    return tuple(sorted(seen.values(), key=lambda c: (c.kind == "outside", c.text.casefold())))
