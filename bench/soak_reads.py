"""What the readers of a soak ask, and what the answers must be.

One part of the data never changes; batches are whole or absent; a counter lies between what was
acknowledged and what was sent.
"""

from __future__ import annotations

import http.client
import random
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench import probe
from bench.corpus import E

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.soak import Soak

NODES = 1000
BATCH = 5
ALIVE = 20
"""Batches that are kept; older ones are deleted."""


def read(soak: Soak, number: int) -> None:
    """Be a reader, from an address of its own."""
    chance = random.Random(number)  # noqa: S311 - a mix, not a secret
    client = f"127.0.0.{number + 2}"
    kinds: list[Callable[[Soak, random.Random, str], None]]
    kinds = [_point, _count, _reachable, _counter, _batches, _named, _conditional]
    while soak.running():
        try:
            with soak.request():
                chance.choice(kinds)(soak, chance, client)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            soak.judge(False, repr(error))
        time.sleep(0.01)


def _point(soak: Soak, chance: random.Random, client: str) -> None:
    node = chance.randrange(NODES)
    rows = soak.rows(f"SELECT ?n {{ <{E}{node}> <{E}n> ?n }}", client)
    soak.judge(rows in (None, [[str(node)]]), f"point {node}: {rows}")


def _count(soak: Soak, chance: random.Random, client: str) -> None:
    low = chance.randrange(NODES)
    text = f"SELECT (COUNT(*) AS ?c) {{ ?s <{E}n> ?n FILTER(?n >= {low}) }}"
    rows = soak.rows(text, client)
    soak.judge(rows in (None, [[str(NODES - low)]]), f"count {low}: {rows}")


def _reachable(soak: Soak, chance: random.Random, client: str) -> None:
    a, b = sorted((chance.randrange(NODES), chance.randrange(NODES)))
    text = f"SELECT ?l {{ VALUES ?s {{ <{E}{a}> <{E}{b}> }} ?s <{E}label> ?l }} ORDER BY ?l"
    right = sorted({f"node {i} {'a' * (i % 40)}" for i in (a, b)})
    rows = soak.rows(text, client)
    right_rows = [[label] for label in right] * 1
    soak.judge(rows is None or a == b or rows == right_rows, f"labels {a} {b}: {rows}")


def _counter(soak: Soak, chance: random.Random, client: str) -> None:
    least = soak.acknowledged
    rows = soak.rows(f"SELECT ?n {{ <{E}counter> <{E}is> ?n }} # {chance.random()}", client)
    if rows is not None and soak.acknowledged:
        most = soak.sent
        right = len(rows) == 1 and least <= int(rows[0][0]) <= most
        soak.judge(right or (not least and not rows), f"counter {least}..{most}: {rows}")


def _batches(soak: Soak, chance: random.Random, client: str) -> None:
    text = f"SELECT ?b (COUNT(*) AS ?c) {{ ?b <{E}has> ?i }} GROUP BY ?b # {chance.random()}"
    rows = soak.rows(text, client)
    if rows is not None:
        whole = all(count == str(BATCH) for _, count in rows) and len(rows) <= ALIVE
        soak.judge(whole, f"batches: {rows}")


def _named(soak: Soak, chance: random.Random, client: str) -> None:
    del chance
    path = "/graphs?default"
    said = probe.ask(soak.address, path, headers={"Accept": "application/n-triples"}, client=client)
    lines = said.body.count(b"\n")
    least = NODES * 6 - NODES // 10
    soak.judge(
        said.status in {200, 503} and (said.status == 503 or lines >= least), f"graph {lines}"
    )


def _conditional(soak: Soak, chance: random.Random, client: str) -> None:
    node = chance.randrange(20)
    path = "/sparql?" + urlencode({"query": f"SELECT ?n {{ <{E}{node}> <{E}n> ?n }}"})
    first = probe.ask(soak.address, path, client=client)
    if first.status != 200:
        return
    tag = {"If-None-Match": first.headers["etag"]}
    second = probe.ask(soak.address, path, headers=tag, client=client)
    same = second.headers.get("data-version") == first.headers.get("data-version")
    with soak.lock:
        soak.not_modified += second.status == 304
    soak.judge(second.status == (304 if same else 200), f"condition: {second.status}, {same}")
