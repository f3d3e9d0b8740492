"""Norms of two instruments compared, and what has no counterpart.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import rows

if TYPE_CHECKING:
    import pyoxigraph as ox


@pytest.mark.parametrize("other", ["un-tip-protocol-2000", "actip-2015"])
def test_every_duty_of_actip_and_the_protocol_has_a_counterpart_or_a_gap(
    store: ox.Store, other: str
) -> None:
    own = {"un-tip-protocol-2000": "actip-2015", "actip-2015": "un-tip-protocol-2000"}[other]
    left = f"""SELECT ?norm {{ ?norm a mfk:Norm ;
        mfk:statedIn/mfk:inInstrument <id/instrument/{own}> .
      MINUS {{ ?c mfk:fromNorm ?norm ; mfk:toInstrument <id/instrument/{other}> }}
      MINUS {{ ?c mfk:toNorm ?norm ; mfk:fromNorm/mfk:statedIn/mfk:inInstrument
        <id/instrument/{other}> }} }}"""
    assert rows(store, left) == []


def test_every_correspondence_gives_its_reason_and_is_marked_as_a_reading(store: ox.Store) -> None:
    every = rows(store, "SELECT ?c { ?c a mfk:NormCorrespondence }")
    told = """SELECT ?c { ?c a mfk:NormCorrespondence ; mfk:rationale ?r ; mfk:hasCitation ?x ;
      mfk:verification <scheme/verification/inferred> } GROUP BY ?c"""
    assert len(rows(store, told)) == len(every) > 100


SPOTS = [
    # from, kind, to: read from the two treaties' own wording as the table paraphrases it
    ("actip-2015/actip-a5p1", "equivalent", "un-tip-protocol-2000/tip-a5p1"),
    ("actip-2015/actip-a14p10", "stronger", "un-tip-protocol-2000/tip-a6p3"),
    ("actip-2015/actip-a13-2", "weaker", "un-tip-protocol-2000/tip-a11p1"),
    ("actip-2015/actip-a13-1", "stronger", "un-tip-protocol-2000/tip-a11p6"),
    ("actip-2015/actip-a18p1", "weaker", "untoc-2000/untoc-a18p1"),
    ("un-tip-protocol-2000/tip-a9p1a", "stronger", "untoc-2000/untoc-a31p1"),
]


@pytest.mark.parametrize(("one", "kind", "other"), SPOTS)
def test_a_comparison_says_what_the_texts_say(
    store: ox.Store, one: str, kind: str, other: str
) -> None:
    query = f"""SELECT ?kind {{ ?c mfk:fromNorm <id/norm/{one}> ;
      mfk:toNorm <id/norm/{other}> ; mfk:correspondence ?kind }}"""
    assert rows(store, query) == [(f"scheme/correspondence/{kind}",)]


@pytest.mark.parametrize("norm", ["actip-a5p3", "actip-a14p1", "actip-a14p8", "actip-a16p4"])
def test_what_actip_adds_is_a_gap_in_both_un_texts(store: ox.Store, norm: str) -> None:
    query = f"""SELECT ?in {{ ?c mfk:fromNorm <id/norm/actip-2015/{norm}> ;
      mfk:correspondence <scheme/correspondence/gap> ; mfk:toInstrument ?in }}
      ORDER BY ?in"""
    assert rows(store, query) == [
        ("id/instrument/un-tip-protocol-2000",),
        ("id/instrument/untoc-2000",),
    ]


PROTOCOL_ONLY = {
    "tip-a6p2b", "tip-a11p2", "tip-a11p3", "tip-a11p4", "tip-a11p5",
    "tip-a15p2", "tip-a18p1", "tip-a18p1-2",
}  # fmt: skip
# what the table calls an addition of the Convention
ADDITIONS = {
    "actip-a5p3", "actip-a12", "actip-a14p1", "actip-a14p2", "actip-a14p3", "actip-a14p7",
    "actip-a14p8", "actip-a14p11", "actip-a14p14", "actip-a15p5", "actip-a16p1", "actip-a16p3",
    "actip-a16p4", "actip-a18p2", "actip-a23", "actip-a31",
}  # fmt: skip


def gaps(store: ox.Store, own: str, other: str) -> set[str]:
    query = f"""SELECT ?id {{ ?c mfk:correspondence <scheme/correspondence/gap> ;
      mfk:toInstrument <id/instrument/{other}> ; mfk:fromNorm ?n .
      ?n dcterms:identifier ?id ; mfk:statedIn/mfk:inInstrument <id/instrument/{own}> }}"""
    return {i for (i,) in rows(store, query)}


def test_duties_of_the_protocol_without_counterpart_are_the_eight(store: ox.Store) -> None:
    assert gaps(store, "un-tip-protocol-2000", "actip-2015") == PROTOCOL_ONLY


def test_the_additions_of_the_convention_are_gaps_in_both_un_treaties(store: ox.Store) -> None:
    assert gaps(store, "actip-2015", "un-tip-protocol-2000") >= ADDITIONS
    assert gaps(store, "actip-2015", "untoc-2000") >= ADDITIONS


@pytest.mark.parametrize("own", ["actip-2015", "un-tip-protocol-2000"])
def test_every_duty_is_compared_with_untoc(store: ox.Store, own: str) -> None:
    left = f"""SELECT ?n {{ ?n a mfk:Norm ;
        mfk:statedIn/mfk:inInstrument <id/instrument/{own}> .
      MINUS {{ ?c mfk:fromNorm ?n ; mfk:toInstrument <id/instrument/untoc-2000> }} }}"""
    assert rows(store, left) == []


def test_no_duty_has_a_gap_and_a_counterpart_in_one_instrument(store: ox.Store) -> None:
    query = """SELECT ?n { ?c mfk:fromNorm ?n ; mfk:toInstrument ?i ;
        mfk:correspondence <scheme/correspondence/gap> .
      ?d mfk:fromNorm ?n ; mfk:toInstrument ?i FILTER(?c != ?d) }"""
    assert rows(store, query) == []


def test_a_comparison_resting_on_memory_is_of_low_confidence(store: ox.Store) -> None:
    query = """SELECT ?c { ?c mfk:toNorm ?m ; mfk:fromNorm ?n ; mfk:confidence ?sure .
      ?n mfk:evidenceKind <scheme/evidence-kind/memory>
      FILTER(?sure != <scheme/confidence/low>) }"""
    assert rows(store, query) == []
