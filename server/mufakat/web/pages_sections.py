"""Sections of the page of a thing: panels of its layout, groups, sides of a conflict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from flask import request

from mufakat.views import chain, layouts, status, steps, table, tree
from mufakat.views.cells import of_iri
from mufakat.web.pages_common import ILLEGAL, config, iris_in, pager, prologue, scope, select
from mufakat.web.pages_facts import as_items, evidence, text, things
from mufakat.web.pages_kinds import kinds
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.engine.types import Term
    from mufakat.views.cells import Cell
    from mufakat.views.layouts import Panel


@dataclass(frozen=True, slots=True)
class Section:
    """A panel of the page, worked out."""

    panel: Panel
    anchor: str
    shown: Any
    table: table.Table | None
    sources: list[Any] | None
    total: int


def panels_of(own: list[str]) -> tuple[Panel, ...]:
    """Give the sections that pages of these kinds have."""
    above = {upper for kind in own for upper in (kind, *kinds().above(kind))}
    return tuple(
        panel for kind, panels in layouts.LAYOUTS.items() if kind in above for panel in panels
    )


def section(panel: Panel, iri: str) -> Section | None:
    """Work out a section; one without rows is left out."""
    query = re.sub(r"\?this\b", f"<{iri}>", panel.query)
    answered = here().engine.select(prologue() + query)
    rows = answered.rows
    if not rows:
        return None
    seen = scope(iris_in(rows))
    anchor = re.sub(r"[^a-z]+", "-", panel.title.lower()).strip("-")
    if panel.kind == "tree":
        return Section(panel, anchor, tree.build(rows, seen), None, None, len(rows))
    first = answered.vars[0]
    shown_variables = [name for name in answered.vars if name != "fact"]
    rows = _distinct(rows)
    made = table.build(shown_variables, rows, seen)
    if panel.kind == "chain":
        drawn = chain.build(made, dict(panel.roles))
        return Section(panel, anchor, drawn, None, None, len(rows)) if drawn else None
    facts = [getattr(row.get(first), "value", "") for row in rows]
    cited = evidence([fact for fact in facts if fact][:600])
    sources = [cited.get(fact, ()) for fact in facts]
    shown: Any = None
    if panel.kind == "status":
        of = kinds().of(dict.fromkeys(facts))
        seen = scope([*iris_in(rows), *(config().terms + kind for kind in of.values())])
        shown = status.build(rows, of, seen)
        made = table.build(["fact", "done", "precision"], _done(rows), scope(iris_in(rows)))
    elif panel.kind == "steps":
        shown = steps.draw(_ratings(made), panel.title)
    return Section(panel, anchor, shown, made, sources, len(rows))


def _done(rows: list[dict[str, Term]]) -> list[dict[str, Term]]:
    """Date an action by when it was done, else by when it took effect."""
    return [
        {**row, "done": row["effective"]} if "done" not in row and "effective" in row else row
        for row in rows
    ]


def _distinct(rows: list[dict[str, Term]]) -> list[dict[str, Term]]:
    return list({tuple(sorted((k, str(v)) for k, v in row.items())): row for row in rows}.values())


def _ratings(made: table.Table) -> list[steps.Rating]:
    at = {heading.name: position for position, heading in enumerate(made.headings)}
    return [
        steps.Rating(int(row[at["year"]].machine), int(row[at["rating"]].machine),
                     row[at["rating"]].text)
        for row in made.rows
        if row[at["rating"]].kind == "badge" and row[at["year"]].machine.isdigit()
    ]  # fmt: skip


def group_of(iri: str, key: str) -> dict[str, Any] | None:
    """List one group of what points at a thing, a page at a time."""
    family, _, prop = key.partition(".")
    if not re.fullmatch(r"\w+", family) or ILLEGAL.search(prop):
        return None
    prop_iri = prop if ":" in prop else config().terms + prop
    rows = select(
        f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s <{prop_iri}> <{iri}> ; a own:{family} }}"
    )
    total = int(text(rows[0]["n"]) or 0) if rows else 0
    pages = pager(total)
    listed = things(iri, [(family, prop_iri, pages.size)], (pages.number - 1) * pages.size)
    items = as_items(listed.get((family, prop_iri), []))
    return {
        "title": layouts.FAMILIES.get(family, family),
        "by": scope([prop_iri]).text(prop_iri),
        "items": list(items.values()),
        "pager": pages,
    }


def variants(pairs: list[tuple[str, Term]]) -> list[dict[str, Any]]:
    """Set the sides of a disagreement side by side, the preferred one first."""
    terms = config().terms
    sides = [v.value for p, v in pairs if p == terms + "hasVariant" and isinstance(v, ox.NamedNode)]
    preferred = {str(getattr(v, "value", "")) for p, v in pairs if p == terms + "preferredVariant"}
    if not sides:
        return []
    values = " ".join(f"<{side}>" for side in sides)
    rows = select(f"SELECT ?v ?says WHERE {{ VALUES ?v {{ {values} }} ?v own:statement ?says }}")
    says = {row["v"].value: text(row["says"]) for row in rows if isinstance(row["v"], ox.NamedNode)}
    seen = scope(sides)
    cited = evidence(sides)
    return [
        {
            "what": of_iri(side, seen),
            "says": says.get(side) or seen.text(side),
            "preferred": side in preferred,
            "evidence": cited.get(side, ()),
        }
        for side in sorted(sides, key=lambda side: (side not in preferred, side))
    ]


def resting(iri: str) -> dict[str, Any]:
    """Count and list the facts that rest on a source, by family, with the place in the source."""
    known = kinds()
    rows = select(
        f"SELECT ?t (COUNT(DISTINCT ?fact) AS ?n) WHERE {{ ?c own:citesSource <{iri}> ."
        " ?fact own:hasCitation ?c ; a ?t } GROUP BY ?t"
    )
    counted: dict[str, int] = {}
    for row in rows:
        kind = row.get("t")
        name = kind.value.removeprefix(config().terms) if isinstance(kind, ox.NamedNode) else ""
        if name in layouts.FAMILIES and not known.above(name):
            counted[name] = int(text(row["n"]))
    order = list(layouts.FAMILIES)
    family = request.args.get("resting", "")
    family = family if family in counted else min(counted, key=order.index, default="")
    total = counted.get(family, 0)
    pages = pager(total)
    listed = (
        select(
            f"SELECT ?fact ?locator ?verification WHERE {{ ?c own:citesSource <{iri}> ;"
            f" own:locator ?locator . ?fact own:hasCitation ?c ; a own:{family} ."
            f" OPTIONAL {{ ?c own:verification ?verification }} }} ORDER BY ?fact"
            f" LIMIT {pages.size}"
            f" OFFSET {(pages.number - 1) * pages.size}"
        )
        if family
        else []
    )
    return {
        "families": [
            (name, layouts.FAMILIES[name], counted[name]) for name in order if name in counted
        ],
        "family": family,
        "table": table.build(["fact", "locator", "verification"], listed, scope(iris_in(listed))),
        "pager": pages,
    }


@dataclass(frozen=True, slots=True)
class Highlight:
    """A number or judgement that sums up a section."""

    text: str
    value: str
    anchor: str
    badge: Cell | None = None


def highlights(sections: Iterable[Section]) -> list[Highlight]:
    """Sum up what can be counted: treaties bound by, values found, the latest rating."""
    found: list[Highlight] = []
    for made in sections:
        if made.panel.kind == "status" and made.shown:
            bound = sum(bool(line.bound) for line in made.shown)
            found.append(Highlight("consents to be bound", str(bound), made.anchor))
        elif made.panel.kind == "steps" and made.table and made.table.rows:
            rated = [row for row in made.table.rows if any(c.kind == "badge" for c in row)]
            if rated:
                last = max(rated, key=lambda row: row[0].machine or row[1].machine)
                badge = next(c for c in last if c.kind == "badge")
                year = next((c.text for c in last if c.kind == "number"), "")
                found.append(Highlight(f"rating of {year}", "", made.anchor, badge))
        elif made.table:
            marks = [c for row in made.table.rows for c in row if c.kind == "mark"]
            if marks:
                yes = sum(mark.machine == "yes" for mark in marks)
                told = f"findings that say {marks[0].text if yes == len(marks) else 'yes'}"
                found.append(Highlight(told, f"{yes} of {len(marks)}", made.anchor))
    return found
