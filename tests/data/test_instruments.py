"""Instruments, their identifiers in the tables, and the relations between them.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import BASE, count, rows

if TYPE_CHECKING:
    import pyoxigraph as ox

SEED = [
    "tac-1976", "asean-charter", "ahrd", "asean-vision-2020", "asean-declaration-tnc-1997",
    "asean-poa-tnc-1999", "asean-wp-tnc-2002", "asean-declaration-tip-2004", "mlat",
    "asean-report-2006", "asean-report-2007", "asean-report-2011", "asean-wp-tip-2007",
    "asean-practitioner-guidelines-2007", "asean-joint-statement-2011", "actip-2015", "apa-2015",
    "acwc-regional-review-2016", "asean-fisheries-tip-guidelines", "aflm-12-outcome",
    "asean-migrant-rights-agreements", "ams-national-plans", "untoc-2000", "tip-protocol-2000",
    "som-protocol-2000", "crc", "un-gpa-tip", "glotip-series", "glotip-2018",
    "unhcr-rohingya-report", "tvpa-2000", "tip-report-series", "tip-report-2001",
    "tip-report-2019", "tip-report-2020", "bn-order-2004", "kh-law-2008", "id-law-21-2007",
    "la-law-women-2004", "my-act-670-2007", "mm-law-2005", "ph-ra-9208-2003", "sg-phta-2015",
    "th-act-2551-2008", "vn-law-2012", "unodc-mla-network", "unodc-tip-faq",
]  # fmt: skip
CROSSWALK = [
    "actip-2015", "un-tip-protocol-2000", "untoc-2000", "asean-tip-declaration-2004",
    "asean-tnc-declaration-1997", "asean-poa-tnc-1999", "asean-wp-tnc-2002", "asean-wp-tip-2007",
    "asean-practitioner-guidelines-2007", "asean-joint-statement-2011", "apa-2015",
    "asean-bohol-wp-2017", "asean-mswp-tip-2023", "mlat", "asean-ld-tip-tech-2023",
    "asean-consensus-mw-2017", "asean-declaration-mw-2007", "asean-extradition-treaty-2025",
    "un-charter", "udhr", "asean-charter", "ahrd", "refugee-convention-1951",
    "refugee-protocol-1967", "unga-res-53-111", "ha-noi-declaration-1998",
    "ha-noi-plan-of-action-1998", "naples-declaration-1994", "baguio-communique-1996",
    "asean-concord-ii-2003", "cha-am-hua-hin-2009", "asean-wp-tnc-2010",
    "acwc-regional-guidelines-2018", "asean-statement-acmw-2007", "id-uu-12-2017",
    "asean-poa-tnc-2016", "asean-poa-tnc-2026", "asean-mlat-elevation-2019", "ammtc", "somtc",
    "asean-secretariat", "acmw", "untoc-cop", "un-secretary-general",
]  # fmt: skip
PARTICIPATION = [
    "actip-2015", "asean-charter-2007", "asean-mlat-2004", "bali-process-2002", "cedaw-1979",
    "commit-mou-2004", "crc-1989", "hsu-process-2004", "ilo-c029", "ilo-c105", "ilo-c182",
    "ilo-c189", "ilo-p029", "opsc-2000", "un-smuggling-protocol-2000", "un-tip-protocol-2000",
    "uncac-2003", "untoc-2000",
]  # fmt: skip
LAWS = [
    "brn-tsp-order-2004", "brn-atip-order-2019", "brn-smuggling-order-2019", "khm-1996",
    "khm-tip-2008", "idn-uu21-2007", "idn-uu14-2009", "idn-uu12-2017", "idn-kuhp-2023",
    "lao-women-2004", "lao-penal-134-2006", "lao-atip-2015", "lao-penal-2018", "mys-act670-2007",
    "mys-a1385-2010", "mys-a1500-2015", "mys-a1644-2022", "mmr-2005", "mmr-2022",
    "phl-ra9208-2003", "phl-ra10364-2013", "phl-ra11862-2022", "sgp-phta-2014", "tha-2540-1997",
    "tha-2551-2008", "tha-2558-2015", "tha-2560-2017", "tha-2562-2019", "vnm-66-2011",
    "vnm-penal-2015", "vnm-53-2024", "tls-3-2017",
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "ids", "expected"),
    [
        ("seed", SEED, 47),
        ("crosswalk", CROSSWALK, 44),
        ("participation", PARTICIPATION, 18),
        ("laws", LAWS, 32),
    ],
)
def test_every_id_of_a_table_is_carried_by_exactly_one_node(
    store: ox.Store, table: str, ids: list[str], expected: int
) -> None:
    assert len(set(ids)) == expected, table
    carriers: dict[str, set[str]] = {}
    for node, value in rows(
        store,
        "SELECT ?n ?i WHERE { ?n dcterms:identifier ?i ; a ?t FILTER (?t IN (mfk:Instrument, mfk:Body)) }",
    ):
        carriers.setdefault(value, set()).add(node)
    assert [i for i in ids if len(carriers.get(i, set())) != 1] == []


@pytest.mark.parametrize(
    ("alias", "slug"),
    [
        ("tip-protocol-2000", "un-tip-protocol-2000"), ("mlat", "asean-mlat-2004"), ("crc", "crc-1989"),
        ("asean-charter", "asean-charter-2007"), ("asean-tip-declaration-2004", "asean-declaration-tip-2004"),
        ("id-uu-12-2017", "idn-uu12-2017"), ("sgp-phta-2014", "sg-phta-2015"), ("vnm-66-2011", "vn-law-2012"),
    ],
)  # fmt: skip
def test_two_ids_of_one_instrument_lead_to_one_node(store: ox.Store, alias: str, slug: str) -> None:
    assert rows(
        store, f'SELECT ?n WHERE {{ ?n a mfk:Instrument ; dcterms:identifier "{alias}" }}'
    ) == [(f"id/instrument/{slug}",)]


def test_the_chain_from_1997_to_2015_can_be_walked(store: ox.Store) -> None:
    found = {
        n.rsplit("/", 1)[1]
        for (n,) in rows(
            store,
            f"SELECT DISTINCT ?n WHERE {{ <{BASE}id/instrument/actip-2015> mfk:followsUpOn+ ?n }}",
        )
    }
    assert found >= {
        "asean-declaration-tip-2004", "asean-practitioner-guidelines-2007", "asean-joint-statement-2011",
        "asean-declaration-tnc-1997", "asean-vision-2020",
    }  # fmt: skip


def test_every_follow_up_edge_has_an_evidence_node_and_the_reverse(store: ox.Store) -> None:
    kinds = {"implementsInstrument": "implements", "supplements": "supplements", "elaborates": "elaborates",
             "supersedes": "supersedes", "amends": "amends"}  # fmt: skip
    for edge, kind in kinds.items():
        node = (
            f"?n a mfk:InstrumentRelation ; mfk:relationFrom ?a ; mfk:relationTo ?b ;"
            f" mfk:relationKind <{BASE}scheme/relation-kind/{kind}>"
        )
        without = f"?a mfk:{edge} ?b . FILTER NOT EXISTS {{ {node} }}"
        bare = f"{node} . FILTER NOT EXISTS {{ ?a mfk:{edge} ?b }}"
        assert count(store, without, "?a") == 0, edge
        assert count(store, bare) == 0, edge


def test_super_properties_are_stated_so_that_no_reasoner_is_needed(store: ox.Store) -> None:
    narrow = "?a mfk:implementsInstrument|mfk:supplements|mfk:elaborates|mfk:supersedes ?b"
    assert count(store, f"{narrow} . FILTER NOT EXISTS {{ ?a mfk:followsUpOn ?b }}", "?a") == 0


def test_the_fifty_four_relations_between_texts_are_there(store: ox.Store) -> None:
    pattern = (
        "?n a mfk:InstrumentRelation ; rdfs:comment ?basis FILTER STRSTARTS(?basis, 'Basis: ')"
    )
    assert count(store, pattern) == 54


def test_of_the_papers_instruments_one_is_called_binding_and_three_non_binding(
    store: ox.Store,
) -> None:
    by: dict[str, set[str]] = {}
    for identifier, value in rows(
        store, "SELECT ?i ?b WHERE { ?n dcterms:identifier ?i ; mfk:bindingness ?b }"
    ):
        if identifier in SEED:
            by.setdefault(value.rsplit("/", 1)[1], set()).add(identifier)
    assert by["binding"] == {"actip-2015"}
    assert by["non-binding"] == {
        "asean-declaration-tnc-1997",
        "asean-declaration-tip-2004",
        "asean-practitioner-guidelines-2007",
    }
    assert len(by["unstated"]) == 47 - 1 - 3
