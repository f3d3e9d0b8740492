"""Bodies of requests are read whole before anybody works on them, by a bounded number of threads.

A thread that reads from a client that sends slowly waits for as long as the client likes. So only
so many threads may read, of each client and in all, and the threads that answer are others. A body
that ends before its announced length is never taken for a whole one: half a file would be written.
"""

from __future__ import annotations

import io
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    ServiceUnavailable,
)

from mufakat.web.problems import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask

    from mufakat.web.cache import Environ, Wsgi

READERS: Final = 128
"""Threads that may be reading a body at the same time; as many are added for that."""
OF_ONE_CLIENT: Final = 16
WRITES: Final = ("/update", "/graphs")


class Bodies:
    """WSGI middleware in front of everything that reads a body."""

    def __init__(
        self, app: Flask, inner: Wsgi, client: Callable[[Environ], str], longest: int
    ) -> None:
        self.app = app
        self.inner = inner
        self.client = client
        self.longest = longest
        self._reading: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Read the body, if there is one, and pass the request on."""
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        length = _length(environ)
        if not length and not is_chunked:
            return self.inner(environ, start_response)
        try:
            with self._place(self.client(environ)):
                if environ["PATH_INFO"].startswith(WRITES):
                    if is_chunked:
                        raise LengthRequired("Say with Content-Length how long the body is.")
                    # Whether the client may write is decided before its body is read.
                    environ["wsgi.input"] = io.BufferedReader(_Whole(environ, length))
                    return self.inner(environ, start_response)
                if length <= self.longest:
                    self._read(environ, length, is_chunked=is_chunked)
        except HTTPException as error:
            return self._tell(environ, start_response, error)
        return self.inner(environ, start_response)

    def _read(self, environ: Environ, length: int, *, is_chunked: bool) -> None:
        body = environ["wsgi.input"].read(self.longest + 1 if is_chunked else length)
        if len(body) > self.longest:
            raise RequestEntityTooLarge
        if not is_chunked and len(body) < length:
            raise _broken_off()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    @contextmanager
    def _place(self, client: str) -> Iterator[None]:
        with self._lock:
            busy = self._reading[client] >= OF_ONE_CLIENT or self._reading.total() >= READERS
            if busy:
                raise ServiceUnavailable(
                    "Too many bodies of requests are on their way.", retry_after=RETRY_AFTER
                )
            self._reading[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._reading[client] -= 1
                if not self._reading[client]:
                    del self._reading[client]

    def _tell(
        self, environ: Environ, start_response: Callable[..., Any], error: HTTPException
    ) -> Iterable[bytes]:
        with self.app.request_context(environ):
            told = self.app.make_response(self.app.handle_user_exception(error))
            return self.app.process_response(told)(environ, start_response)


class _Whole(io.RawIOBase):
    """A body of a known length; reading one that is broken off fails."""

    def __init__(self, environ: Environ, length: int) -> None:
        self._input = environ["wsgi.input"]
        self._left = length

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read a piece."""
        data: bytes = self._input.read(min(len(buffer), self._left))
        if not data and self._left:
            raise _broken_off()
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def _length(environ: Environ) -> int:
    try:
        return max(0, int(environ.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0


def _broken_off() -> BadRequest:
    return BadRequest("The body of the request broke off before its announced length.")
