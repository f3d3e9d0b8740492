"""Sources, and what stands on them.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import BASE, PAPER_000, PAPER_001, PREFIXES, ROOT, count
from rdflib import Graph

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_the_sixty_two_works_of_the_bibliography_are_sources(store: ox.Store) -> None:
    assert count(store, "?n a mfk:Source ; dcterms:identifier ?i", "?i") == 62
    assert count(store, f"{PAPER_000} mfk:citesWork ?n") == 23
    assert count(store, f"{PAPER_001} mfk:citesWork ?n") == 37


def test_every_web_document_that_was_consulted_is_a_source_with_its_address(
    store: ox.Store,
) -> None:
    pattern = "?c a mfk:Citation ; mfk:citesSource ?n ; mfk:consultedUrl ?u . FILTER NOT EXISTS { ?n mfk:sourceUrl ?v }"
    assert count(store, f"{pattern} FILTER CONTAINS(STR(?n), '/source/web-')") == 0


def test_what_rests_on_recollection_is_never_called_verified(store: ox.Store) -> None:
    pattern = (
        f"?n a mfk:Citation ; mfk:citesSource <{BASE}id/source/curator-recollection> ;"
        f" mfk:verification <{BASE}scheme/verification/verified>"
    )
    assert count(store, pattern) == 0


@pytest.mark.parametrize(
    "family",
    ["states", "state-roles", "instruments", "instrument-relations", "findings", "indicators", "actions",
     "memberships", "laws", "measures", "policies", "assessments", "participation-claims", "conflicts-record"],
)  # fmt: skip
def test_every_node_of_a_file_has_one_label_a_citation_and_a_place(family: str) -> None:
    graph = Graph().parse(ROOT / f"data/ttl/{family}.ttl")
    naked = graph.query(
        PREFIXES
        + """SELECT ?n WHERE { ?n a ?t . FILTER (?t != mfk:Citation)
             FILTER NOT EXISTS { ?n mfk:hasCitation/mfk:locator ?l } }"""
    )
    assert list(naked) == []
    double = graph.query(
        PREFIXES + "SELECT ?n WHERE { ?n a ?t ; rdfs:label ?l, ?m FILTER (?l != ?m) }"
    )
    assert list(double) == []
