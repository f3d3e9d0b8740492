"""The engine in worker processes answers as the embedded one and survives runaway queries."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from homes import home
from mufakat.engine.formats import BY_NAME, for_form
from mufakat.engine.pool import Limits as PoolLimits
from mufakat.engine.pool import Pool
from mufakat.engine.pooled import PooledEngine
from mufakat.engine.types import Limits, QueryRequest
from mufakat.errors import BadQuery, MufakatError, TimedOut, TooLarge
from runaway import RUNAWAY

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")

E = "http://example.org/"
DEADLINE = 0.7


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with home("quads") as address:
        yield address


@pytest.fixture
def engine(address: str) -> Iterator[PooledEngine]:
    pool = Pool(address, size=2, limits=PoolLimits(deadline=DEADLINE, result_bytes=8 << 20))
    engine = PooledEngine(
        pool, union_default_graph=True, version="1", limits=Limits(rows=3, result_bytes=8 << 20)
    )
    yield engine
    engine.close()


def test_forms_and_terms_come_through(engine: PooledEngine) -> None:
    assert engine.form("ASK {}") == "ask"
    assert engine.ask("ASK { ?s ?p 1999 }")
    rows = engine.select("SELECT ?o ?none { <5> ?p ?o OPTIONAL { ?o ?x ?none } }")
    assert (rows.vars, rows.rows) == (["o", "none"], [{"o": ox.Literal(5)}])
    assert len(engine.select("SELECT ?s { ?s ?p ?o }").rows) == 2000
    assert len(engine.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == 2000


def test_endless_answer_is_cut_in_time(engine: PooledEngine) -> None:
    text = RUNAWAY["cross product, sent"]
    answer = engine.answer(QueryRequest(text), BY_NAME["csv"])
    assert (answer.truncated, answer.rows) == (True, 3)
    assert len(answer.body.splitlines()) == 4


def test_answer_is_dressed_and_cut(engine: PooledEngine) -> None:
    answer = engine.answer(QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }"), BY_NAME["turtle"])
    assert answer.truncated
    assert answer.rows == 3
    assert answer.body.startswith(b"@prefix e: <http://example.org/> .")


def test_answer_of_many_bytes_can_stay_in_a_file(address: str) -> None:
    pool = Pool(address, size=1, limits=PoolLimits(deadline=120))
    engine = PooledEngine(pool, union_default_graph=True, version="1")
    asked = QueryRequest("SELECT * { ?s ?p ?o . ?o2 ?p ?n FILTER(?n < 12) }")
    fmt = BY_NAME["csv"]
    spooled, whole = engine.open_answer(asked, fmt), engine.answer(asked, fmt)
    assert spooled.file
    with spooled.file as file:
        assert len(file.read()) == spooled.size == len(whole.body) > 1 << 20
    small = engine.open_answer(QueryRequest("ASK {}"), fmt)
    assert (small.file, small.body) == (None, b"true")
    engine.close()


def test_syntax_error_keeps_its_place(engine: PooledEngine) -> None:
    with pytest.raises(BadQuery) as caught:
        engine.select("SELECT * {\n ?s ex:p ?o }")
    assert str(caught.value.where) == "line 2, column 5"


def test_dataset_of_the_protocol_is_kept(engine: PooledEngine) -> None:
    asked = QueryRequest("ASK { ?s ?p ?o }", default_graphs=(E + "none",))
    assert b"false" in engine.answer(asked, BY_NAME["json"]).body


@pytest.mark.slow
@pytest.mark.parametrize("kind", RUNAWAY)
def test_runaway_query_ends_in_time_and_the_next_is_answered(
    engine: PooledEngine, kind: str
) -> None:
    began = time.monotonic()
    text = RUNAWAY[kind]
    engine.limits = replace(engine.limits, rows=0)  # else some end with the last row that is sent
    with pytest.raises((TimedOut, TooLarge)):
        engine.answer(QueryRequest(text), for_form(engine.form(text))[0])
    assert time.monotonic() - began < DEADLINE + 1
    assert engine.ask("ASK { ?s ?p 1999 }")


DEEPEST = Limits().depth - 8
WIDEST = Limits().operators - 20
AT_THE_BOUNDS = {
    "groups": "SELECT * {" + "{" * DEEPEST + "?s ?p ?o" + "}" * DEEPEST + "}",
    "sub-selects": "SELECT * {" + "{SELECT * {" * (DEEPEST // 2) + "}}" * (DEEPEST // 2) + "}",
    "EXISTS": "ASK {" + "FILTER EXISTS {?s ?p ?o " * DEEPEST + "}" * DEEPEST + "}",
    "IF": "ASK { FILTER(" + "IF(true,1," * DEEPEST + "1" + ")" * DEEPEST + ") }",
    "negations": "ASK { FILTER(" + "!" * WIDEST + "true) }",
    "disjunctions": "ASK { FILTER(1=1" + "||1=1" * WIDEST + ") }",
    "sums": "ASK { FILTER(1" + "+1" * WIDEST + ") }",
    "unions": "ASK { {}" + "UNION {}" * WIDEST + " }",
    "MINUS": "ASK { " + "MINUS {?s ?p -1} " * (WIDEST // 2) + " }",
    "binds": "ASK { " + "".join(f"BIND(1 AS ?v{i})" for i in range(WIDEST // 2)) + "}",
    "projections": "SELECT " + "".join(f"(1 AS ?v{i})" for i in range(WIDEST)) + "{}",
    "paths": "ASK { ?s <a:p>" + "|<a:p>" * WIDEST + " ?o }",
    "nested and wide": "ASK {"
    + "FILTER EXISTS {?s ?p ?o " * DEEPEST
    + "FILTER(1=1" + "||1=1" * (WIDEST - 2 * DEEPEST - 1) + ")"
    + "}" * DEEPEST
    + "}",
}  # fmt: skip


@pytest.mark.parametrize("kind", AT_THE_BOUNDS)
def test_no_query_within_the_bounds_ends_its_worker(address: str, kind: str) -> None:
    pool = Pool(address, size=1, limits=PoolLimits(deadline=20))
    engine = PooledEngine(pool, union_default_graph=True, version="1")
    text = AT_THE_BOUNDS[kind]
    answer = engine.answer(QueryRequest(text), for_form(engine.form(text))[0])
    assert answer.body
    assert pool.counters.died == 0
    engine.close()


def test_no_query_reaches_the_network(engine: PooledEngine) -> None:
    engine.policy = type(engine.policy)(allow_service=("http://127.0.0.1:",))
    with pytest.raises(MufakatError):
        engine.select("SELECT * { SERVICE <http://127.0.0.1:8999/> { ?s ?p ?o } }")
