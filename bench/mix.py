"""The questions that are measured, each in the plain spelling and, where it differs, the fast one.

A question is a template; a seeded stream fills it with other states, treaties and dates each time,
so that a run without a result cache never sees one text twice by accident of repetition.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from string import Template
from typing import TYPE_CHECKING

from bench.data import BASE, MFK, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIXES = f"""PREFIX mfk: <{MFK}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


@dataclass(frozen=True)
class Question:
    """One question: `plain` as a person would write it, `fast` as the saved queries spell it."""

    name: str
    plain: str
    fast: str = ""
    weight: int = 1

    def text(self, values: dict[str, str], *, fast: bool = False) -> str:
        """The SPARQL text with its terms filled in."""
        return PREFIXES + Template(self.fast if fast and self.fast else self.plain).substitute(
            values
        )


QUESTIONS = (
    Question("point", "SELECT ?p ?o WHERE { $treaty ?p ?o }", weight=4),
    Question(
        "parties-on-date",
        """SELECT ?state ?label ?since WHERE {
  ?act a mfk:ConsentToBeBound ; mfk:onInstrument $treaty ; mfk:byState ?state ; mfk:effectiveOn ?since .
  ?state rdfs:label ?label . FILTER(?since <= $day)
} ORDER BY ?since ?label""",
        weight=3,
    ),
    Question(
        "is-party",
        """ASK { ?act a mfk:ConsentToBeBound ; mfk:onInstrument $treaty ; mfk:byState $state ;
  mfk:effectiveOn ?since . FILTER(?since <= $day) }""",
        weight=3,
    ),
    Question(
        "gaps",
        """SELECT ?state ?norm WHERE {
  ?act a mfk:ConsentToBeBound ; mfk:onInstrument $treaty ; mfk:byState ?state .
  ?provision mfk:inInstrument $treaty . ?norm mfk:statedIn ?provision .
  FILTER NOT EXISTS { ?measure mfk:measureOf ?state ; mfk:givesEffectTo ?norm }
} ORDER BY ?state ?norm LIMIT 200""",
        """SELECT ?state ?norm WHERE {
  ?act a mfk:ConsentToBeBound ; mfk:onInstrument $treaty ; mfk:byState ?state .
  ?provision mfk:inInstrument $treaty . ?norm mfk:statedIn ?provision .
  MINUS { ?p2 mfk:inInstrument $treaty . ?norm mfk:statedIn ?p2 .
          ?measure mfk:givesEffectTo ?norm ; mfk:measureOf ?state }
} ORDER BY ?state ?norm LIMIT 200""",
    ),
    Question(
        "not-party",
        """SELECT ?state WHERE { ?state a mfk:State .
  FILTER NOT EXISTS { ?act a mfk:ConsentToBeBound ; mfk:onInstrument $treaty ; mfk:byState ?state ;
    mfk:effectiveOn ?since . FILTER(?since <= $day) } } ORDER BY ?state""",
        """SELECT ?state WHERE { ?state a mfk:State .
  MINUS { ?act mfk:onInstrument $treaty ; a mfk:ConsentToBeBound ; mfk:effectiveOn ?since ; mfk:byState ?state .
    FILTER(?since <= $day) } } ORDER BY ?state""",
    ),
    Question(
        "matrix",
        """SELECT ?state ?act1 ?act2 ?act3 WHERE { ?state a mfk:State .
  OPTIONAL { ?act1 a mfk:ConsentToBeBound ; mfk:onInstrument $treaty ; mfk:byState ?state }
  OPTIONAL { ?act2 a mfk:ConsentToBeBound ; mfk:onInstrument $treaty2 ; mfk:byState ?state }
  OPTIONAL { ?act3 a mfk:ConsentToBeBound ; mfk:onInstrument $treaty3 ; mfk:byState ?state }
} ORDER BY ?state""",
        """SELECT ?state (SAMPLE(?a1) AS ?act1) (SAMPLE(?a2) AS ?act2) (SAMPLE(?a3) AS ?act3) WHERE {
  { ?state a mfk:State }
  UNION { ?a1 mfk:onInstrument $treaty ; a mfk:ConsentToBeBound ; mfk:byState ?state }
  UNION { ?a2 mfk:onInstrument $treaty2 ; a mfk:ConsentToBeBound ; mfk:byState ?state }
  UNION { ?a3 mfk:onInstrument $treaty3 ; a mfk:ConsentToBeBound ; mfk:byState ?state }
} GROUP BY ?state ORDER BY ?state""",
    ),
    Question(
        "findings-of-state",
        """SELECT ?indicator ?value ?label ?locator WHERE {
  ?finding a mfk:Finding ; mfk:forState $state ; mfk:onIndicator ?indicator ; mfk:value ?value ;
    mfk:hasCitation ?citation .
  ?citation mfk:citesSource ?source ; mfk:locator ?locator . ?source rdfs:label ?label
} ORDER BY ?indicator ?value LIMIT 100""",
        weight=2,
    ),
    Question(
        "chain",
        """SELECT ?earlier ?label WHERE { $treaty mfk:followsUpOn+ ?earlier . ?earlier rdfs:label ?label }
ORDER BY ?label LIMIT 100""",
    ),
    Question(
        "norms-by-area",
        """SELECT ?area ?modality (COUNT(?norm) AS ?norms) WHERE {
  ?provision mfk:inInstrument $treaty . ?norm mfk:statedIn ?provision ; mfk:area ?area ; mfk:modality ?modality
} GROUP BY ?area ?modality ORDER BY ?area ?modality""",
        weight=2,
    ),
    Question(
        "actions-of-state-in-year",
        """SELECT ?act ?treaty ?on WHERE { ?act mfk:byState $state ; mfk:onInstrument ?treaty ; mfk:doneOn ?on .
  FILTER(?on >= $day && ?on < $later) } ORDER BY ?on ?act LIMIT 100""",
    ),
    Question(
        "counterparts",
        """SELECT ?norm ?kind ?other ?duty WHERE {
  ?provision mfk:inInstrument $treaty . ?norm mfk:statedIn ?provision .
  ?link mfk:fromNorm ?norm ; mfk:correspondence ?kind ; mfk:toNorm ?other . ?other mfk:duty ?duty
} ORDER BY ?norm ?other""",
    ),
    Question("describe", "DESCRIBE $treaty"),
    Question(
        "construct",
        """CONSTRUCT { ?provision mfk:inInstrument $treaty ; mfk:citedAs ?cited . ?norm mfk:statedIn ?provision }
WHERE { ?provision mfk:inInstrument $treaty ; mfk:citedAs ?cited . ?norm mfk:statedIn ?provision }""",
    ),
    Question(
        "evidence",
        """SELECT ?act ?source ?locator WHERE { ?act mfk:byState $state ; mfk:onInstrument $treaty ;
  mfk:hasCitation ?citation . ?citation mfk:citesSource ?source ; mfk:locator ?locator } ORDER BY ?act""",
        weight=2,
    ),
)

