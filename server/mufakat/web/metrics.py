"""Figures for monitoring, in the text form of Prometheus."""

from __future__ import annotations

import time
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, current_app
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from mufakat.web.ledger import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client import Metric

    from mufakat.web.cache import Store
    from mufakat.web.ledger import Ledger
    from mufakat.web.watch import Watch

blueprint = Blueprint("metrics", __name__)
FIGURES: Final = "mufakat.figures"
_BOUNDS: Final = (*map(str, BUCKETS), "+Inf")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give counts and times since this process began."""
    body, media_type = current_app.extensions[FIGURES].write()
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


class Requests(Collector):
    """What a ledger's records come to."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.since = time.time()

    def collect(self) -> Iterator[Metric]:
        """Count what is still waiting, and give the sums."""
        self.ledger.settle()
        counted = CounterMetricFamily(
            "mufakat_requests", "Requests answered.", labels=("room", "status")
        )
        for (room, status), count in sorted(self.ledger.counts.items()):
            counted.add_metric((room, str(status)), count, created=self.since)
        yield counted
        timed = HistogramMetricFamily(
            "mufakat_request_seconds",
            "Seconds from the request to the end of its answer.",
            labels=("room",),
        )
        for room, times in sorted(self.ledger.times.items()):
            buckets = list(zip(_BOUNDS, accumulate(times.within), strict=True))
            timed.add_metric((room,), buckets, times.sum)
        yield timed


class Figures:
    """The metrics of one process."""

    def __init__(self, engine: Any, store: Store | None, watch: Watch) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(Requests(watch.ledger))
        self._read(
            "mufakat_requests_under_way",
            "Requests being answered now.",
            lambda: len(watch.under_way),
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
