"""The tiers that the yearly reports give to states.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asking import PAPER_000, count, rows

if TYPE_CHECKING:
    import pyoxigraph as ox

TIERS_2020 = {
    "PHL": "tier-1", "SGP": "tier-1", "IDN": "tier-2", "LAO": "tier-2", "THA": "tier-2",
    "BRN": "tier-2-watch-list", "KHM": "tier-2-watch-list", "MYS": "tier-2-watch-list",
    "VNM": "tier-2-watch-list", "MMR": "tier-3",
}  # fmt: skip


def test_the_ten_tiers_of_2020_are_those_of_paper_000(store: ox.Store) -> None:
    found = rows(
        store,
        "SELECT ?i ?r WHERE { ?n a mfk:Assessment ; mfk:reportYear 2020 ; mfk:forState/mfk:iso3 ?i ;"
        f" mfk:rating ?r ; mfk:hasCitation/mfk:citesSource {PAPER_000} }}",
    )
    assert {i: r.rsplit("/", 1)[1] for i, r in found} == TIERS_2020


def test_each_tier_of_2020_has_a_second_source(store: ox.Store) -> None:
    pattern = (
        f"?n a mfk:Assessment ; mfk:reportYear 2020 ; mfk:hasCitation/mfk:citesSource {PAPER_000}, ?o"
        f" FILTER (?o != {PAPER_000})"
    )
    assert count(store, pattern) == 10


def test_every_tier_row_is_a_citation_and_two_rows_for_one_year_share_a_node(
    store: ox.Store,
) -> None:
    assert count(store, "?n a mfk:Assessment") == 270
    pattern = f"?n a mfk:Assessment ; mfk:hasCitation ?c . ?c mfk:citesSource ?s FILTER (?s != {PAPER_000})"
    assert count(store, pattern, "?c") == 273


def test_reports_that_disagree_on_a_tier_are_shown(store: ox.Store) -> None:
    found = rows(
        store,
        "SELECT ?i ?y ?r WHERE { ?c a mfk:SourceConflict ; mfk:about ?n ; mfk:hasVariant ?a, ?b ;"
        " mfk:preferredVariant ?p . ?n a mfk:Assessment ; mfk:forState/mfk:iso3 ?i ; mfk:reportYear ?y ;"
        " mfk:rating ?r FILTER (STR(?a) < STR(?b)) }",
    )
    assert {(i, y, r.rsplit("/", 1)[1]) for i, y, r in found} == {
        ("KHM", "2021", "tier-2-watch-list"),
        ("SGP", "2015", "tier-2"),
        ("THA", "2015", "tier-3"),
    }
