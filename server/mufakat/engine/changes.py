"""Changes to a store: SPARQL 1.1 Update and the writes of the Graph Store Protocol, as deltas.

A change is made on a copy that nobody reads (the process it runs in is forked for it); what it took
away and added is then written down and published as a whole, or thrown away.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pyoxigraph as ox

try:
    import resource
except ImportError:  # Windows, where the guard stands alone
    resource = None  # type: ignore[assignment]

from mufakat.engine.delta import Delta
from mufakat.engine.diagnosis import explain
from mufakat.engine.load import add, in_turn
from mufakat.errors import BadQuery, NotFound, Unprocessable, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.engine.conditions import Condition
    from mufakat.engine.load import Document

Method = Literal["put", "post", "delete"]
DEFAULT: Final = ox.DefaultGraph()
GRAPH_STORE: Final = "https://www.w3.org/TR/sparql11-http-rdf-update/"


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL 1.1 Update request."""

    text: str
    documents: tuple[Document, ...] = ()
    """What its LOAD operations load."""
    only: tuple[str | None, ...] = ()
    """The graphs it may change, None for the default graph; empty for all of them."""
    condition: Condition | None = None
    """What must hold of the state it is made on: of the graph it may change, or of all data."""

    @property
    def about(self) -> tuple[str | None, ...]:
        """The graphs that the condition is about; empty for all of the data."""
        return self.only


@dataclass(frozen=True, slots=True)
class GraphWrite:
    """A write of the Graph Store Protocol on the default graph (None) or a named one."""

    method: Method
    graph: str | None
    data: bytes = b""
    media: ox.RdfFormat = ox.RdfFormat.TURTLE
    condition: Condition | None = None
    """What must hold of the graph before."""

    @property
    def about(self) -> tuple[str | None, ...]:
        """The graph that the condition is about."""
        return (self.graph,)


Change = Update | GraphWrite


def make(store: ox.Store, change: Change, *, base_iri: str | None, union_into: str | None) -> Delta:
    """Make a change in `store` and say what it took away and added.

    Args:
        store: changed in place.
        change: what to do.
        base_iri: for relative IRIs.
        union_into: when the default graph is the union of all named graphs, the graph that takes
            what is added to it; None for a store whose default graph is a graph of its own.

    Raises:
        BadQuery: the update or the data cannot be read, with line and column.
        NotFound: a graph to delete does not exist.
    """
    before, graphs_before = set(store), graphs(store)
    if isinstance(change, Update):
        _update(store, change, base_iri)
    else:
        _write_graph(store, change, base_iri)
    after, graphs_after = set(store), graphs(store)
    delta = Delta(
        frozenset(before - after),
        frozenset(after - before),
        graphs_before - graphs_after,
        graphs_after - graphs_before,
    )
    if isinstance(change, Update) and change.only:
        _keep_inside(delta, change.only)
    return delta if union_into is None else _as_union(store, delta, ox.NamedNode(union_into))


def _keep_inside(delta: Delta, only: tuple[str | None, ...]) -> None:
    """Raise Unprocessable when a change reaches beyond the graphs that it may change."""
    changed: set[str | None] = {*delta.dropped, *delta.created}
    for quad in delta.removed | delta.added:
        changed.add(quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None)
    if not changed <= set(only):
        raise Unprocessable("The update changes another graph than it may.")


def _update(store: ox.Store, change: Update, base_iri: str | None) -> None:
    for part in in_turn(change.text, change.documents):
        if isinstance(part, str):
            _carry_out(store, part, base_iri)
        else:
            add(store, part)


def _carry_out(store: ox.Store, text: str, base_iri: str | None) -> None:
    try:
        with _no_way_out():
            store.update(text, base_iri=base_iri)
    except SyntaxError as error:
        raise explain(text, str(error.msg)) from None
    except (ValueError, RuntimeError, OSError) as error:
        raise BadQuery(f"The update cannot be carried out: {error}.") from None


@contextmanager
def _no_way_out() -> Iterator[None]:
    """Let this process open neither a file nor a socket, whatever the update says."""
    if resource is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _write_graph(store: ox.Store, change: GraphWrite, base_iri: str | None) -> None:
    name = ox.NamedNode(change.graph) if change.graph is not None else DEFAULT
    if change.method == "delete":
        if change.graph is not None and not store.contains_named_graph(name):
            raise NotFound("There is no such graph.", clause=GRAPH_STORE)
        _empty(store, name)
        return
    triples = _read(change, base_iri)
    if change.method == "put":
        _empty(store, name)
    if change.graph is not None:
        store.add_graph(name)
    store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)


def _empty(store: ox.Store, name: ox.NamedNode | ox.DefaultGraph) -> None:
    if isinstance(name, ox.NamedNode):
        store.remove_graph(name)
    else:
        store.clear_graph(name)


def _read(change: GraphWrite, base_iri: str | None) -> list[ox.Quad]:
    try:
        return list(
            ox.parse(
                change.data,
                change.media,
                base_iri=change.graph or base_iri,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        )
    except SyntaxError as error:
        raise BadQuery(
            f"The data cannot be read: {error.msg}.",
            where=Where(line=error.lineno, column=error.offset) if error.lineno else None,
            mend="Send RDF in the syntax that the Content-Type names.",
        ) from None
    except ValueError as error:
        raise BadQuery(f"The data cannot be read: {error}.") from None


def graphs(store: ox.Store) -> frozenset[str]:
    """Name the named graphs of a store, also those without triples."""
    return frozenset(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))


def _as_union(store: ox.Store, delta: Delta, into: ox.NamedNode) -> Delta:
    """Keep the default graph the union of the named ones, and state changes in named graphs.

    What was added to the default graph goes into `into`; what was removed from it is removed from
    every named graph that has it.
    """
    added = {q for q in delta.added if q.graph_name != DEFAULT}
    removed = {q for q in delta.removed if q.graph_name != DEFAULT}
    for quad in delta.added - added:
        added.add(ox.Quad(quad.subject, quad.predicate, quad.object, into))
    for quad in delta.removed - removed:
        removed |= set(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))
    removed = {q for q in removed if q.graph_name != DEFAULT}
    named = Delta(frozenset(removed - added), frozenset(added), delta.dropped, delta.created)
    named.apply(store)
    refresh_union(store, named)
    return named


def refresh_union(store: ox.Store, delta: Delta) -> None:
    """Bring the default graph up to date after a change of named graphs."""
    for triple in _triples(delta.removed | delta.added):
        held = any(
            quad.graph_name != DEFAULT
            for quad in store.quads_for_pattern(
                triple.subject, triple.predicate, triple.object, None
            )
        )
        quad = ox.Quad(triple.subject, triple.predicate, triple.object, DEFAULT)
        if held:
            store.add(quad)
        else:
            store.remove(quad)


def _triples(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    return {quad.triple for quad in quads}