PASS = sum(question.weight for question in QUESTIONS)
"""Questions in one pass of the list."""


def _iri(path: str) -> str:
    return f"<{BASE}id/{path}>"


def _day(value: date) -> str:
    return f'"{value.isoformat()}"^^xsd:date'


def values(random_source: random.Random, packs: int) -> dict[str, str]:
    """Terms for one filling: three treaties, a state, a day and a day a year later."""
    treaties = [random_source.randrange(packs) for _ in range(3)]
    day = date(1960, 1, 1) + timedelta(days=random_source.randrange(14_000))
    return {
        "treaty": _iri(f"instrument/t{treaties[0]}"),
        "treaty2": _iri(f"instrument/t{treaties[1]}"),
        "treaty3": _iri(f"instrument/t{treaties[2]}"),
        "state": _iri(f"state/s{random_source.randrange(STATES)}"),
        "day": _day(day),
        "later": _day(day + timedelta(days=365)),
    }


def stream(packs: int, seed: int, *, fast: bool = False) -> Iterator[tuple[str, str]]:
    """An endless, seeded stream of (question name, SPARQL text)."""
    source = random.Random(seed)  # noqa: S311 - measurements, not secrets
    weighted = [q for q in QUESTIONS for _ in range(q.weight)]
    while True:
        question = source.choice(weighted)
        yield question.name, question.text(values(source, packs), fast=fast)


def work(packs: int, seed: int, passes: int, *, fast: bool = False) -> list[tuple[str, str]]:
    """A fixed list of (question name, SPARQL text): each question by its weight, `passes` times.

    The order is shuffled and each text ends in a comment of its own, so that none is asked twice,
    nor in both spellings.
    """
    kind = "fast" if fast else "plain"
    source = random.Random(seed)  # noqa: S311 - measurements, not secrets
    asked: list[tuple[str, str]] = []
    for _ in range(passes):
        part = [question for question in QUESTIONS for _ in range(question.weight)]
        source.shuffle(part)
        for question in part:
            text = question.text(values(source, packs), fast=fast)
            asked.append((question.name, f"{text}\n# {kind} {seed}-{len(asked)}"))
    return asked


def spread(found: list[tuple[str, str]], seed: int, times: int) -> list[tuple[str, str]]:
    """The same questions again and again, each time in another order."""
    source = random.Random(seed)  # noqa: S311 - measurements, not secrets
    return [one for _ in range(times) for one in source.sample(found, len(found))]
