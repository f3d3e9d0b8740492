"""No client takes the whole engine: each has a share of its workers and, where set, a rate.

A client is an address: the one that connects or, behind a proxy (`public_url` is set), the last one
the proxy added to X-Forwarded-For.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from flask import has_request_context, request
from werkzeug.exceptions import TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mufakat.engine.formats import Form, ResultFormat
    from mufakat.engine.types import Answer, Engine, QueryRequest, Rows

PATIENCE: Final = 5.0
"""Seconds a query waits for another one of its client to end."""
WAITING: Final = 16
"""Queries of one client that may wait."""
REMEMBERED: Final = 10_000
"""Clients that are remembered for their rate."""


@dataclass(slots=True)
class Guest:
    """One client: queries under way and waiting, and how much of its rate it has left."""

    running: int = 0
    waiting: int = 0
    left: float = 0.0
    seen: float = 0.0


@dataclass
class Guests:
    """The clients of one process."""

    share: int
    """Queries of one client that run at the same time."""
    rate: int = 0
    """Queries of one client in a minute; 0 sets no bound."""
    now: Callable[[], float] = time.monotonic
    patience: float = PATIENCE
    _guests: dict[str, Guest] = field(default_factory=dict)
    _change: threading.Condition = field(default_factory=threading.Condition)

    def turn(self, name: str) -> Turn:
        """Hold one of a client's places; raises TooManyRequests when it has none in time."""
        return Turn(self, name)

    def enter(self, name: str) -> Guest:
        """Take a place for a client."""
        with self._change:
            guest = self._guests.get(name)
            if guest is None:
                guest = self._guests[name] = Guest(left=float(self.rate), seen=self.now())
            self._spend(guest)
            if guest.running >= self.share:
                self._wait(guest)
            guest.running += 1
        return guest

    def leave(self, name: str, guest: Guest) -> None:
        """Give a place back."""
        with self._change:
            guest.running -= 1
            self._forget(name, guest)
            self._change.notify_all()

    def _spend(self, guest: Guest) -> None:
        if not self.rate:
            return
        now = self.now()
        guest.left = min(self.rate, guest.left + (now - guest.seen) * self.rate / 60)
        guest.seen = now
        if guest.left < 1:
            wait = (1 - guest.left) * 60 / self.rate
            raise TooManyRequests(
                f"One client may send {self.rate} queries in a minute here.",
                retry_after=math.ceil(wait),
            )
        guest.left -= 1

    def _wait(self, guest: Guest) -> None:
        def has_place() -> bool:
            return guest.running < self.share

        if guest.waiting >= WAITING:
            raise _too_many(self.share)
        guest.waiting += 1
        try:
            if not self._change.wait_for(has_place, self.patience):
                raise _too_many(self.share)
        finally:
            guest.waiting -= 1

    def _forget(self, name: str, guest: Guest) -> None:
        idle = not guest.running and not guest.waiting
        if idle and not self.rate:
            self._guests.pop(name, None)
        elif len(self._guests) > REMEMBERED:
            for other, known in list(self._guests.items()):
                if not known.running and not known.waiting:
                    del self._guests[other]


def _too_many(share: int) -> TooManyRequests:
    return TooManyRequests(
        f"{share} of your queries are under way; more have to wait until one of them ends.",
        retry_after=2,
    )


class Turn:
    """A place of a client while it is held; a generator would take longer than a small answer."""

    __slots__ = ("guest", "guests", "name")

    def __init__(self, guests: Guests, name: str) -> None:
        self.guests = guests
        self.name = name

    def __enter__(self) -> None:
        self.guest = self.guests.enter(self.name)

    def __exit__(self, *_: object) -> None:
        self.guests.leave(self.name, self.guest)


class FairEngine:
    """An engine whose answers are given to each client in its turn."""

    def __init__(self, engine: Engine, guests: Guests, *, behind_proxy: bool) -> None:
        self.engine = engine
        self.guests = guests
        self.behind_proxy = behind_proxy

    def __getattr__(self, name: str) -> Any:
        """Everything else is the engine's own."""
        return getattr(self.engine, name)

    @property
    def version(self) -> str:
        """Hash of the content."""
        return self.engine.version

    @property
    def union_default_graph(self) -> bool:
        """Whether a query without FROM sees all graphs at once."""
        return self.engine.union_default_graph

    def form(self, text: str) -> Form:
        """Say what the query asks for."""
        return self.engine.form(text)

    def answer(self, asked: QueryRequest, fmt: ResultFormat) -> Answer:
        """Evaluate a query and write its answer."""
        with self._turn():
            return self.engine.answer(asked, fmt)

    def open_answer(self, asked: QueryRequest, fmt: ResultFormat) -> Answer:
        """Do as `answer`, but leave many bytes in a file where the engine has them there."""
        with self._turn():
            opened: Answer = getattr(self.engine, "open_answer", self.engine.answer)(asked, fmt)
            return opened

    def select(self, text: str) -> Rows:
        """Evaluate a SELECT query into terms."""
        with self._turn():
            return self.engine.select(text)

    def ask(self, text: str) -> bool:
        """Evaluate an ASK query; never made to wait, for it tells whether the server is ready."""
        return self.engine.ask(text)

    def construct(self, text: str) -> Any:
        """Evaluate a CONSTRUCT or DESCRIBE query into distinct triples."""
        with self._turn():
            return self.engine.construct(text)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not has_request_context():
            yield
            return
        with self.guests.turn(self.client(request.environ)):
            yield

    def client(self, environ: dict[str, Any]) -> str:
        """Name the client of a request."""
        if self.behind_proxy:
            told: str = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            if told:
                return told
        address: str = environ.get("REMOTE_ADDR") or ""
        return address
