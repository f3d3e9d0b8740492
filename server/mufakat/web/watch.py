"""The outermost layer: it names each request, times it, and notes what became of it.

No query text, no token and no address of a client is noted, only sizes and names. What is kept
already is answered from here, so that such a request passes none of the layers further in.
"""

from __future__ import annotations

import secrets
from collections import deque
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mufakat.web.cache import Environ, Headers, Wsgi
    from mufakat.web.ledger import Ledger

    Ahead = Callable[[Environ, Callable[..., Any]], tuple[int, bytes] | None]

REQUEST_ID: Final = "mufakat.request_id"
LARGEST_WHOLE: Final = 1 << 22
"""Bytes of an answer that is joined before it is sent; a longer one goes out piece by piece."""
NAMES: Final = 512
"""Numbers of requests that are drawn at a time: each draw is a call of the system."""
NAME: Final = 16
"""Digits of one."""


class Told:
    """What the layers further in said of their answer so far."""

    __slots__ = ("length", "size", "start_response", "status")

    def __init__(self, start_response: Callable[..., Any]) -> None:
        self.start_response = start_response
        self.status = 500
        self.length = 0
        self.size = 0

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[..., Any]:
        """Pass the beginning of an answer on."""
        self.status = int(status[:3])
        self.length = 0
        for name, value in headers:
            if name.lower() == "content-length":
                self.length = int(value)
                break
        written: Callable[..., Any] = self.start_response(status, headers, exc_info)
        return written


class Watch:
    """WSGI middleware around everything; `ahead` answers what needs nothing of the rest."""

    def __init__(self, inner: Wsgi, ledger: Ledger, ahead: Ahead | None = None) -> None:
        self.inner = inner
        self.ledger = ledger
        self.ahead = ahead
        self.under_way: set[str] = set()
        """Requests that went further in and are not answered yet."""
        self._names: deque[str] = deque()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, or pass it on, and note what became of it."""
        began = perf_counter()
        try:
            name = self._names.pop()
        except IndexError:
            name = self._more_names()
        environ[REQUEST_ID] = name
        if self.ahead is not None:
            given = self.ahead(environ, start_response)
            if given is not None:
                status, body = given
                self._end(environ, name, status, len(body), began)
                return [body]
        return self._through(environ, start_response, name, began)

    def _through(
        self, environ: Environ, start_response: Callable[..., Any], name: str, began: float
    ) -> Iterable[bytes]:
        told = Told(start_response)
        self.under_way.add(name)
        answer: Iterable[bytes] = ()
        try:
            answer = self.inner(environ, told.start)
            if told.length <= LARGEST_WHOLE:
                body = _whole(answer)
                told.size = len(body)
                return [body]
        finally:
            if told.length <= LARGEST_WHOLE:
                self.under_way.discard(name)
                self._end(environ, name, told.status, told.size, began)
        return self._in_pieces(answer, environ, told, name, began)

    def _in_pieces(
        self, answer: Iterable[bytes], environ: Environ, told: Told, name: str, began: float
    ) -> Iterator[bytes]:
        """Pass on what is too large to be held, a dump, as it comes from disk."""
        try:
            for piece in answer:
                told.size += len(piece)
                yield piece
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
            self.under_way.discard(name)
            self._end(environ, name, told.status, told.size, began)

    def _end(self, environ: Environ, name: str, status: int, size: int, began: float) -> None:
        self.ledger.note(
            (
                time(),
                name,
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                status,
                size,
                perf_counter() - began,
            )
        )

    def _more_names(self) -> str:
        drawn = secrets.token_hex(NAMES * NAME // 2)
        self._names.extend([drawn[at : at + NAME] for at in range(NAME, len(drawn), NAME)])
        return drawn[:NAME]


def _whole(answer: Iterable[bytes]) -> bytes:
    """Join an answer; every one is finished and bounded, and one piece is sent fastest."""
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
