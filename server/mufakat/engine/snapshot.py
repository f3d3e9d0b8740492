"""The whole state of a store, as the entry that a compacted journal begins with.

Payload: gzip of a JSON line (number of the last change in it, the version it has, the version of
the base that all changes began with, the named graphs) and the quads as N-Quads.
"""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC: Final = b"MFKS"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a state, and its quads while they are packed."""

    number: int
    """Of the last change that is in it."""
    version: str
    base: str
    """Version of the data that the first change was made on."""
    graphs: tuple[str, ...]
    """IRIs of the named graphs, also of empty ones."""
    packed: bytes = b""

    @classmethod
    def read(cls, payload: bytes) -> Snapshot:
        """Read what `write` wrote."""
        with gzip.open(io.BytesIO(payload)) as file:
            said = json.loads(file.readline())
        return cls(**said | {"graphs": tuple(said["graphs"]), "packed": payload})

    def write(self, out: IO[bytes], quads: Iterable[ox.Quad]) -> None:
        """Write this and its quads, one after the other, so that no second copy is held."""
        said = asdict(self)
        del said["packed"]
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as file:
            file.write(json.dumps(said).encode() + b"\n")
            for quad in quads:
                file.write(f"{quad} .\n".encode())

    def fill(self, store: ox.Store) -> None:
        """Put the quads and the graphs into an empty store."""
        with io.BufferedReader(gzip.open(io.BytesIO(self.packed))) as file:
            file.readline()
            store.bulk_extend(ox.parse(file, ox.RdfFormat.N_QUADS))
        for iri in self.graphs:
            store.add_graph(ox.NamedNode(iri))
