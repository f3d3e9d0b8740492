"""Treaty actions side by side: one line per party, from signature to being bound and beyond."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mufakat.views import cells, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.views.cells import Cell, Term
    from mufakat.views.names import Scope

SIGNED: Final = frozenset({"Signature"})
BOUND: Final = frozenset(
    {"ConsentToBeBound", "Ratification", "Acceptance", "Approval", "Accession", "Succession"}
)
FORCE: Final = frozenset({"EntryIntoForceForState"})


@dataclass(frozen=True, slots=True)
class Step:
    """One action: its date linked to its page, its kind in a word, and whether it is unseen."""

    when: Cell
    kind: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Line:
    """All that one party did about one treaty."""

    other: Cell
    signed: tuple[Step, ...]
    bound: tuple[Step, ...]
    force: tuple[Step, ...]
    more: tuple[Step, ...]


def build(
    rows: Sequence[Mapping[str, Term]], kinds: Mapping[str, str], scope: Scope
) -> tuple[Line, ...]:
    """Pivot rows of fact, other, done, effective; `kinds` gives the class of each fact."""
    found: dict[str, dict[str, list[Step]]] = {}
    other_cell: dict[str, Cell] = {}
    for row in rows:
        other = getattr(row["other"], "value", "")
        kind = kinds.get(getattr(row["fact"], "value", ""), "")
        other_cell.setdefault(other, cells.brief(row["other"], scope))
        line = found.setdefault(other, {"signed": [], "bound": [], "force": [], "more": []})
        place = _place(kind)
        dated = "effective" if place == "force" and "done" not in row else "done"
        line[place].append(_step(row, dated, kind, scope))
        if place == "bound" and "effective" in row:
            line["force"].append(_step(row, "effective", kind, scope))
    lines = [
        Line(
            other_cell[other],
            *(_ordered(line[place]) for place in ("signed", "bound", "force", "more")),
        )
        for other, line in found.items()
    ]
    return tuple(sorted(lines, key=_order))


def _order(line: Line) -> tuple[str, str]:
    dates = [
        step.when.machine
        for step in (*line.signed, *line.bound, *line.force, *line.more)
        if step.when.kind == "date"
    ]
    return (min(dates, default="9999"), line.other.text.casefold())


def _place(kind: str) -> str:
    if kind in SIGNED:
        return "signed"
    if kind in BOUND:
        return "bound"
    return "force" if kind in FORCE else "more"


def _step(row: Mapping[str, Term], dated: str, kind: str, scope: Scope) -> Step:
    precision = row.get("effectivePrecision") if dated == "effective" else None
    precision = precision or row.get("precision")
    slug = names.tail(getattr(precision, "value", "")) if precision is not None else "day"
    href = scope.href(getattr(row["fact"], "value", "")) or ""
    shown = cells.cell(row.get(dated), scope, slug)
    shown = replace(shown, href=href) if shown else cells.Cell("text", "undated", href)
    seen = scope.concept(getattr(row.get("verification"), "value", ""), "verification")
    word = scope.text(scope.terms + kind).lower() if kind else "action"
    return Step(shown, word, seen in cells.UNVERIFIED)


def _ordered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Order by date; consent and entry into force may carry the same day, which is said once."""
    kept: dict[tuple[str, str], Step] = {}
    # By address too: of two on one day the same one stays, in whatever order a store gives them.
    for step in sorted(steps, key=lambda s: (s.when.machine or "9999", s.when.href)):
        forced = "force" if step.kind not in SIGNED else step.kind
        key = (step.when.machine, forced if step.when.machine else step.kind)
        kept.setdefault(key, step)
    return tuple(kept.values())
