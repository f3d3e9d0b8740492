"""What pages ask about a thing: its statements, its evidence, and what points at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import TYPE
from mufakat.views import cells, layouts, names
from mufakat.views.evidence import Evidence, doubt
from mufakat.web.pages_common import config, iris_in, scope, select
from mufakat.web.pages_kinds import kinds, own_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mufakat.engine.types import Term
    from mufakat.views.cells import Cell
    from mufakat.views.names import Scope

STATEMENTS: Final = 3000
"""Statements read about one thing."""
LISTED: Final = 1500
"""Things pointing at one beyond which only their numbers stand on its page."""
SHOWN: Final = 8
"""Things shown of each group before a link to all of them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing in a list: its name, what is worth saying beside it, and its evidence."""

    what: Cell
    beside: tuple[Cell, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Things of one family that point at a thing by one property."""

    key: str
    title: str
    by: str
    total: int
    items: tuple[Item, ...]


def statements(iri: str) -> list[tuple[str, Term]]:
    """Read what is stated of a thing."""
    rows = select(f"SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }} LIMIT {STATEMENTS}")
    return [(row["p"].value, row["o"]) for row in rows if isinstance(row["p"], ox.NamedNode)]


def own_kinds(pairs: Iterable[tuple[str, Term]]) -> list[str]:
    """Give the most particular own classes among statements."""
    terms = config().terms
    stated = [own_name(value, terms) for prop, value in pairs if prop == TYPE]
    return kinds().lowest(kind for kind in stated if kind)


def evidence(facts: Sequence[str]) -> dict[str, tuple[Evidence, ...]]:
    """Read the citations of facts, those seen first."""
    if not facts:
        return {}
    rows = select(
        "SELECT ?fact ?source ?locator ?consulted ?verification WHERE { VALUES ?fact { "
        + " ".join(f"<{fact}>" for fact in dict.fromkeys(facts))
        + " } ?fact own:hasCitation ?c . ?c own:citesSource ?source ."
        " OPTIONAL { ?c own:locator ?locator } OPTIONAL { ?c own:consultedUrl ?consulted }"
        " OPTIONAL { ?c own:verification ?verification } }"
    )
    seen = scope(iris_in(rows))
    found: dict[str, list[Evidence]] = {}
    for row in rows:
        made = Evidence(
            cells.cell(row["source"], seen),
            text(row.get("locator")),
            text(row.get("consulted")),
            doubt(cells.cell(row.get("verification"), seen)),
        )
        fact = row["fact"]
        if isinstance(fact, ox.NamedNode):
            found.setdefault(fact.value, []).append(made)
    for made_list in found.values():
        made_list.sort(key=lambda e: (e.flag is not None, e.source.text, e.locator))
    return {fact: tuple(dict.fromkeys(made_list)) for fact, made_list in found.items()}


def text(term: Term | None) -> str:
    """Give the text of a literal, nothing for nothing."""
    return term.value if isinstance(term, ox.Literal) else ""


