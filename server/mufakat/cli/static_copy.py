"""A copy of the pages as plain files: browsable from a disk or from any web server.

Every page that a link leads to is fetched from the application itself, in this process. Links to
pages become relative; links that need a server (searches, forms, data in other formats) lead to the
live address.
"""

from __future__ import annotations

import html
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from mufakat.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from mufakat.publication import Publication

START: Final = ("/", "/query/", "/ontology", "/catalog")
COPIED: Final = re.compile(
    r"/|/(?:query/(?:[\w-]+)?|page/[^?#]+|ontology|shapes|catalog|scheme/[^?#]+|static/[^?#]+)"
)
LINK: Final = re.compile(r'\b(href|src|action|poster)="(/[^"]*)"')
ENDING: Final = re.compile(r"\.(?:css|js|svg|png|ico|woff2?|json|txt|map|webmanifest)$")
DATA: Final = re.compile(r"\.(?:ttl|nt|nq|trig|rdf|jsonld|json|csv|tsv|xml|xlsx|html)$")
EVERY: Final = 100


@dataclass(frozen=True, slots=True)
class Copy:
    """What was copied."""

    pages: int
    files: int
    missing: tuple[str, ...]
    """Addresses that a page links to and that did not answer with 200."""


def copy(
    publication: Publication,
    folder: Path,
    *,
    live: str = "",
    tell: Callable[[str, int, int], None] = lambda _title, _number, _total: None,
) -> Copy:
    """Write all pages below a folder; `live` is the address of the server they were taken from."""
    from mufakat.web.app import create_app  # noqa: PLC0415 - only this command serves itself

    settings = load({"log_format": "none", "max_rows": 0, "rate": 0}, environ={})
    client = create_app(publication, publication.engine(), settings).test_client()
    live = (live or publication.config.base_iri).rstrip("/")
    ahead, seen = deque(START), set(START)
    pages = files = 0
    missing: list[str] = []
    while ahead:
        path = ahead.popleft()
        body, is_page = _fetch(client, path)
        if body is None:
            missing.append(path)
            continue
        if is_page:
            pages += 1
            if pages % EVERY == 0:
                tell(f"pages: {pages} copied", pages, len(seen))
            body, found = _rewritten(body.decode("utf-8"), path, live)
            for link in found:
                if link not in seen:
                    seen.add(link)
                    ahead.append(link)
        else:
            files += 1
        target = folder / place(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return Copy(pages, files, tuple(missing))


def _fetch(client: FlaskClient, path: str) -> tuple[bytes | None, bool]:
    response = client.get(path, headers={"Accept": "text/html, */*;q=0.1"})
    try:
        if response.status_code != 200:
            return None, False
        return response.get_data(), response.mimetype == "text/html"
    finally:
        response.close()


def place(path: str) -> str:
    """Give the file a page or an asset is written to."""
    clean = unquote(path).strip("/")
    if path.startswith("/static/") and ENDING.search(path):
        return clean
    return f"{clean}/index.html" if clean else "index.html"


def _rewritten(text: str, path: str, live: str) -> tuple[bytes, list[str]]:
    """Turn links to copied pages into relative ones, and all others into live ones."""
    found: list[str] = []
    up = "../" * place(path).count("/")

    def one(match: re.Match[str]) -> str:
        name, address = match[1], html.unescape(match[2])
        bare, mark, fragment = address.partition("#")
        without_version = bare.partition("?")[0] if bare.startswith("/static/") else bare
        is_data = DATA.search(without_version) and not without_version.startswith("/static/")
        if name == "action" or is_data or not COPIED.fullmatch(without_version):
            return f'{name}="{html.escape(live + address)}"'
        found.append(without_version)
        return f'{name}="{html.escape(up + place(without_version) + mark + fragment)}"'

    return LINK.sub(one, text).encode(), found
