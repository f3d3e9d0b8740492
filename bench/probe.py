"""What the hardening runs share: a small client, a patient point client, memory of a server."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import statistics
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection

HERE = Path(__file__).resolve().parent.parent
HOMES = [home for home in (Path.home(),) if home.name]  # a home at the root has no name to leak
LEAKS = (
    *(b"Traceback (most", b"site-packages", b'.py", line', os.fsencode(HERE / "server/")),
    *(os.fsencode(home) + b"/" for home in HOMES),
)
"""What no answer may hold: the inside of the program and the machine it runs on.

No request may hold it either, for answers quote what they were asked.
"""


@dataclass(frozen=True)
class Said:
    """An answer, how long it took, and what was wrong with the connection if there was none."""

    status: int
    media_type: str
    body: bytes
    seconds: float
    headers: Mapping[str, str]

    def leaks(self) -> list[str]:
        """Paths and traces in the answer."""
        told = self.body + repr(sorted(self.headers.items())).encode()
        return [word.decode() for word in LEAKS if word in told]

    def fault(self) -> str:
        """Say what is wrong with the form of the answer; empty when it is whole."""
        try:
            if self.media_type in {"application/sparql-results+json", "application/problem+json"}:
                json.loads(self.body)
        except ValueError as error:
            return f"broken JSON: {error}"
        if self.status >= 400:
            if self.media_type not in {"application/problem+json", "text/html", "text/plain"}:
                return f"an error as {self.media_type or 'nothing named'}"
            if not self.body:
                return "an error that says nothing"
        return ""


def ask(  # noqa: PLR0913 - a request has that many sides
    address: str,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    client: str = "127.0.0.1",
    timeout: float = 60,
) -> Said:
    """Send one request from the loopback address `client` and read the whole answer."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=timeout, source_address=(client, 0)
    )
    began = time.perf_counter()
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        whole = answer.read()
        kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip()
        seconds = time.perf_counter() - began
        return Said(
            answer.status, kind, whole, seconds, {n.lower(): v for n, v in answer.getheaders()}
        )
    finally:
        connection.close()


def query(address: str, text: str, **more: str) -> Said:
    """Ask a query by POST."""
    headers = {"Content-Type": "application/sparql-query"}
    return ask(address, "/sparql", method="POST", body=text.encode(), headers=headers, **more)  # type: ignore[arg-type]


def session(leader: int, *, group: int | None = None) -> list[int]:
    """Process ids of everything a server started, when it leads a session of its own.

    With `group` only those of one process group: the server's own carries requests, another one
    holds the data.
    """
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError, IndexError, ValueError):
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[3]) != leader or after_name[0] == "Z":
                continue
            if group is None or int(after_name[2]) == group:
                found.append(int(folder.name))
    return found


def memory_mib(leader: int, *, group: int | None = None, kind: str = "Pss") -> float:
    """Memory of a server's session, pages that are shared counted once.

    `Pss_Anon` leaves out the pages of files, whose part depends on who else runs the same program.
    """
    total = 0.0
    for pid in session(leader, group=group):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(f"{kind}:"):
                    total += float(line.split()[1])
    return total / 1024


@dataclass(frozen=True)
class Latencies:
    """What the point client saw, in milliseconds."""

    asked: int
    failed: int
    p50: float
    p99: float
    worst: float


class PointClient:
    """A second client, in a process of its own: small queries, each with another text."""

    def __init__(self, address: str, *, client: str = "127.0.0.2", pause: float = 0.005) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_points, args=(address, client, pause, theirs), daemon=True
        )
        self._process.start()
        self._ours.recv()

    def measure(self) -> None:
        """Begin a new stretch of measuring."""
        self._ours.send("go")

    def told(self) -> Latencies:
        """End the stretch and give its figures."""
        self._ours.send("stop")
        taken, failed = self._ours.recv()
        cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [0.0] * 99
        return Latencies(len(taken), failed, cuts[49], cuts[98], max(taken, default=0.0))

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._ours.send("end")
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._ours.close()


@contextmanager
def point_client(address: str, **more: float) -> Iterator[PointClient]:
    """A point client until the block ends."""
    points = PointClient(address, **more)  # type: ignore[arg-type]
    try:
        yield points
    finally:
        points.close()


def _points(address: str, client: str, pause: float, pipe: Connection) -> None:
    parts = urlsplit(address)
    link = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=30, source_address=(client, 0)
    )
    pipe.send("ready")
    number, taken, failed = 0, list[float](), 0
    while True:
        if pipe.poll():
            word = pipe.recv()
            if word == "end":
                return
            if word == "stop":
                pipe.send((taken, failed))
                pipe.recv()
            taken, failed = [], 0
        number += 1
        text = quote(f"SELECT ?o {{ <http://example.org/{number % 997}> ?p{number} ?o }} LIMIT 3")
        began = time.perf_counter()
        try:
            link.request("GET", f"/sparql?query={text}")
            answer = link.getresponse()
            answer.read()
            right = answer.status == 200
        except (OSError, http.client.HTTPException):
            link.close()
            right = False
        failed += not right
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(pause)
