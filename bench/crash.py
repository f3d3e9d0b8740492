"""Kills a writing server with SIGKILL at random moments and counts what was lost.

`python -m bench.crash --kills 200`. Each change writes a batch of triples under one number. After
each restart every acknowledged batch must be whole, and no batch may be there in part.
"""

from __future__ import annotations

import argparse
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

if TYPE_CHECKING:
    import subprocess

BATCH = 20
TOKEN = "a-token-for-a-crash-test"  # noqa: S105 - of this run alone
COUNT = "SELECT ?b (COUNT(*) AS ?n) { ?b <http://example.org/has> ?i } GROUP BY ?b"


@dataclass
class Tally:
    """What a run found."""

    kills: int = 0
    acknowledged: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    torn: set[int] = field(default_factory=set)
    restarts: list[float] = field(default_factory=list)


def _insert(number: int) -> bytes:
    triples = " ".join(
        f"<http://example.org/b{number}> <http://example.org/has> {i} ." for i in range(BATCH)
    )
    return f"INSERT DATA {{ {triples} }}".encode()


class _Writer(threading.Thread):
    """Writes batch after batch until the server is gone."""

    def __init__(self, endpoint: str, first: int) -> None:
        super().__init__()
        self.update = endpoint.removesuffix("/sparql") + "/update"
        self.next = first
        self.acknowledged: set[int] = set()
        self.refusals: list[str] = []

    def run(self) -> None:
        while True:
            number = self.next
            self.next += 1
            request = urllib.request.Request(
                self.update,
                data=_insert(number),
                headers={
                    "Content-Type": "application/sparql-update",
                    "Authorization": f"Bearer {TOKEN}",
                },
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    if answer.status in {200, 204}:
                        self.acknowledged.add(number)
            except urllib.error.HTTPError as error:
                self.refusals.append(f"{error.code} {error.read(300).decode(errors='replace')}")
                return
            except OSError:
                return


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
    """SIGKILL for the server and everything it forked, all at once, by id."""
    for pid in servers._tree(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(timeout=10)


def run(kills: int, seed: int, *, longest: float = 0.6) -> Tally:
    """Write, kill, restart, compare, `kills` times."""
    chance = random.Random(seed)  # noqa: S311 - a test's moments, not a secret
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "publication").mkdir()
        (folder / "token").write_text(TOKEN)
        options = ("--writable", "--token-file", str(folder / "token"))
        options += ("--store", str(folder / "store"))
        number = 0
        for turn in range(kills + 1):
            with servers.mufakat(folder / "publication", options=options) as running:
                tally.restarts.append(running.seconds_to_first_answer)
                found = _state(running.endpoint)
                tally.lost |= tally.acknowledged - found.keys()
                tally.torn |= {b for b, n in found.items() if n != BATCH}
                if turn == kills:
                    break
                writer = _Writer(running.endpoint, number)
                writer.start()
                time.sleep(chance.uniform(0.02, longest))
                _kill(running.process)
                tally.kills += 1
                writer.join()
                if writer.refusals:
                    raise RuntimeError(f"a change was refused: {writer.refusals[0]}")
                number = writer.next
                tally.acknowledged |= writer.acknowledged
            print(
                f"kill {turn + 1}: {len(tally.acknowledged)} acknowledged, {len(tally.lost)} lost, "
                f"{len(tally.torn)} half done",
                file=sys.stderr,
            )
    return tally


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
    sys.exit(bool(tally.lost or tally.torn))


if __name__ == "__main__":
    main()
