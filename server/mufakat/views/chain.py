"""A chain of documents or events: things in order of time, arcs from each to what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mufakat.views import dates
from mufakat.views.roles import Roles, at
from mufakat.views.svg import tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table

LINE: Final = 72
"""Height of one line in CSS pixels; the style sheet says the same."""
GUTTER: Final = 120
KINDS: Final = 4
MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Edge:
    """One thing leading to another."""

    source: Cell
    target: Cell
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A thing on the chain with its date."""

    what: Cell
    when: Cell | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Stops in order, the drawing of the arcs beside them, and what each kind of arc means."""

    stops: tuple[Stop, ...]
    drawing: Markup
    legend: tuple[tuple[Markup, str], ...]
    total: int


def build(table: Table, roles: Mapping[str, str]) -> Chain | None:
    """Draw a table of edges; None when it has no two ends."""
    find = Roles(table, roles)
    source = find.find("from", "source", "earlier", style="any")
    target = find.find("to", "target", "later", style="any")
    if source is None or target is None:
        return None
    kind = find.find("link", "relation", "kind", "how")
    source_date = find.find("fromWhen", roles.get("from", "from") + "Date")
    target_date = find.find("when", "toWhen", roles.get("to", "to") + "Date")
    edges: list[Edge] = []
    when: dict[str, Cell] = {}
    for row in table.rows:
        here, there = at(row, source), at(row, target)
        for end, date in ((here, at(row, source_date)), (there, at(row, target_date))):
            if end and date:
                when.setdefault(end.machine, date)
        how = at(row, kind)
        if here and there:
            edges.append(Edge(here, there, how.text if how else ""))
    return draw(edges, when)


def draw(edges: Sequence[Edge], when: Mapping[str, Cell]) -> Chain | None:
    """Order the ends of the edges by date (undated last) and draw an arc per edge."""
    things: dict[str, Cell] = {}
    for edge in edges:
        things.setdefault(edge.source.machine, edge.source)
        things.setdefault(edge.target.machine, edge.target)
    if not things:
        return None

    depth = _depths(edges)

    def order(key: str) -> tuple[float, int, str]:
        date = when.get(key)
        place = dates.position(date.machine) if date else None
        return (9999.0 if place is None else place, depth[key], things[key].text)

    keys = sorted(things, key=order)
    shown = {key: number for number, key in enumerate(keys[:MOST])}
    kinds = list(dict.fromkeys(edge.kind for edge in edges))
    style = {kind: min(number, KINDS - 1) + 1 for number, kind in enumerate(kinds)}
    arcs = [
        _arc(shown[e.source.machine], shown[e.target.machine], style[e.kind], _told(e))
        for e in dict.fromkeys(edges)
        if e.source.machine in shown and e.target.machine in shown
    ]
    dots = [
        tag("circle", cx=GUTTER - 10, cy=_y(number), r=5, class_="chain-dot")
        for number in shown.values()
    ]
    height = LINE * len(shown)
    drawing = tag(
        "svg", *arcs, *dots,
        viewBox=f"0 0 {GUTTER} {height}", width=GUTTER, height=height,
        role="img", aria_label=f"{len(arcs)} links between {len(shown)} things in order of time",
    )  # fmt: skip
    return Chain(
        stops=tuple(Stop(things[key], when.get(key)) for key in shown),
        drawing=drawing,
        legend=tuple((_sample(style[kind]), kind) for kind in kinds if kind),
        total=len(keys),
    )


def _depths(edges: Sequence[Edge]) -> dict[str, int]:
    """Count the steps that lead to each thing, so that of one day the cause stands first."""
    depth = {end.machine: 0 for edge in edges for end in (edge.source, edge.target)}
    for _ in range(min(len(depth), MOST)):
        before = dict(depth)
        for edge in edges:
            further = depth[edge.source.machine] + 1
            if depth[edge.target.machine] < further <= len(depth):
                depth[edge.target.machine] = further
        if depth == before:
            break
    return depth


def _told(edge: Edge) -> str:
    return f"{edge.source.text}: {edge.kind or 'leads to'} {edge.target.text}"


def _y(number: int) -> float:
    return LINE * number + LINE / 2


def _suffix(style: int) -> str:
    return "" if style == 1 else f"-{style}"


def _arc(start: int, end: int, style: int, told: str) -> Markup:
    """Draw an arc that bends the further the more lines it skips; its tip is at `end`."""
    y1, y2 = _y(start), _y(end)
    x = GUTTER - 16.0
    if start == end:
        return Markup("")
    bend = min(14.0 + 15.0 * abs(end - start), GUTTER - 12.0)
    back = x - bend * 1.25
    path = tag(
        "path", tag("title", told),
        d=f"M{x:.0f} {y1:.1f}C{back:.1f} {y1:.1f} {back:.1f} {y2:.1f} {x - 6:.0f} {y2:.1f}",
        class_=f"arc arc{_suffix(style)}",
    )  # fmt: skip
    tip = tag(
        "path",
        d=f"M{x:.0f} {y2:.1f}l-8 -4v8z",
        class_=f"arc-tip{_suffix(style)}",
    )
    return path + tip


def _sample(style: int) -> Markup:
    line = tag("path", d="M0 5H28", class_=f"arc arc{_suffix(style)}")
    return tag("svg", line, viewBox="0 0 28 10", aria_hidden="true")
