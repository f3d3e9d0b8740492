"""What was written, on disk before anybody is told so.

A journal is a file of committed changes, each with its length and checksum, in the order in which
they were made. A record that a crash cut short is not a change: whoever writes next drops it. The
state of a store is its base (the release it started from) and every record after it; a journal that
was compacted begins with a snapshot in place of the base and its first records.

Entry: magic, payload length, SHA-256 of the payload (first 16 bytes), payload. Payload of a record:
zlib of a JSON line (the change's number and the version it leads to), the graphs dropped and
created, the removed quads and the added ones as N-Quads. `mufakat.engine.snapshot` has the other.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import struct
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from mufakat.engine.delta import Record, next_version, packed, unpacked
from mufakat.engine.snapshot import MAGIC as SNAPSHOT
from mufakat.engine.snapshot import Snapshot
from mufakat.errors import BrokenFile, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAGIC: Final = b"MFK1"
_HEAD: Final = struct.Struct("!4sI16s")
_PIECE: Final = 1 << 20

Entry = Record | Snapshot


def advance(store: ox.Store, entry: Entry, version: str, base: str) -> ox.Store:
    """Give the store after an entry: the same one after a change, another one for a snapshot.

    Args:
        store: the state before, which a change is made in.
        entry: what follows.
        version: of the state before.
        base: version of the data that the journal began with.

    Raises:
        BrokenFile: the entry follows on another state.
    """
    if isinstance(entry, Snapshot):
        follows = entry.base == base
    else:
        follows = entry.version == next_version(version, entry.delta)
    if not follows:
        raise BrokenFile(
            "The journal was written on other data than this publication.",
            mend="Name the publication that it began with, or move the journal away.",
        )
    if isinstance(entry, Record):
        entry.delta.apply(store)
        return store
    whole = ox.Store()
    entry.fill(whole)
    return whole


class Place(NamedTuple):
    """How far a journal was read; in another file that took its place since, that is nowhere."""

    beginning: bytes = b""
    """Head of the first entry, which tells one file from the next."""
    offset: int = 0


START: Final = Place()


class Journal:
    """The file; one process at a time may write to it."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        """Name a journal.

        Args:
            path: the file, which need not exist.
            durable: False for one that need not outlast the machine; it is not forced to disk.
        """
        self.path = path
        self.durable = durable

    def entries(self, place: Place = START) -> Iterator[tuple[Entry, Place]]:
        """Read every whole entry after `place`, each with the place behind it.

        What a crash cut short at the end is passed over. Raises BrokenFile when an entry in the
        middle does not match its checksum.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            yield from _entries(file, place, self.path.name)

    def records(self) -> Iterator[Record]:
        """Read every whole change that stands by itself; raises what `entries` raises."""
        return (entry for entry, _ in self.entries() if isinstance(entry, Record))

    def base(self) -> str | None:
        """Name the data under the snapshot that the journal begins with; None without one."""
        entry = next(self.entries(), (None, None))[0]
        return entry.base if isinstance(entry, Snapshot) else None

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the journal for one change; waits for whoever holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            with self.path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if not _is(file, self.path):
                    continue  # while we waited it was compacted into another file
                if self.durable and not _size(file):
                    _sync_folder(self.path.parent)
                yield Writer(file, durable=self.durable)
                return

    def compact(self, snapshot: Snapshot, store: Iterable[ox.Quad], place: Place) -> Place | None:
        """Put the whole state at `place` there instead of everything that led to it.

        What was written meanwhile is kept. Whenever this is cut short, the old file or the new one
        is there, whole. Only the last step, which copies what was written meanwhile, makes writers
        wait.

        Args:
            snapshot: number, version and graphs of the state at `place`.
            store: the quads of that state.
            place: how far the journal was read to get there.

        Returns:
            The place behind the snapshot in the new file; None when another process has compacted
            the journal or is about to, and nothing was done.
        """
        aside = self.path.with_name(self.path.name + ".new")
        with open(os.open(aside, os.O_RDWR | os.O_CREAT, 0o666), "r+b") as new:  # noqa: PTH123
            try:
                fcntl.flock(new, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
            if not _is(new, aside):
                return None
            new.truncate()
            new.write(bytes(_HEAD.size))
            snapshot.write(new, store)
            _write_head(new)
            behind = Place(_beginning(new), new.seek(0, os.SEEK_END))
            with self.writing() as writer:
                if not writer.copy(place, new):
                    return None
                new.flush()
                if self.durable:
                    os.fsync(new.fileno())
                aside.replace(self.path)
                if self.durable:
                    _sync_folder(self.path.parent)
        return behind


class Writer:
    """Reads on and appends while the journal is held."""

    def __init__(self, file: IO[bytes], *, durable: bool = True) -> None:
        self._file = file
        self._durable = durable

    def entries(self, place: Place = START) -> Iterator[tuple[Entry, Place]]:
        """Read every whole entry after `place`, as `Journal.entries`, and cut off the rest.

        A record that is not whole is that of a writer who ended within it: nobody else writes now.
        """
        end = place.offset if place.beginning == _beginning(self._file) else 0
        for entry, behind in _entries(self._file, place, self._file.name):
            end = behind.offset
            yield entry, behind
        if _size(self._file) > end:
            self._cut(end)

    def append(self, record: Record) -> Place:
        """Write a record and return the place behind it when it is on disk."""
        head = json.dumps({"number": record.number, "version": record.version})
        payload = zlib.compress(head.encode() + b"\n" + packed(record.delta), 1)
        start = _size(self._file)
        try:
            self._file.write(_HEAD.pack(MAGIC, len(payload), _checksum(payload)) + payload)
            self._file.flush()
            if self._durable:
                os.fsync(self._file.fileno())
        except OSError:
            # A full disk must not leave half a record before the next one.
            self._cut(start)
            raise
        return Place(_beginning(self._file), _size(self._file))

    def copy(self, place: Place, out: IO[bytes]) -> bool:
        """Copy what stands after `place`; False when that place is not in this file."""
        if place.beginning != _beginning(self._file):
            return False
        self._file.seek(place.offset)
        while piece := self._file.read(_PIECE):
            out.write(piece)
        return True

    def _cut(self, end: int) -> None:
        os.ftruncate(self._file.fileno(), end)
        if self._durable:
            os.fsync(self._file.fileno())


def _entries(file: IO[bytes], place: Place, name: str) -> Iterator[tuple[Entry, Place]]:
    beginning = _beginning(file)
    file.seek(place.offset if place.beginning == beginning else 0)
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            return
        magic, size, checksum = _HEAD.unpack(head)
        payload = file.read(size)
        known = magic in {MAGIC, SNAPSHOT}
        if not (known and len(payload) == size and _checksum(payload) == checksum):
            if file.read(1):
                raise BrokenFile(
                    "A record in the middle of the journal does not match its checksum.",
                    where=Where(name),
                    mend="Restore from the last backup; keep this file for whoever looks into it.",
                )
            return
        place = Place(beginning, file.tell())
        yield Snapshot.read(payload) if magic == SNAPSHOT else _parse(payload), place
        file.seek(place.offset)


def _parse(payload: bytes) -> Record:
    head, _, body = zlib.decompress(payload).partition(b"\n")
    said = json.loads(head)
    return Record(said["number"], said["version"], unpacked(body))


def _write_head(file: IO[bytes]) -> None:
    """Write the head of a file's one entry, whose payload is there already."""
    file.seek(_HEAD.size)
    digest = hashlib.file_digest(file, "sha256").digest()[:16]  # type: ignore[arg-type]
    file.seek(0)
    file.write(_HEAD.pack(SNAPSHOT, _size(file) - _HEAD.size, digest))
    file.flush()


def _beginning(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_HEAD.size)


def _size(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _is(file: IO[bytes], path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:16]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
