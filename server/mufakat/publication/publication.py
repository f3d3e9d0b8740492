"""A publication is a folder: ontology/, shapes/, data/ttl/, queries/ and a mufakat.toml."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import pyoxigraph as ox

import mufakat
from mufakat.errors import BrokenFile, NotFound, Where
from mufakat.publication import config as configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.publication.saved import SavedQuery

Kind = Literal["ontology", "shapes", "data", "queries"]
PLACES: Final[dict[Kind, tuple[str, str]]] = {
    "ontology": ("ontology", "*.ttl"),
    "shapes": ("shapes", "*.ttl"),
    "data": ("data/ttl", "*.ttl"),
    "queries": ("queries", "*.rq"),
}
SERVED: Final[tuple[Kind, ...]] = ("ontology", "data")
TURTLE: Final = "https://www.w3.org/TR/turtle/#sec-grammar"
BLANK: Final = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) } }"
VARIABLE: Final = "MUFAKAT_PUBLICATION"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the publication."""

    path: Path
    kind: Kind
    name: str
    """Kind and path below its place without ending: `data/actions`, `ontology/core`."""
    graph_iri: str
    sha256: str

    @property
    def family(self) -> str:
        """What the file is about: its path below its place without ending."""
        return self.name.partition("/")[2]

    def parse(self, base_iri: str | None = None) -> Iterator[ox.Quad]:
        """Read the triples of a Turtle file in order; raise BrokenFile with line and column."""
        return parse_turtle(self.path.read_bytes(), file=str(self.path), base_iri=base_iri)


def parse_turtle(text: bytes, *, file: str = "", base_iri: str | None = None) -> Iterator[ox.Quad]:
    """Parse Turtle lazily; raise BrokenFile with line and column at the first mistake."""
    try:
        yield from ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base_iri)
    except SyntaxError as error:
        raise broken_turtle(error, file) from None
    except ValueError as error:
        raise BrokenFile(
            f"This is not Turtle: {error}.",
            where=Where(file),
            mend="Save it as UTF-8.",
            clause=TURTLE,
        ) from None


def broken_turtle(error: SyntaxError, file: str) -> BrokenFile:
    """Say in our words where a Turtle parser stopped."""
    message = (error.msg or "syntax error").removesuffix(".")
    prefix = f"Parser error at line {error.lineno} "
    if message.startswith(prefix) and ": " in message:
        message = message.split(": ", 1)[1]
    return BrokenFile(
        f"This is not Turtle: {message}.",
        where=Where(file, error.lineno, error.offset),
        mend="Look at this place and just before it for a missing ';', '.', quote or bracket.",
        clause=TURTLE,
    )


