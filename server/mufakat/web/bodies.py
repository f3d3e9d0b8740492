"""Bodies of requests are read whole before anybody works on them, by a bounded number of threads.

A client that sends slowly is given up: it is answered with 408, and its connection is ended. Only
so many bodies may be on their way, of each client and in all. A body that ends before its announced
length is never taken for a whole one: half a file would be written. A request whose frame is wrong
gets no further.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
)

from mufakat.web.framing import mistake
from mufakat.web.problems import RETRY_AFTER
from mufakat.web.readers import GIVEN_UP, Readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask

    from mufakat.web.cache import Environ, Headers, Wsgi
    from mufakat.web.readers import Reading

READERS: Final = 128
"""Threads that may be reading a body at the same time; as many are added for that."""
OF_ONE_CLIENT: Final = 16
WRITES: Final = ("/update", "/graphs")
STEADY: Final = 65536
"""Bytes of a body that give its client one more second."""


class Place:
    """A client's leave to send a body; it is held until the last read of it has ended."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self.leave = leave
        self.is_held = False


class Bodies:
    """WSGI middleware in front of everything that reads a body."""

    def __init__(
        self,
        app: Flask,
        inner: Wsgi,
        client: Callable[[Environ], str],
        longest: int,
        patience: float = 30.0,
    ) -> None:
        """Stand before an application.

        Args:
            app: tells what went wrong.
            inner: the WSGI application.
            client: names the client of a request.
            longest: bytes of a body, but for writes.
            patience: seconds for a body, besides one for each 64 KiB of it.
        """
        self.app = app
        self.inner = inner
        self.client = client
        self.longest = longest
        self.patience = patience
        self._readers = Readers()
        self._reading: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Read the body, if there is one, and pass the request on."""
        wrong = mistake(environ)
        if wrong is not None:
            return self._tell(environ, start_response, wrong)
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        length = _length(environ)
        if not length and not is_chunked:
            return self.inner(environ, start_response)
        start = _started(environ, start_response)
        try:
            with self._place(self.client(environ)) as place:
                if environ["PATH_INFO"].startswith(WRITES):
                    if is_chunked:
                        raise LengthRequired("Say with Content-Length how long the body is.")
                    # Whether the client may write is decided before its body is read.
                    body = _Whole(length, self._reader(environ, place, length))
                    environ["wsgi.input"] = io.BufferedReader(body, STEADY)
                    return self.inner(environ, start)
                self._read(environ, place, length, is_chunked=is_chunked)
        except HTTPException as error:
            return self._tell(environ, start, error)
        return self.inner(environ, start)

    def _read(self, environ: Environ, place: Place, length: int, *, is_chunked: bool) -> None:
        if length > self.longest:
            raise RequestEntityTooLarge
        size = self.longest + 1 if is_chunked else length
        body = self._reader(environ, place, size)(size)
        if len(body) > self.longest:
            raise RequestEntityTooLarge
        if not is_chunked and len(body) < length:
            raise _broken_off()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    def _reader(self, environ: Environ, place: Place, length: int) -> Callable[[int], bytes]:
        """Give a function that reads from the client while its time lasts."""
        read = environ["wsgi.input"].read
        seconds = self.patience + length / STEADY
        until = time.monotonic() + seconds

        def pieces(size: int) -> bytes:
            reading: Reading = self._readers.read(read, size, until)
            if reading.give_up(place.leave):
                place.is_held = True
                environ[GIVEN_UP] = True
                raise RequestTimeout(f"The body was not there within {seconds:.3g} seconds.")
            if reading.error is not None:
                raise reading.error
            return reading.data

        return pieces

    @contextmanager
    def _place(self, client: str) -> Iterator[Place]:
        with self._lock:
            busy = self._reading[client] >= OF_ONE_CLIENT or self._reading.total() >= READERS
            if busy:
                raise ServiceUnavailable(
                    "Too many bodies of requests are on their way.", retry_after=RETRY_AFTER
                )
            self._reading[client] += 1
        place = Place(lambda: self._leave(client))
        try:
            yield place
        finally:
            if not place.is_held:
                place.leave()

    def _leave(self, client: str) -> None:
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


def _started(environ: Environ, start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Announce one byte more than is sent where a client was given up."""

    def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
        if GIVEN_UP in environ:
            headers = [
                (name, str(int(value) + 1) if name.lower() == "content-length" else value)
                for name, value in headers
            ]
            headers.append(("Connection", "close"))
        return start_response(status, headers, exc_info)

    return start


class _Whole(io.RawIOBase):
    """A body of a known length; reading one that is broken off fails."""

    def __init__(self, length: int, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._left = length

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read a piece."""
        data = self._read(min(len(buffer), self._left)) if self._left else b""
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
