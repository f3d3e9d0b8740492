"""Backups of a server that takes changes: the whole state in one file, and back again.

A backup is gzipped N-Quads, sorted, beside a `.sha256` file as `sha256sum` writes it, so that it
can be read without this program. Restoring writes a journal that leads from the publication to it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.engine.delta import Delta, Record, next_version
from mufakat.engine.journal import Journal, advance
from mufakat.errors import BadSetting, BrokenFile, NotFound, Where

if TYPE_CHECKING:
    from pathlib import Path

    from mufakat.publication.publication import Publication

JOURNAL: Final = "journal"
"""Name of the journal in the folder that `--store` names."""


def state(publication: Publication, folder: Path) -> tuple[ox.Store, str, int]:
    """Give the quads of the publication with every change since, their version and the changes.

    Raises NotFound without a journal and BrokenFile when it is damaged or of another publication.
    """
    journal = Journal(folder / JOURNAL)
    if not journal.path.is_file():
        raise NotFound(
            f"There is no journal in {folder}.",
            mend="Name the folder that the server was given with --store.",
        )
    store = publication.load_store()
    version, number = publication.version, 0
    for entry, _ in journal.entries():
        store = advance(store, entry, version, publication.version)
        version, number = entry.version, entry.number
    return store, version, number


def backup(publication: Publication, folder: Path, out: Path) -> tuple[int, str]:
    """Write a backup; returns the number of quads and the version.

    A server may go on writing meanwhile: what was acknowledged before the backup began is in it.
    """
    store, version, _ = state(publication, folder)
    lines = sorted(f"{quad} .\n" for quad in store)
    lines += sorted(f"# empty graph <{g.value}>\n" for g in _empty_graphs(store))
    data = gzip.compress("".join(lines).encode(), mtime=0)
    new = out.with_name(out.name + ".new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(out)
    digest = hashlib.sha256(data).hexdigest()
    _checksum(out).write_text(f"{digest}  {out.name}\n", encoding="ascii")
    return len(store), version


def restore(publication: Publication, file: Path, folder: Path) -> tuple[int, str]:
    """Make `folder` hold the state of a backup; returns the number of quads and the version.

    Raises:
        NotFound: there is no such backup.
        BrokenFile: it does not match its checksum, or is no backup.
        BadSetting: the folder holds a journal already.
    """
    journal = Journal(folder / JOURNAL)
    if journal.path.exists():
        raise BadSetting(
            f"{folder} holds a journal already, and nothing is written over one.",
            mend="Name an empty folder; move the old one away when the new one serves.",
        )
    wanted, graphs = _read(file)
    store = publication.load_store()
    base = set(store)
    have = {g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode)}
    graphs |= {q.graph_name.value for q in wanted if isinstance(q.graph_name, ox.NamedNode)}
    delta = Delta(
        frozenset(base - wanted),
        frozenset(wanted - base),
        frozenset(have - graphs),
        frozenset(graphs - have),
    )
    version = publication.version
    with journal.writing() as writer:
        if delta:
            version = next_version(version, delta)
            writer.append(Record(1, version, delta))
    return len(wanted), version


def _empty_graphs(store: ox.Store) -> list[ox.NamedNode]:
    return [
        graph
        for graph in store.named_graphs()
        if isinstance(graph, ox.NamedNode)
        and next(store.quads_for_pattern(None, None, None, graph), None) is None
    ]


def _read(file: Path) -> tuple[set[ox.Quad], set[str]]:
    if not file.is_file():
        raise NotFound(f"There is no backup {file}.", mend="Check the spelling of the path.")
    data = file.read_bytes()
    if _checksum(file).is_file():
        told = _checksum(file).read_bytes().split()[:1]
        if told != [hashlib.sha256(data).hexdigest().encode()]:
            raise BrokenFile(
                "The backup does not match its checksum.",
                where=Where(str(file)),
                mend="Take another copy; this one was damaged on its way.",
            )
    try:
        text = gzip.decompress(data)
        quads = set(ox.parse(text, ox.RdfFormat.N_QUADS))
    except (OSError, EOFError, SyntaxError, ValueError, zlib.error):
        raise BrokenFile(
            "This is no backup, or it is damaged: gzipped N-Quads are expected.",
            where=Where(str(file)),
            mend="Name a file that mufakat backup wrote, or take another copy of it.",
        ) from None
    marker = b"# empty graph <"
    graphs = {
        line[len(marker) : -1].decode() for line in text.splitlines() if line.startswith(marker)
    }
    return quads, graphs


def _checksum(file: Path) -> Path:
    return file.with_name(file.name + ".sha256")
