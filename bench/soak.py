"""Reads and writes for a long time, every answer compared with what it must be.

`python -m bench.soak --minutes 30`. A writer moves a counter and turns over batches of triples;
readers ask questions whose answers are known: of the part that never changes, of batches that must
be whole or absent, of a counter that must lie between what was acknowledged and what was sent.
Memory is sampled when for a moment no request is under way, and whether it grows is told with its
error (bench/trend.py). The journal must stay within a bound, and is compacted many times meanwhile.

Ends with 0 when every answer was right, every change was made and the memory is flat; with 2 when
the run was too short or too rough to tell of the memory; else with 1.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench import probe, runaway, servers
from bench.corpus import E
from bench.trend import trend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "a-token-for-a-long-run"  # noqa: S105 - of this run alone
NODES = 1000
BATCH = 5
ALIVE = 20
"""Batches that are kept; older ones are deleted."""
REST = 10.0
"""Seconds to wait for requests under way before the memory is looked at all the same."""
EVERY = 2.0
"""Seconds between two samples of the memory."""
TOLD = 30.0
"""Seconds between two lines of progress."""
BOUND = 20.0
"""MiB an hour that the memory may grow, at most; before data were loaded afresh it was 88."""
JOURNAL = 1.0
"""MiB that the journal may take; what is in use at the end is a fifth of that."""


@dataclass
class Soak:
    """What is known and what was found."""

    address: str
    end: float
    sent: int = 0
    acknowledged: int = 0
    reads: int = 0
    not_modified: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    web: list[tuple[float, float]] = field(default_factory=list)
    """The part of the memory that the processes have that carry requests, not data."""
    journal: list[float] = field(default_factory=list)
    """MiB of the journal."""
    compacted: int = 0
    waits: list[float] = field(default_factory=list)
    """Seconds that each change took."""
    pause: float = 0.1
    version: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    under_way: int = 0
    resting: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Keep one request, or one that follows on it, out of the moments of rest."""
        with self.resting:
            self.under_way += 1
        try:
            yield
        finally:
            with self.resting:
                self.under_way -= 1
                self.resting.notify_all()

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Wait until no request is under way, and let none begin."""
        with self.resting:
            self.resting.wait_for(lambda: not self.under_way, timeout=REST)
            yield

    def running(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.end

    def judge(self, right: bool, told: object) -> None:
        """Count an answer, and note a wrong one."""
        with self.lock:
            self.reads += 1
            if not right and len(self.wrong) < 50:
                self.wrong.append(str(told)[:300])

    def rows(self, text: str, client: str) -> list[list[str]] | None:
        """Ask and give the values of the rows; None when the server was too busy."""
        said = probe.query(self.address, text, client=client)
        if said.status in {429, 503}:
            with self.lock:
                self.refused += 1
            return None
        if said.status != 200:
            self.judge(False, f"{said.status} {said.body!r}")
            return None
        told = json.loads(said.body)
        return [
            [row[name]["value"] for name in told["head"]["vars"] if name in row]
            for row in told["results"]["bindings"]
        ]


def write(soak: Soak) -> None:
    """Be the writer: one change after the other, each with the number that follows."""
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    while soak.running():
        number = soak.sent + 1
        members = " ".join(f"<{E}b{number}> <{E}has> {i} ." for i in range(BATCH))
        text = (
            f"DELETE WHERE {{ <{E}counter> <{E}is> ?old }} ; "
            f"INSERT DATA {{ <{E}counter> <{E}is> {number} . {members} }} ; "
            f"DELETE WHERE {{ <{E}b{number - ALIVE}> <{E}has> ?i }}"
        )
        soak.sent = number
        with soak.request():
            said = probe.ask(
                soak.address, "/update", method="POST", body=text.encode(), headers=headers
            )
        if said.status == 204:
            soak.acknowledged = number
            soak.waits.append(said.seconds)
            soak.version = said.headers["data-version"]
        else:
            soak.judge(False, f"write {number}: {said.status} {said.body!r}")
        time.sleep(soak.pause)


def read(soak: Soak, number: int) -> None:
    """Be a reader, from an address of its own."""
    chance = random.Random(number)  # noqa: S311 - a mix, not a secret
    client = f"127.0.0.{number + 2}"
    kinds: list[Callable[[Soak, random.Random, str], None]]
    kinds = [_point, _count, _reachable, _counter, _batches, _named, _conditional]
    while soak.running():
        try:
            with soak.request():
                chance.choice(kinds)(soak, chance, client)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            soak.judge(False, repr(error))
        time.sleep(0.01)


def _point(soak: Soak, chance: random.Random, client: str) -> None:
    node = chance.randrange(NODES)
    rows = soak.rows(f"SELECT ?n {{ <{E}{node}> <{E}n> ?n }}", client)
    soak.judge(rows in (None, [[str(node)]]), f"point {node}: {rows}")


def _count(soak: Soak, chance: random.Random, client: str) -> None:
    low = chance.randrange(NODES)
    text = f"SELECT (COUNT(*) AS ?c) {{ ?s <{E}n> ?n FILTER(?n >= {low}) }}"
    rows = soak.rows(text, client)
    soak.judge(rows in (None, [[str(NODES - low)]]), f"count {low}: {rows}")


def _reachable(soak: Soak, chance: random.Random, client: str) -> None:
    a, b = sorted((chance.randrange(NODES), chance.randrange(NODES)))
    text = f"SELECT ?l {{ VALUES ?s {{ <{E}{a}> <{E}{b}> }} ?s <{E}label> ?l }} ORDER BY ?l"
    right = sorted({f"node {i} {'a' * (i % 40)}" for i in (a, b)})
    rows = soak.rows(text, client)
    right_rows = [[label] for label in right] * 1
    soak.judge(rows is None or a == b or rows == right_rows, f"labels {a} {b}: {rows}")


def _counter(soak: Soak, chance: random.Random, client: str) -> None:
    least = soak.acknowledged
    rows = soak.rows(f"SELECT ?n {{ <{E}counter> <{E}is> ?n }} # {chance.random()}", client)
    if rows is not None and soak.acknowledged:
        most = soak.sent
        right = len(rows) == 1 and least <= int(rows[0][0]) <= most
        soak.judge(right or (not least and not rows), f"counter {least}..{most}: {rows}")


def _batches(soak: Soak, chance: random.Random, client: str) -> None:
    text = f"SELECT ?b (COUNT(*) AS ?c) {{ ?b <{E}has> ?i }} GROUP BY ?b # {chance.random()}"
    rows = soak.rows(text, client)
    if rows is not None:
        whole = all(count == str(BATCH) for _, count in rows) and len(rows) <= ALIVE
        soak.judge(whole, f"batches: {rows}")


def _named(soak: Soak, chance: random.Random, client: str) -> None:
    del chance
    path = "/graphs?default"
    said = probe.ask(soak.address, path, headers={"Accept": "application/n-triples"}, client=client)
    lines = said.body.count(b"\n")
    least = NODES * 6 - NODES // 10
    soak.judge(
        said.status in {200, 503} and (said.status == 503 or lines >= least), f"graph {lines}"
    )


def _conditional(soak: Soak, chance: random.Random, client: str) -> None:
    node = chance.randrange(20)
    path = "/sparql?" + urlencode({"query": f"SELECT ?n {{ <{E}{node}> <{E}n> ?n }}"})
    first = probe.ask(soak.address, path, client=client)
    if first.status != 200:
        return
    tag = {"If-None-Match": first.headers["etag"]}
    second = probe.ask(soak.address, path, headers=tag, client=client)
    same = second.headers.get("data-version") == first.headers.get("data-version")
    with soak.lock:
        soak.not_modified += second.status == 304
    soak.judge(second.status == (304 if same else 200), f"condition: {second.status}, {same}")


def sample(soak: Soak, leader: int, journal: Path) -> None:
    """Note the memory and the journal now and then, and tell how far it has come."""
    began, told, file = time.monotonic(), 0.0, 0
    while soak.running():
        now = time.monotonic()
        with soak.rest():
            # Workers of older states are let go when somebody asks.
            probe.query(soak.address, f"ASK {{ }} # {now}")
            soak.memory.append((now, probe.memory_mib(leader)))
            soak.web.append((now, probe.memory_mib(leader, group=leader)))
        with suppress(FileNotFoundError):
            status = journal.stat()
            soak.journal.append(status.st_size / (1 << 20))
            soak.compacted += file not in {0, status.st_ino}
            file = status.st_ino
        if now - told >= TOLD:
            told = now
            print(
                f"{now - began:5.0f} s: {soak.reads} answers, {len(soak.wrong)} wrong,"
                f" {soak.acknowledged} of {soak.sent} writes, {soak.memory[-1][1]:.0f} MiB,"
                f" compacted {soak.compacted} times",
                file=sys.stderr,
                flush=True,
            )
        time.sleep(EVERY)


def run(seconds: float, *, readers: int = 3, pause: float = 0.1) -> Soak:
    """Soak a fresh server; the writer rests for `pause` seconds between two changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runaway.publication(folder / "publication", nodes=NODES)
        (folder / "token").write_text(TOKEN)
        options: tuple[Any, ...] = ("--writable", "--token-file", str(folder / "token"))
        options += ("--store", str(folder / "store"), "--log-format", "none")
        # A cache that is full soon: what grows after that is not the cache.
        options += ("--cache-bytes", str(8 << 20), "--compact-after", "2000")
        with servers.mufakat(folder / "publication", options=options) as running:
            soak = Soak(running.endpoint.removesuffix("/sparql"), time.monotonic() + seconds)
            soak.pause = pause
            work: list[tuple[Callable[..., None], tuple[Any, ...]]] = [(write, (soak,))]
            work += [(read, (soak, number)) for number in range(readers)]
            work.append((sample, (soak, running.process.pid, folder / "store" / "journal")))
            threads = [threading.Thread(target=target, args=args) for target, args in work]
            for thread in threads:
                thread.start()
            with suppress(KeyboardInterrupt):
                for thread in threads:
                    thread.join()
            return soak


