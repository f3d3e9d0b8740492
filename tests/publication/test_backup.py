"""Backups hold every change and come back as they were; a damaged one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine.delta import Delta, Record, next_version
from mufakat.engine.journal import Journal
from mufakat.errors import BadSetting, BrokenFile, NotFound
from mufakat.publication import Publication
from mufakat.publication.backup import backup, restore, state

if TYPE_CHECKING:
    from pathlib import Path

E = "http://example.org/"


def quad(name: str, graph: str = "g") -> ox.Quad:
    node = ox.NamedNode(E + name)
    return ox.Quad(node, node, ox.Literal("ü \n"), ox.NamedNode(E + graph))


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    folder = tmp_path / "publication" / "data" / "ttl"
    folder.mkdir(parents=True)
    (folder / "facts.ttl").write_text("<http://example.org/a> <http://example.org/p> 1, 2 .")
    return Publication.open(tmp_path / "publication")


@pytest.fixture
def store(publication: Publication, tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    gone = next(iter(publication.load_store()))
    changes = [
        Delta(added=frozenset({quad("x"), quad("y")}), created=frozenset({E + "g"})),
        Delta(removed=frozenset({quad("x"), gone}), created=frozenset({E + "empty"})),
    ]
    version = publication.version
    for number, delta in enumerate(changes, 1):
        version = next_version(version, delta)
        with Journal(folder / "journal").writing() as writer:
            writer.append(Record(number, version, delta))
    return folder


def test_a_backup_comes_back_as_it_was(
    publication: Publication, store: Path, tmp_path: Path
) -> None:
    before, _, _ = state(publication, store)
    quads, _ = backup(publication, store, tmp_path / "b.nq.gz")
    assert quads == len(before) == 2
    restore(publication, tmp_path / "b.nq.gz", tmp_path / "new")
    after, _, _ = state(publication, tmp_path / "new")
    assert set(after) == set(before)
    assert set(after.named_graphs()) == set(before.named_graphs())


def test_the_same_state_gives_the_same_bytes(
    publication: Publication, store: Path, tmp_path: Path
) -> None:
    backup(publication, store, tmp_path / "one")
    backup(publication, store, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_backup_of_a_restored_store_is_the_same_backup(
    publication: Publication, store: Path, tmp_path: Path
) -> None:
    backup(publication, store, tmp_path / "one")
    restore(publication, tmp_path / "one", tmp_path / "new")
    backup(publication, tmp_path / "new", tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_damaged_backup_is_told_and_nothing_is_made(
    publication: Publication, store: Path, tmp_path: Path
) -> None:
    backup(publication, store, tmp_path / "b")
    data = bytearray((tmp_path / "b").read_bytes())
    data[-9] ^= 1
    (tmp_path / "b").write_bytes(data)
    with pytest.raises(BrokenFile, match="checksum"):
        restore(publication, tmp_path / "b", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_backup_is_told(publication: Publication, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("hello")
    with pytest.raises(BrokenFile, match="no backup"):
        restore(publication, tmp_path / "b", tmp_path / "new")


def test_a_store_is_never_written_over(
    publication: Publication, store: Path, tmp_path: Path
) -> None:
    backup(publication, store, tmp_path / "b")
    with pytest.raises(BadSetting, match="already"):
        restore(publication, tmp_path / "b", store)


def test_the_journal_of_another_publication_is_told(store: Path, tmp_path: Path) -> None:
    (tmp_path / "other" / "data" / "ttl").mkdir(parents=True)
    (tmp_path / "other" / "data" / "ttl" / "x.ttl").write_text("<a:b> <a:c> <a:d> .")
    with pytest.raises(BrokenFile, match="other data"):
        state(Publication.open(tmp_path / "other"), store)


def test_a_folder_without_journal_is_told(publication: Publication, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no journal"):
        backup(publication, tmp_path, tmp_path / "b")
