"""What the settings come down to, and the engine they ask for."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.engine.types import Limits, Policy
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.pool import Home
    from mufakat.engine.pooled import Worker
    from mufakat.engine.types import Engine
    from mufakat.publication import Publication
    from mufakat.settings import Settings

WORKERS_PER_CORE: Final = 4
"""Waiting workers cost nothing, and long queries yield the processor to short ones."""
JOURNAL: Final = "journal"
"""Name of the file of changes in the folder that --store names."""
ADDED: Final = "graph/added"
"""Where statements go that were added to a default graph that is a union, below the base IRI."""
RELOAD: Final = "reload"
"""The change that takes what now stands in the publication's folder."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings come down to."""

    publication: Publication
    settings: Settings
    host: str
    port: int

    @property
    def address(self) -> str:
        """The address that is printed."""
        public: str = self.settings.public_url
        if public:
            return public.rstrip("/") + "/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def union(self) -> bool:
        """Whether a query without FROM sees all graphs."""
        wanted: str = self.settings.default_graph
        if wanted == "publication":
            return self.publication.config.default_graph == "union"
        return wanted == "union"

    @property
    def workers(self) -> int:
        """How many queries are evaluated at the same time."""
        given: int = self.settings.workers
        return given or WORKERS_PER_CORE * (os.cpu_count() or 1)

    @property
    def limits(self) -> Limits:
        """The bounds on queries and answers."""
        return Limits(
            query_bytes=self.settings.max_query_bytes,
            rows=self.settings.max_rows,
            result_bytes=self.settings.max_result_bytes,
        )

    @property
    def policy(self) -> Policy:
        """What queries may reach."""
        return Policy(
            allow_service=self.settings.allow_service, allow_private=self.settings.allow_private
        )

    def reopened(self) -> Plan:
        """Read the publication's folder anew."""
        from mufakat.publication import Publication  # noqa: PLC0415

        return replace(self, publication=Publication.open(self.publication.way))


class Reloadable:
    """A worker that a later state of its folder can take the place of."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._inner = _worker(plan, folder)
        self.version = self._inner.version

    def prepare(self) -> None:
        """Do what `Worker.prepare` does."""
        self._inner.prepare()

    def evaluate(self, request: dict[str, Any], write: Callable[[bytes], object]) -> dict[str, Any]:
        """Answer a query."""
        return self._inner.evaluate(request, write)

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make a change, or take what now stands in the folder."""
        if RELOAD in request:
            self._inner = _worker(self._plan.reopened(), self._folder)
            said: dict[str, Any] = {"version": self._inner.version}
        else:
            said = self._inner.change(request)
        self.version = self._inner.version
        return said

    def worn(self) -> bool:
        """Whether loading the data afresh is worth it."""
        return self._inner.worn()

    def renew(self) -> None:
        """Compact what was written."""
        self._inner.renew()

    def catch_up(self) -> None:
        """Take in what was written elsewhere."""
        self._inner.catch_up()
        self.version = self._inner.version


def embedded(plan: Plan, *, empty: bool = False) -> EmbeddedEngine:
    """Load the publication into an engine inside this process, or leave its store empty."""
    from mufakat.engine.embedded import EmbeddedEngine  # noqa: PLC0415

    config = plan.publication.config
    return EmbeddedEngine(
        ox.Store() if empty else plan.publication.load_store(),
        union_default_graph=plan.union,
        version=plan.publication.version,
        prefixes=config.prefixes,
        base_iri=config.base_iri,
        limits=plan.limits,
        policy=plan.policy,
    )


def engine(plan: Plan, home: Home | None) -> Engine:
    """Make a web process's engine."""
    store: str = plan.settings.store
    if store.startswith(("http://", "https://")):
        return _remote(plan, store.split())
    return embedded(plan) if home is None else _pooled(plan, home.address)


def start_home(plan: Plan, complain: Callable[[MufakatError], None]) -> Home | None:
    """Start the process that holds the data; None where the engine does without.

    `complain` tells people, from that process, why the data cannot be loaded.
    """
    store: str = plan.settings.store
    if store.startswith(("http://", "https://")) or not hasattr(os, "fork"):
        return None
    if plan.settings.writable:
        from mufakat.web.writes import token  # noqa: PLC0415

        token(plan.settings)  # a server that nobody could write to does not start
    from mufakat.engine.pool import Home  # noqa: PLC0415

    def load(folder: Path) -> Reloadable:
        try:
            return Reloadable(plan.reopened(), folder)
        except MufakatError as error:
            complain(error)
            raise

    return Home(load, memory_limit=plan.settings.memory_limit * (1 << 20), writable=True)


def _worker(plan: Plan, folder: Path) -> Worker:
    """Load what a worker answers from: the publication, and what was changed since.

    Changes that shall not outlast the server are written in the private `folder`.
    """
    from mufakat.engine.pooled import Worker  # noqa: PLC0415

    store: str = plan.settings.store
    if store == "memory" and not plan.settings.writable:
        return Worker(embedded(plan))
    from mufakat.engine.journal import Journal  # noqa: PLC0415
    from mufakat.engine.writer import WritingWorker  # noqa: PLC0415
    from mufakat.publication.gate import validator  # noqa: PLC0415

    kept = folder if store == "memory" else Path(store)
    kept.mkdir(parents=True, exist_ok=True)
    journal = Journal(kept / JOURNAL, durable=store != "memory")
    return WritingWorker(
        # A snapshot holds the publication too; of another one it is refused.
        embedded(plan, empty=journal.base() is not None),
        journal=journal,
        union_into=plan.publication.config.base_iri + ADDED if plan.union else None,
        validate=validator(plan.publication),
        compact_after=plan.settings.compact_after,
    )


def _pooled(plan: Plan, address: str) -> Engine:
    from mufakat.engine.pool import Limits as PoolLimits  # noqa: PLC0415
    from mufakat.engine.pool import Pool  # noqa: PLC0415
    from mufakat.engine.pooled import PooledEngine  # noqa: PLC0415

    limits = PoolLimits(
        deadline=plan.settings.timeout,
        queue=plan.settings.queue,
        result_bytes=plan.settings.max_result_bytes,
    )
    return PooledEngine(
        Pool(address, plan.workers, limits),
        union_default_graph=plan.union,
        version=plan.publication.version,
        limits=plan.limits,
        policy=plan.policy,
    )


def _remote(plan: Plan, addresses: list[str]) -> Engine:
    from mufakat.engine.remote import RemoteEngine  # noqa: PLC0415

    config = plan.publication.config
    return RemoteEngine(
        addresses,
        union_default_graph=plan.union,
        version=plan.publication.version,
        prefixes=config.prefixes,
        base_iri=config.base_iri,
        limits=plan.limits,
        policy=plan.policy,
        timeout=plan.settings.timeout,
    )
