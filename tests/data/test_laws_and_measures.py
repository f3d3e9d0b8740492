"""National laws, the measures that rest on them, and what they give effect to.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import BASE, TEN, count, one, rows

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_each_law_is_enacted_by_its_state_and_is_a_measure_of_it(store: ox.Store) -> None:
    assert (
        count(store, "?n a mfk:NationalLaw") == 33
    )  # the 32 of the region and one of the United States
    assert (
        count(
            store,
            "?m a mfk:LegislativeMeasure ; mfk:basedOnLaw ?n ; mfk:measureOf ?s . ?n mfk:enactedBy ?s",
        )
        == 32
    )


@pytest.mark.parametrize(
    ("law", "prop", "day"),
    [
        ("ph-ra-9208-2003", "adoptedOn", "2003-05-26"),
        ("la-law-women-2004", "adoptedOn", "2004-10-22"),
        ("sg-phta-2015", "inForceFrom", "2015-03-01"),
        ("vn-law-2012", "inForceUntil", "2025-07-01"),
        ("vnm-53-2024", "inForceFrom", "2025-07-01"),
    ],
)
def test_a_law_has_its_day(store: ox.Store, law: str, prop: str, day: str) -> None:
    assert one(store, f"SELECT ?d WHERE {{ <{BASE}id/instrument/{law}> mfk:{prop} ?d }}") == day


def test_three_acts_amend_act_670(store: ox.Store) -> None:
    found = rows(
        store, "SELECT ?n WHERE { ?n mfk:amends mfkd:instrument\\/my-act-670-2007 } ORDER BY ?n"
    )
    assert [n.rsplit("/", 1)[1] for (n,) in found] == [
        "mys-a1385-2010",
        "mys-a1500-2015",
        "mys-a1644-2022",
    ]


def test_every_institution_row_is_a_measure_a_policy_or_a_search_without_result(
    store: ox.Store,
) -> None:
    measures = count(
        store,
        "?n a ?t ; mfk:measureOf ?s FILTER (?t IN (mfk:SpecialistUnit, mfk:CoordinationBody, mfk:VictimService))",
    )
    policies = count(store, "?n a mfk:NationalPolicy")
    absent = count(
        store, f"?n a mfk:Claim FILTER STRSTARTS(STR(?n), '{BASE}id/claim/institution-not-found/')"
    )
    assert (measures, policies, absent) == (29, 14, 18)
    assert measures + policies + absent == 61
    # a plan is a text; that a state carries it out is the measure
    assert (
        count(
            store,
            "?n mfk:measureOf ?s ; mfk:basedOnLaw ?p . ?p a mfk:NationalPolicy ; mfk:enactedBy ?s",
        )
        == 14
    )


@pytest.mark.parametrize(
    ("provision", "measures"),
    [
        ("un-tip-protocol-2000/art_5__para_1", 20),
        ("un-tip-protocol-2000/art_6__para_3", 6),
        ("un-tip-protocol-2000/art_9__para_1__point_a", 14),
        ("actip-2015/art_11__para_1__point_a", 13),
        ("actip-2015/art_14__para_1", 5),
        ("actip-2015/art_16__para_1", 11),
        ("actip-2015/art_16__para_4", 11),
    ],
)
def test_measures_point_to_the_provision_on_their_subject_and_say_it_is_inferred(
    store: ox.Store, provision: str, measures: int
) -> None:
    pattern = (
        f"?n mfk:measureOf ?s ; mfk:givesEffectTo <{BASE}id/provision/{provision}> ; mfk:hasCitation ?c ."
        f" ?c mfk:verification ?v FILTER (?v != <{BASE}scheme/verification/verified>)"
    )
    assert count(store, pattern) == measures


def test_all_ten_signatories_have_a_law_tied_to_the_crime(store: ox.Store) -> None:
    query = """SELECT DISTINCT ?iso { ?m a mfk:LegislativeMeasure ;
      mfk:givesEffectTo <id/norm/actip-2015/actip-a5p1> ; mfk:measureOf/mfk:iso3 ?iso }"""
    assert {iso for (iso,) in rows(store, query)} == TEN


def test_a_link_to_the_convention_rests_on_an_inferred_citation(store: ox.Store) -> None:
    query = """SELECT ?m { ?m a mfk:LegislativeMeasure ;
        mfk:givesEffectTo <id/norm/actip-2015/actip-a5p1> .
      MINUS { ?m mfk:hasCitation/mfk:verification <scheme/verification/inferred> } }"""
    assert rows(store, query) == []
