"""Which format a client gets, as pure functions of what it says and what there is.

Accept is read as https://www.rfc-editor.org/rfc/rfc9110#name-accept has it: quality first, then
the more specific range; among equals our own order decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from mufakat.engine.formats import CHARSET, by_ending, by_media_type, for_kind
from mufakat.errors import NotAcceptable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mufakat.engine.formats import Kind, ResultFormat

CLAUSE: Final = "https://www.rfc-editor.org/rfc/rfc9110#name-406-not-acceptable"
REMEMBERED: Final = 1024
"""Headers whose outcome is remembered; browsers and libraries send few different ones."""
HTML: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Choice:
    """A format and the media type it is sent as (an alias when the client asked by one)."""

    format: ResultFormat
    media_type: str

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        text = self.format.text or self.media_type.startswith("text/")
        return self.media_type + CHARSET if text else self.media_type


def read(header: str | None) -> MIMEAccept:
    """Read an Accept header; parameters other than q (charset, profile) are left aside."""
    if not header or not header.strip():
        return MIMEAccept([("*/*", 1)])
    ranges = [
        (value.partition(";")[0].strip().lower(), quality)
        for value, quality in parse_accept_header(header, MIMEAccept)
    ]
    return MIMEAccept([(bare, quality) for bare, quality in ranges if "/" in bare])


def best(accept: MIMEAccept, media_types: Sequence[str]) -> str | None:
    """Pick the media type the client likes best, None when it takes none of them."""
    return accept.best_match(media_types)


@lru_cache(REMEMBERED)
def choose(header: str | None, kind: Kind, named: str | None = None) -> Choice:
    """Pick the format of an answer of a kind.

    `named` is the value of a `format` parameter or a file ending (`csv`, `ttl`, also a media
    type), which goes before the header. Raises NotAcceptable with what is offered.
    """
    if named:
        fmt = by_media_type(named, kind) if "/" in named else by_ending(named, kind)
        if fmt is None:
            raise _none(kind, f"There is no format “{named[:60]}” for this answer.")
        return Choice(fmt, fmt.media_type)
    offers = _offers(for_kind(kind))
    media_type = best(read(header), list(offers))
    if media_type is None:
        raise _none(kind, "None of the formats in the Accept header can carry this answer.")
    return Choice(offers[media_type], media_type)


@lru_cache(REMEMBERED)
def wants_page(header: str | None, kinds: tuple[Kind, ...] = ("bindings", "graph")) -> bool:
    """Whether a page for people comes before data: HTML is named and nothing is liked better."""
    accept = read(header)
    data = [media_type for kind in kinds for media_type in _offers(for_kind(kind))]
    return best(accept, [*HTML, *data]) in HTML and not _only_wildcards(accept)


def prefers_html(header: str | None, *others: str) -> bool:
    """Whether HTML is named in the header and liked at least as well as the others."""
    accept = read(header)
    return best(accept, [*HTML, *others]) in HTML and not _only_wildcards(accept)


def _only_wildcards(accept: MIMEAccept) -> bool:
    return all(value not in HTML for value, quality in accept if quality > 0)


def _offers(formats: Iterable[ResultFormat]) -> dict[str, ResultFormat]:
    """Media types with their formats: all registered ones first, then the aliases."""
    offers: dict[str, ResultFormat] = {}
    formats = tuple(formats)
    for fmt in formats:
        offers.setdefault(fmt.media_type, fmt)
    for fmt in formats:
        for alias in fmt.media_types[1:]:
            offers.setdefault(alias, fmt)
    return offers


def offered(kind: Kind) -> list[str]:
    """List the media types there are for a kind of answer."""
    return [fmt.media_type for fmt in for_kind(kind)]


def _none(kind: Kind, detail: str) -> NotAcceptable:
    names = ", ".join(f"{fmt.media_type} (format={fmt.ending})" for fmt in for_kind(kind))
    return NotAcceptable(detail, mend=f"Offered are: {names}.", clause=CLAUSE)
