"""Runs the application: one process loads the data and forks workers, one carries requests.

Both start at once, so that the libraries of the web are read while the data is loaded. The address
is printed when a query has been answered through the whole house.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mufakat.engine.types import Limits, Policy
from mufakat.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.pooled import Worker
    from mufakat.engine.types import Engine
    from mufakat.publication.publication import Publication
    from mufakat.settings import Settings

WORKERS_PER_CORE: Final = 4
"""Waiting workers cost nothing, and long queries yield the processor to short ones."""
FIRST_ANSWER: Final = 120.0
"""Seconds until a server that does not become ready is given up on as far as telling goes."""
JOURNAL: Final = "journal"
"""Name of the file of changes in the folder that --store names."""
ADDED: Final = "graph/added"
"""Where statements go that were added to a default graph that is a union, below the base IRI."""
STOP: Final = 15
"""Seconds that requests under way get when the server is told to end."""


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
        return Policy(allow_service=self.settings.allow_service)


def run(publication: Publication, settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until told to end by SIGTERM or SIGINT; `tell` prints a line for people.

    Raises BadSetting when the address cannot be listened on, and what loading raises.
    """
    host, port = settings.host, free_port(settings.host, settings.port)
    plan = Plan(publication, settings, host, port)
    with ExitStack() as ends:
        engine = _engine(plan, ends)
        _serve(plan, engine, tell)


def free_port(host: str, port: int) -> int:
    """Make sure that a port can be listened on; 0 finds a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "another program listens there",
                errno.EACCES: "only an administrator may listen there",
                errno.EADDRNOTAVAIL: "this machine does not have that address",
            }.get(error.errno or 0, error.strerror or str(error))
            raise BadSetting(
                f"{host}:{port} cannot be listened on: {why}.",
                mend="Give another --port (0 takes a free one) or another --host.",
            ) from None
        taken: int = trial.getsockname()[1]
        return taken


def embedded(plan: Plan) -> EmbeddedEngine:
    """Load the publication into an engine inside this process."""
    from mufakat.engine.embedded import EmbeddedEngine  # noqa: PLC0415

    config = plan.publication.config
    return EmbeddedEngine(
        plan.publication.load_store(),
        union_default_graph=plan.union,
        version=plan.publication.version,
        prefixes=config.prefixes,
        base_iri=config.base_iri,
        limits=plan.limits,
        policy=plan.policy,
    )


def _engine(plan: Plan, ends: ExitStack) -> Callable[[], Engine]:
    """Start what holds the data; give what makes a web process's engine."""
    store: str = plan.settings.store
    if store.startswith(("http://", "https://")):
        return lambda: _remote(plan, store.split())
    writable: bool = plan.settings.writable
    if writable:
        from mufakat.web.writes import token  # noqa: PLC0415

        token(plan.settings)  # a server that nobody could write to does not start
    if not hasattr(os, "fork"):
        return lambda: embedded(plan)
    from mufakat.engine.pool import Home  # noqa: PLC0415

    home = Home(
        lambda: _worker(plan),
        memory_limit=plan.settings.memory_limit * (1 << 20),
        writable=writable,
    )
    ends.callback(home.close)
    return lambda: _pooled(plan, home.address)


def _worker(plan: Plan) -> Worker:
    """Load what a worker answers from: the publication, and what was changed since."""
    from mufakat.engine.pooled import Worker  # noqa: PLC0415

    engine = embedded(plan)
    store: str = plan.settings.store
    if store == "memory" and not plan.settings.writable:
        return Worker(engine)
    from mufakat.engine.journal import Journal  # noqa: PLC0415
    from mufakat.engine.writer import WritingWorker  # noqa: PLC0415
    from mufakat.publication.gate import validator  # noqa: PLC0415

    journal = None
    if store != "memory":
        folder = Path(store)
        folder.mkdir(parents=True, exist_ok=True)
        journal = Journal(folder / JOURNAL)
    return WritingWorker(
        engine,
        journal=journal,
        union_into=plan.publication.config.base_iri + ADDED if plan.union else None,
        validate=validator(plan.publication),
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


def _serve(plan: Plan, engine: Callable[[], Engine], tell: Callable[[str], None]) -> None:
    import multiprocessing  # noqa: PLC0415

    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    if "fork" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("fork", force=True)

    def load(*_: Any) -> Any:
        from mufakat.web.app import create_app  # noqa: PLC0415

        threading.Thread(target=_tell_when_ready, args=(plan, tell), daemon=True).start()
        return create_app(plan.publication, engine(), plan.settings)

    Granian(
        "mufakat",
        address=plan.host,
        port=plan.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=max(plan.settings.web_threads, plan.workers + plan.settings.queue + 4),
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP,
        process_name=None,
    ).serve(target_loader=load, wrap_loader=False)


def _tell_when_ready(plan: Plan, tell: Callable[[str], None]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(plan.host, plan.host)  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    until = time.monotonic() + FIRST_ANSWER
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            with opener.open(f"http://{host}:{plan.port}/ready", timeout=5) as answer:
                version = json.load(answer)["version"]
            tell(f"{plan.publication.config.title} (data {version[:12]}) at {plan.address}")
            return
        time.sleep(0.01)
    print("The server does not become ready.", file=sys.stderr)
