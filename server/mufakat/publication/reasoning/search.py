"""The smallest set of facts that contradicts, found by asking a reasoner about parts.

The last resort, for contradictions that reading the axioms one by one does not show. The facts of
a node go in or out together; the search halves them as QuickXplain does (Junker, AAAI 2004).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from mufakat.publication.reasoning.runners import run
from mufakat.publication.reasoning.view import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mufakat.publication.reasoning.knowledge import Knowledge, Statement

    Group = list[Statement]
MOST: Final = 120
"""Runs of a reasoner after which the search gives the smallest set it has."""


def smallest(
    knowledge: Knowledge, reasoner: str, tell: Callable[[str], None] | None = None
) -> list[Statement]:
    """Give facts that contradict together and none of whose nodes can be left out."""
    by_node: dict[str, Group] = defaultdict(list)
    for fact in knowledge.facts:
        by_node[fact.name].append(fact)
    nodes = _search(knowledge, reasoner, list(by_node.values()), tell)
    return [fact for group in nodes for fact in group]


def _search(
    knowledge: Knowledge,
    reasoner: str,
    groups: list[Group],
    tell: Callable[[str], None] | None,
) -> list[Group]:
    asked = 0

    def contradicts(chosen: Iterable[Group]) -> bool:
        nonlocal asked
        asked += 1
        if tell:
            tell(f"looking for the contradiction, run {asked} of {reasoner}")
        facts = [fact for group in chosen for fact in group]
        return not run(write(knowledge, facts), reasoner).consistent

    def explain(given: list[Group], added: list[Group], rest: list[Group]) -> list[Group]:
        if asked >= MOST:
            return rest
        if added and contradicts(given):
            return []
        if len(rest) == 1:
            return rest
        middle = len(rest) // 2
        left, right = rest[:middle], rest[middle:]
        needed = explain([*given, *left], left, right)
        return [*explain([*given, *needed], needed, left), *needed]

    if not groups or contradicts([]):
        return []
    return explain([], [], groups)
