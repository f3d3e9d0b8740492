"""A client that asks a fixed list of questions and stops when the last one is answered.

Each connection comes from a loopback address of its own, as clients do, and stays open.
"""

from __future__ import annotations

import json
import re
import socket
import statistics
import threading
import time
import urllib.parse
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = "application/sparql-results+json"
GRAPH = "application/n-triples, text/turtle;q=0.8"
"""What is asked for by the form of the query: one peer takes what comes first, fitting or not."""
_GRAPH = re.compile(r"^(CONSTRUCT|DESCRIBE)\b", re.MULTILINE)
FIRST_ADDRESS = 10
"""Clients are 127.0.0.10 and the addresses after it."""


def request(endpoint: str, text: str, *, more: str = "") -> bytes:
    """The bytes of a GET that asks `text`; `more` is further header lines."""
    parts = urllib.parse.urlsplit(endpoint)
    target = f"{parts.path}?{urllib.parse.urlencode({'query': text})}"
    accept = GRAPH if _GRAPH.search(text) else ROWS
    head = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n{more}\r\n"
    return head.encode()


class Link:
    """One connection, opened again when the server closed it."""

    def __init__(self, endpoint: str, number: int) -> None:
        parts = urllib.parse.urlsplit(endpoint)
        self._place = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._source = (f"127.0.0.{FIRST_ADDRESS + number % 200}", 0)
        self._socket: socket.socket | None = None

    def ask(self, said: bytes, timeout: float) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises:
            OSError: no whole answer came within `timeout` seconds.
        """
        used = self._socket is not None
        until = time.monotonic() + timeout
        try:
            return self._ask(said, until)
        except ConnectionError:
            self.close()
            if not used:  # a fresh connection was refused or cut
                raise
            return self._ask(said, until)
        except OSError:
            self.close()
            raise

    def _ask(self, said: bytes, until: float) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(self._place, 10, self._source)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(max(0.01, until - time.monotonic()))
        self._socket.sendall(said)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(until)
        head, _, rest = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        fields = head.lower()
        if b"\r\ntransfer-encoding: chunked" in fields:
            body = self._chunks(rest, until)
        else:
            length = int(fields.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
            while len(rest) < length:
                rest += self._more(until)
            body = rest
        if b"\r\nconnection: close" in fields:
            self.close()
        return status, body

    def _chunks(self, rest: bytes, until: float) -> bytes:
        body = bytearray()
        while True:
            while b"\r\n" not in rest:
                rest += self._more(until)
            size, _, rest = rest.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            while len(rest) < length + 2:
                rest += self._more(until)
            if length == 0:
                return bytes(body)
            body += rest[:length]
            rest = rest[length + 2 :]

    def _more(self, until: float) -> bytes:
        assert self._socket is not None
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionResetError
        return data

    def close(self) -> None:
        """Ends the connection."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None


@dataclass
class Finished:
    """What it took to work through a list; latencies in milliseconds."""

    asked: int
    seconds: float
    cut: bool
    """Whether the bound in time ended it before the list did."""
    latencies: list[float]
    failures: dict[str, int]
    questions: dict[str, list[float]] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    """Rows of the answers by place in the list, where they were counted."""

    @property
    def per_second(self) -> float:
        """Questions answered in a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile(self, hundredths: int) -> float | None:
        """A percentile of the latencies of what was answered."""
        if len(self.latencies) < 2:
            return self.latencies[0] if self.latencies else None
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[hundredths - 1]


def finish(  # noqa: PLR0913 - a run has that many sides
    endpoint: str,
    questions: Sequence[tuple[str, str]],
    *,
    clients: int,
    deadline: float,
    limit: float,
    count: bool = False,
) -> Finished:
    """Has `clients` work through (name, text) pairs together, each asking when it was answered.

    Args:
        endpoint: where to ask.
        questions: what to ask; each once.
        clients: how many ask at the same time.
        deadline: seconds until a question counts as failed.
        limit: seconds until no further question is asked and those under way count as failed.
        count: whether rows are counted (outside of the time that is measured, for one client).
    """
    requests = [request(endpoint, text) for _, text in questions]
    places = iter(range(len(questions)))
    lock = threading.Lock()
    result = Finished(0, 0.0, cut=False, latencies=[], failures={})
    failures: Counter[str] = Counter()
    by_name: dict[str, list[float]] = defaultdict(list)
    counting = 0.0
    start = threading.Barrier(clients + 1)

    def work(number: int) -> None:
        nonlocal counting
        link = Link(endpoint, number)
        start.wait()
        while True:
            with lock:
                place = next(places, None)
                left = begin + limit - time.perf_counter()
                if place is None or left <= 0:
                    result.cut |= place is not None
                    break
                result.asked += 1
            asked = time.perf_counter()
            try:
                status, body = link.ask(requests[place], min(deadline, left))
                why = "" if status == 200 else str(status)
            except (OSError, ValueError) as error:
                body = b""
                why = "no answer in time" if isinstance(error, TimeoutError) else "no answer"
            took = (time.perf_counter() - asked) * 1000
            with lock:
                if why:
                    failures[why] += 1
                    continue
                result.latencies.append(took)
                by_name[questions[place][0]].append(took)
                if count:
                    before = time.perf_counter()
                    result.rows[place] = rows(body)
                    counting += time.perf_counter() - before
        link.close()

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(clients)]
    for thread in threads:
        thread.start()
    begin = time.perf_counter()
    start.wait()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - begin - counting
    result.failures = dict(failures)
    result.questions = dict(by_name)
    return result


def rows(body: bytes) -> int:
    """How many rows or triples an answer has; a boolean counts as 1 or 0."""
    with suppress(ValueError):
        told = json.loads(body)
        if "boolean" in told:
            return int(told["boolean"])
        if "results" in told:
            return len(told["results"]["bindings"])
    return sum(1 for line in body.splitlines() if line.rstrip().endswith(b"."))
