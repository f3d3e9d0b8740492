"""States, the roles they have in the papers, and the bodies they are members of.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import BASE, TEN, count, one, rows

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_states_are_the_eleven_and_the_three_others_that_the_papers_name(store: ox.Store) -> None:
    found = {iso for (iso,) in rows(store, "SELECT ?i WHERE { ?n a mfk:State ; mfk:iso3 ?i }")}
    assert found == TEN | {"TLS", "AUS", "USA", "BGD"}


def test_names_of_states_stand_in_the_languages_of_the_region(store: ox.Store) -> None:
    languages = {
        tag
        for (tag,) in rows(
            store,
            "SELECT DISTINCT (LANG(?l) AS ?tag) WHERE"
            " { <https://w3id.org/mufakat/id/state/vnm> skos:prefLabel ?l }",
        )
    }
    assert languages >= {"en", "fil", "id", "km", "lo", "ms", "my", "ta", "tet", "th", "vi", "zh"}
    assert (
        one(store, "SELECT ?l WHERE { <https://w3id.org/mufakat/id/state/vnm> rdfs:label ?l }")
        == "Viet Nam"
    )


def test_a_misprinted_name_leads_to_the_state_all_the_same(store: ox.Store) -> None:
    assert rows(store, 'SELECT ?n WHERE { ?n a mfk:State ; skos:altLabel "Lao PDF"@en }') == [
        ("id/state/lao",)
    ]


def test_every_role_of_a_state_in_the_papers_is_one_node(store: ox.Store) -> None:
    assert count(store, "?n a mfk:StateRole") == 72
    assert (
        count(
            store,
            f"?n a mfk:StateRole ; mfk:role <{BASE}scheme/state-role/adopter-of-universal-definition>",
        )
        == 6
    )


def test_members_of_each_body(store: ox.Store) -> None:
    found = rows(
        store,
        "SELECT ?o (COUNT(?n) AS ?k) WHERE { ?n a mfk:Membership ; mfk:organisation ?o } GROUP BY ?o",
    )
    assert {o.rsplit("/", 1)[1]: int(k) for o, k in found} == {
        "asean": 11, "un": 11, "bali-process": 11, "commit": 5, "hsu": 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "day", "precision"),
    [
        ("asean/idn", "1967-08-08", "day"),
        ("asean/khm", "1999-01-01", "year"),
        ("asean/tls", "2025-10-26", "day"),
        ("hsu/tha", "2004-01-01", "year"),
    ],
)
def test_a_membership_begins_on_the_day_that_was_seen(
    store: ox.Store, slug: str, day: str, precision: str
) -> None:
    assert rows(
        store,
        f"SELECT ?d ?p WHERE {{ <{BASE}id/membership/{slug}> mfk:validFrom ?d ; mfk:datePrecision ?p }}",
    ) == [(day, f"scheme/date-precision/{precision}")]
