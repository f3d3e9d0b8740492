"""What goes into an engine and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyoxigraph as ox

    from mufakat.engine.formats import Form, ResultFormat

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query and the dataset the protocol asks for; empty tuples leave that to the query.

    https://www.w3.org/TR/sparql11-protocol/#dataset
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @property
    def names_dataset(self) -> bool:
        """Whether the protocol, not the query, decides which graphs are read."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer in the format that was asked for."""

    form: Form
    media_type: str
    body: bytes
    truncated: bool = False
    """Whether rows or triples beyond the limit were left out."""
    rows: int | None = None
    """How many rows or triples were sent, where the answer was cut."""
    version: str = ""
    """The state of the data it was read from, where that can change while it is read."""
    file: IO[bytes] | None = None
    """Holds the bytes in place of `body` when there are many and the caller can send a file."""
    size: int = 0
    """How many bytes the file holds."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A SELECT answer as terms; an unbound variable is missing from its row."""

    vars: list[str]
    rows: list[dict[str, Term]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read and sent. 0 rows means all of them."""

    query_bytes: int = 262_144
    depth: int = 64
    """Brackets within brackets. The parser and the planner recurse on the stack: from about 250
    levels of some constructs a thread with 2 MiB of it ends the whole process."""
    operators: int = 600
    """Operators and clauses that nest in the algebra though they stand side by side."""
    rows: int = 0
    result_bytes: int = 268_435_456


@dataclass(frozen=True, slots=True)
class Policy:
    """What a query may reach beyond the dataset."""

    allow_service: tuple[str, ...] = ()
    """IRI prefixes that SERVICE may name; nothing by default."""
    allow_private: bool = False
    """Whether those may lie on loopback or private networks."""


@dataclass(frozen=True, slots=True)
class Dress:
    """How RDF answers are written: prefixes for Turtle and its kin."""

    prefixes: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """Answers SPARQL 1.1 queries; the same for a store in memory, a pool or a remote store."""

    @property
    def version(self) -> str:
        """Hash of the content, in hexadecimal digits."""
        ...

    @property
    def union_default_graph(self) -> bool:
        """Whether a query without FROM sees all graphs at once."""
        ...

    def form(self, text: str) -> Form:
        """Say what the query asks for; raises BadQuery with line and column."""
        ...

    def answer(self, request: QueryRequest, fmt: ResultFormat) -> Answer:
        """Evaluate a query and write its answer."""
        ...

    def select(self, text: str) -> Rows:
        """Evaluate a SELECT query into terms."""
        ...

    def ask(self, text: str) -> bool:
        """Evaluate an ASK query."""
        ...

    def construct(self, text: str) -> list[ox.Triple]:
        """Evaluate a CONSTRUCT or DESCRIBE query into distinct triples."""
        ...

    def close(self) -> None:
        """Give back processes, files and connections."""
        ...
