"""Findings: Tables 1 to 4 of paper 001, cell by cell.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import BASE, PAPER_001, TEN, count, rows

if TYPE_CHECKING:
    import pyoxigraph as ox

VALUES = {
    "specific-law": {"yes": 10},
    "specialist-unit": {"yes": 8, "no": 2},
    "prosecutor-judge-training": {"yes": 4, "limited": 1, "no": 2, "unavailable": 3},
    "victim-support": {"yes": 6, "limited": 4},
    "mlat-party": {"yes": 10},
    "hsu-participant": {"yes": 10},
    "untoc-party": {"yes": 10},
    "un-tip-protocol-party": {"yes": 9, "no": 1},
}
CELLS = f"?n a mfk:Finding ; mfk:hasCitation/mfk:citesSource {PAPER_001}"


def test_the_four_tables_give_eighty_findings(store: ox.Store) -> None:
    assert sum(sum(v.values()) for v in VALUES.values()) == 80
    assert count(store, CELLS) == 80


@pytest.mark.parametrize("indicator", sorted(VALUES))
def test_the_values_of_an_indicator_are_those_of_its_column(
    store: ox.Store, indicator: str
) -> None:
    found = rows(
        store,
        f"SELECT ?v (COUNT(?n) AS ?k) WHERE {{ {CELLS} ; mfk:onIndicator <{BASE}id/indicator/{indicator}> ;"
        " mfk:value ?v } GROUP BY ?v",
    )
    assert {v.rsplit("/", 1)[1]: int(k) for v, k in found} == VALUES[indicator]


def test_the_score_counts_yes_alone(store: ox.Store) -> None:
    found = rows(
        store,
        f"SELECT ?i (COUNT(?n) AS ?k) WHERE {{ {CELLS} ; mfk:forState/mfk:iso3 ?i ;"
        f" mfk:value <{BASE}scheme/finding-value/yes> }} GROUP BY ?i",
    )
    assert {i: int(k) for i, k in found} == {
        "KHM": 8, "PHL": 8, "THA": 8, "IDN": 7, "VNM": 7, "BRN": 6, "LAO": 6, "MYS": 6, "MMR": 6, "SGP": 5,
    }  # fmt: skip


def test_each_finding_names_its_row_and_what_is_printed_there(store: ox.Store) -> None:
    pattern = (
        f"{CELLS} . ?n mfk:cellText ?t ; mfk:assessedBy <{BASE}id/person/jadice-lau> ; mfk:asOf ?d ;"
        " mfk:hasCitation/mfk:locator ?l . FILTER REGEX(?l, 'Table [1-4], row [A-Z ]+, column [1-3]')"
    )
    assert count(store, pattern) == 80


def test_brunei_is_marked_with_a_cross_for_the_protocol(store: ox.Store) -> None:
    assert rows(
        store,
        "SELECT ?v ?t WHERE { mfkd:finding\\/paper-001\\/un-tip-protocol-party\\/brn mfk:value ?v ; mfk:cellText ?t }",
    ) == [("scheme/finding-value/no", "û")]


def test_the_years_beside_the_cells_are_kept(store: ox.Store) -> None:
    years = rows(store, f"SELECT ?y WHERE {{ {CELLS} ; mfk:statedYear ?y }}")
    assert len(years) == 10 + 10 + 10 + 9


def test_each_cell_of_table_1_is_realised_by_the_law_it_names(store: ox.Store) -> None:
    pattern = f"{CELLS} ; mfk:concerns ?law ; mfk:realisedBy/mfk:basedOnLaw ?law ; mfk:forState/mfk:iso3 ?i"
    assert {i for (i,) in rows(store, f"SELECT ?i WHERE {{ {pattern} }}")} == TEN
