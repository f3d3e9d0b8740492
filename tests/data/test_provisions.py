"""Provisions: how many, of what, and how sure.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import rows

if TYPE_CHECKING:
    import pyoxigraph as ox

ARTICLES = {"actip-2015": 31, "un-tip-protocol-2000": 20, "untoc-2000": 41, "asean-mlat-2004": 32}


@pytest.mark.parametrize(("instrument", "number"), ARTICLES.items())
def test_every_article_is_a_provision(store: ox.Store, instrument: str, number: int) -> None:
    query = f"""SELECT ?path {{ ?p a mfk:Provision ; mfk:provisionPath ?path ;
      mfk:inInstrument <id/instrument/{instrument}>
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


def test_articles_of_actip_whose_number_is_only_recollected_say_so(store: ox.Store) -> None:
    query = """SELECT ?path { ?p mfk:inInstrument <id/instrument/actip-2015> ;
      mfk:provisionPath ?path ; mfk:verification <scheme/verification/unverified>
      FILTER(?path IN ("art_1", "art_2", "art_4", "art_14")) } ORDER BY ?path"""
    assert rows(store, query) == [("art_1",), ("art_2",), ("art_4",)]


ROWS = {
    "untoc-2000": 187,
    "actip-2015": 92,
    "un-tip-protocol-2000": 73,
    "asean-mlat-2004": 37,
    "asean-ld-tip-tech-2023": 14,
    "asean-declaration-tip-2004": 11,
    "asean-declaration-tnc-1997": 11,
    "asean-practitioner-guidelines-2007": 10,
    "asean-declaration-mw-2007": 9,
    "asean-consensus-mw-2017": 8,
    "asean-poa-tnc-1999": 7,
    "apa-2015": 7,
    "asean-bohol-wp-2017": 5,
    "asean-joint-statement-2011": 4,
    "asean-wp-tnc-2002": 3,
    "asean-mswp-tip-2023": 2,
    "asean-extradition-treaty-2025": 2,
    "asean-wp-tip-2007": 1,
}
# chapter of the Convention: its first and last article
CHAPTERS = {
    "chp_i": (1, 4),
    "chp_ii": (5, 10),
    "chp_iii": (11, 13),
    "chp_iv": (14, 15),
    "chp_v": (16, 17),
    "chp_vi": (18, 22),
    "chp_vii": (23, 31),
}
# what was seen of the Convention with its number: four articles and the preamble
SEEN = {"preamble", "art_5", "art_14", "art_15", "art_18"}
SEEN |= {f"art_14__para_{i}" for i in range(1, 10)} | {f"art_15__para_{i}" for i in range(1, 8)}
SEEN |= {"art_18__para_1", "art_18__para_2"}


@pytest.mark.parametrize(("instrument", "number"), ROWS.items())
def test_every_row_of_the_table_is_a_provision_with_its_gist(
    store: ox.Store, instrument: str, number: int
) -> None:
    query = f"""SELECT ?p {{ ?p a mfk:Provision ; mfk:gist ?gist ; mfk:provisionKind ?kind ;
      mfk:inInstrument <id/instrument/{instrument}> }}"""
    assert len(rows(store, query)) == number
    assert sum(ROWS.values()) == 483


@pytest.mark.parametrize(("chapter", "span"), CHAPTERS.items())
def test_the_articles_of_the_convention_stand_in_their_chapters(
    store: ox.Store, chapter: str, span: tuple[int, int]
) -> None:
    query = f"""SELECT ?path {{ ?p mfk:provisionPath ?path ;
      mfk:partOfProvision <id/provision/actip-2015/{chapter}> }}"""
    first, last = span
    assert {p for (p,) in rows(store, query)} == {f"art_{i}" for i in range(first, last + 1)}


def test_only_what_was_seen_of_the_convention_is_verified(store: ox.Store) -> None:
    query = """SELECT ?path { ?p mfk:inInstrument <id/instrument/actip-2015> ;
      mfk:provisionPath ?path ; mfk:verification <scheme/verification/verified> }"""
    assert {path for (path,) in rows(store, query)} == SEEN


def test_a_number_from_memory_is_never_verified(store: ox.Store) -> None:
    query = """SELECT ?p { ?p mfk:numberBasis <scheme/number-basis/memory> ;
      mfk:verification ?v FILTER(?v != <scheme/verification/unverified>) }"""
    assert rows(store, query) == []
    assert (
        len(
            rows(
                store,
                "SELECT ?p { ?p mfk:numberBasis <scheme/number-basis/memory> }",
            )
        )
        > 60
    )


def test_every_paragraph_leads_up_to_its_article(store: ox.Store) -> None:
    query = """SELECT ?path ?up { ?p mfk:provisionPath ?path ;
      mfk:partOfProvision/mfk:provisionPath ?up }"""
    for path, up in rows(store, query):
        if path.startswith("art_") and "__" in path:
            assert up == path.rpartition("__")[0]


def test_every_article_of_the_un_treaties_has_the_title_the_text_gives(store: ox.Store) -> None:
    query = """SELECT ?p { ?p mfk:inInstrument ?i ; mfk:provisionPath ?path
      VALUES ?i { <id/instrument/un-tip-protocol-2000> <id/instrument/untoc-2000> }
      FILTER(REGEX(?path, "^art_[0-9]+$"))
      MINUS { ?p mfk:heading ?heading } }"""
    assert rows(store, query) == []


FINAL = [
    ("un-tip-protocol-2000", "entry-into-force", {"art_17"}),
    ("un-tip-protocol-2000", "reservations", {"art_15__para_3"}),
    ("untoc-2000", "entry-into-force", {"art_38"}),
    ("untoc-2000", "withdrawal", {"art_40"}),
    ("asean-mlat-2004", "withdrawal", {"art_31__para_3"}),
    ("actip-2015", "entry-into-force", {"art_29"}),
    ("actip-2015", "withdrawal", {"art_30"}),
]


@pytest.mark.parametrize(("instrument", "topic", "paths"), FINAL)
def test_a_final_clause_is_found_by_its_topic(
    store: ox.Store, instrument: str, topic: str, paths: set[str]
) -> None:
    query = f"""SELECT ?path {{ ?p a mfk:Provision ; mfk:provisionPath ?path ;
      mfk:inInstrument <id/instrument/{instrument}> ;
      mfk:topic <scheme/topic/{topic}> }}"""
    assert {path for (path,) in rows(store, query)} == paths
