"""Norms: how many, of what kind and force, and where they are stated.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import rows

if TYPE_CHECKING:
    import pyoxigraph as ox

NORMS = {
    "untoc-2000": 108,
    "actip-2015": 72,
    "un-tip-protocol-2000": 41,
    "asean-ld-tip-tech-2023": 13,
    "asean-declaration-tnc-1997": 10,
    "asean-mlat-2004": 9,
    "asean-declaration-mw-2007": 9,
    "asean-declaration-tip-2004": 8,
    "asean-practitioner-guidelines-2007": 8,
    "asean-poa-tnc-1999": 4,
    "asean-bohol-wp-2017": 4,
    "asean-joint-statement-2011": 3,
    "apa-2015": 2,
    "asean-wp-tnc-2002": 1,
    "asean-mswp-tip-2023": 1,
    "asean-consensus-mw-2017": 1,
}
MODALITIES = {
    "shall": 126,
    "shall-subject-to-law": 56,
    "political-commitment": 44,
    "shall-endeavour": 22,
    "shall-consider": 21,
    "programme-action": 12,
    "should": 8,
    "may": 5,
}


@pytest.mark.parametrize(("instrument", "number"), NORMS.items())
def test_every_duty_of_the_table_is_a_norm(store: ox.Store, instrument: str, number: int) -> None:
    query = f"""SELECT DISTINCT ?norm {{ ?norm a mfk:Norm ; dcterms:identifier ?id ;
      mfk:statedIn/mfk:inInstrument <id/instrument/{instrument}> }}"""
    assert len(rows(store, query)) == number


def test_the_norms_are_294_with_as_many_identifiers(store: ox.Store) -> None:
    found = rows(store, "SELECT DISTINCT ?norm ?id { ?norm a mfk:Norm ; dcterms:identifier ?id }")
    assert len(found) == len({norm for norm, _ in found}) == len({i for _, i in found}) == 294


@pytest.mark.parametrize(("modality", "number"), MODALITIES.items())
def test_the_force_of_each_duty_is_kept(store: ox.Store, modality: str, number: int) -> None:
    query = f"SELECT ?n {{ ?n a mfk:Norm ; mfk:modality <scheme/modality/{modality}> }}"
    assert len(rows(store, query)) == number


KINDS = {
    "Permission": {"actip-a12", "actip-a14p1-2"},
    "Power": {"actip-a10p2", "untoc-a15p2", "untoc-a15p4"},
    "Prohibition": {
        "actip-a14p8",
        "mlat-a8",
        "untoc-a16p15",
        "untoc-a18p12",
        "untoc-a18p19",
        "untoc-a18p22",
        "untoc-a18p8",
    },
}


@pytest.mark.parametrize(("kind", "ids"), KINDS.items())
def test_what_is_no_obligation_is_named_one_by_one(
    store: ox.Store, kind: str, ids: set[str]
) -> None:
    found = rows(store, f"SELECT ?id {{ ?n a mfk:{kind}, mfk:Norm ; dcterms:identifier ?id }}")
    assert {i for (i,) in found} == ids


def test_all_other_norms_are_obligations(store: ox.Store) -> None:
    found = rows(store, "SELECT ?n { ?n a mfk:Obligation, mfk:Norm ; dcterms:identifier ?id }")
    assert len(found) == 294 - 12


def test_every_norm_is_stated_in_one_provision_of_its_own_instrument(store: ox.Store) -> None:
    found = rows(store, "SELECT ?n ?i { ?n a mfk:Norm ; mfk:statedIn ?p . ?p mfk:inInstrument ?i }")
    assert len(found) == 294
    for norm, instrument in found:
        assert norm.removeprefix("id/norm/").split("/")[0] == instrument.split("/")[-1]


def test_duties_known_from_memory_or_a_heading_are_unverified(store: ox.Store) -> None:
    # 69 rows of the table were not seen; a work names four of these offences of the Convention
    query = "SELECT ?n { ?n a mfk:Norm ; mfk:verification <scheme/verification/unverified> }"
    assert len(rows(store, query)) == 69 - 4


NORM_SPOTS = [
    # norm, path of its provision, modality area topic
    ("actip-a14p8", "art_14__para_8", "shall protection non-detention"),
    ("actip-a14p7", "art_14__para_7", "shall-consider protection non-penalisation"),
    ("actip-a24p1", "art_24__para_1", "shall partnership monitoring-reporting"),
    ("tip-a5p2a", "art_5__para_2__point_a", "shall-subject-to-law prosecution criminalisation"),
    ("tip-a9p5", "art_9__para_5", "shall prevention demand"),
    ("untoc-a30p2c", "art_30__para_2__point_c", "shall-endeavour partnership technical-assistance"),
    ("mlat-a4", "art_4", "shall partnership mla"),
    ("pg07-A6", "part_1__sec_a__para_6", "should protection compensation"),
    ("decl97-r2", "para_2", "political-commitment partnership monitoring-reporting"),
]


@pytest.mark.parametrize(("norm", "path", "concepts"), NORM_SPOTS)
def test_a_norm_says_what_its_provision_asks(
    store: ox.Store, norm: str, path: str, concepts: str
) -> None:
    query = f"""SELECT ?path ?m ?a ?t {{ ?n dcterms:identifier "{norm}" ; mfk:modality ?m ;
      mfk:area ?a ; mfk:topic ?t ; mfk:statedIn/mfk:provisionPath ?path }}"""
    expected = zip(("modality", "area", "topic"), concepts.split(), strict=True)
    assert rows(store, query) == [
        (path, *(f"scheme/{scheme}/{concept}" for scheme, concept in expected))
    ]
