"""What operators see: a line for each request, and figures at /metrics.

The outermost layer: it names the request, times it, and counts what became of it. No query text, no
token and no address of a client is written down, only sizes and names.
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from mufakat.web.cache import Environ, Headers, Store, Wsgi

REQUEST_ID: Final = "mufakat.request_id"
BUCKETS: Final = (
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
)
ROOMS: Final = frozenset(
    {
        "sparql", "update", "graphs", "query", "id", "page", "data", "ontology", "shapes", "scheme",
        "static", "health", "ready", "metrics", "dump", "docs", "search", "void", "catalog",
    }
)  # fmt: skip


LARGEST_WHOLE: Final = 1 << 22
"""Bytes of an answer that is joined before it is sent; a longer one goes out piece by piece."""


class Figures:
    """The metrics of one process."""

    def __init__(self, engine: Any, store: Store | None) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "mufakat_requests", "Requests answered.", ("room", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "mufakat_request_seconds",
            "Seconds from the request to the end of its answer.",
            ("room",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.under_way = Gauge(
            "mufakat_requests_under_way", "Requests being answered now.", registry=self.registry
        )
        if store is not None:
            self._read("mufakat_cache_hits", "Answers given from the cache.", lambda: store.hits)
            self._read("mufakat_cache_misses", "Requests it did not hold.", lambda: store.misses)
            self._read("mufakat_cache_bytes", "Bytes in the cache.", lambda: store.size)
        pool = getattr(engine, "pool", None)
        if pool is not None:
            counters = pool.counters
            self._read("mufakat_queries", "Queries given to workers.", lambda: counters.asked)
            self._read("mufakat_queue", "Queries waiting for a worker now.", pool.waiting)
            self._read(
                "mufakat_workers_killed", "Workers ended at the deadline.", lambda: counters.killed
            )
            self._read(
                "mufakat_workers_died", "Workers ended by their memory.", lambda: counters.died
            )
            self._read(
                "mufakat_queries_refused",
                "Queries the full queue refused.",
                lambda: counters.refused,
            )

    def _read(self, name: str, told: str, value: Callable[[], float]) -> None:
        Gauge(name, told, registry=self.registry).set_function(value)

    def write(self) -> tuple[bytes, str]:
        """Give the text form and its media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


class Watch:
    """WSGI middleware around everything."""

    def __init__(
        self, inner: Wsgi, figures: Figures, log_format: str, out: TextIO | None = None
    ) -> None:
        self.inner = inner
        self.figures = figures
        self.log_format = log_format
        self.out = out
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on and say what became of it."""
        began = time.perf_counter()
        environ[REQUEST_ID] = name = secrets.token_hex(8)
        told: dict[str, Any] = {"status": 500, "bytes": 0, "length": 0}

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[..., Any]:
            told["status"] = int(status.split(" ", 1)[0])
            lengths = [value for header, value in headers if header.lower() == "content-length"]
            told["length"] = int(lengths[0]) if lengths else 0
            written: Callable[..., Any] = start_response(status, headers, exc_info)
            return written

        self.figures.under_way.inc()
        answer: Iterable[bytes] = ()
        try:
            answer = self.inner(environ, start)
            if told["length"] <= LARGEST_WHOLE:
                body = _whole(answer)
                told["bytes"] = len(body)
                return [body]
        finally:
            if told["length"] <= LARGEST_WHOLE:
                self._end(name, environ, told, began)
        return self._in_pieces(answer, name, environ, told, began)

    def _in_pieces(
        self,
        answer: Iterable[bytes],
        name: str,
        environ: Environ,
        told: dict[str, Any],
        began: float,
    ) -> Iterator[bytes]:
        """Pass on what is too large to be held, a dump, as it comes from disk."""
        try:
            for piece in answer:
                told["bytes"] += len(piece)
                yield piece
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
            self._end(name, environ, told, began)

    def _end(self, name: str, environ: Environ, told: dict[str, Any], began: float) -> None:
        self.figures.under_way.dec()
        seconds = time.perf_counter() - began
        room = environ["PATH_INFO"].split("/", 2)[1] or "home"
        room = room if room in ROOMS or room == "home" else "other"
        self.figures.requests.labels(room, str(told["status"])).inc()
        self.figures.seconds.labels(room).observe(seconds)
        if self.log_format != "none":
            self._log(name, environ, told, seconds)

    def _log(self, name: str, environ: Environ, told: dict[str, Any], seconds: float) -> None:
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "request": name,
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "status": told["status"],
            "bytes": told["bytes"],
            "ms": round(seconds * 1000, 2),
        }
        if self.log_format == "json":
            line = json.dumps(entry, ensure_ascii=True)
        else:
            line = " ".join(_plain(value) for value in entry.values())
        with self._lock:
            print(line, file=self.out or sys.stderr, flush=True)


def _whole(answer: Iterable[bytes]) -> bytes:
    """Join an answer; every one is finished and bounded, and one piece is sent fastest."""
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def _plain(value: object) -> str:
    """Write a field so that it cannot be taken for two, or for another line."""
    return "".join(c if "!" <= c <= "~" else f"%{ord(c):02x}" for c in str(value))
