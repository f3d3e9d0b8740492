"""Claims, the questions they answer, and what the papers say that instruments contain.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from asking import answers, column

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_claims_per_paper_and_stance(store: ox.Store) -> None:
    pattern = """?c a mfk:Claim ; mfk:claimedIn ?paper ; mfk:stance ?stance ; dcterms:identifier ?i
        FILTER(STRSTARTS(?i, "cl-"))"""
    found = answers(store, pattern, "i", "paper", "stance")
    counts = Counter((paper[-3:], stance.split("/")[-1]) for _, paper, stance in found)
    assert counts == {
        ("000", "supports"): 10, ("000", "criticises"): 23, ("000", "neutral"): 15,
        ("001", "supports"): 43, ("001", "criticises"): 21, ("001", "neutral"): 29,
    }  # fmt: skip
    assert counts.total() == 141


def test_criticisms_that_paper_001_leaves_without_a_reply(store: ox.Store) -> None:
    pattern = """?c mfk:claimedIn <id/source/paper-001> ; mfk:stance <scheme/stance/criticises>
        MINUS { ?reply mfk:repliesTo ?c }"""
    assert column(store, pattern, "c") == {
        f"id/claim/cl-001-{n}" for n in ("06", "09", "10", "11", "12", "40", "41", "42")
    }
    assert len(column(store, "?reply mfk:repliesTo ?c", "reply")) == 15


def test_the_two_human_rights_bodies_are_criticised_by_one_author(store: ox.Store) -> None:
    pattern = """?c mfk:about <id/body/aichr>, <id/body/acwc> ; mfk:claimedBy ?who ;
        mfk:citedFrom ?work ; mfk:stance <scheme/stance/criticises>"""
    assert answers(store, pattern, "c", "who", "work") == [
        (f"id/claim/cl-000-{n}", "id/person/kranrattanasuit", "id/source/kranrattanasuit-2014")
        for n in ("25", "26")
    ]


def test_both_papers_answer_whether_the_cooperation_works(store: ox.Store) -> None:
    pattern = "?c mfk:answersQuestion <id/question/effectiveness> ; mfk:claimedIn ?paper"
    assert column(store, pattern, "paper") == {"id/source/paper-000", "id/source/paper-001"}
    assert len(column(store, "?q a mfk:Question", "q")) == 15


def test_no_claim_supports_and_disputes_the_same_claim(store: ox.Store) -> None:
    assert answers(store, "?c mfk:supports ?d ; mfk:disputes ?d", "c") == []


AREAS = "areas of action 1999"
CHAPTERS = "chapters of the 2015 Convention"


def contents(store: ox.Store, group: str) -> list[tuple[str, ...]]:
    pattern = f'?c mfk:inGroup "{group}"@en ; mfk:ordinal ?n ; mfk:statement ?text'
    return answers(store, pattern, "n", "text")


def test_contents_are_126(store: ox.Store) -> None:
    pattern = """?c a mfk:Claim ; dcterms:identifier ?i ; mfk:contentKind ?k
        FILTER(STRSTARTS(?i, "ob-"))"""
    assert column(store, pattern, "i") == {f"ob-{n:03d}" for n in range(1, 127)}


def test_six_areas_of_1999_stand_against_five_chapters_of_2015(store: ox.Store) -> None:
    areas = [text.split(": ")[1] for _, text in contents(store, AREAS)]
    assert areas == [
        "information exchange", "legal matters", "law enforcement matters", "training",
        "institutional capacity-building", "extra-regional cooperation",
    ]  # fmt: skip
    chapters = [text.split(": ")[1] for _, text in contents(store, CHAPTERS)]
    assert chapters == [
        "criminalization", "prevention", "protection", "law enforcement",
        "international cooperation",
    ]  # fmt: skip
    shared = f"""?old mfk:inGroup "{AREAS}"@en ; mfk:topic ?t .
        ?new mfk:inGroup "{CHAPTERS}"@en ; mfk:topic ?t"""
    assert column(store, shared, "t") == {
        f"scheme/topic/{t}"
        for t in ("criminalisation", "law-enforcement-cooperation", "international-cooperation")
    }


def test_paper_001_names_four_acts_that_the_convention_makes_crimes(store: ox.Store) -> None:
    pattern = """?c mfk:about <id/instrument/actip-2015> ; mfk:inGroup "criminalisation"@en ;
        mfk:claimedIn <id/source/paper-001> ; mfk:statement ?text"""
    assert column(store, pattern, "text") == {
        "Criminalise trafficking in persons.",
        "Criminalise participation in an organised criminal group.",
        "Criminalise corruption.",
        "Criminalise obstruction of justice.",
    }
