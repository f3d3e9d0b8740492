"""What was written, on disk before anybody is told so.

A journal is a file of committed changes, each with its length and checksum, in the order in which
they were made. A record that a crash cut short is not a change: opening the journal drops it. The
state of a store is its base (the release it started from) and every record after it.

Record: magic, payload length, SHA-256 of the payload (first 16 bytes), payload. Payload: zlib of a
JSON line (the change's number and the version it leads to), the graphs dropped and created, the
removed quads and the added ones as N-Quads.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import BrokenFile, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAGIC: Final = b"MFK1"
_HEAD: Final = struct.Struct("!4sI16s")


@dataclass(frozen=True, slots=True)
class Delta:
    """What one change takes away and adds; both empty when it changes nothing."""

    removed: frozenset[ox.Quad] = frozenset()
    added: frozenset[ox.Quad] = frozenset()
    dropped: frozenset[str] = frozenset()
    """Named graphs that no longer exist, by IRI."""
    created: frozenset[str] = frozenset()
    """Named graphs that exist now, even when empty."""

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.removed or self.added or self.dropped or self.created)

    def apply(self, store: ox.Store) -> None:
        """Make the change in a store."""
        for quad in self.removed:
            store.remove(quad)
        store.extend(self.added)
        for iri in self.dropped:
            store.remove_graph(ox.NamedNode(iri))
        for iri in self.created:
            store.add_graph(ox.NamedNode(iri))


@dataclass(frozen=True, slots=True)
class Record:
    """A committed change: its number from 1, the version it leads to, and what it does."""

    number: int
    version: str
    delta: Delta


def next_version(version: str, delta: Delta) -> str:
    """Name the state after a change: a hash over the state before and the change."""
    return hashlib.sha256(version.encode() + _body(delta)).hexdigest()


class Journal:
    """The file; one process at a time may write to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def records(self) -> Iterator[Record]:
        """Read every whole record; what a crash cut short at the end is passed over.

        Raises:
            BrokenFile: a record in the middle does not match its checksum.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            yield from (record for record, _ in _read(file, self.path.name))

    def repair(self) -> int:
        """Cut off a last record that a crash left unfinished; returns the bytes dropped."""
        if not self.path.exists():
            return 0
        with self.path.open("r+b") as file:
            end = 0
            for _, end in _read(file, self.path.name):  # noqa: B007 - the last end is wanted
                pass
            size = file.seek(0, os.SEEK_END)
            if size > end:
                file.truncate(end)
                os.fsync(file.fileno())
            return size - end

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the journal for one change; waits for whoever holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if new:
                _sync_folder(self.path.parent)
            yield Writer(file)


class Writer:
    """Appends records while the journal is held."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def append(self, record: Record) -> None:
        """Write a record and return when it is on disk."""
        head = json.dumps({"number": record.number, "version": record.version})
        payload = zlib.compress(head.encode() + b"\n" + _body(record.delta), 1)
        start = self._file.tell()
        try:
            self._file.write(_HEAD.pack(MAGIC, len(payload), _checksum(payload)) + payload)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError:
            # A full disk must not leave half a record before the next one.
            os.ftruncate(self._file.fileno(), start)
            raise


def _read(file: IO[bytes], name: str) -> Iterator[tuple[Record, int]]:
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            return
        magic, size, checksum = _HEAD.unpack(head)
        payload = file.read(size)
        whole = magic == MAGIC and len(payload) == size and _checksum(payload) == checksum
        if not whole:
            if file.read(1):
                raise BrokenFile(
                    "A record in the middle of the journal does not match its checksum.",
                    where=Where(name),
                    mend="Restore from the last backup; keep this file for whoever looks into it.",
                )
            return
        yield _parse(payload), file.tell()


def _parse(payload: bytes) -> Record:
    head, _, body = zlib.decompress(payload).partition(b"\n")
    said = json.loads(head)
    graphs, removed, added = body.split(b"\x00")
    dropped, created = json.loads(graphs)
    delta = Delta(
        frozenset(ox.parse(removed, ox.RdfFormat.N_QUADS)),
        frozenset(ox.parse(added, ox.RdfFormat.N_QUADS)),
        frozenset(dropped),
        frozenset(created),
    )
    return Record(said["number"], said["version"], delta)


def _body(delta: Delta) -> bytes:
    graphs = json.dumps([sorted(delta.dropped), sorted(delta.created)]).encode()
    return b"\x00".join((graphs, _lines(delta.removed), _lines(delta.added)))


def _lines(quads: Iterable[ox.Quad]) -> bytes:
    return b"".join(sorted(f"{quad} .\n".encode() for quad in quads))


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:16]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
