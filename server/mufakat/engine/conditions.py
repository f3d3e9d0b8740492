"""What a change expects of the state it is made on, compared where nothing can come between.

Whoever read a graph knows its state by the name of what was sent. The one writer names the state it
is about to change in the same way, so that a change made for another state is refused and not lost.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.engine import evaluate
from mufakat.engine.formats import for_kind
from mufakat.engine.types import QueryRequest
from mufakat.errors import PreconditionFailed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.formats import ResultFormat

WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
"""The query whose answer a graph is sent as."""
AGAIN: Final = "Read it again, make your change on what it is now, and send it with the new ETag."
_CLAUSE: Final = "https://www.rfc-editor.org/rfc/rfc9110#section-13.1."
MATCH: Final = _CLAUSE + "1"
NONE_MATCH: Final = _CLAUSE + "2"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a change to be made; names are those that `name` gives."""

    is_there: bool = False
    """There must be such a thing."""
    is_new: bool = False
    """There must not."""
    one_of: tuple[str, ...] | None = None
    """Its state must have one of these names; None for any state."""
    none_of: tuple[str, ...] = ()
    """Its state must have none of these."""

    @classmethod
    def read(cls, said: dict[str, Any]) -> Condition:
        """Read what `asdict` gives, after it travelled as JSON."""
        lists = {"none_of": tuple(said["none_of"])}
        if said["one_of"] is not None:
            lists["one_of"] = tuple(said["one_of"])
        return cls(**said | lists)

    @property
    def names(self) -> frozenset[str]:
        """Every name that is compared."""
        return frozenset(self.none_of).union(self.one_of or ())

    def require(self, what: str, names: Collection[str] | None, mend: str = AGAIN) -> None:
        """Raise PreconditionFailed unless the condition holds.

        Args:
            what: begins the sentence that tells what failed.
            names: those of the present state; None when there is no such thing.
            mend: how to go on when the state is another one.
        """
        if names is None:
            if self.is_there or self.one_of is not None:
                raise PreconditionFailed(
                    f"{what} is not there, and If-Match asks that it is.",
                    mend="Make it with If-None-Match: * instead.",
                    clause=MATCH,
                )
            return
        if self.one_of is not None and not set(self.one_of).intersection(names):
            why = "is in another state than If-Match names; it was changed in between"
            if not self.one_of:
                why = "cannot be compared with weak ETags (W/), which are all that If-Match names"
            raise PreconditionFailed(f"{what} {why}.", mend=mend, clause=MATCH)
        if self.is_new:
            raise PreconditionFailed(
                f"{what} is there already, and If-None-Match: * asks that it is not.",
                mend="Name another one; or read this one and replace it with its ETag in If-Match.",
                clause=NONE_MATCH,
            )
        if set(self.none_of).intersection(names):
            raise PreconditionFailed(
                f"{what} is in a state that If-None-Match names.", mend=mend, clause=NONE_MATCH
            )


def name(fmt: ResultFormat, media_type: str, digest: str, version: str = "") -> str:
    """Name what is sent of a graph: the same bytes of the same type have the same name.

    Args:
        fmt: begins the name, so that the writer knows what to write for the comparison.
        media_type: under which it is sent.
        digest: of the bytes, as `digest` gives it.
        version: of the data, when the bytes are not the whole graph: nothing else tells what was
            left out.
    """
    told = "\0".join((media_type, digest, version))
    return f"{fmt.ending}-{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"


def digest(body: bytes) -> str:
    """Give the digest of a body that is at hand."""
    return hashlib.blake2b(body).hexdigest()


def check(asked: Condition, about: tuple[str | None, ...], engine: EmbeddedEngine) -> None:
    """Compare a condition with what an engine holds; raises PreconditionFailed.

    Args:
        asked: the condition.
        about: the graph, None for the default graph; empty for all of the data, whose state has
            the version for its name.
        engine: holds the state that is to be changed.
    """
    if not about:
        mend = "Ask again, and send the change with the Data-Version of the answer, in quotes."
        asked.require("The data", {engine.version}, mend)
        return
    (graph,) = about
    what = "The default graph" if graph is None else f"The graph <{graph[:200]}>"
    if graph is not None and not engine.store.contains_named_graph(ox.NamedNode(graph)):
        asked.require(what, None)
    else:
        asked.require(what, _names(graph, engine, asked.names))


def _names(graph: str | None, engine: EmbeddedEngine, wanted: Iterable[str]) -> set[str]:
    """Give the names of a graph in the formats that some name is for."""
    endings = {each.partition("-")[0] for each in wanted}
    found: set[str] = set()
    for fmt in for_kind("graph"):
        if fmt.ending in endings:
            found |= _names_in(fmt, graph, engine)
    return found


def _names_in(fmt: ResultFormat, graph: str | None, engine: EmbeddedEngine) -> set[str]:
    dataset = () if graph is None else (graph,)
    result = evaluate.run(
        engine.store, QueryRequest(WHOLE_GRAPH, default_graphs=dataset), base_iri=engine.base_iri
    )
    hashed = hashlib.blake2b()
    limits = replace(engine.limits, result_bytes=sys.maxsize)  # nothing of it is kept
    cut = evaluate.write_to(hashed.update, result, fmt, limits, engine.prefixes)
    version = "" if cut is None else engine.version
    return {name(fmt, each, hashed.hexdigest(), version) for each in fmt.media_types}
