"""The engine inside this process: for the command line, tests and as what a worker runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.engine import evaluate
from mufakat.engine.guard import Inspected, inspect
from mufakat.engine.types import Answer, Limits, Policy, QueryRequest, Rows
from mufakat.errors import BadQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mufakat.engine.formats import Form, ResultFormat

UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
_EMPTY = ox.Store()


class EmbeddedEngine:
    """Answers from a pyoxigraph store without deadline or isolation.

    With `union_default_graph` the default graph of the store is filled with the union of its named
    graphs, once: reading all graphs as one on the fly would give a triple once per graph that holds
    it, and so count it twice.
    """

    def __init__(  # noqa: PLR0913 - everything but the store has a default
        self,
        store: ox.Store,
        *,
        union_default_graph: bool,
        version: str,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
        limits: Limits | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.store = store
        self.union_default_graph = union_default_graph
        self.version = version
        self.prefixes = dict(prefixes or {})
        self.base_iri = base_iri
        self.limits = limits or Limits()
        self.policy = policy or Policy()
        if union_default_graph:
            store.update(UNION)

    def inspect(self, text: str) -> Inspected:
        """Guard a query without parsing it."""
        return inspect(text, self.limits, self.policy)

    def form(self, text: str) -> Form:
        """Say what the query asks for; raises BadQuery with line and column."""
        inspected = self.inspect(text)
        if not inspected.services:
            # Parsing alone has no call of its own; on an empty store nothing else is done.
            evaluate.run(
                _EMPTY, QueryRequest(text), base_iri=self.base_iri, known_prefixes=self.prefixes
            )
        return inspected.form

    def answer(self, request: QueryRequest, fmt: ResultFormat) -> Answer:
        """Evaluate a query and write its answer."""
        form = self.inspect(request.text).form
        if not fmt.suits(form):
            raise BadQuery(f"{form.upper()} has no answer in {fmt.title}.")
        return evaluate.write(self._run(request), form, fmt, self.limits, self.prefixes)

    def select(self, text: str) -> Rows:
        """Evaluate a SELECT query into terms."""
        self.inspect(text)
        return evaluate.rows(self._run(QueryRequest(text)))

    def ask(self, text: str) -> bool:
        """Evaluate an ASK query."""
        self.inspect(text)
        result = self._run(QueryRequest(text))
        if not isinstance(result, ox.QueryBoolean):
            raise BadQuery("An ASK query was expected here.")
        return bool(result)

    def construct(self, text: str) -> list[ox.Triple]:
        """Evaluate a CONSTRUCT or DESCRIBE query into distinct triples."""
        self.inspect(text)
        result = self._run(QueryRequest(text))
        if not isinstance(result, ox.QueryTriples):
            raise BadQuery("A CONSTRUCT or DESCRIBE query was expected here.")
        return evaluate.distinct(result)

    def close(self) -> None:
        """Nothing to give back."""

    def _run(self, request: QueryRequest) -> evaluate.Result:
        return evaluate.run(
            self.store, request, base_iri=self.base_iri, known_prefixes=self.prefixes
        )
