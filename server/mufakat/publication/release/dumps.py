"""The whole dataset in files whose bytes depend on its content alone.

Blank nodes get the names of RDFC-1.0 and statements are sorted, so that two releases of the same
content are the same file: https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from mufakat.publication.publication import Publication


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


@dataclass(frozen=True, slots=True)
class Dump:
    """One file; without a sum it is not written yet."""

    path: Path
    format: Format
    bytes: int
    sha256: str


def canonical(publication: Publication) -> list[ox.Quad]:
    """Give all served quads with canonical blank nodes, sorted by their N-Quads lines."""
    return canonicalised(publication.load_store())


def canonicalised(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Give quads with canonical blank nodes, sorted by their N-Quads lines."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def n_quads(quads: list[ox.Quad]) -> bytes:
    """Write canonical N-Quads: one sorted line per quad (section 5 of RDFC-1.0)."""
    lines = _written(quads, ox.RdfFormat.N_QUADS, {}).splitlines(keepends=True)
    return b"".join(sorted(lines))


def _written(
    statements: Sequence[ox.Quad] | Sequence[ox.Triple],
    rdf: ox.RdfFormat,
    prefixes: dict[str, str],
) -> bytes:
    buffer = io.BytesIO()
    ox.serialize(statements, buffer, format=rdf, prefixes=prefixes)
    return buffer.getvalue()


def canonical_hash(quads: list[ox.Quad]) -> str:
    """Name a dataset by the SHA-256 of its canonical N-Quads."""
    return hashlib.sha256(n_quads(quads)).hexdigest()


def write_dumps(
    publication: Publication,
    folder: Path,
    name: str,
    *,
    quads: list[ox.Quad] | None = None,
    tell: Callable[[str], None] = lambda _title: None,
) -> list[Dump]:
    """Write the dataset in every format into a folder, `<name>.<ending>` each."""
    quads = canonical(publication) if quads is None else quads
    triples = sorted({quad.triple for quad in quads}, key=str)
    folder.mkdir(parents=True, exist_ok=True)
    prefixes = dict(publication.config.prefixes)
    dumps = []
    for fmt in FORMATS:
        tell(fmt.title)
        if fmt.ending == "nq":
            body = n_quads(quads)
        else:
            body = _written(
                quads if fmt.graphs else triples,
                fmt.rdf,
                {} if fmt.ending == "jsonld" else prefixes,
            )
        path = folder / f"{name}.{fmt.ending}"
        path.write_bytes(body)
        dumps.append(Dump(path, fmt, len(body), hashlib.sha256(body).hexdigest()))
    return dumps
