"""Small HTTP servers for tests: on loopback, on a free port, ended with the block."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Quiet(BaseHTTPRequestHandler):
    """A handler that writes no log."""

    def answer(self, status: int, kind: str, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer of this media type."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Callers that go away in the middle are what these tests are about."""


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler], **shared: Any) -> Iterator[int]:
    """Serve with a handler that has these attributes until the block ends; gives the port."""
    server = _Server(("127.0.0.1", 0), type("Handler", (handler,), shared))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
