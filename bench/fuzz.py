"""Malformed requests and queries against a server that is really up.

`python -m bench.fuzz --requests 20000`. Counts what must not happen: server errors that are not
planned ones, answers that never come, paths and traces in answers, and calls to an address that
every other request tries to make the server call.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench import probe, servers
from bench.soup import Request, Soup

if TYPE_CHECKING:
    from collections.abc import Iterator

PLANNED = frozenset({503, 504})
GRACE = 1.0
KEPT_FAULTS = 40


@dataclass
class Trap:
    """A listener that counts who calls."""

    address: str
    hits: list[str] = field(default_factory=list)


@contextlib.contextmanager
def trap() -> Iterator[Trap]:
    """Listen on loopback until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Trap(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, address = listener.accept()
                    found.hits.append(f"{address}")
                    caller.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield found
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


@dataclass
class Tally:
    """What a run found."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered_wild: int = 0
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, kind: str, request: Request, told: object) -> None:
        """Note what must not happen."""
        with self.lock:
            self.kinds[kind] += 1
            if len(self.faults) < KEPT_FAULTS:
                self.faults.append(f"{kind}: {request.bytes()[:300]!r}\n    {told}")


class Client:
    """One connection at a time, kept alive while the server keeps it."""

    def __init__(self, address: str, name: str, patience: float) -> None:
        parts = urlsplit(address)
        self.to = (parts.hostname or "", parts.port or 80)
        self.name = name
        self.patience = patience
        self.sock: socket.socket | None = None

    def send(self, request: Request) -> probe.Said | None:
        """Send a request; None when the connection was closed without an answer.

        Raises TimeoutError when neither came within the patience.
        """
        fresh = self.sock is None
        if self.sock is None:
            self.sock = socket.create_connection(self.to, self.patience, (self.name, 0))
        sock = self.sock
        began = time.perf_counter()
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(request.bytes())
                if request.wild:
                    sock.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(sock, method=request.method or "GET")
            answer.begin()
            whole = answer.read()
        except TimeoutError:
            self.close()
            raise
        except (OSError, http.client.HTTPException):
            self.close()
            return None if fresh else self.send(request)
        seconds = time.perf_counter() - began
        kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip()
        if answer.will_close or request.wild or request.method == "CONNECT":
            self.close()
        return probe.Said(
            answer.status, kind, whole, seconds, {n.lower(): v for n, v in answer.getheaders()}
        )

    def close(self) -> None:
        """Close the connection."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None


def judge(tally: Tally, request: Request, said: probe.Said, deadline: float) -> None:
    """Count an answer and note what is wrong with it."""
    with tally.lock:
        tally.statuses[said.status] += 1
        tally.slowest = max(tally.slowest, said.seconds)
    if said.status >= 500 and said.status not in PLANNED:
        tally.fault(f"status {said.status}", request, said.body[:400])
    if said.seconds > deadline + GRACE:
        tally.fault("late", request, f"{said.seconds:.2f} s")
    if said.leaks():
        tally.fault("leak", request, f"{said.leaks()} in {said.body[:400]!r}")
    if said.status == 200 and request.method != "HEAD" and said.fault():
        tally.fault("broken body", request, said.fault())


def run(  # noqa: PLR0913 - a run has that many sides
    address: str,
    trap_address: str,
    *,
    requests: int,
    clients: int = 4,
    seed: int = 1,
    deadline: float = 2.0,
    **soup: Any,
) -> Tally:
    """Send `requests` requests from `clients` addresses of loopback."""
    tally = Tally()

    def work(number: int) -> None:
        makes = Soup(seed * 1000 + number, trap_address, **soup)
        client = Client(address, f"127.0.0.{number + 2}", deadline + GRACE + 5)
        for _ in range(requests // clients):
            request = makes.request()
            with tally.lock:
                tally.sent += 1
            try:
                said = client.send(request)
            except TimeoutError:
                tally.fault("hang", request, "no answer")
                continue
            if said is not None:
                judge(tally, request, said, deadline)
            elif request.wild or "\xcb" in request.method:
                with tally.lock:
                    tally.unanswered_wild += 1
            else:
                tally.fault("no answer", request, "closed")
        client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def found_paths(address: str, most: int = 200) -> list[str]:
    """Ask the server for things that have an address of their own."""
    text = f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(ISIRI(?s)) }} LIMIT {most}"
    said = probe.ask(address, "/sparql?format=csv&query=" + text.replace(" ", "+"))
    return [urlsplit(line).path or "/" for line in said.body.decode().split("\r\n")[1:] if line]


def main() -> None:
    """Prints the counts; exits 1 when something happened that must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=2015)
    parser.add_argument("--timeout", type=float, default=2.0)
    parser.add_argument("--publication", type=Path, help="a folder; by default the one carried")
    given = parser.parse_args()
    options = ("--timeout", str(given.timeout), "--memory-limit", "256", "--log-format", "none")
    began = time.monotonic()
    with trap() as caught, servers.mufakat(given.publication, options=options) as running:
        address = running.endpoint.removesuffix("/sparql")
        listing = probe.ask(address, "/query/", headers={"Accept": "text/html"}).body.decode()
        slugs = sorted({part.split('"')[0] for part in listing.split('href="/query/')[1:]} - {""})
        probe.ask(address, "/dump/")  # written once for each state of the data
        before = probe.memory_mib(running.process.pid)
        tally = run(
            address,
            caught.address,
            requests=given.requests,
            clients=given.clients,
            seed=given.seed,
            deadline=given.timeout,
            paths=found_paths(address),
            slugs=slugs,
        )
        alive = probe.ask(address, "/ready").status == 200
        after = probe.memory_mib(running.process.pid)
        hits = len(caught.hits)
    print(
        f"{tally.sent} requests in {time.monotonic() - began:.0f} s, slowest {tally.slowest:.2f} s,"
        f" {tally.unanswered_wild} that are not HTTP closed without an answer"
    )
    print(f"statuses {dict(sorted(tally.statuses.items()))}")
    print(f"faults {dict(tally.kinds) or 'none'}, calls to the trap {hits}, alive {alive}")
    print(f"memory before {before:.0f} MiB, after {after:.0f} MiB")
    print("\n".join(tally.faults))
    sys.exit(bool(tally.kinds or hits or not alive))


if __name__ == "__main__":
    main()
