"""Writes triples as the set that a graph is: each once, subjects together, their types first.

A triple is held as a line of text that sorts as it is read. Its terms as objects, and what they are
ordered by, would take three times the memory and twice the time.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.engine.cut import Enough
from mufakat.namespaces import RDF, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LINES: Final = ox.RdfFormat.N_TRIPLES
PIECE: Final = 4096
"""Lines that are written at a time."""
_TYPE: Final = f"<{TYPE}>".encode()
_UNSAID: Final = {
    iri.encode()
    for iri in (
        XSD + "string",
        XSD + "integer",
        XSD + "decimal",
        XSD + "boolean",
        RDF + "langString",
    )
}
"""Types that Turtle does not write out."""


class Collected:
    """The first distinct triples of a result, in their order of appearance."""

    def __init__(self, triples: Iterable[ox.Triple], most: int) -> None:
        """Read triples until `most` are found and one more, or all of them if it is 0."""
        self.keys: dict[bytes, None] = {}
        self.is_cut = False
        self._most = most
        self._rest = b""
        out: Any = self
        try:
            if isinstance(triples, ox.QueryTriples):
                triples.serialize(out, format=LINES)
            else:
                ox.serialize(triples, out, LINES)
        except Enough:
            self.is_cut = True

    def write(self, data: Any) -> int:
        """Take a piece of N-Triples; a line break stands nowhere but behind a triple."""
        lines, _, self._rest = (self._rest + bytes(data)).rpartition(b"\n")
        for line in lines.splitlines():
            key = _key(line)
            if key not in self.keys:
                if len(self.keys) == self._most > 0:
                    raise Enough
                self.keys[key] = None
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is not yet taken is no whole line."""

    def write_to(self, out: Any, rdf: ox.RdfFormat, prefixes: Mapping[str, str]) -> int:
        """Write the triples in reading order, and hold them no longer; gives their number."""
        keys = sorted(self.keys)
        self.keys.clear()
        pieces = (
            b"".join(map(_line, keys[start : start + PIECE]))
            for start in range(0, len(keys), PIECE)
        )
        if rdf == LINES:
            for piece in pieces:
                out.write(piece)
        else:
            # What the engine wrote needs no second look at its IRIs.
            triples = chain.from_iterable(ox.parse(one, LINES, lenient=True) for one in pieces)
            ox.serialize(triples, out, rdf, prefixes=_used(prefixes, keys))
        return len(keys)


def _key(line: bytes) -> bytes:
    """Make what a line sorts by: bare, a predicate stands before those that go on as it ends."""
    subject, predicate, rest = line.split(b" ", 2)
    return b"%b %b %b" % (subject, b"" if predicate == _TYPE else predicate[1:-1], rest)


def _line(key: bytes) -> bytes:
    subject, predicate, rest = key.split(b" ", 2)
    return b"%b %b %b\n" % (subject, b"<%b>" % predicate if predicate else _TYPE, rest)


def _used(prefixes: Mapping[str, str], keys: Iterable[bytes]) -> dict[str, str]:
    """Keep the prefixes that shorten some IRI of the triples to a plain name.

    An IRI that goes on below the namespace would be written with escaped slashes; it reads better
    whole.
    """
    if not prefixes:
        return {}
    found = {iri[: max(iri.rfind(b"#"), iri.rfind(b"/")) + 1].decode() for iri in _iris(keys)}
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if namespace in found
        and not any(other.startswith(namespace) and other != namespace for other in found)
    }


def _iris(keys: Iterable[bytes]) -> Iterator[bytes]:
    """Give the IRIs that Turtle writes for terms and their types."""
    for key in keys:
        subject, predicate, rest = key.split(b" ", 2)
        if subject[:1] == b"<":
            yield subject[1:-1]
        yield predicate or _TYPE[1:-1]
        if rest[:1] == b"<":
            if rest[1:2] != b"<":  # a triple in the place of an object
                yield rest[1:-3]
        elif rest[-3:] == b"> .":
            datatype = rest[rest.rindex(b"^^<") + 3 : -3]
            if datatype not in _UNSAID:
                yield datatype
