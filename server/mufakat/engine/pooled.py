"""The engine in worker processes: what a server uses.

The guard runs before a query is parsed: here, or in a worker where the text is long. Parsing and
evaluation run in a worker, which is ended when it passes its deadline or its memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.engine import chance, evaluate, long_texts, stack
from mufakat.engine.formats import BY_NAME
from mufakat.engine.types import Answer, Limits, Policy, QueryRequest, Rows
from mufakat.engine.whole import WHOLE, write_whole
from mufakat.errors import BadQuery, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.changes import Change
    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.formats import Form, ResultFormat
    from mufakat.engine.pool import Pool
    from mufakat.engine.service import Services

MANY: Final = 1 << 20
"""Bytes from which on an answer is sent from a file."""
FIRST: Final = QueryRequest("SELECT * { ?s ?p ?o } LIMIT 1")


class Worker:
    """Answers requests inside a worker process, from an engine loaded before the fork."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine = engine
        self.version = engine.version
        stack.deepen()

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Refuse; `mufakat.engine.writer` has the worker that makes changes."""
        del request
        raise Refused("This server takes no changes.")

    def worn(self) -> bool:
        """Whether it should be loaded afresh: what never changes never wears."""
        return False

    def renew(self) -> None:
        """Nothing is on disk that could be shorter."""

    def catch_up(self) -> None:
        """Nothing was changed elsewhere."""

    def prepare(self) -> None:
        """Draw on chance anew, and answer once: the first answer takes ten times as long."""
        chance.renew()
        result = evaluate.run(self.engine.store, FIRST)
        evaluate.write_to(len, result, BY_NAME["json"], self.engine.limits, {})

    def evaluate(self, request: dict[str, Any], write: Callable[[bytes], object]) -> dict[str, Any]:
        """Write the answer to a request made by PooledEngine; say its form and whether it is cut.

        The query has passed the guard. A request for all of the data gets it as N-Quads; one to
        look at a text gets what the guard finds.
        """
        if long_texts.LOOK in request:
            return long_texts.answer(request)
        engine = self.engine
        if WHOLE in request:
            write_whole(engine.store, write, union_default_graph=engine.union_default_graph)
            return {"version": self.version}
        asked = QueryRequest(
            request["text"], tuple(request["default_graphs"]), tuple(request["named_graphs"])
        )
        result = evaluate.run(
            engine.store, asked, base_iri=engine.base_iri, known_prefixes=engine.prefixes
        )
        limits = Limits(rows=request["rows"], result_bytes=request["result_bytes"])
        fmt = BY_NAME[request["format"]]
        rows = evaluate.write_to(write, result, fmt, limits, engine.prefixes)
        return {"truncated": rows is not None, "rows": rows, "version": self.version}


class PooledEngine:
    """Answers from workers behind a pool."""

    def __init__(
        self,
        pool: Pool,
        *,
        union_default_graph: bool,
        version: str,
        limits: Limits | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.pool = pool
        self.union_default_graph = union_default_graph
        self._first_version = version
        self.limits = limits or Limits()
        self.policy = policy or Policy()
        self._services: Services | None = None
        self._guard = long_texts.Guard(lambda request: pool.ask(request).said)

    @property
    def version(self) -> str:
        """Hash of the content; another one after a change."""
        return self.pool.version() or self._first_version

    def form(self, text: str) -> Form:
        """Say what the query asks for; whether the rest can be parsed, a worker finds out."""
        return self._guard.inspect(text, self.limits, self.policy).form

    def answer(self, request: QueryRequest, fmt: ResultFormat) -> Answer:
        """Have a worker evaluate a query and write its answer.

        Raises what `Pool.ask` raises.
        """
        return self._answer(request, fmt, self.limits.rows)

    def open_answer(self, request: QueryRequest, fmt: ResultFormat) -> Answer:
        """Do as `answer`, but leave an answer of many bytes in the file it was spooled to."""
        return self._answer(request, fmt, self.limits.rows, spooled=True)

    def select(self, text: str) -> Rows:
        """Evaluate a SELECT query into terms."""
        return evaluate.rows(self._results(text))

    def ask(self, text: str) -> bool:
        """Evaluate an ASK query."""
        result = self._results(text)
        if not isinstance(result, ox.QueryBoolean):
            raise BadQuery("An ASK query was expected here.")
        return bool(result)

    def construct(self, text: str) -> list[ox.Triple]:
        """Evaluate a CONSTRUCT or DESCRIBE query into distinct triples."""
        answer = self._answer(QueryRequest(text), BY_NAME["ntriples"], 0)
        return [quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES)]

    def close(self) -> None:
        """Let the workers go."""
        self.pool.close()

    def _ask_others(self, text: str) -> str:
        from mufakat.engine.service import Services  # noqa: PLC0415 - most servers ask nobody

        if self._services is None:
            self._services = Services(self.policy, read=self.pool.limits.deadline)
        return self._services.fill_in(text)

    def _results(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean:
        answer = self._answer(QueryRequest(text), BY_NAME["json"], 0)
        return ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)

    def _answer(
        self, request: QueryRequest, fmt: ResultFormat, rows: int, *, spooled: bool = False
    ) -> Answer:
        inspected = self._guard.inspect(request.text, self.limits, self.policy)
        form = inspected.form
        if not fmt.suits(form):
            raise BadQuery(f"{form.upper()} has no answer in {fmt.title}.")
        text = request.text
        if inspected.services:
            text = self._ask_others(text)
        result = self.pool.ask(
            {
                "text": text,
                "default_graphs": request.default_graphs,
                "named_graphs": request.named_graphs,
                "form": form,
                "format": fmt.name,
                "rows": rows,
                "result_bytes": self.limits.result_bytes,
            }
        )
        said = result.said
        told = form, fmt.content_type
        cut = said["truncated"], said["rows"], said.get("version", "")
        if spooled and result.size > MANY:
            return Answer(*told, b"", *cut, result.body, result.size)
        with result.body as body:
            return Answer(*told, body.read(), *cut)

    def change(self, change: Change) -> dict[str, Any]:
        """Have a change made, whole or not at all; on disk and seen by all when this returns.

        Updates must have passed the guard. Raises what `Pool.change` raises.
        """
        from mufakat.engine import writer  # noqa: PLC0415 - it builds on this module

        return self.pool.change(writer.request(change), deadline=self.pool.limits.deadline)
