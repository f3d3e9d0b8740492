"""Queries made to run away, against a server that is really up.

`python -m bench.runaway`. Each query must end within the deadline and a second, with a whole
answer or a clear refusal; afterwards the memory is back, and a second client's small queries kept
their pace all the while.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench import probe, servers
from bench.corpus import E, corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GRACE = 1.0
"""Seconds beyond the deadline in which an answer must have come."""
PLANNED = frozenset({400, 403, 413, 503, 504})


@dataclass
class Tally:
    """What a run found."""

    ended: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    asked: int = 0

    def note(self, name: str, said: probe.Said, deadline: float) -> None:
        """Judge one answer."""
        self.asked += 1
        self.ended[said.status] += 1
        self.slowest = max(self.slowest, said.seconds)
        if said.status != 200 and said.status not in PLANNED:
            self.faults.append(f"{name}: {said.status} {said.body[:200]!r}")
        if said.seconds > deadline + GRACE:
            self.faults.append(f"{name}: {said.status} after {said.seconds:.2f} s")
        self.faults += [f"{name}: leaks {word}" for word in said.leaks()]
        if said.fault():
            self.faults.append(f"{name}: {said.status} with {said.fault()}")


def publication(folder: Path, nodes: int = 2000, seed: int = 7) -> Path:
    """Write data that joins badly: every node has four neighbours, a name and a number."""
    chance = random.Random(seed)  # noqa: S311 - a graph, not a secret
    (folder / "data/ttl").mkdir(parents=True)
    with (folder / "data/ttl/facts.ttl").open("w") as out:
        for i in range(nodes):
            for edge in "pqpq":
                out.write(f"<{E}{i}> <{E}{edge}> <{E}{chance.randrange(nodes)}> .\n")
            out.write(f'<{E}{i}> <{E}label> "node {i} {"a" * (i % 40)}" ; <{E}n> {i} .\n')
    (folder / "mufakat.toml").write_text(
        f'title = "Facts"\nbase_iri = "{E}"\ndefault_graph = "union"\n'
    )
    return folder


def attack(  # noqa: PLR0913 - a run has that many sides
    address: str,
    texts: Mapping[str, str],
    *,
    deadline: float,
    attackers: int,
    rounds: int = 1,
    until: float = float("inf"),
) -> Tally:
    """Send every text `rounds` times, `attackers` at a time."""
    tally, lock = Tally(), threading.Lock()
    waiting = list(texts.items()) * rounds

    def work() -> None:
        while time.monotonic() < until:
            with lock:
                if not waiting:
                    return
                name, text = waiting.pop(0)
            try:
                said = probe.query(address, text, timeout=deadline + 30)  # type: ignore[arg-type]
            except (OSError, http.client.HTTPException) as error:
                with lock:
                    tally.faults.append(f"{name}: no answer, {error!r}")
                continue
            with lock:
                tally.note(name, said, deadline)

    threads = [threading.Thread(target=work) for _ in range(attackers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def settled(leader: int, before: float, *, patience: float = 10.0) -> float:
    """Wait until the memory stops falling; give it in MiB."""
    until, least = time.monotonic() + patience, float("inf")
    while time.monotonic() < until:
        least = min(least, probe.memory_mib(leader))
        if least < before * 1.1:
            break
        time.sleep(0.5)
    return least


def report(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        print(line)


def main() -> None:
    """Prints what each query came to; exits 1 when one ran away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timeout", type=float, default=2.0)
    parser.add_argument("--memory-limit", type=int, default=256)
    parser.add_argument("--attackers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--idle", type=float, default=10.0, help="seconds of measuring before")
    parser.add_argument("--only", default="", help="only queries whose names hold this")
    parser.add_argument("--each", action="store_true", help="one at a time, with its figures")
    given = parser.parse_args()
    texts = {name: text for name, text in corpus().items() if given.only in name}
    options = ("--timeout", str(given.timeout), "--memory-limit", str(given.memory_limit))
    options += ("--log-format", "none")
    with contextlib.ExitStack() as stack:
        folder = publication(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        running = stack.enter_context(servers.mufakat(folder, options=options))
        address = running.endpoint.removesuffix("/sparql")
        if given.each:
            for name, text in texts.items():
                said = probe.query(address, text)
                print(f"{said.status} {said.seconds:6.2f} s {len(said.body):>10} B  {name}")
            return
        points = stack.enter_context(probe.point_client(address))
        time.sleep(1)
        points.measure()
        time.sleep(given.idle)
        idle = points.told()
        before = probe.memory_mib(running.process.pid)
        points.measure()
        tally = attack(
            address, texts, deadline=given.timeout, attackers=given.attackers, rounds=given.rounds
        )
        busy = points.told()
        after = settled(running.process.pid, before)
    times = busy.p99 / idle.p99
    report(
        (
            f"{tally.asked} runaway queries, slowest {tally.slowest:.2f} s (deadline"
            f" {given.timeout:g} s), statuses {dict(sorted(tally.ended.items()))}",
            f"point queries idle: {idle.asked}, p50 {idle.p50:.1f} ms, p99 {idle.p99:.1f} ms",
            f"point queries meanwhile: {busy.asked}, {busy.failed} failed, p50 {busy.p50:.1f} ms,"
            f" p99 {busy.p99:.1f} ms ({times:.1f} x), worst {busy.worst:.0f} ms",
            f"memory before {before:.0f} MiB, after {after:.0f} MiB",
            *tally.faults,
        )
    )
    sys.exit(bool(tally.faults or busy.failed))


if __name__ == "__main__":
    main()
