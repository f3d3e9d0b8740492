"""An address that can name nothing is answered with 404, whatever is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from mufakat.web.pages_common import ILLEGAL

if TYPE_CHECKING:
    from flask import Flask

PLACES = ("/id/", "/page/", "/data/", "/ontology/", "/scheme/", "/query/", "/shapes/")
ODD = ("[x", "x]", "{x}", "a|b", "50%", "%zz", "\x7fx", "\x85x", "\ue000x", "\uffffx", "\U000e0001")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_found_and_nothing_breaks(app: Flask, place: str, odd: str) -> None:
    client = app.test_client()
    for ending in ("", ".ttl", ".html", "/deeper"):
        for accept in ("text/html", "text/turtle", "*/*"):
            address = place + quote(odd) + ending
            assert client.get(address, headers={"Accept": accept}).status_code == 404, address


def test_what_is_illegal_is_what_the_engine_takes_for_no_iri() -> None:
    # Each kind of character, and those beside the bounds of its range.
    points = {*range(0x300), 0xD7FF, 0xF900, 0xFDCF, 0xFDD0, 0xFDEF, 0xFDF0, 0xFFEF, 0xFFF0}
    points |= {0xE000, 0xF8FF, 0x10000, 0x1FFFD, 0x1FFFE, 0x20000, 0xAFFFF, 0xDFFFD, 0xE0000}
    points |= {0xE0FFF, 0xE1000, 0xEFFFD, 0xEFFFE, 0xF0000, 0x10FFFF}
    for text in [*map(chr, sorted(points)), "%41", "%4", "%zz", "%aF"]:
        try:
            ox.NamedNode(f"http://e/{text}")
        except ValueError:
            assert ILLEGAL.search(text), ascii(text)
        else:
            assert not ILLEGAL.search(text), ascii(text)
