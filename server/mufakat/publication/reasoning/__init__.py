"""Reasoning as a test: consistent, inside the profiles, no class that can have no member.

The reasoner never answers questions; it proves that the axioms and the facts of a publication can
hold together, and this room says which do not when they cannot.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mufakat.publication.check.context import Context
from mufakat.publication.reasoning import clashes, profile, search, view, words
from mufakat.publication.reasoning.knowledge import Knowledge
from mufakat.publication.reasoning.runners import REASONERS, Verdict, run_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mufakat.publication.check.findings import Finding
    from mufakat.publication.publication import Publication

    Progress = Callable[[str], None]

__all__ = ["REASONERS", "Outcome", "Verdict", "examine", "reason"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reasoning over a publication gave."""

    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    axioms: int
    facts: int
    seconds: float

    @property
    def consistent(self) -> bool:
        """Tell whether every reasoner that ran found the whole free of contradiction."""
        return all(verdict.consistent for verdict in self.verdicts)


def reason(
    publication: Publication,
    reasoners: Sequence[str] = REASONERS,
    progress: Progress | None = None,
    *,
    context: Context | None = None,
) -> list[Finding]:
    """Give what is wrong, as findings of the check L07; empty when all is well.

    Raises BrokenFile for a file that is not Turtle and Unavailable where there is no Java.
    """
    return list(examine(publication, reasoners, progress, context=context).findings)


def examine(
    publication: Publication,
    reasoners: Sequence[str] = REASONERS,
    progress: Progress | None = None,
    *,
    context: Context | None = None,
) -> Outcome:
    """Run profile checks and reasoners; give their findings, verdicts and times."""
    start = time.perf_counter()
    tell: Progress = progress or (lambda _: None)
    if context is None:
        context = Context(publication)
        context.load()
    tell("reading axioms and facts")
    knowledge = Knowledge.read(context)
    tell("checking OWL 2 DL and OWL 2 RL")
    found = [
        context.finding(
            words.CHECK,
            breach.statement.name,
            f"{breach.profile}: {breach.message}",
            breach.mend,
            path=breach.statement.predicate,
            value=breach.statement.value,
            file=breach.statement.file,
        )
        for breach in profile.check(knowledge)
    ]
    tell("following the axioms")
    contradictions = clashes.find(knowledge)
    found += [words.finding(context, clash) for clash in contradictions]
    verdicts: list[Verdict] = []
    if reasoners:
        tell(f"running {' and '.join(reasoners)} over {len(knowledge.facts)} facts")
        verdicts = run_all(
            view.write(knowledge),
            reasoners,
            lambda verdict: tell(f"{verdict.title}: {verdict.seconds:.1f} s"),
        )
    found += _judged(context, knowledge, verdicts, explained=bool(contradictions), tell=tell)
    return Outcome(
        findings=tuple(dict.fromkeys(found)),
        verdicts=tuple(verdicts),
        axioms=len(knowledge.axioms),
        facts=len(knowledge.facts),
        seconds=time.perf_counter() - start,
    )


def _judged(
    context: Context,
    knowledge: Knowledge,
    verdicts: Sequence[Verdict],
    *,
    explained: bool,
    tell: Progress,
) -> list[Finding]:
    """Turn what the reasoners said into findings, beyond what was found by following axioms."""
    found: list[Finding] = []
    empty: dict[str, list[str]] = {}
    for verdict in verdicts:
        for iri in verdict.unsatisfiable:
            empty.setdefault(iri, []).append(verdict.title)
    found += [
        words.unsatisfiable(context, knowledge, iri, " and ".join(titles))
        for iri, titles in empty.items()
    ]
    against = [verdict for verdict in verdicts if not verdict.consistent]
    if against and not explained:
        facts = search.smallest(knowledge, against[0].reasoner, tell)
        found.append(words.unexplained(context, [v.title for v in against], facts))
    return found
