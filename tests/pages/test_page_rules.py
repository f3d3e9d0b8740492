"""Rules that every page keeps: a strict policy, labelled fields, links that lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from page_reader import Page

PAGES = (
    "/",
    "/query/",
    "/query/table-cells",
    "/query/score-and-tier",
    "/query/harmonisation-score",
    "/query/follow-up-chain",
    "/query/tier-history",
    "/query/tip-tiers-by-year",
    "/search",
    "/search?q=convention",
    "/search?kind=State",
    "/page/state/tha",
    "/page/instrument/actip-2015",
    "/page/conflict/cf-03",
    "/page/source/paper-001",
    "/page/indicator/specific-law",
    "/page/body/asean",
    "/page/action/tha/un-tip-protocol-2000/ratification",
    "/ontology",
    "/shapes",
    "/scheme/",
    "/scheme/tip-tier",
    "/scheme/tip-tier/tier-2",
    "/editor",
    "/void",
    "/catalog",
    "/dump/",
    "/docs/",
)


@pytest.mark.parametrize("path", PAGES)
def test_page_has_nothing_inline_and_nothing_from_elsewhere(
    get: Callable[..., Page], path: str
) -> None:
    page = get(path)
    assert page.forbidden == []
    assert page.outside == []
    assert page.title.strip()


@pytest.mark.parametrize("path", PAGES)
def test_page_uses_each_id_once_and_labels_every_field(get: Callable[..., Page], path: str) -> None:
    page = get(path)
    assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1]
    for found in page.fields:
        if found.get("type") == "hidden":
            continue
        assert found.get("id") in page.labelled or found["nested"] == "True", found


@pytest.mark.parametrize("path", PAGES)
def test_fragment_links_lead_to_a_place_on_the_page(get: Callable[..., Page], path: str) -> None:
    page = get(path)
    for link in page.links:
        if link.startswith("#"):
            assert unquote(link[1:]) in page.ids, link


@pytest.mark.parametrize("path", ["/", "/query/", "/page/state/tha", "/page/conflict/cf-03"])
def test_every_internal_link_answers(app: Flask, get: Callable[..., Page], path: str) -> None:
    client = app.test_client()
    seen = set()
    for link in get(path).links:
        parts = urlsplit(link)
        if parts.scheme or not parts.path or parts.path in seen:
            continue
        seen.add(parts.path)
        answer = client.get(link.partition("#")[0], headers={"Accept": "text/html,*/*;q=0.5"})
        assert answer.status_code in (200, 303), link
    assert len(seen) > 10


def test_unchanged_page_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/query/table-cells", headers={"Accept": "text/html"})
    again = client.get(
        "/query/table-cells",
        headers={"Accept": "text/html", "If-None-Match": first.headers["ETag"]},
    )
    assert again.status_code == 304
    assert not again.data


def test_policy_in_force_allows_no_inline_code(app: Flask) -> None:
    policy = app.test_client().get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
