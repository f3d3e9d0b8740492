"""A server in front of a store that is not there yet waits for it without pressing."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

YES = b'{"head": {}, "boolean": true}'
DOWN = 3.0
"""Seconds from the first request on for which the store refuses."""


class Rising(BaseHTTPRequestHandler):
    asked: list[float]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(time.monotonic())
        is_up = self.asked[-1] - self.asked[0] > DOWN
        self.send_response(200 if is_up else 500)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(YES)))
        self.end_headers()
        self.wfile.write(YES)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def rising() -> Iterator[tuple[str, list[float]]]:
    asked: list[float] = []
    store = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Rising,), {"asked": asked}))
    thread = threading.Thread(target=store.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{store.server_port}/sparql", asked
    finally:
        store.shutdown()
        store.server_close()
        thread.join(5)


def test_store_that_is_down_is_asked_now_and_then_until_it_is_up(tmp_path: Path) -> None:
    (tmp_path / "mufakat.toml").write_text('title = "F"\nbase_iri = "http://example.org/"\n')
    with (
        rising() as (address, asked),
        serving(tmp_path, "--store", address, "--log-format", "none") as server,
    ):
        refused = [moment for moment in asked if moment - asked[0] <= DOWN]
        assert 3 < len(refused) < 30
        assert server.ask("/ready").status == 200
