"""Dumps are written once, by one writer; nobody gets half of them, and failing leaves nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from werkzeug.exceptions import ServiceUnavailable

from mufakat.errors import Unavailable
from mufakat.publication.release.dumps import FORMATS, Dump
from mufakat.web import shelf as shelves
from mufakat.web.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Written = tuple[str, list[Dump]]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(shelves.bonds, "folder", lambda: str(tmp_path))
    return Shelf(patience=10)


def writer(version: str, calls: list[Path] | None = None) -> Callable[[Path], Written]:
    def write(folder: Path) -> Written:
        if calls is not None:
            calls.append(folder)
        path = folder / "dataset.nq"
        path.write_text(version)
        return version, [Dump(path, FORMATS[0], len(version), "")]

    return write


class Held:
    """A writer that writes half, says so, and goes on when it is let."""

    def __init__(self) -> None:
        self.began, self.let_go = threading.Event(), threading.Event()

    def __call__(self, folder: Path) -> Written:
        (folder / "dataset.nq").write_text("half")
        self.began.set()
        assert self.let_go.wait(10)
        return writer("one")(folder)


def test_version_is_written_once(shelf: Shelf) -> None:
    calls: list[Path] = []
    for _ in range(3):
        version, files = shelf.dumps("one", writer("one", calls))
        assert version == files["dataset.nq"].path.read_text() == "one"
    assert len(calls) == 1


def test_all_who_ask_meanwhile_wait_for_the_one_writer(shelf: Shelf) -> None:
    held = Held()
    calls: list[Path] = []
    got: list[str] = []

    def ask(write: Callable[[Path], Written]) -> None:
        got.append(shelf.dumps("one", write)[1]["dataset.nq"].path.read_text())

    threads = [threading.Thread(target=ask, args=(held,))]
    threads[0].start()
    assert held.began.wait(10)
    threads += [threading.Thread(target=ask, args=(writer("one", calls),)) for _ in range(4)]
    for thread in threads[1:]:
        thread.start()
    held.let_go.set()
    for thread in threads:
        thread.join(10)
    assert got == ["one"] * 5
    assert not calls


def test_who_cannot_wait_is_told_to_come_back(shelf: Shelf) -> None:
    held = Held()
    shelf.patience = 0.01
    try:
        with pytest.raises(ServiceUnavailable) as told:
            shelf.dumps("one", held)
        assert told.value.retry_after == shelves.RETRY_AFTER
        with pytest.raises(ServiceUnavailable):
            shelf.dumps("one", writer("one"))
    finally:
        held.let_go.set()
    shelf.patience = 10
    assert shelf.dumps("one", writer("never"))[0] == "one"


def test_only_so_many_wait(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "WAITING", 1)
    held = Held()
    first = threading.Thread(target=shelf.dumps, args=("one", held))
    first.start()
    try:
        assert held.began.wait(10)
        with pytest.raises(ServiceUnavailable):
            shelf.dumps("one", held)
    finally:
        held.let_go.set()
        first.join(10)


@pytest.mark.parametrize("error", [OSError(28, "No space left"), Unavailable("The store is away.")])
def test_failure_is_told_and_leaves_nothing_behind(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(folder: Path) -> Written:
        (folder / "dataset.nq").write_text("half")
        raise error

    expected = Unavailable if isinstance(error, Unavailable) else ServiceUnavailable
    with pytest.raises(expected):
        shelf.dumps("one", fail)
    assert not list(tmp_path.iterdir())
    with pytest.raises(expected):  # remembered for a while
        shelf.dumps("one", writer("one"))
    monkeypatch.setattr(shelves, "REMEMBERED", 0)
    assert shelf.dumps("one", writer("one"))[0] == "one"


def test_files_of_older_data_are_removed_but_for_those_just_before(
    shelf: Shelf, tmp_path: Path
) -> None:
    places: list[Path] = []
    for version in ("one", "two", "three"):
        shelf.dumps(version, writer(version, places))
    assert sorted(tmp_path.iterdir()) == sorted(places[1:])


def test_data_that_changed_meanwhile_are_given_as_what_they_are(shelf: Shelf) -> None:
    assert shelf.dumps("one", writer("two"))[0] == "two"
    assert shelf.dumps("two", writer("never"))[0] == "two"
