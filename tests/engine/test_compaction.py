"""A compacted journal says the same in fewer bytes, whenever its writer is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine import journal as module
from mufakat.engine.changes import Update
from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.journal import Journal
from mufakat.engine.snapshot import Snapshot
from mufakat.engine.writer import WritingWorker, request
from mufakat.errors import BrokenFile, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

E = "http://example.org/"
ADDED = E + "added"
STATED = ox.Quad(
    ox.NamedNode(E + "a"), ox.NamedNode(E + "p"), ox.Literal("base"), ox.NamedNode(E + "g")
)


def worker(
    folder: Path, *, compact_after: int = 10, union: bool = True, base: str = "base"
) -> WritingWorker:
    """Do what a server does when it starts."""
    journal = Journal(folder / "journal")
    store = ox.Store()
    if not journal.base():
        store.add(STATED)
    return WritingWorker(
        EmbeddedEngine(store, union_default_graph=union, version=base),
        journal=journal,
        union_into=ADDED if union else None,
        compact_after=compact_after,
    )


def change(made: WritingWorker, text: str) -> str:
    return str(made.change(request(Update(text)))["version"])


def turn_over(made: WritingWorker, numbers: range) -> None:
    for number in numbers:
        change(
            made,
            f"DELETE WHERE {{ <{E}n> <{E}is> ?old }} ;"
            f"INSERT DATA {{ <{E}n> <{E}is> {number} , _:b . GRAPH <{E}g{number}> {{}} }}",
        )


def held(made: WritingWorker) -> tuple[set[ox.Quad], set[str], int, str]:
    graphs = {g.value for g in made.engine.store.named_graphs() if isinstance(g, ox.NamedNode)}
    return set(made.engine.store), graphs, made.number, made.version


@pytest.mark.parametrize("union", [True, False])
def test_a_compacted_journal_leads_to_the_same_state_and_version(
    tmp_path: Path, union: bool
) -> None:
    made = worker(tmp_path, union=union)
    turn_over(made, range(40))
    change(made, f"CREATE GRAPH <{E}empty> ; DELETE WHERE {{ <{E}a> ?p ?o }}")
    size = made.journal.path.stat().st_size
    made.renew()
    assert made.journal.path.stat().st_size < size / 5
    assert held(worker(tmp_path, union=union)) == held(made)


def test_changes_go_on_after_the_snapshot(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(20))
    made.renew()
    turn_over(made, range(20, 25))
    again = worker(tmp_path)
    assert held(again) == held(made)
    assert [type(entry).__name__ for entry, _ in made.journal.entries()] == [
        "Snapshot",
        *["Record"] * 5,
    ]
    turn_over(again, range(25, 40))
    again.renew()
    assert held(worker(tmp_path)) == held(again)


def test_what_is_written_while_another_compacts_is_kept(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(20))
    fresh = worker(tmp_path)
    version = change(made, f"INSERT DATA {{ <{E}meanwhile> <{E}p> 1 }}")
    fresh.renew()
    later = change(made, f"INSERT DATA {{ <{E}afterwards> <{E}p> 1 }}")
    fresh.catch_up()
    assert fresh.version == later != version
    assert held(fresh) == held(made) == held(worker(tmp_path))


def test_who_waited_for_the_old_file_writes_into_the_new_one(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(20))
    program = (
        "import sys; from pathlib import Path; from mufakat.engine.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "print(flush=True)\n"
        "with journal.writing() as writer: print(sum(1 for _ in writer.entries()))"
    )
    with made.journal.path.open("rb") as old:
        module.fcntl.flock(old, module.fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, "-c", program, str(made.journal.path)],
            stdout=subprocess.PIPE,
        )
        assert waiting.stdout
        waiting.stdout.readline()
        made.journal.path.rename(tmp_path / "other")
        made.journal.path.write_bytes(b"")
    with waiting:
        assert waiting.stdout.read() == b"0\n"


def test_nothing_is_compacted_twice(tmp_path: Path) -> None:
    made = worker(tmp_path)
    made.renew()
    assert not made.journal.path.exists(), "nothing was written yet"
    turn_over(made, range(2))
    made.renew()
    kept = made.journal.path.stat()
    made.renew()
    assert os.path.samestat(kept, made.journal.path.stat())


@pytest.mark.parametrize(("changes", "worn"), [(4, False), (8, True)])
def test_a_store_of_many_quads_bears_more_than_one_of_few(
    tmp_path: Path, changes: int, worn: bool
) -> None:
    made = worker(tmp_path, compact_after=1)
    change(made, "INSERT DATA {" + "".join(f"<{E}{i}> <{E}p> 1 ." for i in range(50)) + "}")
    made.renew()
    again = worker(tmp_path, compact_after=1)
    for number in range(changes * 2):
        change(again, f"INSERT DATA {{ <{E}n> <{E}p> {number} , _:{number} , _:b }}")
    assert again.worn() is worn


def test_a_worker_is_worn_when_much_was_written_and_not_after_renewing(tmp_path: Path) -> None:
    made = worker(tmp_path)
    assert not made.worn()
    turn_over(made, range(20))
    assert made.worn()
    assert worker(tmp_path).worn(), "a server that was restarted would never compact"
    made.renew()
    assert not made.worn()
    assert not worker(tmp_path).worn()


def test_two_do_not_compact_at_the_same_time(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(20))
    other = worker(tmp_path)
    with (tmp_path / "journal.new").open("wb") as aside:
        module.fcntl.flock(aside, module.fcntl.LOCK_EX)
        with pytest.raises(Unavailable):
            other.renew()
    made.renew()
    with pytest.raises(Unavailable):
        other.renew()  # what it has read is not in the file that is there now
    assert held(worker(tmp_path)) == held(made)


def test_one_that_lags_behind_a_snapshot_takes_it_over(tmp_path: Path) -> None:
    behind = worker(tmp_path)
    made = worker(tmp_path)
    turn_over(made, range(20))
    made.renew()
    behind.catch_up()
    assert held(behind) == held(made)


def test_a_snapshot_of_other_data_is_refused(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(20))
    made.renew()
    with pytest.raises(BrokenFile, match="other data"):
        worker(tmp_path, base="another")


def test_a_damaged_snapshot_is_told(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(20))
    made.renew()
    turn_over(made, range(20, 22))
    damaged = bytearray(made.journal.path.read_bytes())
    damaged[60] ^= 1
    made.journal.path.write_bytes(damaged)
    with pytest.raises(BrokenFile, match="checksum"):
        worker(tmp_path)


def test_a_snapshot_keeps_what_it_says_of_itself() -> None:
    import io  # noqa: PLC0415

    snapshot = Snapshot(7, "v", "b", (E + "empty", E + "g"))
    out = io.BytesIO()
    snapshot.write(out, [STATED])
    read = Snapshot.read(out.getvalue())
    assert (read.number, read.version, read.base, read.graphs) == (7, "v", "b", snapshot.graphs)
    store = ox.Store()
    read.fill(store)
    assert list(store) == [STATED]
    assert {str(g) for g in store.named_graphs()} == {f"<{g}>" for g in snapshot.graphs}


def killed_at(step: int, folder: Path) -> bool:
    """Compact in a process that is killed before its `step`th line; whether it came so far."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL
        return status != 0
    made = worker(folder)
    left = step

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal left
        if not frame.f_code.co_filename.endswith(("journal.py", "snapshot.py")):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    made.renew()
    sys.settrace(None)
    os._exit(0)


def steps(folder: Path) -> Iterator[int]:
    step = 1
    while killed_at(step, folder):
        yield step
        step += 1


def test_killed_before_any_line_it_loses_nothing(tmp_path: Path) -> None:
    made = worker(tmp_path)
    turn_over(made, range(12))
    journal = tmp_path / "journal"
    whole, expected = journal.read_bytes(), held(made)
    seen = set()
    count = 0
    for step in steps(tmp_path):
        count = step
        again = worker(tmp_path)
        assert held(again) == expected, f"after a kill at step {step}"
        seen.add(journal.read_bytes() == whole)
        change(again, f"INSERT DATA {{ <{E}next> <{E}p> 1 }}")
        again.renew()  # whatever was left aside is no hindrance
        assert held(worker(tmp_path)) == held(again)
        journal.write_bytes(whole)
    assert seen == {True, False}, "killed before and after the new file took the old one's place"
    assert count > 40
    assert journal.read_bytes() != whole, "the last one was not killed"
