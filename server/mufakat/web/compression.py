"""Answers packed with gzip for clients that take them so, between the cache and what answers.

What is kept is kept packed, so that an answer is packed once; a client that does not ask for it
pays nothing. The packed form is a representation of its own with an ETag of its own.
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3
"""

from __future__ import annotations

import tempfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from werkzeug.datastructures import Accept, ETags
from werkzeug.http import parse_accept_header, parse_etags

from mufakat.web.streamed import PIECE, Streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mufakat.web.cache import Environ, Headers, Wsgi

GZIP: Final = "gzip"
SUFFIX: Final = '-gzip"'
"""How the ETag of a packed answer ends."""
ASKED: Final = "mufakat.if_none_match"
"""Where a request carries its If-None-Match as it came."""
SMALLEST: Final = 1024
"""Bytes of the shortest answer that is packed: a shorter one fits into one packet anyway."""
LEVEL: Final = 3
"""Packs query answers 15 to 25 times in a fifth of the time it took to write them; higher levels
take two to five times as long for a quarter less."""
IN_MEMORY: Final = 1 << 22
"""Bytes of a packed answer beyond which it waits in a file."""
LONGEST_HEADER: Final = 200
WINDOW: Final = 31
"""What makes zlib write gzip."""
PACKABLE: Final = frozenset(
    {
        "application/json",
        "application/javascript",
        "application/n-quads",
        "application/n-triples",
        "application/trig",
        "application/xml",
    }
)
DEPENDING: Final = frozenset({"200", "206", "304"})
"""Statuses of answers that say that they depend on Accept-Encoding. All of them do: the 304 must
say what its 200 would, and does not know how long that is."""
UNTOUCHED: Final = ("content-encoding", "content-range", "repr-digest")


def takes_gzip(header: str | None) -> bool:
    """Whether a client prefers gzip: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3."""
    if not header:
        return False
    return _takes(header) if len(header) <= LONGEST_HEADER else _takes.__wrapped__(header)


@lru_cache(maxsize=512)
def _takes(header: str) -> bool:
    # The older name means the same: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.3
    codings = parse_accept_header(header.lower().replace("x-gzip", GZIP), Accept)
    plain = max((quality for name, quality in codings if name == "identity"), default=0)
    return codings.quality(GZIP) > 0 and codings.quality(GZIP) >= plain


def coding(header: str | None) -> str:
    """Give what an Accept-Encoding header comes to here: one of two words for all there are."""
    return GZIP if takes_gzip(header) else ""


class Compression:
    """WSGI middleware."""

    def __init__(self, inner: Wsgi) -> None:
        self.inner = inner

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on and pack what comes back."""
        packing = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        asked: str = environ.get("HTTP_IF_NONE_MATCH") or ""
        if asked:
            environ = _within(environ, asked, is_packing=packing)
        answer, (status, headers, exc_info) = begun(self.inner, environ)
        if status[:3] in DEPENDING:
            headers = _varied(headers)
        if status.startswith("304"):
            headers = _renamed(headers, asked) if packing else headers
        elif packing and _is_packable(status, headers):
            return _packed(answer, environ["REQUEST_METHOD"], headers, start_response)
        start_response(status, headers, exc_info)
        return answer


def _within(environ: Environ, asked: str, *, is_packing: bool) -> Environ:
    """Name to those further in, who know plain names only, what needs no look at the answer.

    A packed name tells that the answer is long enough to be packed. Of a plain one, and of `*`,
    that is unknown where the client takes gzip: the whole answer is made, and the cache compares.
    """
    names = parse_etags(asked)
    ending = SUFFIX.strip('"')
    telling = ETags(
        {
            name.removesuffix(ending)
            for name in names.as_set(include_weak=True)
            if name.endswith(ending) is is_packing
        },
        star_tag=names.star_tag and not is_packing,
    )
    # What If-None-Match is beside is not looked at, nor when it is taken away:
    # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3
    without = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
    left = {name: value for name, value in environ.items() if name not in without}
    left[ASKED] = asked
    if telling:
        left["HTTP_IF_NONE_MATCH"] = telling.to_header()
    return left


def begun(inner: Wsgi, environ: Environ) -> tuple[Iterable[bytes], tuple[str, Headers, Any]]:
    """Let an application answer, and keep what it would begin the answer with."""
    told: list[tuple[str, Headers, Any]] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[..., Any]:
        told[:] = [(status, headers, exc_info)]
        return _unwritten

    answer = inner(environ, start)
    return answer, told[0]


def _unwritten(_data: bytes) -> None:
    """Stand in for the function that WSGI lets an answer be written with."""
    raise NotImplementedError("answers are returned, not written")


def _is_packable(status: str, headers: Headers) -> bool:
    if not status.startswith("200"):
        return False
    told = {name.lower(): value for name, value in headers}
    if any(name in told for name in UNTOUCHED) or "no-transform" in told.get("cache-control", ""):
        return False
    media = told.get("content-type", "").partition(";")[0].strip().lower()
    is_text = media.startswith("text/") or media in PACKABLE or media.endswith(("+json", "+xml"))
    return is_text and int(told.get("content-length", 0)) >= SMALLEST


def _varied(headers: Headers) -> Headers:
    """Say that the answer depends on Accept-Encoding, beside what it depends on already."""
    told = [value for name, value in headers if name.lower() == "vary"]
    listed = {word.strip().lower() for value in told for word in value.split(",")}
    if listed & {"*", "accept-encoding"}:
        return headers
    others = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*others, ("Vary", ", ".join([*told, "Accept-Encoding"]))]


def _renamed(headers: Headers, asked: str) -> Headers:
    """Name in a 304 the representation that the client has."""
    return [
        (name, tagged(value) if name.lower() == "etag" and tagged(value) in asked else value)
        for name, value in headers
    ]


def tagged(etag: str) -> str:
    """Give the name of the packed form of an answer."""
    return etag.removesuffix('"') + SUFFIX


def _packed(
    answer: Iterable[bytes], method: str, headers: Headers, start_response: Callable[..., Any]
) -> Iterable[bytes]:
    kept = [
        (name, tagged(value) if name.lower() == "etag" else value)
        for name, value in headers
        if name.lower() not in {"content-length", "accept-ranges"}
    ]
    kept.append(("Content-Encoding", GZIP))
    if method == "HEAD":  # how long it would be is known only to who packs it
        start_response("200 OK", kept)
        return answer
    spool = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - may go with the answer
    try:
        for piece in _pieces(answer):
            spool.write(piece)
    except BaseException:
        spool.close()
        raise
    size = spool.tell()
    spool.seek(0)
    start_response("200 OK", [*kept, ("Content-Length", str(size))])
    if size > IN_MEMORY:
        return Streamed(spool, size)
    with spool:
        return [spool.read()]


def _pieces(answer: Iterable[bytes]) -> Iterator[bytes]:
    """Pack an answer piece by piece, without time or name, and let it go."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW)
    try:
        for part in answer:
            for at in range(0, len(part), PIECE):
                yield packer.compress(part[at : at + PIECE])
        yield packer.flush()
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
