"""Provisions, norms and correspondences, counted and spot-checked from the Turtle alone.

The figures are worked out from the tables of provisions and duties and from the treaties' own
articles, not from the data.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

DATA = Path(__file__).parents[2] / "data" / "ttl"
BASE = "https://w3id.org/mufakat/"
PREFIXES = f"""PREFIX mfk: <{BASE}ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""

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
ARTICLES = {"actip-2015": 31, "un-tip-protocol-2000": 20, "untoc-2000": 41, "asean-mlat-2004": 32}
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


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    for file in [*DATA.rglob("*.ttl")]:
        store.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    return store


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple("" if t is None else t.value for t in solution) for solution in found]


def iri(path: str) -> str:
    return f"<{BASE}{path}>"


@pytest.mark.parametrize(("instrument", "number"), NORMS.items())
def test_every_duty_of_the_table_is_a_norm(store: ox.Store, instrument: str, number: int) -> None:
    query = f"""SELECT DISTINCT ?norm {{ ?norm a mfk:Norm ; dcterms:identifier ?id ;
      mfk:statedIn/mfk:inInstrument {iri(f"id/instrument/{instrument}")} }}"""
    assert len(rows(store, query)) == number


def test_the_norms_are_294_with_as_many_identifiers(store: ox.Store) -> None:
    found = rows(store, "SELECT DISTINCT ?norm ?id { ?norm a mfk:Norm ; dcterms:identifier ?id }")
    assert len(found) == len({norm for norm, _ in found}) == len({i for _, i in found}) == 294


@pytest.mark.parametrize(("modality", "number"), MODALITIES.items())
def test_the_force_of_each_duty_is_kept(store: ox.Store, modality: str, number: int) -> None:
    query = f"SELECT ?n {{ ?n a mfk:Norm ; mfk:modality {iri(f'scheme/modality/{modality}')} }}"
    assert len(rows(store, query)) == number


@pytest.mark.parametrize(("instrument", "number"), ARTICLES.items())
def test_every_article_is_a_provision(store: ox.Store, instrument: str, number: int) -> None:
    query = f"""SELECT ?path {{ ?p a mfk:Provision ; mfk:provisionPath ?path ;
      mfk:inInstrument {iri(f"id/instrument/{instrument}")}
      FILTER(REGEX(?path, "^art_[0-9]+$")) }}"""
    assert {path for (path,) in rows(store, query)} == {f"art_{i}" for i in range(1, number + 1)}


def test_a_provision_s_iri_ends_in_its_path(store: ox.Store) -> None:
    found = rows(store, "SELECT ?p ?path { ?p a mfk:Provision ; mfk:provisionPath ?path }")
    assert len(found) > 560
    assert [p for p, path in found if not p.endswith("/" + path)] == []


def test_the_tree_of_provisions_has_no_cycle_and_stays_in_its_instrument(store: ox.Store) -> None:
    assert rows(store, "SELECT ?p { ?p mfk:partOfProvision+ ?p }") == []
    stray = """SELECT ?p { ?p mfk:partOfProvision ?up ; mfk:inInstrument ?a .
      ?up mfk:inInstrument ?b FILTER(?a != ?b) }"""
    assert rows(store, stray) == []
    two = "SELECT ?p { ?p mfk:partOfProvision ?a, ?b FILTER(STR(?a) < STR(?b)) }"
    assert rows(store, two) == []


@pytest.mark.parametrize("other", ["un-tip-protocol-2000", "actip-2015"])
def test_every_duty_of_actip_and_the_protocol_has_a_counterpart_or_a_gap(
    store: ox.Store, other: str
) -> None:
    own = {"un-tip-protocol-2000": "actip-2015", "actip-2015": "un-tip-protocol-2000"}[other]
    left = f"""SELECT ?norm {{ ?norm a mfk:Norm ;
        mfk:statedIn/mfk:inInstrument {iri(f"id/instrument/{own}")} .
      MINUS {{ ?c mfk:fromNorm ?norm ; mfk:toInstrument {iri(f"id/instrument/{other}")} }}
      MINUS {{ ?c mfk:toNorm ?norm ; mfk:fromNorm/mfk:statedIn/mfk:inInstrument
        {iri(f"id/instrument/{other}")} }} }}"""
    assert rows(store, left) == []


def test_every_correspondence_gives_its_reason_and_is_marked_as_a_reading(store: ox.Store) -> None:
    every = rows(store, "SELECT ?c { ?c a mfk:NormCorrespondence }")
    told = f"""SELECT ?c {{ ?c a mfk:NormCorrespondence ; mfk:rationale ?r ; mfk:hasCitation ?x ;
      mfk:verification {iri("scheme/verification/inferred")} }} GROUP BY ?c"""
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
    query = f"""SELECT ?kind {{ ?c mfk:fromNorm {iri("id/norm/" + one)} ;
      mfk:toNorm {iri("id/norm/" + other)} ; mfk:correspondence ?kind }}"""
    assert rows(store, query) == [(f"{BASE}scheme/correspondence/{kind}",)]


@pytest.mark.parametrize("norm", ["actip-a5p3", "actip-a14p1", "actip-a14p8", "actip-a16p4"])
def test_what_actip_adds_is_a_gap_in_both_un_texts(store: ox.Store, norm: str) -> None:
    query = f"""SELECT ?in {{ ?c mfk:fromNorm {iri(f"id/norm/actip-2015/{norm}")} ;
      mfk:correspondence {iri("scheme/correspondence/gap")} ; mfk:toInstrument ?in }}
      ORDER BY ?in"""
    assert rows(store, query) == [
        (f"{BASE}id/instrument/un-tip-protocol-2000",),
        (f"{BASE}id/instrument/untoc-2000",),
    ]


def test_articles_of_actip_whose_number_is_only_recollected_say_so(store: ox.Store) -> None:
    query = f"""SELECT ?path {{ ?p mfk:inInstrument {iri("id/instrument/actip-2015")} ;
      mfk:provisionPath ?path ; mfk:verification {iri("scheme/verification/unverified")}
      FILTER(?path IN ("art_1", "art_2", "art_4", "art_14")) }} ORDER BY ?path"""
    assert rows(store, query) == [("art_1",), ("art_2",), ("art_4",)]