class Publication:
    """A folder with its configuration; files are read when asked for, and hashed once."""

    def __init__(self, folder: Path, config: configuration.Config) -> None:
        self.folder = folder
        self.config = config
        self.way = folder
        """The folder as it was named, which may be a link that another release takes later."""

    @classmethod
    def open(cls, path: Path | None = None) -> Publication:
        """Open the publication at `path`, or find one.

        Looks, in this order, at `path`, at `MUFAKAT_PUBLICATION`, at the working directory when it
        has a `mufakat.toml`, at the publication carried with the package and at the checkout the
        package runs from. A folder given without `mufakat.toml` is a plain dataset.
        """
        folder = locate(path)
        file = folder / configuration.FILE_NAME
        plain = configuration.Config(title=folder.name)
        opened = cls(folder, configuration.read(file) if file.is_file() else plain)
        named = path or Path(os.environ.get(VARIABLE) or folder)
        if named.is_dir():
            opened.way = named.absolute()
        return opened

    @cached_property
    def _files(self) -> dict[Kind, list[SourceFile]]:
        return {kind: list(self._scan(kind)) for kind in PLACES}

    def _scan(self, kind: Kind) -> Iterator[SourceFile]:
        place, pattern = PLACES[kind]
        root = self.folder / place
        for path in sorted(root.rglob(pattern)):
            below = path.relative_to(root)
            if path.is_symlink() and not path.exists():
                raise BrokenFile(
                    "This link leads nowhere.",
                    where=Where(self.relative(path)),
                    mend="Let it lead to a file, or remove it.",
                )
            if not path.is_file() or any(part.startswith(".") for part in below.parts):
                continue
            name = f"{kind}/{below.with_suffix('').as_posix()}"
            yield SourceFile(
                path=path,
                kind=kind,
                name=name,
                graph_iri=f"{self.config.base_iri}graph/{name}",
                sha256=checksum(path),
            )

    def files(self, *kinds: Kind) -> list[SourceFile]:
        """Give the files of some kinds (of all without argument), sorted by path."""
        return [file for kind in kinds or tuple(PLACES) for file in self._files[kind]]

    @cached_property
    def version(self) -> str:
        """Name the content that is served: a hash over ontology and data, whatever the order."""
        return self._hash(*SERVED)

    @cached_property
    def edition(self) -> str:
        """Name everything in the folder that a page may show: all files and the configuration."""
        file = self.folder / configuration.FILE_NAME
        extra = file.read_bytes() if file.is_file() else b""
        return self._hash(*PLACES, extra=extra)

    def _hash(self, *kinds: Kind, extra: bytes = b"") -> str:
        digest = hashlib.sha256(extra)
        for line in sorted(f"{file.name} {file.sha256}\n" for file in self.files(*kinds)):
            digest.update(line.encode())
        return digest.hexdigest()

    def load_store(self, *kinds: Kind) -> ox.Store:
        """Load files into a fresh store in memory, each into its own named graph.

        Without argument: what is served, data and ontology. Raises BrokenFile.
        """
        store = ox.Store()
        self.load_into(store, *kinds)
        return store

    def load_into(self, store: ox.Store, *kinds: Kind) -> None:
        """Load files into a given store, each into its own named graph; raises BrokenFile."""
        for file in self.files(*kinds or SERVED):
            try:
                store.bulk_load(
                    path=str(file.path),
                    format=ox.RdfFormat.TURTLE,
                    base_iri=self.config.base_iri,
                    to_graph=ox.NamedNode(file.graph_iri),
                )
            except SyntaxError as error:
                raise broken_turtle(error, self.relative(file.path)) from None
        _name_blank_nodes(store)

    def read(self, file: SourceFile) -> Iterator[ox.Quad]:
        """Read a file piece by piece, its blank nodes under new names; raises BrokenFile."""
        try:
            yield from ox.parse(
                path=file.path,
                format=ox.RdfFormat.TURTLE,
                base_iri=self.config.base_iri,
                rename_blank_nodes=True,
            )
        except SyntaxError as error:
            raise broken_turtle(error, self.relative(file.path)) from None

    def relative(self, path: Path) -> str:
        """Write a path the way people see it: below the folder when it lies there."""
        return (
            path.relative_to(self.folder).as_posix()
            if path.is_relative_to(self.folder)
            else str(path)
        )

    @cached_property
    def queries(self) -> dict[str, SavedQuery]:
        """Give the saved queries by slug, sorted by file; raises BrokenFile."""
        # a program that only lists files needs no query parser
        from mufakat.publication.saved import SavedQuery  # noqa: PLC0415

        queries: dict[str, SavedQuery] = {}
        for file in self.files("queries"):
            query = SavedQuery.read(file.path)
            if query.slug in queries:
                raise BrokenFile(
                    f"Two saved queries are called {query.slug}.",
                    where=Where(self.relative(file.path)),
                    mend="Rename one; addresses are made from the name alone.",
                )
            queries[query.slug] = query
        return queries

    def engine(self) -> EmbeddedEngine:
        """Load the publication into an engine inside this process."""
        from mufakat.engine.embedded import EmbeddedEngine  # noqa: PLC0415 - not every use asks

        return EmbeddedEngine(
            self.load_store(),
            union_default_graph=self.config.default_graph == "union",
            version=self.version,
            prefixes=self.config.prefixes,
            base_iri=self.config.base_iri,
        )


def _name_blank_nodes(store: ox.Store) -> None:
    """Give blank nodes the names of RDFC-1.0: loaded elsewhere, the same data are named the same.

    Otherwise two servers of one release would answer with different bytes under one ETag.
    https://www.w3.org/TR/rdf-canon/
    """
    found = store.query(BLANK)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
    quads = [ox.Quad(row["s"], row["p"], row["o"], row["g"]) for row in found]
    if not quads:
        return
    for quad in quads:
        store.remove(quad)
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    store.extend(sorted(dataset, key=str))


def checksum(path: Path) -> str:
    """Hash a file piece by piece; some are larger than the memory of the process should be."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def locate(path: Path | None = None) -> Path:
    """Find the folder of a publication (see `Publication.open`); raises NotFound."""
    if path is None and os.environ.get(VARIABLE):
        path = Path(os.environ[VARIABLE])
    if path is not None:
        if path.is_file() and path.name == configuration.FILE_NAME:
            path = path.parent
        if not path.is_dir():
            raise NotFound(
                f"There is no folder {path}.",
                mend="Name a folder that holds a mufakat.toml, or leave the name out.",
            )
        return path.resolve()
    package = Path(mufakat.__file__).resolve().parent
    candidates = [package / "_publication", package.parent.parent]
    with suppress(FileNotFoundError):  # the working directory may have been removed
        candidates.insert(0, Path.cwd())
    for folder in candidates:
        if (folder / configuration.FILE_NAME).is_file():
            return folder.resolve()
    raise NotFound(
        "No publication was found here or with the program.",
        mend=f"Name its folder, or set {VARIABLE} to it.",
    )
