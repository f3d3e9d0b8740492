"""LOAD, carried out by this server itself: where it stands, and what takes its place.

The engine's own client would follow any address, and what makes changes has no network. So
`mufakat.engine.fetch` gets each document before the update is made, and it travels with the update
to where changes are made: there it is parsed and added, at its place among the other operations.
https://www.w3.org/TR/sparql11-update/#load
"""

from __future__ import annotations

import base64
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.engine.formats import RDF
from mufakat.engine.lexer import Lines, tokens
from mufakat.engine.operations import alone, cut, unexpected
from mufakat.errors import Unavailable, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.engine.lexer import Token
    from mufakat.engine.operations import Operation

CLAUSE: Final = "https://www.w3.org/TR/sparql11-update/#load"
_LATER_PROLOGUE: Final = re.compile(
    r";(?:\s|#[^\n\r]*)*+(?:PREFIX|BASE|VERSION)(?![\w:.-])", re.IGNORECASE
)
_WRITE: Final = "Write LOAD <address>, or LOAD <address> INTO GRAPH <name>."


@dataclass(frozen=True, slots=True)
class Load:
    """A LOAD operation: where it stands in the text, what it loads, and into which graph."""

    start: int
    address: str
    graph: str | None
    silent: bool
    where: Where


@dataclass(frozen=True, slots=True)
class Document:
    """What takes the place of a LOAD operation."""

    load: Load
    base_iri: str = ""
    """Where the document was found in the end."""
    data: bytes | None = None
    """None adds nothing: loading failed, and the operation is a silent one."""
    format: str = "turtle"


def find(operations: Iterable[Operation], lines: Lines) -> list[Load]:
    """Find the LOAD operations of an update; raises BadQuery where one is not written right."""
    return [_read(operation, lines) for operation in operations if operation.tokens[0].says("LOAD")]


def _read(operation: Operation, lines: Lines) -> Load:
    first, *rest = operation.tokens
    silent = bool(rest) and rest[0].says("SILENT")
    if silent:
        rest = rest[1:]
    names = [operation.iri(token) for token in rest]
    into = len(rest) == 4 and rest[1].says("INTO") and rest[2].says("GRAPH")
    address, graph = (names[0], names[-1]) if names else (None, None)
    if address is None or graph is None or not (into or len(rest) == 1):
        raise unexpected(_wrong(operation, rest, names), lines, _WRITE)
    line, column = lines.place(first.start)
    where = Where(line=line, column=column)
    return Load(first.start, address, graph if into else None, silent, where)


def _wrong(operation: Operation, rest: list[Token], names: list[str | None]) -> Token:
    """Find the first token of a LOAD that does not fit, or the last when one is missing."""
    for token, name, keyword in zip(rest, names, ("", "INTO", "GRAPH", ""), strict=False):
        if not token.says(keyword) if keyword else name is None:
            return token
    return rest[4] if len(rest) > 4 else operation.tokens[-1]


def in_turn(text: str, documents: Iterable[Document]) -> Iterator[str | Document]:
    """Cut an update into what the engine carries out as it is and the documents in between.

    The engine reads declarations at the beginning of a text only, so it is cut there, too.
    """
    waiting = deque(documents)
    if not waiting and not _LATER_PROLOGUE.search(text):
        yield text
        return
    run: list[Operation] = []
    for operation in cut(list(tokens(text)), Lines(text), None):
        loads = bool(waiting) and operation.start == waiting[0].load.start
        if run and (loads or len(operation.prologue) != len(run[0].prologue)):
            yield alone(text, run[0], run[-1])
            run = []
        if loads:
            yield waiting.popleft()
        else:
            run.append(operation)
    if run:
        yield alone(text, run[0], run[-1])


def pack(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Write documents as what travels to where changes are made."""
    return [
        {
            "start": each.load.start,
            "graph": each.load.graph,
            "silent": each.load.silent,
            "line": each.load.where.line,
            "column": each.load.where.column,
            "base": each.base_iri,
            "format": each.format,
            "data": None if each.data is None else base64.b64encode(each.data).decode(),
        }
        for each in documents
    ]


def unpack(packed: Iterable[dict[str, Any]]) -> tuple[Document, ...]:
    """Read what `pack` wrote."""
    return tuple(
        Document(
            Load(
                each["start"],
                each["base"],
                each["graph"],
                each["silent"],
                Where(line=each["line"], column=each["column"]),
            ),
            each["base"],
            None if each["data"] is None else base64.b64decode(each["data"]),
            each["format"],
        )
        for each in packed
    )


def add(store: ox.Store, document: Document) -> None:
    """Parse a document and add its triples where its LOAD says.

    Raises Unavailable when it cannot be read and the operation is not silent.
    """
    load = document.load
    if document.data is None:
        return
    name = ox.NamedNode(load.graph) if load.graph is not None else ox.DefaultGraph()
    try:
        quads = list(
            ox.parse(
                document.data,
                RDF[document.format],
                base_iri=document.base_iri,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        )
    except (SyntaxError, ValueError) as error:
        if load.silent:
            return
        raise Unavailable(
            f"<{document.base_iri}> cannot be read: {str(error).rstrip('.')}.",
            where=load.where,
            clause=CLAUSE,
        ) from None
    if isinstance(name, ox.NamedNode):
        store.add_graph(name)
    store.extend(ox.Quad(q.subject, q.predicate, q.object, name) for q in quads)
