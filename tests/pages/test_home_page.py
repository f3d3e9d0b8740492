"""The front page answers a question at once and opens every way in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from page_reader import Page


def test_home_shows_a_question_with_the_score_and_the_tier_of_each_state(
    get: Callable[..., Page],
) -> None:
    page = get("/")
    text = page.text
    scores = dict(re.findall(r"(Philippines|Thailand|Cambodia|Singapore|Myanmar) (\d) Tier", text))
    assert scores == {
        "Philippines": "8", "Thailand": "8", "Cambodia": "8", "Singapore": "5", "Myanmar": "6",
    }  # fmt: skip
    assert re.search(r"Singapore 5 Tier 1\b", text)
    assert re.search(r"Myanmar 6 Tier 3\b", text)


def test_home_links_states_questions_and_the_ways_for_machines(get: Callable[..., Page]) -> None:
    page = get("/")
    for link in (
        "/page/state/tha",
        "/page/state/tls",
        "/query/table-cells",
        "/ontology",
        "/editor",
    ):
        assert link in page.links, link
    assert "https://w3id.org/mufakat/id/" in page.text


def test_home_counts_what_is_loaded(get: Callable[..., Page]) -> None:
    text = get("/").text
    assert re.search(r"cited facts \d", text)
    assert re.search(r"sources \d", text)
    assert re.search(r"conflicts shown \d", text)


def test_latest_actions_are_no_more_exact_than_known(get: Callable[..., Page]) -> None:
    text = get("/").text
    assert "25 October 2025 Timor-Leste accedes" in text
    assert "1 January 20" not in text.partition("Latest actions")[2][:800]


def test_search_finds_by_any_name_and_offers_kinds(get: Callable[..., Page]) -> None:
    page = get("/search?q=ประเทศไทย")
    assert "/page/state/tha" in page.links
    page = get("/search?q=palermo")
    assert any("/page/" in link for link in page.links)
    assert "Kinds of things found" in page.text


def test_search_needs_every_word_and_survives_odd_ones(get: Callable[..., Page]) -> None:
    assert "No name holds these words" in get("/search?q=zzqx").text
    for odd in ("%22%5C%7D", "%3C%3E", "'", "%00", "a" * 500, "?x%20{"):
        get(f"/search?q={odd}")
    get("/search?kind=%3Cx%3E")


def test_search_of_a_kind_lists_its_members_a_page_at_a_time(get: Callable[..., Page]) -> None:
    page = get("/search?kind=Source")
    assert "Sources" in page.text
    assert any("_page=2" in link for link in page.links)
    assert get("/search?kind=Source&_page=2").links != page.links
