"""Provisions as the tree they are: articles, paragraphs, points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mufakat.views import cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.views.cells import Cell, Term
    from mufakat.views.names import Scope


@dataclass(slots=True)
class Branch:
    """One provision with what lies below it."""

    what: Cell
    heading: str
    gist: str
    order: tuple[tuple[int, str], ...]
    below: list[Branch] = field(default_factory=list)


def build(rows: Sequence[Mapping[str, Term]], scope: Scope) -> list[Branch]:
    """Hang every provision below its parent; one without a known parent stands at the top."""
    branches: dict[str, Branch] = {}
    parents: dict[str, str] = {}
    for row in rows:
        fact = getattr(row["fact"], "value", "")
        if fact in branches:
            continue
        shown = cells.of_iri(fact, scope)
        cited = getattr(row.get("cited"), "value", "")
        branches[fact] = Branch(
            cells.relabelled(shown, cited),
            getattr(row.get("heading"), "value", ""),
            getattr(row.get("gist"), "value", ""),
            natural(getattr(row.get("path"), "value", "") or fact),
        )
        parents[fact] = getattr(row.get("parent"), "value", "")
    top: list[Branch] = []
    for fact, branch in branches.items():
        parent = branches.get(parents[fact])
        (parent.below if parent is not None and parent is not branch else top).append(branch)
    for branch in branches.values():
        branch.below.sort(key=lambda b: b.order)
    return sorted(top, key=lambda b: b.order)


def natural(path: str) -> tuple[tuple[int, str], ...]:
    """Order so that article 10 comes after article 9."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part)
        for part in re.findall(r"\d+|[^\d]+", path)
    )
