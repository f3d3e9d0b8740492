"""The publication served inside the test process, and a parser that knows what a page holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from page_reader import read

from mufakat.publication.publication import Publication
from mufakat.settings import load
from mufakat.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from page_reader import Page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def app() -> Flask:
    publication = Publication.open(ROOT)
    return create_app(publication, publication.engine(), load({}, environ={}))


@pytest.fixture(scope="session")
def get(app: Flask) -> Callable[..., Page]:
    """Ask for an address as a browser does; the page must say it is one."""
    client = app.test_client()

    def ask(path: str, status: int = 200) -> Page:
        answer = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:400])
        assert answer.mimetype == "text/html"
        return read(answer.text)

    return ask
