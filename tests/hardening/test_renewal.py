"""Data loaded afresh take the place of those that were worn; nobody who reads or writes notices."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench import probe, servers
from bench.corpus import E

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc"),
]
TOKEN = "a-token-for-a-renewal"
BATCH = 5
AFTER = 60
"""Quads that are written before the data are loaded afresh."""


@dataclass
class Server:
    running: servers.Running
    journals: Callable[[], list[Path]]
    written: int = 0
    version: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.running.endpoint.removesuffix("/sparql")

    def write(self) -> None:
        """Replace the one batch that is there by another."""
        self.written += 1
        members = " ".join(f"<{E}b{self.written}> <{E}has> {i} ." for i in range(BATCH))
        said = probe.ask(
            self.address,
            "/update",
            method="POST",
            body=f"DELETE WHERE {{ ?b <{E}has> ?i }} ; INSERT DATA {{ {members} }}".encode(),
            headers={
                "Content-Type": "application/sparql-update",
                "Authorization": f"Bearer {TOKEN}",
            },
        )
        if said.status != 204:
            self.faults.append(f"write {self.written}: {said.status} {said.body!r}")
        self.version = said.headers.get("data-version", "")

    def found(self) -> dict[str, int]:
        """How many members each batch has."""
        text = f"SELECT ?b (COUNT(*) AS ?n) {{ ?b <{E}has> ?i }} GROUP BY ?b # {time.monotonic()}"
        said = probe.query(self.address, text)
        if said.status != 200:
            self.faults.append(f"read: {said.status} {said.body!r}")
            return {}
        rows = json.loads(said.body)["results"]["bindings"]
        return {row["b"]["value"]: int(row["n"]["value"]) for row in rows}

    def processes(self) -> dict[int, int]:
        """Process ids of the server, each with its parent's."""
        found = {}
        for pid in probe.session(self.running.process.pid):
            with suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                found[pid] = int(stat[1])
        return found

    def origin(self) -> int:
        return next(pid for pid in self.processes() if os.getpgid(pid) == pid != self.leader)

    def successors(self) -> list[int]:
        """Who is loading the data: children of the origin that have no socket yet."""
        origin = self.origin()
        found = []
        for pid in [pid for pid, parent in self.processes().items() if parent == origin]:
            with suppress(OSError):
                links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]  # noqa: PTH115
                if links and not any(link.startswith("socket:") for link in links):
                    found.append(pid)
        return found

    @property
    def leader(self) -> int:
        return self.running.process.pid


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    folder = tmp_path / "publication"
    (folder / "data/ttl").mkdir(parents=True)
    (folder / "data/ttl/facts.ttl").write_text(f"<{E}a> <{E}p> 1 .\n")
    (tmp_path / "token").write_text(TOKEN)
    return folder


@pytest.fixture(params=["memory", "folder"])
def server(
    request: pytest.FixtureRequest,
    publication: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Server]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(publication, tmp_path, request.param) as running:
        yield Server(
            running, lambda: [*temporary.glob("*/journal"), *tmp_path.glob("folder/journal")]
        )


def serving(publication: Path, tmp_path: Path, store: str):  # type: ignore[no-untyped-def]
    options = ("--writable", "--token-file", str(tmp_path / "token"), "--log-format", "none")
    options += ("--store", store if store == "memory" else str(tmp_path / store))
    return servers.mufakat(publication, options=(*options, "--compact-after", str(AFTER)))


def compactions(server: Server, least: int, *, seconds: float = 60) -> int:
    """Write until the journal was compacted so many times."""
    until, seen, last = time.monotonic() + seconds, 0, 0
    while seen < least and time.monotonic() < until:
        server.write()
        (journal,) = server.journals()
        now = journal.stat().st_ino
        seen += last not in {0, now}
        last = now
    return seen


def test_nobody_notices_that_data_are_loaded_afresh(server: Server) -> None:
    over, torn, reads = threading.Event(), list[dict[str, int]](), [0]

    def read() -> None:
        while not over.is_set():
            found = server.found()
            reads[0] += 1
            if list(found.values()) != [BATCH]:
                torn.append(found)

    server.write()
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        assert compactions(server, 3) == 3
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert server.faults == []
    assert torn == []
    assert reads[0] > 20
    assert server.found() == {f"{E}b{server.written}": BATCH}


def test_state_and_version_are_the_same_after_a_restart(publication: Path, tmp_path: Path) -> None:
    with serving(publication, tmp_path, "folder") as running:
        server = Server(running, lambda: [*tmp_path.glob("folder/journal")])
        assert compactions(server, 2) == 2
        server.write()
        os.killpg(running.process.pid, signal.SIGKILL)
    with serving(publication, tmp_path, "folder") as running:
        again = Server(running, lambda: [*tmp_path.glob("folder/journal")])
        said = probe.ask(again.address, "/ready")
        assert said.headers["data-version"] == server.version
        assert again.found() == {f"{E}b{server.written}": BATCH}
        again.written = server.written
        assert compactions(again, 1) == 1
        assert again.faults == server.faults == []


def test_a_successor_that_is_killed_is_not_missed(server: Server) -> None:
    killed = 0
    until = time.monotonic() + 60
    while not killed and time.monotonic() < until:
        server.write()
        for pid in server.successors():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
    assert killed
    for _ in range(10):
        server.write()
    assert server.faults == []
    assert server.found() == {f"{E}b{server.written}": BATCH}


def test_a_successor_that_finds_other_files_leaves_the_old_data_standing(
    server: Server, publication: Path
) -> None:
    (publication / "data/ttl/facts.ttl").write_text(f"<{E}a> <{E}p> 2 .\n")
    for _ in range(40):
        server.write()
    assert server.faults == []
    assert server.found() == {f"{E}b{server.written}": BATCH}
    asked = probe.query(server.address, f"ASK {{ GRAPH ?g {{ <{E}a> <{E}p> 1 }} }}")
    assert json.loads(asked.body)["boolean"] is True


def test_processes_that_outlive_their_parent_are_buried(server: Server) -> None:
    for _ in range(10):
        server.write()
    found = server.processes()
    assert {pid for pid, parent in found.items() if parent not in found} == {server.leader}
