"""Bounds the nesting of RDF that is sent to us, and what its entities grow to, before it is parsed.

The parsers recurse over nested JSON-LD objects, quoted triples and RDF/XML elements, and end the
process when the stack is used up: on two MiB of it from some hundred objects, some thousand quoted
triples, some ten thousand elements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

import pyoxigraph as ox

from mufakat.errors import BadQuery, TooLarge, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST: Final = {"json": 64, "quoted": 64, "xml": 512}
_JSON: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|([\[{])|([\]}])', re.DOTALL)
_QUOTED: Final = re.compile(
    rb'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""' + rb"|'''(?:'{0,2}(?:[^'\\]|\\.))*+'''"
    rb"|\\."
    + rb'|"(?:[^"\\\n]++|\\.)*+"'
    + rb"|'(?:[^'\\\n]++|\\.)*+'|<[^<>\s]*+>|#[^\n\r]*+|(<<)|(>>)",
    re.DOTALL,
)
_GROWS: Final = expat.errors.codes[expat.errors.XML_ERROR_AMPLIFICATION_LIMIT_BREACH]


def check(data: bytes, media: ox.RdfFormat) -> None:
    """Raise TooLarge when data is more than the parsers bear, and BadQuery when it is no XML."""
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
    """Read the elements with expat, which does not recurse and bounds what entities grow to.

    What it cannot read is not XML, though the parser behind it may read on.
    """
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
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        if error.code == _GROWS:
            raise TooLarge("The entities of the data grow to too much.") from None
        raise BadQuery(
            f"The data cannot be read: {what}.",
            where=Where(line=error.lineno, column=error.offset + 1),
            mend="Send RDF in the syntax that the Content-Type names.",
        ) from None


def _too_deep(most: int) -> TooLarge:
    return TooLarge(
        f"The data is nested more than {most} levels deep.",
        mend="Give the inner things names and state them one after the other.",
    )
