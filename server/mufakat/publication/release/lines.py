"""Canonical N-Quads of a dataset of any size: sorted lines, in bounded memory.

https://www.w3.org/TR/rdf-canon/#canonical-quads
"""

from __future__ import annotations

import heapq
import io
import tempfile
from contextlib import ExitStack
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.publication.publication import SERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mufakat.publication.publication import Publication

BOUND: Final = 32 << 20
"""Bytes of memory for lines that are sorted at a time; what is beyond waits in files."""
BESIDE: Final = 48
"""Bytes that Python needs for a line beside its text."""
PIECE: Final = 1 << 20
QUADS: Final = 4096
"""Statements of a publication that are brought into the store's spelling at a time."""
BLANK: Final = b"_:"


def canonical(
    publication: Publication, folder: Path, *, quads: int = QUADS, bound: int = BOUND
) -> Iterator[bytes]:
    """Give the canonical N-Quads of what a publication serves; raises BrokenFile at once.

    `folder` holds what does not fit in `bound` bytes, in files without a name.
    """
    return ordered(_relabelled(_served(publication, quads)), folder, bound=bound)


def canonical_lines(file: IO[bytes], folder: Path, *, bound: int = BOUND) -> Iterator[bytes]:
    """Give the distinct lines of an N-Quads file in canonical form and order.

    `folder` holds what does not fit in `bound` bytes, in files without a name.
    """
    return ordered(_relabelled(_blocks(file)), folder, bound=bound)


def ordered(blocks: Iterable[bytes], folder: Path | None, *, bound: int = BOUND) -> Iterator[bytes]:
    """Read blocks of whole lines to their end; give the distinct lines, ordered by their bytes.

    Without a folder, what does not fit in `bound` bytes waits in the system's temporary one.
    """
    with ExitStack() as open_files:
        runs: list[IO[bytes]] = []
        held: list[bytes] = []
        size = 0
        for block in blocks:
            lines = block.splitlines(keepends=True)
            held += lines
            size += len(block) + BESIDE * len(lines)
            if size >= bound:
                run = open_files.enter_context(tempfile.TemporaryFile(dir=folder))
                held.sort()
                run.writelines(held)
                run.seek(0)
                runs.append(run)
                held, size = [], 0
        held.sort()
        return _merged([*runs, held], open_files.pop_all())


def _merged(runs: list[Iterable[bytes]], open_files: ExitStack) -> Iterator[bytes]:
    with open_files:
        before = b""
        for line in heapq.merge(*runs) if len(runs) > 1 else runs[0]:
            if line != before:
                yield line
                before = line


def _served(publication: Publication, quads: int) -> Iterator[bytes]:
    """Write the statements of each file as N-Quads of its graph.

    They pass through a store, a few at a time: it spells numbers and dates as queries show them.
    """
    for file in publication.files(*SERVED):
        statements = publication.read(file)
        end = f" {ox.NamedNode(file.graph_iri)} .\n".encode()
        while True:
            store, out = ox.Store(), io.BytesIO()
            store.extend(islice(statements, quads))
            if not len(store):
                break
            store.dump(out, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
            yield out.getvalue().replace(b" .\n", end)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file in pieces that end with a line."""
    while piece := file.read(PIECE):
        yield piece + file.readline()


def _relabelled(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Give blank nodes their canonical names.

    The names depend on the statements with blank nodes alone, so only those are held in memory; a
    statement that merely looks like one comes to no harm.
    """
    blank: list[bytes] = []
    for block in blocks:
        if BLANK not in block:
            yield block
            continue
        plain: list[bytes] = []
        for line in block.splitlines(keepends=True):
            (blank if BLANK in line else plain).append(line)
        yield b"".join(plain)
    dataset = ox.Dataset(ox.parse(b"".join(blank), ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    yield ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
