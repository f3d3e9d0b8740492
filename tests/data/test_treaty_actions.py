"""What states did about treaties, and when.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from asking import BASE, PAPER_001, count, one, rows

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_rows_of_one_act_are_citations_on_one_node(store: ox.Store) -> None:
    nodes = {
        "Signature": 72, "Ratification": 98, "Accession": 37, "ConsentToBeBound": 135, "Reservation": 13,
        "InterpretativeDeclaration": 2, "Withdrawal": 2, "EntryIntoForceForState": 48, "TreatyAction": 272,
    }  # fmt: skip
    assert {c: count(store, f"?n a mfk:{c}") for c in nodes} == nodes
    evidence = {  # rows of the table: signatures; ratifications, accessions and deposits; and so on
        "Signature": 74, "ConsentToBeBound": 105 + 40 + 21, "Reservation": 13, "InterpretativeDeclaration": 2,
        "Withdrawal": 3, "EntryIntoForceForState": 26 + 10 + 22,
    }  # fmt: skip
    for cls, expected in evidence.items():
        pattern = f"?n a mfk:{cls} ; mfk:hasCitation ?c . ?c mfk:citesSource ?s FILTER (?s != {PAPER_001})"
        assert count(store, pattern, "?c") == expected, cls


def test_rows_that_say_not_party_become_no_status(store: ox.Store) -> None:
    assert (
        count(store, f"?n a mfk:Claim FILTER STRSTARTS(STR(?n), '{BASE}id/claim/not-party/')") == 38
    )
    assert count(store, f"?n ?p ?o FILTER STRSTARTS(STR(?p), '{BASE}ontology#isParty')") == 0


def test_no_state_consents_twice_to_one_treaty(store: ox.Store) -> None:
    pattern = (
        "?n a mfk:ConsentToBeBound ; mfk:byState ?s ; mfk:onInstrument ?i ."
        " ?m a mfk:ConsentToBeBound ; mfk:byState ?s ; mfk:onInstrument ?i FILTER (?n != ?m)"
    )
    assert count(store, pattern) == 0


@pytest.mark.parametrize(
    ("slug", "prop", "day"),
    [
        ("brn/untoc-2000/accession", "doneOn", "2008-03-25"),
        ("tha/un-tip-protocol-2000/ratification", "doneOn", "2013-10-17"),
        ("khm/un-tip-protocol-2000/ratification", "doneOn", "2007-07-02"),
        ("sgp/un-tip-protocol-2000/accession", "doneOn", "2015-09-28"),
        ("phl/untoc-2000/ratification", "doneOn", "2002-05-28"),
        ("phl/actip-2015/ratification", "depositedOn", "2017-02-07"),
        ("mmr/actip-2015/ratification", "depositedOn", "2017-01-16"),
        ("vnm/actip-2015/ratification", "effectiveOn", "2017-03-08"),
        ("brn/un-tip-protocol-2000/accession", "doneOn", "2020-03-01"),
        ("tha/asean-mlat-2004/ratification", "doneOn", "2013-01-01"),
        ("tls/asean-charter-2007/accession", "doneOn", "2025-10-25"),
    ],
)
def test_an_act_has_its_day(store: ox.Store, slug: str, prop: str, day: str) -> None:
    assert one(store, f"SELECT ?d WHERE {{ <{BASE}id/action/{slug}> mfk:{prop} ?d }}") == day


def test_a_recollected_day_does_not_displace_a_month_that_was_seen(store: ox.Store) -> None:
    act = f"<{BASE}id/action/brn/un-tip-protocol-2000/accession>"
    assert (
        one(store, f"SELECT ?p WHERE {{ {act} mfk:datePrecision ?p }}")
        == "scheme/date-precision/month"
    )
    stated = rows(
        store,
        f"SELECT ?d ?v WHERE {{ {act} mfk:hasCitation ?c . ?c mfk:statedDate ?d ; mfk:verification ?v ;"
        f" mfk:datePrecision <{BASE}scheme/date-precision/day> }}",
    )
    assert stated == [("2020-03-30", "scheme/verification/unverified")]


def test_the_years_of_tables_3_and_4_agree_with_the_dated_acts(store: ox.Store) -> None:
    found = rows(
        store,
        f"SELECT ?n ?d ?p WHERE {{ ?n a mfk:ConsentToBeBound ; mfk:doneOn ?d ; mfk:hasCitation ?c ."
        f" ?c mfk:citesSource {PAPER_001} ; mfk:statedDate ?p }}",
    )
    assert len(found) == 10 + 10 + 9
    assert [n for n, done, paper in found if done[:4] != paper[:4]] == []


def test_years_from_the_convention_to_the_protocol(store: ox.Store) -> None:
    found = rows(
        store,
        "SELECT ?i ?a ?b WHERE { ?x a mfk:ConsentToBeBound ; mfk:onInstrument mfkd:instrument\\/untoc-2000 ;"
        " mfk:byState ?s ; mfk:doneOn ?a . ?y a mfk:ConsentToBeBound ; mfk:byState ?s ; mfk:doneOn ?b ;"
        " mfk:onInstrument mfkd:instrument\\/un-tip-protocol-2000 . ?s mfk:iso3 ?i }",
    )
    assert {i: int(b[:4]) - int(a[:4]) for i, a, b in found} == {
        "BRN": 12, "KHM": 2, "IDN": 0, "LAO": 0, "MYS": 5, "MMR": 0, "PHL": 0, "SGP": 8, "THA": 0, "VNM": 0, "TLS": 0,
    }  # fmt: skip


def test_entry_into_force_of_actip_follows_from_its_rule_if_the_day_of_deposit_counts(
    store: ox.Store,
) -> None:
    actip = f"<{BASE}id/instrument/actip-2015>"
    ((needed, days, stated),) = rows(
        store,
        f"SELECT ?n ?k ?d WHERE {{ {actip} mfk:depositsRequired ?n ; mfk:daysAfterDeposit ?k ; mfk:inForceFrom ?d }}",
    )
    assert (needed, days, stated) == ("6", "30", "2017-03-08")
    deposits = sorted(
        day
        for (day,) in rows(
            store,
            f"SELECT ?d WHERE {{ ?n a mfk:ConsentToBeBound ; mfk:onInstrument {actip} ; mfk:depositedOn ?d }}",
        )
    )
    sixth = date.fromisoformat(deposits[5])
    assert sixth == date(2017, 2, 7)
    assert sixth + timedelta(days=29) == date(2017, 3, 8)  # counting the sixth deposit's own day


def test_reservations_name_the_provisions_they_touch(store: ox.Store) -> None:
    def touched(slug: str) -> set[str]:
        return {
            p.removeprefix("id/provision/")
            for (p,) in rows(
                store, f"SELECT ?p WHERE {{ <{BASE}id/action/{slug}> mfk:concernsProvision ?p }}"
            )
        }

    assert touched("vnm/un-tip-protocol-2000/reservation") == {
        "un-tip-protocol-2000/art_15__para_2"
    }
    assert touched("lao/opsc-2000/reservation") == {"opsc-2000/art_5__para_2"}
    assert touched("brn/crc-1989/reservation") == {f"crc-1989/art_{n}" for n in (14, 20, 21)}
    assert "cedaw-1979/art_16__para_1__point_a" in touched("mys/cedaw-1979/reservation")


def test_two_dates_for_one_act_make_a_conflict_with_a_reason(store: ox.Store) -> None:
    acts = {
        n.removeprefix("id/action/")
        for (n,) in rows(
            store,
            "SELECT DISTINCT ?n WHERE { ?c a mfk:SourceConflict ; mfk:about ?n ; mfk:hasVariant ?v, ?w ;"
            " mfk:resolution ?why . ?n a mfk:TreatyAction FILTER (?v != ?w) }",
        )
    }
    assert acts >= {
        "phl/actip-2015/ratification", "phl/asean-charter-2007/ratification", "tha/asean-charter-2007/ratification",
        "vnm/asean-charter-2007/ratification", "phl/cedaw-1979/ratification", "sgp/cedaw-1979/accession",
        "mmr/ilo-c182/ratification", "brn/ilo-c029/ratification",
    }  # fmt: skip


def test_malaysia_left_the_convention_on_abolition_of_forced_labour(store: ox.Store) -> None:
    assert rows(
        store,
        "SELECT ?s WHERE { ?n a mfk:Withdrawal ; mfk:onInstrument mfkd:instrument\\/ilo-c105 ; mfk:byState ?s } ORDER BY ?s",
    ) == [("id/state/mys",), ("id/state/sgp",)]
