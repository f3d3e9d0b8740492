"""A writable server with an empty publication and a default graph of its own."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from manifest import BASE

from live import BEARER, Server, publish, writable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from live import Reply


@dataclass
class Standard:
    server: Server

    def update(self, text: str) -> Reply:
        return self.server.ask(
            "/update", "POST", text, BEARER | {"Content-Type": "application/sparql-update"}
        )

    def graph(
        self,
        method: str,
        name: str | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        where = "default" if name is None else f"graph={quote(name, safe='')}"
        return self.server.ask(f"/graphs?{where}", method, body, BEARER | dict(headers or {}))

    def put(self, name: str | None, data: bytes) -> None:
        reply = self.graph("PUT", name, data, {"Content-Type": "application/n-triples"})
        assert reply.status in {201, 204}, reply.text

    def names(self) -> list[str]:
        query = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        reply = self.server.ask("/sparql?" + urlencode({"query": query}))
        return [row["g"]["value"] for row in json.loads(reply.body)["results"]["bindings"]]

    def empty(self) -> None:
        reply = self.update("DROP ALL")
        assert reply.status == 204, reply.text


@contextmanager
def standard(folder: Path) -> Iterator[Standard]:
    with writable(publish(folder, base_iri=BASE, default_graph="standard")) as server:
        yield Standard(server)
