"""The worker of a server that takes changes: it makes them, proves them and puts them on disk."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from mufakat.engine.changes import GraphWrite, Update, make, refresh_union
from mufakat.engine.formats import RDF
from mufakat.engine.journal import Delta, Journal, Record, next_version
from mufakat.engine.pooled import Worker
from mufakat.errors import BrokenFile

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyoxigraph as ox

    from mufakat.engine.changes import Change
    from mufakat.engine.embedded import EmbeddedEngine

    Validate = Callable[[ox.Store, Delta], None]
    """Raises Invalid when the store, changed by the delta, does not pass the shapes."""

UPDATE: Final = "update"


class WritingWorker(Worker):
    """A worker whose data is a base and a journal of what was changed since."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        *,
        journal: Journal | None,
        union_into: str | None,
        validate: Validate | None = None,
    ) -> None:
        """Replay the journal on the base that `engine` holds.

        Args:
            engine: holds the base; its store is changed in place.
            journal: None keeps changes in memory only.
            union_into: the graph that takes what is added to a default graph that is a union.
            validate: refuses what does not pass the shapes.

        Raises:
            BrokenFile: the journal is damaged or belongs to another base.
        """
        super().__init__(engine)
        self.journal = journal
        self.union_into = union_into
        self.validate = validate
        self.number = 0
        if journal is not None:
            journal.repair()
            self._catch_up(journal)

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make one change; when this returns it is on disk.

        Raises what making it raises, and Invalid when the shapes refuse the result.
        """
        if self.journal is None:
            return self._change(request, None)
        with self.journal.writing() as writer:
            # A predecessor may have written a change and ended before it could take over.
            self._catch_up(self.journal)
            return self._change(request, writer.append)

    def _change(
        self, request: dict[str, Any], append: Callable[[Record], None] | None
    ) -> dict[str, Any]:
        store = self.engine.store
        delta = make(
            store, read(request), base_iri=self.engine.base_iri, union_into=self.union_into
        )
        if not delta:
            return self._said(delta)
        if self.validate is not None:
            self.validate(store, delta)
        version = next_version(self.version, delta)
        if append is not None:
            append(Record(self.number + 1, version, delta))
        self._become(version)
        return self._said(delta)

    def _said(self, delta: Delta) -> dict[str, Any]:
        return {
            "version": self.version,
            "added": len(delta.added),
            "removed": len(delta.removed),
            "created": sorted(delta.created),
        }

    def _catch_up(self, journal: Journal) -> None:
        for record in journal.records():
            if record.number <= self.number:
                continue
            if record.version != next_version(self.version, record.delta):
                raise BrokenFile(
                    "The journal was written on other data than this.",
                    mend="Serve the publication it began with, or move the journal away.",
                )
            record.delta.apply(self.engine.store)
            if self.union_into is not None:
                refresh_union(self.engine.store, record.delta)
            self._become(record.version)

    def _become(self, version: str) -> None:
        self.number += 1
        self.version = self.engine.version = version


def request(change: Change) -> dict[str, Any]:
    """Write a change as what travels to the stager."""
    if isinstance(change, Update):
        return {UPDATE: change.text}
    names = {fmt: name for name, fmt in RDF.items()}
    return {
        "method": change.method,
        "graph": change.graph,
        "data": base64.b64encode(change.data).decode(),
        "media": names[change.media],
    }


def read(request: dict[str, Any]) -> Change:
    """Read what `request` wrote."""
    if UPDATE in request:
        return Update(request[UPDATE])
    return GraphWrite(
        request["method"],
        request["graph"],
        base64.b64decode(request["data"]),
        RDF[request["media"]],
    )
