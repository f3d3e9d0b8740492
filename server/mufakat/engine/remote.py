"""The engine in front of any SPARQL 1.1 store: the same answers from somebody else's machine.

A store is asked in the formats that every store writes well (JSON for tables, N-Triples for graphs)
and the answer is written here, so that clients see one dialect whatever stands behind. Several
addresses are read replicas of one release: they are asked in turn, and one that fails is passed
over for a while.
"""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.engine import evaluate, tables
from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.outbound import Client
from mufakat.engine.types import Answer, Limits, Policy, QueryRequest, Rows
from mufakat.errors import BadQuery, TimedOut, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mufakat.engine.formats import Form, ResultFormat
    from mufakat.engine.outbound import Reply

GRAPHS: Final = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
PASSED_OVER: Final = 10.0
"""Seconds for which a replica that failed is asked last."""
_RDF: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/rdf+n3": ox.RdfFormat.N3,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


class RemoteEngine:
    """Answers from one or more SPARQL endpoints that hold the same release."""

    def __init__(  # noqa: PLR0913 - everything but the addresses has a default
        self,
        endpoints: Sequence[str],
        *,
        union_default_graph: bool,
        version: str,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
        limits: Limits | None = None,
        policy: Policy | None = None,
        timeout: float = 30.0,
    ) -> None:
        self.endpoints = tuple(endpoints)
        self.union_default_graph = union_default_graph
        self.version = version
        self.limits = limits or Limits()
        self.prefixes = dict(prefixes or {})
        # The guard and the parser are the embedded engine's: what is not SPARQL never leaves.
        self._reader = EmbeddedEngine(
            ox.Store(),
            union_default_graph=False,
            version=version,
            prefixes=prefixes,
            base_iri=base_iri,
            limits=limits,
            policy=policy,
        )
        self._base = f"BASE <{base_iri}>\n" if base_iri else ""
        self.timeout = timeout
        self._client = Client(read=timeout, max_bytes=self.limits.result_bytes)
        self._turn = itertools.count()
        self._failed: dict[str, float] = {}
        self._lock = threading.Lock()

    def form(self, text: str) -> Form:
        """Say what the query asks for; raises BadQuery with line and column."""
        return self._reader.form(text)

    def answer(self, request: QueryRequest, fmt: ResultFormat) -> Answer:
        """Have the store evaluate a query and write its answer here.

        Raises:
            Unavailable: no replica can be reached, or all are broken.
            TimedOut: the store did not answer in time.
        """
        form = self.form(request.text)
        if not fmt.suits(form):
            raise BadQuery(f"{form.upper()} has no answer in {fmt.title}.")
        if form in {"construct", "describe"}:
            triples = self._triples(request)
            return evaluate.write(triples, form, fmt, self.limits, self.prefixes)
        result = self._table(request)
        try:
            if form == "ask":
                result = tables.truth(result)
            return evaluate.write(result, form, fmt, self.limits, self.prefixes)
        except SyntaxError:
            raise _unreadable() from None

    def select(self, text: str) -> Rows:
        """Evaluate a SELECT query into terms."""
        self.form(text)
        try:
            return evaluate.rows(self._table(QueryRequest(text)))
        except SyntaxError:
            raise _unreadable() from None

    def ask(self, text: str) -> bool:
        """Evaluate an ASK query."""
        if self.form(text) != "ask":
            raise BadQuery("An ASK query was expected here.")
        try:
            return bool(tables.truth(self._table(QueryRequest(text))))
        except SyntaxError:
            raise _unreadable() from None

    def construct(self, text: str) -> list[ox.Triple]:
        """Evaluate a CONSTRUCT or DESCRIBE query into distinct triples."""
        self.form(text)
        return evaluate.distinct(self._triples(QueryRequest(text)))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _table(self, request: QueryRequest) -> ox.QuerySolutions | ox.QueryBoolean:
        reply = self._ask(request, tables.ACCEPT)
        try:
            return tables.read(reply.content_type, reply.body)
        except ValueError:
            raise _unreadable() from None

    def _triples(self, request: QueryRequest) -> list[ox.Triple]:
        reply = self._ask(request, GRAPHS)
        media_type = reply.content_type.partition(";")[0].strip().lower()
        syntax = _RDF.get(media_type)
        if syntax is None:
            raise _unreadable()
        try:
            return [quad.triple for quad in ox.parse(reply.body, syntax)]
        except (SyntaxError, ValueError):
            raise _unreadable() from None

    def _ask(self, request: QueryRequest, accept: str) -> Reply:
        fields = [("query", self._base + request.text)]
        fields += [("default-graph-uri", iri) for iri in request.default_graphs]
        fields += [("named-graph-uri", iri) for iri in request.named_graphs]
        until = time.monotonic() + self.timeout
        problem: Unavailable | TimedOut | None = None
        for endpoint in self._in_turn():
            try:
                reply = self._client.post_form(endpoint, fields, {"Accept": accept}, until)
            except Unavailable as error:
                self._mark(endpoint, failed=True)
                problem = error
                continue
            self._mark(endpoint, failed=False)
            if reply.status == 200:
                return reply
            problem = _refusal(reply.status)
            if reply.status < 500:
                raise problem
            self._mark(endpoint, failed=True)
        raise problem or _refusal(0)

    def _in_turn(self) -> Iterator[str]:
        start = next(self._turn) % len(self.endpoints)
        order = self.endpoints[start:] + self.endpoints[:start]
        now = time.monotonic()
        with self._lock:
            failed = {e for e, since in self._failed.items() if now - since < PASSED_OVER}
        yield from (e for e in order if e not in failed)
        yield from (e for e in order if e in failed)

    def _mark(self, endpoint: str, *, failed: bool) -> None:
        with self._lock:
            if failed:
                self._failed[endpoint] = time.monotonic()
            else:
                self._failed.pop(endpoint, None)


def _refusal(status: int) -> Unavailable | TimedOut:
    if status in {503, 504, 408}:
        return TimedOut(
            "The store behind this server ended the query or is too busy.",
            mend="Ask for less at a time, or again later.",
        )
    return Unavailable(
        f"The store behind this server refused the query (status {status}).",
        mend="The query is right SPARQL 1.1; the store may not support all of it. "
        "Spell it more simply, or tell whoever runs this server.",
    )


def _unreadable() -> Unavailable:
    return Unavailable("The store behind this server answered in a form that cannot be read.")
