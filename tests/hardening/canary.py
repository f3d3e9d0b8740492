"""An HTTP server on loopback that counts who calls, and answers as it is told to."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from listening import Quiet, listening

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON = "application/sparql-results+json"
ROWS = (
    b'{"head":{"vars":["x"]},"results":{"bindings":'
    b'[{"x":{"type":"uri","value":"http://example.org/from-outside"}}]}}'
)


class Canary:
    """Its address, and the paths that were asked for."""

    port = 0

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.stop = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(Quiet):
    canary: Canary
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.canary.hits.append(f"{self.command} {self.path}")
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        {
            "/redirect": self._redirect,
            "/endless": self._endless,
            "/drip": self._drip,
            "/silent": self._silent,
            "/garbage": lambda: self.answer(200, JSON, b"<<<not rows"),
            "/page": lambda: self.answer(200, "text/html", b"<html>"),
            "/broken": lambda: self.answer(500, "text/plain", b"no"),
        }.get(self.path.partition("?")[0], self._rows)()

    do_POST = do_PUT = do_HEAD = do_GET

    def _rows(self) -> None:
        self.answer(200, JSON, ROWS)

    def _redirect(self) -> None:
        self.answer(307, "text/plain", Location=self.canary.address + "/elsewhere")

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _endless(self) -> None:
        self._begin()
        for _ in range(1024):  # 64 MiB, four times what is read
            if self.canary.stop.is_set():
                return
            self.wfile.write(b" " * 65536)

    def _drip(self) -> None:
        self._begin()
        until = time.monotonic() + 30
        while not self.canary.stop.wait(0.2) and time.monotonic() < until:
            self.wfile.write(b" ")

    def _silent(self) -> None:
        self.canary.stop.wait(30)


@contextmanager
def singing() -> Iterator[Canary]:
    """A canary until the block ends."""
    canary = Canary()
    with listening(_Handler, canary=canary) as canary.port:
        try:
            yield canary
        finally:
            canary.stop.set()
