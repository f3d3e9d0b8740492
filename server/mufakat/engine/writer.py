"""The worker of a server that takes changes: it makes them, proves them and puts them on disk."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from mufakat.engine import chance, load
from mufakat.engine.changes import DEFAULT, GraphWrite, Update, graphs, make, refresh_union
from mufakat.engine.conditions import Condition, check
from mufakat.engine.delta import Record, next_version, packed, unpacked
from mufakat.engine.embedded import UNION
from mufakat.engine.formats import RDF
from mufakat.engine.journal import START, advance
from mufakat.engine.pool.apart import apart
from mufakat.engine.pooled import Worker
from mufakat.engine.snapshot import Snapshot
from mufakat.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyoxigraph as ox

    from mufakat.engine.changes import Change
    from mufakat.engine.delta import Delta
    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.journal import Entry, Journal, Place, Writer

    Validate = Callable[[ox.Store, Delta], None]
    """Raises Invalid when the store, changed by the delta, does not pass the shapes."""

UPDATE: Final = "update"
SHARE: Final = 2
"""Where more data stand than `compact_after` says, this part of them may be written over first."""


class WritingWorker(Worker):
    """A worker whose data is a base and a journal of what was changed since."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        *,
        journal: Journal,
        union_into: str | None,
        validate: Validate | None = None,
        compact_after: int = 20_000,
    ) -> None:
        """Replay the journal on the base that `engine` holds.

        Args:
            engine: holds the base, or nothing when the journal begins with a snapshot; its store
                is changed in place.
            journal: where changes are written.
            union_into: the graph that takes what is added to a default graph that is a union.
            validate: refuses what does not pass the shapes.
            compact_after: quads written after which the journal is to be compacted.

        Raises:
            BrokenFile: the journal is damaged or belongs to another base.
        """
        super().__init__(engine)
        self.journal = journal
        self.union_into = union_into
        self.validate = validate
        self.base = self.version
        self.number = 0
        self._compact_after = compact_after
        self._place = START
        self._written = 0
        self.catch_up()
        self._held = len(engine.store)

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make one change; when this returns it is on disk.

        Raises what making it raises, and Invalid when the shapes refuse the result.
        """
        with self.journal.writing() as writer:
            # A predecessor may have written a change and ended before it could take over.
            self._take_in(writer.entries(self._place))
            return self._change(request, writer)

    def catch_up(self) -> None:
        """Take in what others have written since; raises BrokenFile."""
        self._take_in(self.journal.entries(self._place))

    def worn(self) -> bool:
        """Whether so much was written that what it left behind outweighs loading afresh.

        The store keeps what was removed, and the journal what was written over.
        """
        return self._written > max(self._compact_after, self._held // SHARE)

    def renew(self) -> None:
        """Compact the journal, if anything was written since that was last done.

        Raises:
            Unavailable: another process does.
        """
        if not self._written:
            return
        names = tuple(sorted(graphs(self.engine.store)))
        snapshot = Snapshot(self.number, self.version, self.base, names)
        place = self.journal.compact(snapshot, self._stated(), self._place)
        if place is None:
            raise Unavailable("Another process is compacting the journal.")
        self._place, self._written = place, 0

    def _stated(self) -> Iterator[ox.Quad]:
        """Give every quad but those that only a default graph made of others has."""
        derived = self.union_into is not None
        return (q for q in self.engine.store if not (derived and q.graph_name == DEFAULT))

    def _change(self, request: dict[str, Any], writer: Writer) -> dict[str, Any]:
        delta = unpacked(apart(lambda: self._worked_out(request)))
        if not delta:
            return self._said(delta)
        delta.apply(self.engine.store)
        self._keep_union(delta)
        if self.validate is not None:
            self.validate(self.engine.store, delta)
        record = Record(self.number + 1, next_version(self.version, delta), delta)
        self._become(record, writer.append(record))
        return self._said(delta)

    def _worked_out(self, request: dict[str, Any]) -> bytes:
        """Make a change in the store of this process, which is not kept, and say what it was."""
        chance.renew()
        engine, change = self.engine, read(request)
        if change.condition is not None:
            check(change.condition, change.about, engine)
        delta = make(engine.store, change, base_iri=engine.base_iri, union_into=self.union_into)
        return packed(delta)

    def _said(self, delta: Delta) -> dict[str, Any]:
        return {
            "version": self.version,
            "added": len(delta.added),
            "removed": len(delta.removed),
            "created": sorted(delta.created),
        }

    def _take_in(self, entries: Iterable[tuple[Entry, Place]]) -> None:
        for entry, behind in entries:
            if entry.number > self.number:
                self._follow(entry)
                self._become(entry, behind)
            self._place = behind

    def _follow(self, entry: Entry) -> None:
        self.engine.store = advance(self.engine.store, entry, self.version, self.base)
        if isinstance(entry, Record):
            self._keep_union(entry.delta)
        elif self.union_into is not None:
            self.engine.store.update(UNION)

    def _keep_union(self, delta: Delta) -> None:
        if self.union_into is not None:
            refresh_union(self.engine.store, delta)

    def _become(self, entry: Entry, behind: Place) -> None:
        self.number, self._place = entry.number, behind
        self.version = self.engine.version = entry.version
        if isinstance(entry, Record):
            self._written += 1 + len(entry.delta.removed) + len(entry.delta.added)


def request(change: Change) -> dict[str, Any]:
    """Write a change as what travels to the stager."""
    condition = change.condition and asdict(change.condition)
    if isinstance(change, Update):
        documents = load.pack(change.documents)
        return {
            UPDATE: change.text,
            "documents": documents,
            "only": change.only,
            "condition": condition,
        }
    names = {fmt: name for name, fmt in RDF.items()}
    return {
        "condition": condition,
        "method": change.method,
        "graph": change.graph,
        "data": base64.b64encode(change.data).decode(),
        "media": names[change.media],
    }


def read(request: dict[str, Any]) -> Change:
    """Read what `request` wrote."""
    condition = request["condition"] and Condition.read(request["condition"])
    if UPDATE in request:
        documents = load.unpack(request["documents"])
        return Update(request[UPDATE], documents, tuple(request["only"]), condition)
    return GraphWrite(
        request["method"],
        request["graph"],
        base64.b64decode(request["data"]),
        RDF[request["media"]],
        condition,
    )
