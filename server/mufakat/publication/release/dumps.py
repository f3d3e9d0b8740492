"""The whole dataset in files whose bytes depend on its content alone.

Blank nodes get the names of RDFC-1.0 and statements are sorted, so that two releases of the same
content are the same file: https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import gzip
import hashlib
import io
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path


NAME: Final = "dataset"
PACKED: Final = ".gz"
LINES: Final = 4096
"""Lines that are written at a time."""


@dataclass(frozen=True, slots=True)
class Format:
    """One dump format; those without graphs hold the union of all graphs."""

    ending: str
    title: str
    media_type: str
    rdf: ox.RdfFormat
    graphs: bool


FORMATS: Final = (
    Format("nq", "N-Quads", "application/n-quads", ox.RdfFormat.N_QUADS, graphs=True),
    Format("trig", "TriG", "application/trig", ox.RdfFormat.TRIG, graphs=True),
    Format("ttl", "Turtle", "text/turtle", ox.RdfFormat.TURTLE, graphs=False),
    Format("jsonld", "JSON-LD", "application/ld+json", ox.RdfFormat.JSON_LD, graphs=True),
    Format("rdf", "RDF/XML", "application/rdf+xml", ox.RdfFormat.RDF_XML, graphs=False),
    Format("nt", "N-Triples", "application/n-triples", ox.RdfFormat.N_TRIPLES, graphs=False),
)
BY_ENDING: Final = {fmt.ending: fmt for fmt in FORMATS}


@dataclass(frozen=True, slots=True)
class Dump:
    """One file; without a sum it is not written yet."""

    path: Path
    format: Format
    bytes: int
    sha256: str


def canonicalised(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Give quads with canonical blank nodes, sorted by their N-Quads lines."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def n_quads(quads: list[ox.Quad]) -> list[bytes]:
    """Write canonical N-Quads: one sorted line per quad (section 5 of RDFC-1.0)."""
    buffer = io.BytesIO()
    ox.serialize(quads, buffer, format=ox.RdfFormat.N_QUADS)
    return sorted(buffer.getvalue().splitlines(keepends=True))


class _File:
    """A file under way: written, counted and summed, and packed beside it, in one pass."""

    def __init__(self, path: Path, fmt: Format, *, packed: bool) -> None:
        self.path = path
        self.format = fmt
        self._out = path.open("wb")
        self._sum = hashlib.sha256()
        self._size = 0
        beside = path.with_name(path.name + PACKED)
        self._packed = _File(beside, fmt, packed=False) if packed else None
        under: Any = self._packed
        # No name and no time in its head: the packed bytes depend on the content alone too.
        self._packing = gzip.GzipFile("", "wb", 6, under, mtime=0) if packed else None

    def write(self, data: Any) -> int:
        """Take a piece."""
        self._out.write(data)
        self._sum.update(data)
        self._size += len(data)
        if self._packing is not None:
            self._packing.write(data)
        return len(data)

    def flush(self) -> None:
        """Leave flushing to the end."""

    def close(self) -> None:
        """Let the files go."""
        if self._packing is not None:
            self._packing.close()
        if self._packed is not None:
            self._packed.close()
        self._out.close()

    def dumps(self) -> list[Dump]:
        """Name what was written, the packed file last."""
        own = Dump(self.path, self.format, self._size, self._sum.hexdigest())
        return [own, *(self._packed.dumps() if self._packed else [])]


def write_dumps(
    lines: Iterable[bytes],
    folder: Path,
    *,
    prefixes: Mapping[str, str],
    packed: bool = False,
    tell: Callable[[str], None] = lambda _title: None,
) -> list[Dump]:
    """Write canonical N-Quads in every format into a folder, `dataset.<ending>` each.

    Nothing is held in memory: the other formats are written from the N-Quads file. With `packed`,
    each file has a gzip variant beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{NAME}.nq"
    dumps = []
    for fmt in FORMATS:
        tell(fmt.title)
        with closing(_File(folder / f"{NAME}.{fmt.ending}", fmt, packed=packed)) as out:
            if fmt.ending == "nq":
                _in_pieces(lines, out)
            else:
                quads = ox.parse(path=source, format=ox.RdfFormat.N_QUADS)
                known = {} if fmt.ending == "jsonld" else dict(prefixes)
                statements = quads if fmt.graphs else _triples(quads)
                taking: Any = out
                ox.serialize(statements, taking, format=fmt.rdf, prefixes=known)
        dumps += out.dumps()
    return dumps


def _in_pieces(lines: Iterable[bytes], out: _File) -> None:
    remaining = iter(lines)
    while piece := b"".join(islice(remaining, LINES)):
        out.write(piece)


def _triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Give each statement once; the same one in several graphs stands in a row."""
    before = None
    for quad in quads:
        if quad.triple != before:
            before = quad.triple
            yield before