def iri_of(term: Term | None) -> str:
    """Give the IRI of a term that is one, nothing for anything else."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def incoming(iri: str, covered: frozenset[str]) -> list[Incoming]:
    """Count what points at a thing by family and property, and list the first of each."""
    known = kinds()
    terms = config().terms
    counted: dict[tuple[str, str], int] = {}
    for row in select(
        f"SELECT ?p ?t (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p <{iri}> ; a ?t }} GROUP BY ?p ?t"
    ):
        family, prop = own_name(row.get("t"), terms), row.get("p")
        number = row["n"]
        if not family or known.above(family) or family in layouts.SKIPPED:
            continue
        if isinstance(prop, ox.NamedNode) and isinstance(number, ox.Literal):
            key = f"{family}.{own_name(prop, terms) or prop.value}"
            if key not in covered:
                counted[family, prop.value] = int(number.value)
    many = sum(counted.values()) > LISTED
    wanted = [] if many else [(family, prop, SHOWN) for family, prop in counted]
    listed = things(iri, wanted)
    facts = [thing for found in listed.values() for thing in found]
    seen = scope([*facts, *(prop for _, prop in counted)])
    items = as_items(facts)
    order = list(layouts.FAMILIES)
    return [
        Incoming(
            key=f"{family}.{prop.removeprefix(terms)}",
            title=layouts.FAMILIES.get(family, names.words(family)),
            by=seen.text(prop),
            total=total,
            items=tuple(items[thing] for thing in listed.get((family, prop), ())),
        )
        for (family, prop), total in sorted(
            counted.items(),
            key=lambda c: (order.index(c[0][0]) if c[0][0] in order else 99, c[0]),
        )
    ]


def things(
    iri: str, wanted: Sequence[tuple[str, str, int]], offset: int = 0
) -> dict[tuple[str, str], list[str]]:
    """List things of a family that point at a thing by a property, in the order of IRIs."""
    if not wanted:
        return {}
    parts = [
        f"{{ SELECT ?s ({number} AS ?g) WHERE {{ ?s <{prop}> <{iri}> ; a own:{family} }}"
        f" ORDER BY ?s LIMIT {limit} OFFSET {offset} }}"
        for number, (family, prop, limit) in enumerate(wanted)
    ]
    found: dict[tuple[str, str], list[str]] = {}
    for row in select("SELECT ?s ?g WHERE { " + " UNION ".join(parts) + " }"):
        thing, number = row["s"], row["g"]
        if isinstance(thing, ox.NamedNode) and isinstance(number, ox.Literal):
            family, prop, _ = wanted[int(number.value)]
            group = found.setdefault((family, prop), [])
            if thing.value not in group:
                group.append(thing.value)
    return found


def as_items(facts: Sequence[str]) -> dict[str, Item]:
    """Make list entries of things, with dates, judgements and evidence."""
    if not facts:
        return {}
    keys = (*layouts.LIST_DATES, *layouts.LIST_VALUES, "datePrecision")
    rows = select(
        "SELECT ?s ?p ?o WHERE { VALUES ?s { "
        + " ".join(f"<{fact}>" for fact in dict.fromkeys(facts))
        + " } VALUES ?p { "
        + " ".join(f"own:{key}" for key in keys)
        + " } ?s ?p ?o }"
    )
    stated: dict[str, dict[str, list[Term]]] = {}
    for row in rows:
        thing = row["s"]
        if isinstance(thing, ox.NamedNode):
            of_thing = stated.setdefault(thing.value, {})
            of_thing.setdefault(own_name(row["p"], config().terms), []).append(row["o"])
    seen = scope([*facts, *iris_in(rows)])
    cited = evidence(facts)
    return {
        fact: Item(
            cells.of_iri(fact, seen), _beside(stated.get(fact, {}), seen), cited.get(fact, ())
        )
        for fact in dict.fromkeys(facts)
    }


def _beside(stated: Mapping[str, list[Term]], seen: Scope) -> tuple[Cell, ...]:
    from mufakat.views.resource import precision_of  # noqa: PLC0415 - one function of it

    date = next((key for key in layouts.LIST_DATES if key in stated), "")
    shown = [cells.cell(stated[date][0], seen, precision_of(date, stated))] if date else []
    shown += [
        cells.cell(value, seen) for key in layouts.LIST_VALUES for value in stated.get(key, ())[:2]
    ]
    return tuple(shown)


def with_precision(
    variables: Sequence[str], rows: Sequence[dict[str, Term]]
) -> tuple[list[str], list[dict[str, Term]]]:
    """Add how exact the dates of things are, where a query gives `x` and `xDate` but not that.

    Without it the page would print the first of January for a date known by its year.
    """
    wanted = {
        name: name.removesuffix("Date")
        for name in variables
        if name.endswith("Date")
        and name.removesuffix("Date") in variables
        and name + "Precision" not in variables
    }
    iris = {iri_of(row.get(thing)) for row in rows for thing in wanted.values()} - {""}
    if not iris:
        return list(variables), list(rows)
    values = " ".join(f"<{iri}>" for iri in sorted(iris)[:2000])
    found = {
        iri_of(row["s"]): row["precision"]
        for row in select(
            f"SELECT ?s ?precision WHERE {{ VALUES ?s {{ {values} }}"
            " ?s own:datePrecision ?precision }"
        )
    }
    added = [
        row
        | {
            name + "Precision": found[iri_of(row.get(thing))]
            for name, thing in wanted.items()
            if iri_of(row.get(thing)) in found
        }
        for row in rows
    ]
    return [*variables, *(name + "Precision" for name in wanted)], added
