"""Kills a writing server with SIGKILL at random moments and counts what was lost.

`python -m bench.crash --kills 200`. Each change writes a batch of triples under one number. After
each restart every acknowledged batch must be whole, and no batch may be there in part. Then the
batches so far are removed, by one change, and it begins anew. The journal is compacted after a few
changes, and at every other kill this is just under way.

Ends with 0 when nothing was lost or half done and the journal was compacted meanwhile, else with 1.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench import servers
from mufakat.engine.journal import Journal
from mufakat.engine.snapshot import Snapshot
from mufakat.publication.backup import JOURNAL

if TYPE_CHECKING:
    import subprocess

BATCH = 20
TOKEN = "a-token-for-a-crash-test"  # noqa: S105 - of this run alone
COMPACT_AFTER = 200
CLEAR = b"DELETE WHERE { ?b <http://example.org/has> ?i }"
WAITED = 5.0
"""Seconds to wait for the journal to be compacted."""
COMPACTING = 0.01
"""Seconds that compacting takes and taking over begins, about."""
COUNT = "SELECT ?b (COUNT(*) AS ?n) { ?b <http://example.org/has> ?i } GROUP BY ?b"


@dataclass
class Tally:
    """What a run found."""

    kills: int = 0
    acknowledged: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    torn: set[int] = field(default_factory=set)
    restarts: list[float] = field(default_factory=list)
    """Seconds until the first answer."""
    snapshots: set[int] = field(default_factory=set)
    """Last changes in the snapshots that compacted journals began with."""
    compacting: int = 0
    """Kills while it was being compacted, or loaded afresh."""
    largest: int = 0
    """Bytes of the journal, at most."""


def _insert(number: int) -> bytes:
    triples = " ".join(
        f"<http://example.org/b{number}> <http://example.org/has> {i} ." for i in range(BATCH)
    )
    return f"INSERT DATA {{ {triples} }}".encode()


class _Writer(threading.Thread):
    """Removes the batches of before, then writes batch after batch until the server is gone."""

    def __init__(self, endpoint: str, first: int) -> None:
        super().__init__()
        self.update = endpoint.removesuffix("/sparql") + "/update"
        self.next = first
        self.cleared = False
        self.acknowledged: set[int] = set()
        self.refusals: list[str] = []

    def run(self) -> None:
        self.cleared = self._change(CLEAR)
        going_on = self.cleared
        while going_on:
            number = self.next
            self.next += 1
            going_on = self._change(_insert(number))
            if going_on:
                self.acknowledged.add(number)

    def _change(self, text: bytes) -> bool:
        """Make a change; whether it was acknowledged."""
        request = urllib.request.Request(
            self.update,
            data=text,
            headers={
                "Content-Type": "application/sparql-update",
                "Authorization": f"Bearer {TOKEN}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status in {200, 204}
        except urllib.error.HTTPError as error:
            self.refusals.append(f"{error.code} {error.read(300).decode(errors='replace')}")
        except (OSError, http.client.HTTPException):
            pass  # it is gone
        return False


def _state(endpoint: str) -> dict[int, int]:
    request = urllib.request.Request(
        f"{endpoint}?{urllib.parse.urlencode({'query': COUNT})}", headers={"Accept": "text/csv"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        rows = answer.read().decode().split("\r\n")[1:-1]
    return {
        int(b.removeprefix("http://example.org/b")): int(n)
        for b, n in (row.split(",") for row in rows)
    }


def _kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the server and everything it forked, by id.

    What carries requests goes first, at one stroke: nobody is to tell that the rest is gone.
    """
    below = servers.tree(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    for pid in below:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(timeout=10)


def run(kills: int, seed: int, *, longest: float = 1.5) -> Tally:
    """Write, kill, restart, compare, `kills` times."""
    chance = random.Random(seed)  # noqa: S311 - a test's moments, not a secret
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "publication").mkdir()
        (folder / "token").write_text(TOKEN)
        options = ("--writable", "--token-file", str(folder / "token"))
        options += ("--store", str(folder / "store"), "--compact-after", str(COMPACT_AFTER))
        number = 0
        before, since, gone = set[int](), set[int](), set[int]()
        for turn in range(kills + 1):
            with servers.mufakat(folder / "publication", options=options) as running:
                tally.restarts.append(running.seconds_to_first_answer)
                found = _state(running.endpoint)
                tally.torn |= {b for b, n in found.items() if n != BATCH}
                tally.torn |= before - found.keys() if before & found.keys() else set()
                tally.lost |= since - found.keys() | gone & found.keys()
                if turn == kills:
                    break
                writer = _Writer(running.endpoint, number)
                writer.start()
                _wait(chance, longest, folder / "store" if turn % 2 else None)
                _kill(running.process)
                tally.kills += 1
                writer.join()
            if writer.refusals:
                raise RuntimeError(f"a change was refused: {writer.refusals[0]}")
            number = writer.next
            before, gone = (set(), set(found)) if writer.cleared else (set(found), set())
            since = writer.acknowledged
            tally.acknowledged |= since
            _look(folder / "store" / JOURNAL, tally)
            print(
                f"kill {turn + 1}: {len(tally.acknowledged)} acknowledged, {len(tally.lost)} lost, "
                f"{len(tally.torn)} half done, up again after {tally.restarts[-1]:.1f} s",
                file=sys.stderr,
                flush=True,
            )
    return tally


def _wait(chance: random.Random, longest: float, store: Path | None) -> None:
    """Wait for a random moment; with a folder, for one at which the journal is being compacted."""
    if store is None:
        time.sleep(chance.uniform(0.02, longest))
        return
    until = time.monotonic() + WAITED
    while time.monotonic() < until and not (store / (JOURNAL + ".new")).exists():
        pass  # it is there for milliseconds
    time.sleep(chance.uniform(0, COMPACTING))


def _look(journal: Path, tally: Tally) -> None:
    """Note what a kill left."""
    if not journal.exists():
        return
    aside = journal.with_name(journal.name + ".new")
    tally.largest = max(tally.largest, journal.stat().st_size)
    tally.compacting += aside.exists()
    aside.unlink(missing_ok=True)  # so that the next kill tells of itself
    first = next(Journal(journal).entries(), (None, None))[0]
    if isinstance(first, Snapshot):
        tally.snapshots.add(first.number)


def main() -> None:
    """Prints the tally; exits 1 when anything was lost or half done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2015)
    options = parser.parse_args()
    tally = run(options.kills, options.seed)
    print(
        f"{tally.kills} kills, {len(tally.acknowledged)} acknowledged changes, "
        f"{len(tally.lost)} lost, {len(tally.torn)} half done"
    )
    print(
        f"compacted before {len(tally.snapshots)} of the kills, {tally.compacting} kills while it "
        f"was being written; journal of {tally.largest / 1024:.0f} KiB at most; up again after "
        f"{max(tally.restarts):.1f} s at most"
    )
    right = not (tally.lost or tally.torn) and bool(tally.snapshots)
    print("NOTHING LOST" if right else "FAILED")
    sys.exit(not right)


if __name__ == "__main__":
    main()
