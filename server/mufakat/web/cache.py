"""Finished answers, kept ahead of Flask: the same request to the same data is not worked out twice.

The key holds everything that decides an answer, the version of the data first, so nothing ever has
to be thrown out because it became wrong: after a change the old entries are simply not asked for,
and fall off the end.
"""

from __future__ import annotations

import io
import threading
import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from werkzeug.http import parse_etags, remove_entity_headers

from mufakat.web.compression import begun, coding
from mufakat.web.sparql import WHOLE
from mufakat.web.streamed import Streamed
from mufakat.web.watch import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Headers = list[tuple[str, str]]
    Environ = dict[str, Any]
    Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

OVERHEAD: Final = 2048
"""Bytes an entry costs besides the text of its key and its body: headers, objects, its place.

With tracemalloc, 2,000 entries each of six kinds came to 1,890 to 2,110 bytes an entry.
"""
LARGEST_SHARE: Final = 8
"""One answer takes at most this part of the whole."""
LARGEST_POST: Final = 65536
NOT_KEPT: Final = frozenset({"x-request-id", "date", "set-cookie"})
LOOKED_UP: Final = "mufakat.cache_key"
"""Where a request carries the key under which nothing was found for it."""
DAY: Final = 86_400

Key = tuple[str | int | bytes, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was sent, without what belongs to one request only."""

    headers: Headers
    body: bytes
    etag: str


@dataclass(slots=True)
class Store:
    """Least recently used entries within a bound on their bytes; shared by threads."""

    bound: int
    size: int = 0
    hits: int = 0
    misses: int = 0
    _entries: OrderedDict[Key, Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key) -> Kept | None:
        """Give an entry and make it the youngest."""
        with self._lock:  # held for less than a microsecond: nobody is ever seen to wait for it
            kept = self._entries.get(key)
            if kept is None:
                self.misses += 1
                return None
            self._entries.move_to_end(key)
            self.hits += 1
            return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Take an entry in and let the oldest go until all fit."""
        cost = _cost(key, kept)
        if cost > self.bound // LARGEST_SHARE:
            return
        with self._lock:
            old = self._entries.pop(key, None)
            if old is not None:
                self.size -= _cost(key, old)
            self._entries[key] = kept
            self.size += cost
            while self.size > self.bound:
                gone, entry = self._entries.popitem(last=False)
                self.size -= _cost(gone, entry)


def _cost(key: Key, kept: Kept) -> int:
    return OVERHEAD + len(kept.body) + sum(len(part) for part in key if not isinstance(part, int))


class Cache:
    """WSGI middleware; answers with an ETag are kept, everything else passes through.

    If-None-Match is compared here with the name that the answer has when it is finished, also
    where nothing is kept because the bound is nought. What If-Match asks, the route looks at.
    """

    def __init__(self, inner: Wsgi, store: Store, version: Callable[[], str]) -> None:
        self.inner = inner
        self.store = store
        self.version = version

    def ahead(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> tuple[int, bytes] | None:
        """Answer a request without a body from what is kept; gives its status and its body."""
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"} or (
            "HTTP_AUTHORIZATION" in environ
            or "HTTP_IF_MATCH" in environ
            or "HTTP_TRANSFER_ENCODING" in environ
            or environ.get("CONTENT_LENGTH")
        ):
            return None
        key = self._key(environ, "GET", b"")
        kept = self.store.get(key)
        if kept is None:
            environ[LOOKED_UP] = key
            return None
        return _send(kept, environ, start_response)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer from what is kept, or pass on and keep what comes back."""
        key = environ.pop(LOOKED_UP, None)
        if key is not None:
            return self._fetch(key, environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method == "POST" and environ["PATH_INFO"].rstrip("/") == "/sparql":
            # What it asks for is in its body: no name stands for it that a client could know.
            environ.pop("HTTP_IF_NONE_MATCH", None)
            body = _small_body(environ)
        elif method in {"GET", "HEAD"} and not (
            "HTTP_AUTHORIZATION" in environ or "HTTP_IF_MATCH" in environ
        ):
            body = b""
        else:
            body = None
        if body is None:
            return self._fetch(None, environ, start_response)
        key = self._key(environ, "POST" if method == "POST" else "GET", body)
        kept = self.store.get(key)
        if kept is not None:
            return [_send(kept, environ, start_response)[1]]
        return self._fetch(key, environ, start_response)

    def _key(self, environ: Environ, method: str, body: bytes) -> Key:
        """Name all that decides an answer, the version of the data first."""
        told = environ.get
        return (
            self.version(),
            int(time.time()) // DAY,  # a page may name the day on which it was asked for
            method,
            environ["PATH_INFO"],
            told("QUERY_STRING") or "",
            told("HTTP_ACCEPT") or "",
            told("HTTP_ACCEPT_LANGUAGE") or "",
            coding(told("HTTP_ACCEPT_ENCODING")),
            told("HTTP_HOST") or "",
            told("wsgi.url_scheme") or "",
            told("CONTENT_TYPE") or "",
            body,
        )

    def _fetch(
        self, key: Key | None, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        answer, (status, headers, exc_info) = begun(self.inner, environ)
        told = {name.lower(): value for name, value in headers}
        if not (status.startswith("200") and "etag" in told):
            start_response(status, headers, exc_info)
            return answer
        body = b""
        is_kept = key is not None and self._is_kept(key, environ, answer, told)
        if is_kept:
            with _closing(answer):
                body = b"".join(answer)
            answer = [body]
        found = Kept(_lasting(headers), body, told["etag"])
        if key is not None and is_kept:
            self.store.put(key, found)
        if _is_known(found, environ):
            with _closing(answer):
                return [_send(found, environ, start_response)[1]]
        start_response(status, headers, exc_info)
        return answer

    def _is_kept(
        self, key: Key, environ: Environ, answer: Iterable[bytes], told: dict[str, str]
    ) -> bool:
        if environ["REQUEST_METHOD"] == "HEAD" or isinstance(answer, Streamed):
            return False
        # An answer read from newer data than the key says belongs under no key we have.
        if told.get("data-version", key[0]) != key[0] or "set-cookie" in told:
            return False
        # A dump goes from disk to the client piece by piece.
        return int(told.get("content-length", 0)) <= self.store.bound // LARGEST_SHARE


def _lasting(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in NOT_KEPT]


@contextmanager
def _closing(answer: Iterable[bytes]) -> Iterator[None]:
    """Let an answer go that is not passed on."""
    try:
        yield
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def _small_body(environ: Environ) -> bytes | None:
    """Read a body that fits into a key, and put it back; None for another."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        return None
    if not 0 <= length <= LARGEST_POST:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _send(kept: Kept, environ: Environ, start_response: Callable[..., Any]) -> tuple[int, bytes]:
    number = ("X-Request-Id", environ.get(REQUEST_ID, ""))
    if _is_known(kept, environ):
        start_response("304 NOT MODIFIED", [*_without_body(kept.headers), number])
        return 304, b""
    start_response("200 OK", [*kept.headers, number])
    return 200, b"" if environ["REQUEST_METHOD"] == "HEAD" else kept.body


def _is_known(kept: Kept, environ: Environ) -> bool:
    """Whether the client has this: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    name = kept.etag.removeprefix("W/").strip('"')
    return bool(asked) and parse_etags(asked).contains_weak(name)


def _without_body(headers: Headers) -> Headers:
    """Leave out what tells of a body: https://www.rfc-editor.org/rfc/rfc9110#name-304-not-modified."""
    left = [told for told in headers if told[0] != "Answer-Truncated" and told != ("Link", WHOLE)]
    remove_entity_headers(left)
    return left
