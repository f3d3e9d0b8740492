"""Every thing: 303 from its name, a page with evidence, data in every RDF form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from page_reader import Page

THA = "https://w3id.org/mufakat/id/state/tha"
FORMS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        ("text/html", "/page/state/tha"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/page/state/tha"),
        ("text/turtle", "/data/state/tha"),
        ("application/ld+json;q=0.9, text/html;q=0.5", "/data/state/tha"),
        ("*/*", "/data/state/tha"),
    ],
)
def test_name_leads_by_303_to_page_or_data(app: Flask, accept: str, target: str) -> None:
    answer = app.test_client().get("/id/state/tha", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["Location"] == target
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("ending", "target"), [("html", "/page/state/tha"), ("ttl", "/data/state/tha.ttl")]
)
def test_ending_of_a_name_decides_the_form(app: Flask, ending: str, target: str) -> None:
    answer = app.test_client().get(f"/id/state/tha.{ending}", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == target


@pytest.mark.parametrize("ending", FORMS)
def test_data_is_the_same_graph_in_every_form(app: Flask, ending: str) -> None:
    client = app.test_client()
    media_type, form = FORMS[ending]
    by_ending = client.get(f"/data/state/tha.{ending}")
    by_accept = client.get("/data/state/tha", headers={"Accept": media_type})
    assert by_ending.mimetype == by_accept.mimetype == media_type
    found = {q.triple for q in ox.parse(by_ending.data, format=form)}
    whole = {
        q.triple
        for q in ox.parse(client.get("/data/state/tha.nt").data, format=ox.RdfFormat.N_TRIPLES)
    }
    assert found == whole
    assert any(t.subject == ox.NamedNode(THA) for t in found)
    assert any("/id/citation/state/tha/" in t.subject.value for t in found)


@pytest.mark.parametrize("accept", ["text/turtle", "application/json", "text/html"])
def test_unknown_name_gives_404_in_the_asked_form(app: Flask, accept: str) -> None:
    for path in ("/id/state/atlantis", "/data/state/atlantis", "/page/state/atlantis"):
        answer = app.test_client().get(path, headers={"Accept": accept})
        assert answer.status_code == 404
        html = accept == "text/html" or path.startswith("/page/")
        assert answer.mimetype == ("text/html" if html else "application/problem+json")


def test_unknown_name_suggests_near_ones(get: Callable[..., Page]) -> None:
    assert "/page/state/tha" in get("/page/state/thai", 404).links


@pytest.mark.parametrize("path", ["%3E%3C", "state/%22x%22", "a b", "%7D", "state/%5C"])
def test_name_that_is_no_iri_gives_404_not_an_error(app: Flask, path: str) -> None:
    for where in ("id", "page", "data"):
        answer = app.test_client().get(f"/{where}/{path}", headers={"Accept": "text/html"})
        assert answer.status_code == 404


def test_state_page_shows_status_findings_ratings_laws_and_evidence(
    get: Callable[..., Page],
) -> None:
    page = get("/page/state/tha")
    for heading in (
        "Treaty actions", "Findings on the indicators", "Ratings over the years",
        "Laws and policies", "Measures", "Memberships", "Roles", "Conflicts between sources",
        "Evidence and names",
    ):  # fmt: skip
        assert heading in page.text, heading
    status = page.tables[0]
    line = next(row for row in status if row[0].startswith("ACTIP"))
    assert line[1] == "21 November 2015"
    assert line[2].startswith("2016 ratification")
    assert "8 of 8" in page.text
    assert "ประเทศไทย" in page.text
    assert 'lang="th"' in page.html


def test_unverified_facts_are_marked(get: Callable[..., Page]) -> None:
    page = get("/page/instrument/untoc-2000")
    line = next(row for row in page.tables[0] if row[0] == "Indonesia")
    assert line[3] == "20 May 2009 unverified"


def test_each_action_is_listed_with_its_source_and_place(get: Callable[..., Page]) -> None:
    page = get("/page/instrument/actip-2015")
    actions = page.tables[1]
    assert actions[0][-1] == "Source"
    assert all(len(row[-1]) > 10 for row in actions[1:])


def test_conflict_page_sets_the_preferred_variant_first(get: Callable[..., Page]) -> None:
    page = get("/page/conflict/cf-03")
    assert page.text.index("Preferred") < page.text.index("14 December 2000.")
    assert "sec. I para 3" in page.text
    assert "December 2000 is the signing period" in page.text


def test_source_page_counts_what_rests_on_it_and_pages_it(get: Callable[..., Page]) -> None:
    page = get("/page/source/paper-001")
    assert "Facts resting on it" in page.text
    assert "Findings 80" in page.text
    findings = get("/page/source/paper-001?resting=Finding")
    assert len(findings.tables[0]) == 81
    claims = get("/page/source/paper-001?resting=Claim&_page=2")
    assert "Facts 101 to" in claims.text


def test_group_of_links_can_be_listed_whole(get: Callable[..., Page]) -> None:
    page = get("/page/state/tha?group=Event.participant")
    assert "Events" in page.text
    assert any("/page/event/" in link for link in page.links)
    get("/page/state/tha?group=%3Cx%3E.y")
    get("/page/state/tha?group=Nothing.nothing")


def test_page_names_its_data_in_head_and_header(app: Flask, get: Callable[..., Page]) -> None:
    assert get("/page/state/tha").alternates["text/turtle"] == "/data/state/tha.ttl"
    answer = app.test_client().get("/page/state/tha", headers={"Accept": "text/html"})
    assert '</data/state/tha.ttl>; rel="alternate"; type="text/turtle"' in answer.headers.getlist(
        "Link"
    )


def test_thing_pointed_at_by_thousands_says_numbers_and_stays_small(app: Flask) -> None:
    answer = app.test_client().get("/scheme/verification/verified", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "All " in answer.text
    assert len(answer.data) < 100_000
