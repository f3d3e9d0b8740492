"""Observations and figures.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from asking import answers

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_observations_are_56_and_every_number_on_victims_has_a_caveat(store: ox.Store) -> None:
    pattern = (
        "?o a mfk:Observation, qb:Observation ; dcterms:identifier ?i ; mfk:observationKind ?k"
    )
    kinds = Counter(k.split("/")[-1] for _, k in answers(store, pattern, "i", "k"))
    assert kinds == {"phenomenon": 16, "regime-count": 35, "time-span": 5}
    bare = pattern + " MINUS { ?o mfk:caveat ?c }"
    assert {k for _, k in answers(store, bare, "i", "k")} <= {
        "scheme/observation-kind/regime-count", "scheme/observation-kind/time-span"
    }  # fmt: skip


def test_labour_trafficking_victims_as_paper_000_gives_them(store: ox.Store) -> None:
    pattern = """?o dcterms:identifier ?i ; mfk:obsValue ?n ; mfk:refPeriodEnd ?year ;
        mfk:citedFrom <id/source/us-dos-2020> ; mfk:inSeries <id/series/detected-victims>"""
    assert answers(store, pattern, "i", "n", "year") == [
        ("st-07", "291", "2018"),
        ("st-08", "7687", "2020"),
    ]


def test_the_forms_of_exploitation_of_2016_add_up(store: ox.Store) -> None:
    pattern = """?o mfk:inSeries <id/series/forms-of-exploitation> ; mfk:unit "percent"@en ;
        mfk:refPeriodStart 2016 ; mfk:obsValue ?n"""
    assert sum(int(n) for (n,) in answers(store, pattern, "n")) == 100


def test_the_three_figures_of_paper_001_say_what_is_lost(store: ox.Store) -> None:
    assert len(answers(store, "?f a mfk:Figure ; mfk:notRecoverable ?lost", "f", "lost")) == 3
