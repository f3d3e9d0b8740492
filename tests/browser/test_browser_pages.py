"""The pages in a real browser: no rule of axe broken, no request to another host, no overflow."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from mufakat.publication.publication import Publication
from mufakat.settings import load
from mufakat.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("MUFAKAT_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
REQUIRED = os.environ.get("MUFAKAT_REQUIRE_BROWSER") == "1"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = (
    "/",
    "/query/",
    "/query/table-cells",
    "/query/table-cells?_view=table",
    "/query/harmonisation-score",
    "/query/follow-up-chain",
    "/query/tier-history",
    "/query/tip-tiers-by-year",
    "/query/score-and-tier?year=soon",
    "/search?q=convention",
    "/page/state/tha",
    "/page/instrument/actip-2015",
    "/page/conflict/cf-03",
    "/page/source/paper-001",
    "/page/state/thai",
    "/ontology",
    "/shapes",
    "/scheme/tip-tier",
    "/editor",
    "/void",
    "/catalog",
    "/dump/",
    "/docs/",
)
# The vendored editor's own markup is not ours to judge; everything around it is.
ELSEWHERE = {"exclude": [["#yasgui"]]}
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    publication = Publication.open(ROOT)
    app = create_app(publication, publication.engine(), load({}, environ={}))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        told = f"NO BROWSER: {CHROMIUM} is not there, so the pages were not seen in one."
        if REQUIRED:
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not without a browser

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    """A page that notes complaints of the browser and requests to other hosts."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:")) else complaints.append(r.url),
    )
    page.complaints = complaints  # type: ignore[attr-defined]
    yield page
    page.close()


def complaints(tab: Tab) -> list[str]:
    told: list[str] = tab.complaints  # type: ignore[attr-defined]
    # Style attributes that the vendored editor writes are refused by the policy; it looks well
    # without them.
    silent = ("status of 40", "Applying inline style violates")
    return [text for text in told if not any(part in text for part in silent)]


def axe(tab: Tab) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    results: Any = Axe().run(tab, context=ELSEWHERE, options=OPTIONS)
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for found in results.response["violations"]
        for node in found["nodes"][:3]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_page_breaks_no_accessibility_rule(tab: Tab, address: str, path: str) -> None:
    tab.goto(address + path)
    assert axe(tab) == []
    assert complaints(tab) == []


@pytest.mark.parametrize("path", ["/", "/query/table-cells", "/page/state/tha", "/scheme/tip-tier"])
def test_page_breaks_no_accessibility_rule_in_the_dark(
    browser: Browser, address: str, path: str
) -> None:
    tab = browser.new_page(color_scheme="dark")
    tab.goto(address + path)
    found = axe(tab)
    tab.close()
    assert found == []


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_page_never_scrolls_sideways(tab: Tab, address: str, path: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto(address + path)
    wide = tab.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not wide


def test_question_is_asked_and_answered_by_keyboard_alone(tab: Tab, address: str) -> None:
    tab.goto(f"{address}/query/score-and-tier")
    tab.focus("#p-year")
    tab.keyboard.press("Control+A")
    tab.keyboard.type("2019")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**year=2019*")
    assert "VALUES ?year { 2019 }" in (tab.text_content("main") or "")


def test_skip_link_is_the_first_stop_and_leads_to_the_content(tab: Tab, address: str) -> None:
    tab.goto(address)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_pages_work_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}/query/table-cells")
    tab.click("text=Ask")
    assert tab.locator("table.matrix tbody tr").count() == 10
    tab.goto(f"{address}/editor")
    tab.fill("#query", "ASK { ?s ?p ?o }")
    tab.click("form.editor button >> nth=0")
    assert "Yes." in (tab.text_content("main") or "")
    tab.fill("#query", "SELECT * WHERE { ?s ?p }")
    tab.click("form.editor button >> nth=0")
    assert "Line 1" in (tab.text_content("[role=alert]") or "")
    context.close()


def test_editor_runs_a_query_and_asks_nothing_of_other_hosts(tab: Tab, address: str) -> None:
    tab.goto(f"{address}/editor?question=score-and-tier")
    tab.wait_for_selector(".yasqe .CodeMirror")
    assert not tab.is_visible("#query")
    tab.click(".yasqe_queryButton")
    tab.wait_for_selector(".yasr table tbody tr")
    assert "Philippines" in (tab.text_content(".yasr") or "")
    tab.click(".yasqe .CodeMirror")
    tab.keyboard.press("Control+End")
    tab.keyboard.type("\n# ")
    tab.wait_for_timeout(300)
    assert complaints(tab) == []


def test_editor_shows_where_a_query_is_wrong(tab: Tab, address: str) -> None:
    tab.goto(f"{address}/editor?query=SELECT%20%2A%20WHERE%20%7B%20%3Fs%20%3Fp%20%7D")
    tab.wait_for_selector(".yasqe .CodeMirror")
    tab.click(".yasqe_queryButton")
    tab.wait_for_selector(".yasr .errorResult, .yasr .yasr_response_chip, .yasqe .parseErrorIcon")
    assert complaints(tab) == []
