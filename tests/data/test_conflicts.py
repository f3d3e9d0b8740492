"""Conflicts between sources: their variants, and the one preferred.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from asking import answers, column

if TYPE_CHECKING:
    import pyoxigraph as ox

CONFLICTS = {f"cf-{n:02d}" for n in range(1, 75)} - {"cf-69"}


def test_conflicts_are_73_with_two_variants_and_a_reason_each(store: ox.Store) -> None:
    pattern = "?c a mfk:SourceConflict ; dcterms:identifier ?i"
    assert column(store, pattern, "i") >= CONFLICTS
    assert len(CONFLICTS) == 73
    variants = Counter(
        i
        for i, _ in answers(store, pattern + " ; mfk:hasVariant ?v ; mfk:resolution ?why", "i", "v")
    )
    assert all(variants[i] >= 2 for i in CONFLICTS)
    typed = pattern + " ; mfk:hasVariant ?v . ?v a ?type"
    assert column(store, pattern + " ; mfk:hasVariant ?v", "v") == column(store, typed, "v")


def test_conflicts_by_class_and_confidence(store: ox.Store) -> None:
    pattern = """?c a mfk:SourceConflict ; dcterms:identifier ?i ; {} ?k
        FILTER(STRSTARTS(?i, "cf-"))"""

    def counted(path: str) -> dict[str, int]:
        return Counter(k.split("/")[-1] for _, k in answers(store, pattern.format(path), "i", "k"))

    assert counted("mfk:conflictClass") == {
        "between-sources": 16, "within-source": 31, "against-record": 36, "gap": 4,
        "consistent": 1, "outdated": 1,
    }  # fmt: skip
    assert counted("mfk:confidence") == {"certain": 34, "high": 30, "medium": 9}


def test_the_cross_of_brunei_stands_beside_its_accession(store: ox.Store) -> None:
    assert column(store, "<id/conflict/cf-27> mfk:hasVariant ?v", "v") == {
        "id/finding/paper-001/un-tip-protocol-party/brn",
        "id/action/brn/un-tip-protocol-2000/accession",
    }
    assert column(store, "<id/conflict/cf-27> mfk:preferredVariant ?v", "v") == {
        "id/action/brn/un-tip-protocol-2000/accession"
    }


def test_the_record_is_preferred_on_when_the_protocol_entered_into_force(store: ox.Store) -> None:
    pattern = "<id/conflict/cf-03> mfk:preferredVariant ?v . ?v mfk:statement ?text"
    [(text,)] = answers(store, pattern, "text")
    assert "25 December 2003" in text


def test_the_number_of_crimes_in_the_1997_declaration_is_eight_in_the_paper_and_six_in_the_text(
    store: ox.Store,
) -> None:
    pattern = """<id/conflict/cf-15> mfk:hasVariant ?paper ; mfk:preferredVariant ?record .
        ?paper mfk:obsValue ?said . ?record mfk:statement ?text"""
    [(said, text)] = answers(store, pattern, "said", "text")
    assert said == "8"
    assert "six" in text


def test_a_conflict_left_open_prefers_nothing(store: ox.Store) -> None:
    for number in ("08", "18", "20", "31", "32", "34", "60"):
        assert column(store, f"<id/conflict/cf-{number}> mfk:preferredVariant ?v", "v") == set()
