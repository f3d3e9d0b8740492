"""Seeded data in the shape of a treaty regime, in any size.

One *pack* is an instrument with its provisions, norms, treaty actions, findings and citations,
about a thousand triples; packs repeat until the wanted number of triples is reached. The same
seed and size give the same bytes.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "https://w3id.org/mufakat/"
MFK = BASE + "ontology#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
STATES = 190
INDICATORS = 8
AREAS = ("prevention", "protection", "prosecution", "partnership")
MODALITIES = ("shall", "shall-endeavour", "shall-consider", "should", "may")
CORRESPONDENCES = ("equivalent", "stronger", "weaker", "broader", "narrower")
VALUES = ("yes", "yes", "yes", "limited", "no", "unavailable")
FIRST_DAY = date(1950, 1, 1)


def _id(path: str) -> str:
    return f"<{BASE}id/{path}>"


def _term(name: str) -> str:
    return f"<{MFK}{name}>"


def _concept(path: str) -> str:
    return f"<{BASE}scheme/{path}>"


def _day(random_source: random.Random, after: date = FIRST_DAY) -> date:
    return after + timedelta(days=random_source.randrange(1, 9000))


def _date(value: date) -> str:
    return f'"{value.isoformat()}"^^<http://www.w3.org/2001/XMLSchema#date>'


def _text(value: str) -> str:
    return f'"{value}"@en'


class Generator:
    """Yields triples as N-Triples lines until `triples` of them exist."""

    def __init__(self, triples: int, seed: int = 2015) -> None:
        self.wanted = triples
        self.random = random.Random(seed)  # noqa: S311 - measurements, not secrets
        self.packs = 0

    def lines(self) -> Iterator[str]:
        """The N-Triples lines; `packs` then holds the number of instruments."""
        count = 0
        for line in self._shared():
            count += 1
            yield line
        while count < self.wanted:
            for line in self._pack(self.packs):
                count += 1
                yield line
            self.packs += 1

    def write(self, path: Path) -> int:
        """Writes the data to `path`; returns the number of lines."""
        count = 0
        with path.open("w", encoding="ascii") as out:
            for line in self.lines():
                out.write(line)
                count += 1
        return count

    def _shared(self) -> Iterator[str]:
        for s in range(STATES):
            yield f"{_id(f'state/s{s}')} {RDF_TYPE} {_term('State')} .\n"
            yield f"{_id(f'state/s{s}')} {LABEL} {_text(f'State {s}')} .\n"
        for i in range(INDICATORS):
            yield f"{_id(f'indicator/i{i}')} {RDF_TYPE} {_term('Indicator')} .\n"
        for s in range(200):
            yield f"{_id(f'source/w{s}')} {RDF_TYPE} {_term('Source')} .\n"
            yield f"{_id(f'source/w{s}')} {LABEL} {_text(f'Source {s}')} .\n"

    def _cited(self, path: str) -> Iterator[str]:
        citation = _id(f"citation/{path}")
        source = _id(f"source/w{self.random.randrange(200)}")
        yield f"{_id(path)} {_term('hasCitation')} {citation} .\n"
        yield f"{citation} {RDF_TYPE} {_term('Citation')} .\n"
        yield f"{citation} {_term('citesSource')} {source} .\n"
        yield f"{citation} {_term('locator')} {_text(f'p. {self.random.randrange(400)}')} .\n"

    def _pack(self, number: int) -> Iterator[str]:
        instrument = f"instrument/t{number}"
        yield f"{_id(instrument)} {RDF_TYPE} {_term('Treaty')} .\n"
        yield f"{_id(instrument)} {RDF_TYPE} {_term('Instrument')} .\n"
        yield f"{_id(instrument)} {LABEL} {_text(f'Convention {number}')} .\n"
        yield f"{_id(instrument)} {_term('adoptedOn')} {_date(_day(self.random))} .\n"
        if number:
            earlier = self.random.randrange(max(0, number - 5), number)
            yield f"{_id(instrument)} {_term('followsUpOn')} {_id(f'instrument/t{earlier}')} .\n"
        yield from self._cited(instrument)
        for article in range(12):
            yield from self._article(number, article)
        for state in self.random.sample(range(STATES), 24):
            yield from self._actions(number, state)
        for state in self.random.sample(range(STATES), 12):
            yield from self._finding(number, state)

    def _article(self, number: int, article: int) -> Iterator[str]:
        provision = f"provision/t{number}/art_{article}"
        norm = f"norm/t{number}/n{article}"
        yield f"{_id(provision)} {RDF_TYPE} {_term('Provision')} .\n"
        yield f"{_id(provision)} {_term('inInstrument')} {_id(f'instrument/t{number}')} .\n"
        yield f"{_id(provision)} {_term('citedAs')} {_text(f'art. {article}')} .\n"
        yield f"{_id(norm)} {RDF_TYPE} {_term('Norm')} .\n"
        yield f"{_id(norm)} {RDF_TYPE} {_term('Obligation')} .\n"
        yield f"{_id(norm)} {_term('statedIn')} {_id(provision)} .\n"
        yield f"{_id(norm)} {_term('duty')} {_text(f'Duty {article} of convention {number}')} .\n"
        yield f"{_id(norm)} {_term('area')} {_concept('area/' + self.random.choice(AREAS))} .\n"
        modality = _concept("modality/" + self.random.choice(MODALITIES))
        yield f"{_id(norm)} {_term('modality')} {modality} .\n"
        yield from self._cited(norm)
        if number and article < 4:
            other = f"norm/t{self.random.randrange(number)}/n{article}"
            link = f"correspondence/t{number}/n{article}"
            kind = _concept("correspondence/" + self.random.choice(CORRESPONDENCES))
            yield f"{_id(link)} {RDF_TYPE} {_term('NormCorrespondence')} .\n"
            yield f"{_id(link)} {_term('fromNorm')} {_id(norm)} .\n"
            yield f"{_id(link)} {_term('toNorm')} {_id(other)} .\n"
            yield f"{_id(link)} {_term('correspondence')} {kind} .\n"

    def _actions(self, number: int, state: int) -> Iterator[str]:
        signed = _day(self.random)
        consented = _day(self.random, signed)
        act = self.random.choice(("Ratification", "Ratification", "Accession"))
        for kind, when in (("Signature", signed), (act, consented)):
            node = f"action/s{state}/t{number}/{kind.lower()}"
            yield f"{_id(node)} {RDF_TYPE} {_term(kind)} .\n"
            yield f"{_id(node)} {RDF_TYPE} {_term('TreatyAction')} .\n"
            if kind != "Signature":
                yield f"{_id(node)} {RDF_TYPE} {_term('ConsentToBeBound')} .\n"
                effective = when + timedelta(days=30)
                yield f"{_id(node)} {_term('effectiveOn')} {_date(effective)} .\n"
            yield f"{_id(node)} {_term('byState')} {_id(f'state/s{state}')} .\n"
            yield f"{_id(node)} {_term('onInstrument')} {_id(f'instrument/t{number}')} .\n"
            yield f"{_id(node)} {_term('doneOn')} {_date(when)} .\n"
            yield from self._cited(node)
        if self.random.random() < 0.5:
            measure = f"measure/s{state}/t{number}"
            article = self.random.randrange(12)
            yield f"{_id(measure)} {RDF_TYPE} {_term('Measure')} .\n"
            yield f"{_id(measure)} {_term('measureOf')} {_id(f'state/s{state}')} .\n"
            yield f"{_id(measure)} {_term('givesEffectTo')} {_id(f'norm/t{number}/n{article}')} .\n"

    def _finding(self, number: int, state: int) -> Iterator[str]:
        node = f"finding/t{number}/s{state}"
        value = _concept("finding-value/" + self.random.choice(VALUES))
        yield f"{_id(node)} {RDF_TYPE} {_term('Finding')} .\n"
        yield f"{_id(node)} {_term('forState')} {_id(f'state/s{state}')} .\n"
        indicator = _id(f"indicator/i{self.random.randrange(INDICATORS)}")
        yield f"{_id(node)} {_term('onIndicator')} {indicator} .\n"
        yield f"{_id(node)} {_term('value')} {value} .\n"
        yield f"{_id(node)} {_term('asOf')} {_date(_day(self.random))} .\n"
        yield from self._cited(node)
