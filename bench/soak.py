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
import json
import statistics
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import probe, runaway, servers
from bench.corpus import E
from bench.soak_reads import ALIVE, BATCH, NODES, read
from bench.trend import trend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "a-token-for-a-long-run"  # noqa: S105 - of this run alone
KIND = "Pss_Anon"
"""The memory that can grow; pages of files are shared with whoever runs the same program."""
REST = 10.0
"""Seconds to wait for requests under way before the memory is looked at all the same."""
EVERY = 3.0
"""Seconds between two samples of the memory."""
PROCESSES = 5
"""Of a server at rest: main, web, origin, zygote and one worker."""
SETTLED = 2.0
"""Seconds to wait until there are no more."""
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


def change(soak: Soak, text: str) -> probe.Said:
    """Send a change."""
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    return probe.ask(soak.address, "/update", method="POST", body=text.encode(), headers=headers)


def write(soak: Soak) -> None:
    """Be the writer: one change after the other, each with the number that follows."""
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
            said = change(soak, text)
        if said.status == 204:
            soak.acknowledged = number
            soak.waits.append(said.seconds)
            soak.version = said.headers["data-version"]
        else:
            soak.judge(False, f"write {number}: {said.status} {said.body!r}")
        time.sleep(soak.pause)


def sample(soak: Soak, leader: int, journal: Path) -> None:
    """Note the memory and the journal now and then, and tell how far it has come."""
    began, told, file = time.monotonic(), 0.0, 0
    while soak.running():
        now = time.monotonic()
        with soak.rest():
            _settle(soak, leader, now)
            soak.memory.append((now, probe.memory_mib(leader, kind=KIND)))
            soak.web.append((now, probe.memory_mib(leader, group=leader, kind=KIND)))
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


def _settle(soak: Soak, leader: int, now: float) -> None:
    """Bring the server to where it was at every other sample: one worker, and nobody loading."""
    change(soak, f"DELETE WHERE {{ <{E}s> <{E}at> ?t }} ; INSERT DATA {{ <{E}s> <{E}at> {now} }}")
    probe.query(soak.address, f"ASK {{ }} # {now}")  # workers of older states are let go
    until = time.monotonic() + SETTLED
    while time.monotonic() < until and len(probe.session(leader)) > PROCESSES:
        time.sleep(0.02)


def run(seconds: float, *, readers: int = 3, pause: float = 0.1) -> Soak:
    """Soak a fresh server; the writer rests for `pause` seconds between two changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runaway.publication(folder / "publication", nodes=NODES)
        (folder / "token").write_text(TOKEN)
        options: tuple[Any, ...] = ("--writable", "--token-file", str(folder / "token"))
        options += ("--store", str(folder / "store"), "--log-format", "none")
        # A cache that is full soon: what grows after that is not the cache.
        options += ("--cache-bytes", str(1 << 20), "--compact-after", "2000")
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
