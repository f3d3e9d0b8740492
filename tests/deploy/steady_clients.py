"""Clients that keep asking, and remember every answer that was none."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Seen:
    """What the clients saw: how often each status and body, and what went wrong."""

    bodies: Counter[bytes] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def answered(self) -> int:
        return self.bodies.total()


def ask(address: str, path: str, method: str = "GET", body: str | None = None) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        headers = {"Content-Type": "application/sparql-query"} if body else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def asking(
    address: str, *requests: tuple[str, str, str | None], clients: int = 3
) -> Iterator[Seen]:
    """Keep asking until the block ends; each request is method, path and body."""
    seen, over = Seen(), threading.Event()

    def keep_asking() -> None:
        while not over.is_set():
            for method, path, body in requests:
                try:
                    status, answer = ask(address, path, method, body)
                except (OSError, http.client.HTTPException) as error:
                    with seen.lock:
                        seen.failed.append(f"{method} {path[:40]}: {error!r}")
                    continue
                with seen.lock:
                    seen.bodies[answer] += 1
                    if status != 200:
                        seen.failed.append(f"{method} {path[:40]}: {status} {answer[:200]!r}")

    threads = [threading.Thread(target=keep_asking) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


def more(seen: Seen, answers: int) -> None:
    """Wait until so many further answers came."""
    enough = seen.answered + answers
    wait_until(lambda: seen.answered > enough, "nothing is answered any more")
