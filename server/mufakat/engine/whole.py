"""All statements of a store as N-Quads, written as they are read, in memory that stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE: Final = "whole"
"""What a request holds that asks a worker for all of its data."""


class _InGraph:
    """Takes N-Triples in pieces and passes them on as N-Quads of one graph."""

    def __init__(self, write: Callable[[bytes], object], name: bytes) -> None:
        self._write = write
        self._end = b" " + name + b" .\n"
        self._rest = b""

    def write(self, data: Any) -> int:
        """Name the graph at the end of each whole line; a line break stands nowhere else."""
        lines, _, self._rest = (self._rest + bytes(data)).rpartition(b"\n")
        if lines:
            self._write((lines + b"\n").replace(b" .\n", self._end))
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever passes data on here ends with a whole line."""


class _Plain:
    """Takes N-Triples in pieces and passes them on."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def write(self, data: Any) -> int:
        """Pass a piece on."""
        self._write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing."""


def write_whole(
    store: ox.Store, write: Callable[[bytes], object], *, union_default_graph: bool
) -> None:
    """Write every statement; a default graph that is the union of the others is left out."""
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode):
            out: Any = _InGraph(write, str(graph).encode())
            store.dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    if not union_default_graph:
        plain: Any = _Plain(write)
        store.dump(plain, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
