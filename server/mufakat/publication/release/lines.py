"""Canonical N-Quads of a dataset of any size: sorted lines, in bounded memory.

https://www.w3.org/TR/rdf-canon/#canonical-quads
"""

from __future__ import annotations

import heapq
import tempfile
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BOUND: Final = 64 << 20
"""Bytes of lines that are sorted at a time; what is beyond waits in files."""
PIECE: Final = 1 << 20
BLANK: Final = b"_:"


def canonical_lines(file: IO[bytes], folder: Path, *, bound: int = BOUND) -> Iterator[bytes]:
    """Give the distinct lines of an N-Quads file in canonical form and order.

    `folder` holds what does not fit in `bound` bytes, in files without a name.
    """
    yield from ordered(_relabelled(_blocks(file)), folder, bound=bound)


def ordered(blocks: Iterable[bytes], folder: Path, *, bound: int = BOUND) -> Iterator[bytes]:
    """Give the distinct lines of blocks of whole lines, ordered by their bytes."""
    with ExitStack() as open_files:
        runs: list[IO[bytes]] = []
        held: list[bytes] = []
        size = 0
        for block in blocks:
            held += block.splitlines(keepends=True)
            size += len(block)
            if size >= bound:
                run = open_files.enter_context(tempfile.TemporaryFile(dir=folder))
                run.writelines(sorted(held))
                run.seek(0)
                runs.append(run)
                held, size = [], 0
        before = b""
        for line in heapq.merge(*runs, sorted(held)):
            if line != before:
                yield line
                before = line


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
