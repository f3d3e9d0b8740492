"""Bodies, how they came to be, and what they are to do.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from asking import answers, column, rows

if TYPE_CHECKING:
    import pyoxigraph as ox

SEED_BODIES = [
    "asean", "ams", "asean-community", "apsc", "aec", "ascc", "asean-secretariat",
    "asean-leaders", "asean-summit-27", "asean-conference-tnc-1",
    "asean-ministers-meeting-2004", "ammtc", "somtc", "somtc-adhoc-wg-tip", "somtc-wg",
    "apa-supervisory-unit", "hsu", "national-specialist-units", "arcppt", "aichr", "acwc",
    "aipo", "afml", "sea-forum-fishers", "un", "unga", "unodc", "unhcr", "iom", "ilo",
    "un-treaty-collection", "us-department-of-state", "us-tip-office", "eu", "europol",
    "national-geographic",
]  # fmt: skip
PUBLIC_BODIES = [
    "ASEAN Summit", "ACC", "AMMTC", "SOMTC", "SOMTC WG on TIP", "HSU", "HSU-PS", "DGICM", "AICHR",
    "ACWC", "ACMW", "SOMSWD", "SLOM", "ALAWMM", "ASLOM", "AMAG-MLAT", "ASEANAPOL", "ASEC", "AIPA",
    "UNODC", "UNTOC COP", "UNIAP", "UN-ACT", "ILO", "IOM", "UN Women", "US TIP Office", "ARTIP",
    "AAPTIP", "ASEAN-ACT", "Bali Process", "COMMIT",
]  # fmt: skip


def test_every_body_of_both_lists_is_one_body_node(store: ox.Store) -> None:
    assert (len(SEED_BODIES), len(PUBLIC_BODIES)) == (36, 32)
    found = Counter(
        i
        for _, i in answers(store, "?b a mfk:Body ; dcterms:identifier ?i", "b", "i")
        if i in {*SEED_BODIES, *PUBLIC_BODIES}
    )
    assert found == Counter([*SEED_BODIES, *PUBLIC_BODIES])
    # twelve bodies stand in both lists
    listed = " ".join(f'"{i}"' for i in [*SEED_BODIES, *PUBLIC_BODIES])
    pattern = f"VALUES ?i {{ {listed} }} ?b a mfk:Body ; dcterms:identifier ?i"
    assert len(column(store, pattern, "b")) == 56


def test_ammtc_was_established_by_the_1997_declaration_and_meets_every_two_years(
    store: ox.Store,
) -> None:
    pattern = "<id/body/ammtc> mfk:establishedBy ?by ; mfk:establishedOn ?on ; mfk:meets ?meets"
    assert answers(store, pattern, "by", "on", "meets") == [
        ("id/instrument/asean-declaration-tnc-1997", "1997-12-20", "at least once every two years")
    ]


def test_somtc_was_formed_by_the_1999_plan_and_reports_to_ammtc_every_year(
    store: ox.Store,
) -> None:
    pattern = """<id/body/somtc> mfk:establishedBy ?by ; mfk:reportsTo ?to ; mfk:meets ?meets ;
        mfk:establishedOn ?on ; mfk:datePrecision ?precision"""
    assert answers(store, pattern, "by", "to", "meets", "on", "precision") == [
        ("id/instrument/asean-poa-tnc-1999", "id/body/ammtc", "annually", "1999-01-01",
         "scheme/date-precision/year")
    ]  # fmt: skip


def test_hsu_was_founded_in_2004_and_taken_into_somtc_in_2009(store: ox.Store) -> None:
    pattern = "?e mfk:concernsBody <id/body/hsu> ; a ?kind ; mfk:occurredOn ?on"
    assert answers(store, pattern, "kind", "on") == [
        ("ontology#BodyEvent", "2004-01-01"),
        ("ontology#BodyEvent", "2009-01-01"),
        ("ontology#Establishment", "2004-01-01"),
        ("ontology#Incorporation", "2009-01-01"),
    ]
    into = "?e mfk:concernsBody <id/body/hsu> ; mfk:incorporatedInto ?into"
    assert column(store, into, "into") == {"id/body/somtc"}


def test_establishments_are_one_for_each_body_with_a_founding_date_or_act(store: ox.Store) -> None:
    assert len(column(store, "?e a mfk:Establishment", "e")) == 31
    assert len(column(store, "?e a mfk:Renaming", "e")) == 1


def test_what_only_memory_holds_of_a_body_is_unverified(store: ox.Store) -> None:
    # the summit was not looked up at all; of the AMMTC only the seat in the line of reporting
    verification = "<id/body/{}> mfk:verification ?v"
    assert column(store, verification.format("asean-summit"), "v") == {
        "scheme/verification/unverified"
    }
    assert column(store, verification.format("ammtc"), "v") == {"scheme/verification/verified"}
    assert column(store, "<id/body/ammtc> mfk:reportsTo ?to", "to") == set()
    recollected = """?m mfk:mandateOf <id/body/ammtc> ; mfk:reportsTo ?to ;
        mfk:verification <scheme/verification/unverified>"""
    assert "id/body/asean-summit" in column(store, recollected, "to")


GIVEN = [
    ("ammtc", "asean-declaration-tnc-1997/para_2"),
    ("somtc", "actip-2015/art_24__para_1"),
    ("untoc-cop", "untoc-2000/art_32__para_1"),
    ("un-secretary-general", "un-tip-protocol-2000/art_20__para_1"),
]


@pytest.mark.parametrize(("body", "provision"), GIVEN)
def test_a_mandate_names_the_provision_that_gives_it(
    store: ox.Store, body: str, provision: str
) -> None:
    query = f"""SELECT ?m {{ ?m a mfk:Mandate ; mfk:mandateOf <id/body/{body}> ;
      mfk:conferredBy <id/provision/{provision}> ; mfk:function ?what }}"""
    assert len(rows(store, query)) == 1
