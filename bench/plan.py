"""How much is asked at each size, so that a round measures the mix and the whole stays bounded.

A round in a cold spelling is a fixed list, the same for every contender: each of the fourteen
questions by its weight (24 questions a pass), so many passes. What is measured is the time until
the list is done. Rounds of so many seconds measured at larger sizes nothing but whether the one
slow question (which states are not party, by NOT EXISTS) was begun.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Plan:
    """What is asked of each contender at one size."""

    rounds: int
    """Alternating rounds with eight clients."""
    plain: int
    """Passes of the list in the plain spelling; 0 asks it of one client only."""
    fast: int
    """Passes of the list in the fast spelling."""
    alone: int
    """Passes for a single client."""
    again: int
    """Rounds in which peers are asked the same questions again and again."""
    deadline: float
    """Seconds that a question may take, here and, where it can be set, in the server."""
    limit: float
    """Seconds that one list may take."""
    load: float
    """Seconds that loading and starting may take."""
    slow: bool
    """Whether peers that are slow by design (rdflib-endpoint) are asked, for one bounded round."""
    open_plain: bool = True
    """Whether the open loop is run in the plain spelling too."""
    again_seconds: int = 3
    """Seconds of a round in which kept answers are asked for."""
    open_seconds: float = 10


_PLANS = (
    (50_000, Plan(5, 10, 60, 5, 3, 60, 60, 120, slow=True)),
    (500_000, Plan(5, 5, 40, 2, 2, 60, 90, 180, slow=True)),
    (5_000_000, Plan(5, 5, 20, 1, 1, 240, 240, 240, slow=False, open_plain=False)),
    (10**12, Plan(5, 0, 10, 1, 0, 60, 150, 900, slow=False, open_plain=False)),
)


def plan(triples: int, rounds: int | None = None, *, quick: bool = False) -> Plan:
    """The plan for a size; `quick` asks so little that it only shows that everything works."""
    found = next(one for bound, one in _PLANS if triples <= bound)
    if quick:
        found = replace(
            found, rounds=1, fast=10, alone=1, again=1, limit=30, again_seconds=1, open_seconds=2
        )
    return replace(found, rounds=rounds) if rounds else found