def main() -> None:
    """Prints the tally and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between two changes")
    parser.add_argument("--bound", type=float, default=BOUND, help="MiB an hour of growth")
    given = parser.parse_args()
    soak = run(given.minutes * 60, readers=given.readers, pause=given.pause)
    print(
        f"{given.minutes:g} min: {soak.reads} answers, {len(soak.wrong)} wrong, {soak.not_modified}"
        f" not modified, {soak.refused} turned away; {soak.acknowledged} of {soak.sent} writes"
    )
    waits = sorted(soak.waits) or [0.0]
    print(
        f"a change took {statistics.median(waits):.2f} s in the middle,"
        f" {waits[int(len(waits) * 0.99)]:.2f} s at p99, {waits[-1]:.2f} s at most;"
        f" journal compacted {soak.compacted} times, {max(soak.journal, default=0):.2f} MiB at most"
    )
    print("\n".join(soak.wrong))
    grows = trend(soak.memory)
    print(f"memory of all processes: {grows.told('MiB')}")
    print(f"of those that carry requests: {trend(soak.web).told('MiB')}")
    verdict = grows.verdict(given.bound)
    right = not soak.wrong and soak.acknowledged == soak.sent and soak.compacted > 0
    right &= max(soak.journal, default=0) <= JOURNAL
    print(f"{verdict} (bound {given.bound:g} MiB/h); {'ALL RIGHT' if right else 'NOT RIGHT'}")
    sys.exit(1 if not right or verdict == "GROWS" else 2 * (verdict == "UNDECIDED"))


if __name__ == "__main__":
    main()
