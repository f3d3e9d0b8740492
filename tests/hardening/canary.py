"""An HTTP server on loopback that counts who calls, and answers as it is told to."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = (
    b'{"head":{"vars":["x"]},"results":{"bindings":'
    b'[{"x":{"type":"uri","value":"http://example.org/from-outside"}}]}}'
)


class Canary:
    """Its address, and the paths that were asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.hits: list[str] = []
        self.stop = threading.Event()


class _Handler(BaseHTTPRequestHandler):
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
            "/garbage": lambda: self._whole(b"<<<not rows", "application/sparql-results+json"),
            "/page": lambda: self._whole(b"<html>", "text/html"),
            "/broken": lambda: self._whole(b"no", "text/plain", 500),
        }.get(self.path.partition("?")[0], self._rows)()

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - the library's names

    def _rows(self) -> None:
        self._whole(ROWS, "application/sparql-results+json")

    def _whole(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.canary.address + "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
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

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Callers that go away in the middle are what these tests are about."""


@contextmanager
def singing() -> Iterator[Canary]:
    """A canary until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    canary = Canary(server.server_address[1])
    server.RequestHandlerClass = type("Handler", (_Handler,), {"canary": canary})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield canary
    finally:
        canary.stop.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
