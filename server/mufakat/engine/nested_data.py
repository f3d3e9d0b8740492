"""Bounds the nesting of RDF that is sent to us, before it is parsed.

The parsers recurse over nested JSON-LD objects, quoted triples and RDF/XML elements, and end the
process when the stack is used up: on two MiB of it from some hundred objects, some thousand quoted
triples, some ten thousand elements.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

import pyoxigraph as ox

from mufakat.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST: Final = {"json": 64, "quoted": 64, "xml": 512}
_JSON: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|([\[{])|([\]}])', re.DOTALL)
_QUOTED: Final = re.compile(
    rb'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""' + rb"|'''(?:'{0,2}(?:[^'\\]|\\.))*+'''"
    rb'|"(?:[^"\\\n]++|\\.)*+"' + rb"|'(?:[^'\\\n]++|\\.)*+'|<[^<>\s]*+>|#[^\n]*+|(<<)|(>>)",
    re.DOTALL,
)


def check(data: bytes, media: ox.RdfFormat) -> None:
    """Raise TooLarge when data is nested deeper than the parsers bear."""
    if media in {ox.RdfFormat.JSON_LD, ox.RdfFormat.STREAMING_JSON_LD}:
        _check_marks(_JSON.finditer(data), DEEPEST["json"])
    elif media == ox.RdfFormat.RDF_XML:
        _check_elements(data, DEEPEST["xml"])
    elif data.count(b"<<") > DEEPEST["quoted"]:
        _check_marks(_QUOTED.finditer(data), DEEPEST["quoted"])


def _check_marks(marks: Iterable[re.Match[bytes]], most: int) -> None:
    depth = 0
    for mark in marks:
        if mark.group(1):
            depth += 1
            if depth > most:
                raise _too_deep(most)
        elif mark.group(2):
            depth -= 1


def _check_elements(data: bytes, most: int) -> None:
    """Read the elements with expat, which does not recurse; what it cannot read is let pass."""
    depth = 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > most:
            raise _too_deep(most)

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    with suppress(expat.ExpatError):
        parser.Parse(data, True)


def _too_deep(most: int) -> TooLarge:
    return TooLarge(
        f"The data is nested more than {most} levels deep.",
        mend="Give the inner things names and state them one after the other.",
    )
