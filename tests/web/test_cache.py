"""Finished answers are kept ahead of Flask, within a bound, and never outlive their data."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from small_site import Counting, small_app

from mufakat.web.cache import OVERHEAD, Kept, Store
from mufakat.web.sparql import is_fickle

ASK = "/sparql?query=ASK{}"


@pytest.fixture
def engine() -> Counting:
    return Counting()


def test_same_request_is_worked_out_once(engine: Counting) -> None:
    client = small_app(engine).test_client()
    first, second = client.get(ASK), client.get(ASK)
    assert engine.asked == 1
    assert first.data == second.data
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert {k: v for k, v in first.headers if k != "X-Request-Id"} == {
        k: v for k, v in second.headers if k != "X-Request-Id"
    }


def test_post_is_kept_by_its_body(engine: Counting) -> None:
    client = small_app(engine).test_client()
    for _ in range(2):
        assert client.post("/sparql", data={"query": "ASK {}"}).status_code == 200
        direct = client.post("/sparql", data="ASK { }", content_type="application/sparql-query")
        assert direct.status_code == 200
    assert engine.asked == 2


def test_another_format_dataset_or_host_is_another_answer(engine: Counting) -> None:
    client = small_app(engine).test_client()
    client.get(ASK)
    client.get(ASK, headers={"Accept": "text/csv"})
    client.get(ASK + "&default-graph-uri=http://example.org/x")
    client.get(ASK, headers={"Host": "other.example"})
    assert engine.asked == 4


def test_kept_answer_gives_304_and_answers_head(engine: Counting) -> None:
    client = small_app(engine).test_client()
    etag = client.get(ASK).headers["ETag"]
    again = client.get(ASK, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert client.get(ASK, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(ASK)
    assert (head.status_code, head.data) == (200, b"")
    assert engine.asked == 1


def test_new_data_is_asked_anew(engine: Counting) -> None:
    client = small_app(engine).test_client()
    client.get(ASK)
    engine.engine.version = "beef"
    assert client.get(ASK).headers["Data-Version"] == "beef"
    assert engine.asked == 2


@pytest.mark.parametrize("path", ["/sparql?query=SELECT(NOW()AS%20?x){}", "/sparql?query=SELEC"])
def test_what_has_no_lasting_name_is_not_kept(engine: Counting, path: str) -> None:
    app = small_app(engine)
    client = app.test_client()
    client.get(path)
    client.get(path)
    assert app.extensions["mufakat.cache"].hits == 0


@pytest.mark.parametrize(
    ("text", "fickle"),
    [
        ("SELECT (now() AS ?x) {}", True),
        ("SELECT (Rand\n() AS ?x) {}", True),
        ("SELECT (UUID() AS ?x) {}", True),
        ("SELECT (STRUUID () AS ?x) {}", True),
        ("SELECT (bNode('a') AS ?x) {}", True),
        ("SELECT (NOW # as it is\n\n # here\n () AS ?x) {}", True),
        ("ASK { service <http://e/> {} }", True),
        ("SELECT ?now { ?known ?p ?now }", False),
        ("SELECT (UNKNOWN(1) AS ?x) {}", False),
        ("ASK { ?s <http://e/services> 1 }", False),
        ("CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }", True),
        ("construct#c\n{ ?s ?p (1) } { ?s ?p ?o }", True),
        ("# groß\n CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }", True),
        ("SELECT * { ?s a :Construction ; :of 'construct' OPTIONAL { ?s ?p (1) } }", False),
        ("PREFIX construct: <http://e/construct#> SELECT * { ?s ?p ?o FILTER(?o > 1) }", False),
        ("CONSTRUCT FROM <a:g> WHERE { [] ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . [] ?p _:b FILTER(?o > 1) }", False),
    ],
)
def test_query_that_answers_otherwise_each_time_is_known(text: str, fickle: bool) -> None:
    assert is_fickle(text) is fickle


def test_no_cache_when_its_size_is_nought(engine: Counting) -> None:
    client = small_app(engine, cache_bytes=0).test_client()
    client.get(ASK)
    client.get(ASK)
    assert engine.asked == 2


def entry(size: int) -> Kept:
    return Kept([], b"x" * size, '"e"')


def test_oldest_entries_fall_off_and_the_bound_holds() -> None:
    store = Store(10 * (OVERHEAD + 101))
    for number in range(30):
        store.put((str(number % 10) + "abc"[number // 10],), entry(99))
        store.get(("0a",))
        assert store.size <= store.bound
    assert store.get(("0a",))
    assert store.get(("1a",)) is None
    assert store.get(("9c",))


@pytest.mark.parametrize("header", [{}, {"Accept-Encoding": "gzip"}], ids=["plain", "packed"])
def test_bytes_are_counted_as_they_are_taken(header: dict[str, str]) -> None:
    app = small_app(cache_bytes=1 << 28, log_format="none")
    client, store = app.test_client(), app.extensions["mufakat.cache"]

    def ask(numbers: range) -> None:
        for number in numbers:
            client.get(f"/sparql?query=SELECT*{{?s?p?o}}%23{number}", headers=header)

    ask(range(300))  # what is made once is made
    gc.collect()
    tracemalloc.start()
    try:
        before, counted = tracemalloc.get_traced_memory()[0], store.size
        ask(range(1000, 1600))
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert store.size - counted == pytest.approx(taken, rel=0.1)


def test_one_answer_never_fills_the_cache() -> None:
    store = Store(10_000)
    store.put(("large",), entry(5_000))
    assert store.get(("large",)) is None
    assert store.size == 0


@pytest.mark.parametrize("cache_bytes", [0, 1 << 20])
def test_query_by_post_is_answered_whatever_the_client_holds(
    engine: Counting, cache_bytes: int
) -> None:
    client = small_app(engine, cache_bytes=cache_bytes).test_client()
    for known in ("*", client.post("/sparql", data={"query": "ASK{}"}).headers["ETag"]):
        said = client.post("/sparql", data={"query": "ASK{}"}, headers={"If-None-Match": known})
        assert said.status_code == 200
        assert said.json["boolean"] is True
