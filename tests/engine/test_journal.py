"""The journal: what was acknowledged is there after a crash, and nothing half done is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine.delta import Delta, Record, next_version
from mufakat.engine.journal import Journal
from mufakat.errors import BrokenFile

if TYPE_CHECKING:
    from pathlib import Path


def quad(number: int, graph: str = "http://example.org/g") -> ox.Quad:
    node = ox.NamedNode(f"http://example.org/{number}")
    return ox.Quad(node, node, ox.Literal('a "b"\n\\', language="en"), ox.NamedNode(graph))


def record(number: int) -> Record:
    delta = Delta(frozenset({quad(number - 1)}), frozenset({quad(number)}))
    return Record(number, f"v{number}", delta)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "store" / "journal")
    for number in (1, 2, 3):
        with journal.writing() as writer:
            writer.append(record(number))
    return journal


def test_an_absent_journal_has_no_records(tmp_path: Path) -> None:
    assert list(Journal(tmp_path / "none").records()) == []


def test_records_come_back_in_order_and_whole(journal: Journal) -> None:
    assert list(journal.records()) == [record(1), record(2), record(3)]


def test_a_record_keeps_blank_nodes_and_graphs_without_triples(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    blank = ox.Quad(ox.BlankNode("b1"), ox.NamedNode("http://e/p"), ox.BlankNode("b2"))
    delta = Delta(
        frozenset(), frozenset({blank}), frozenset({"http://e/x"}), frozenset({"http://e/y"})
    )
    with journal.writing() as writer:
        writer.append(Record(1, "v", delta))
    assert next(journal.records()).delta == delta


@pytest.mark.parametrize("cut", [1, 5, 23, 24, 25, 60])
def test_a_record_that_a_crash_cut_short_is_no_change(journal: Journal, cut: int) -> None:
    whole = journal.path.read_bytes()
    with journal.writing() as writer:
        writer.append(record(4))
    journal.path.write_bytes(journal.path.read_bytes()[: len(whole) + cut])
    assert [r.number for r in journal.records()] == [1, 2, 3]
    with journal.writing() as writer:
        assert [entry.number for entry, _ in writer.entries()] == [1, 2, 3]
    assert journal.path.read_bytes() == whole


def test_the_next_record_follows_the_last_whole_one(journal: Journal) -> None:
    journal.path.write_bytes(journal.path.read_bytes()[:-3])
    with journal.writing() as writer:
        list(writer.entries())
        writer.append(record(9))
    assert [r.number for r in journal.records()] == [1, 2, 9]


def test_what_follows_a_place_is_read_from_there(journal: Journal) -> None:
    places = [place for _, place in journal.entries()]
    for read, place in enumerate(places, 1):
        assert [e.number for e, _ in journal.entries(place)] == [1, 2, 3][read:]
    with journal.writing() as writer:
        behind = writer.append(record(4))
    assert list(journal.entries(places[2])) == [(record(4), behind)]


def test_a_record_cut_short_behind_a_place_is_dropped_and_nothing_before_it(
    journal: Journal,
) -> None:
    whole = journal.path.read_bytes()
    *_, (_, place) = journal.entries()
    journal.path.write_bytes(whole + b"MFK1 and no more")
    with journal.writing() as writer:
        assert list(writer.entries(place)) == []
    assert journal.path.read_bytes() == whole


def test_a_damaged_record_in_the_middle_is_told_not_skipped(journal: Journal) -> None:
    damaged = bytearray(journal.path.read_bytes())
    damaged[40] ^= 1
    journal.path.write_bytes(damaged)
    with pytest.raises(BrokenFile, match="checksum"):
        list(journal.records())


def test_the_version_depends_on_the_state_before_and_on_the_change() -> None:
    change = Delta(added=frozenset({quad(1)}))
    other = Delta(added=frozenset({quad(2)}))
    assert next_version("a", change) == next_version("a", change)
    assert (
        len({next_version("a", change), next_version("b", change), next_version("a", other)}) == 3
    )
