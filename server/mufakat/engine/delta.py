"""What a change does to a store, in memory and in the one form in which it is written down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    return hashlib.sha256(version.encode() + packed(delta)).hexdigest()


def packed(delta: Delta) -> bytes:
    """Write a change in the one form that it has."""
    graphs = json.dumps([sorted(delta.dropped), sorted(delta.created)]).encode()
    return b"\x00".join((graphs, _lines(delta.removed), _lines(delta.added)))


def unpacked(body: bytes) -> Delta:
    """Read what `packed` wrote; blank nodes keep their names."""
    graphs, removed, added = body.split(b"\x00")
    dropped, created = json.loads(graphs)
    return Delta(
        frozenset(ox.parse(removed, ox.RdfFormat.N_QUADS)),
        frozenset(ox.parse(added, ox.RdfFormat.N_QUADS)),
        frozenset(dropped),
        frozenset(created),
    )


def _lines(quads: Iterable[ox.Quad]) -> bytes:
    return b"".join(sorted(f"{quad} .\n".encode() for quad in quads))
