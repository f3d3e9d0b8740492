"""Long texts are looked at by a worker, with the same outcome as short ones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from homes import home
from mufakat.engine import long_texts
from mufakat.engine.formats import BY_NAME
from mufakat.engine.guard import SHORT, Inspected, inspect
from mufakat.engine.long_texts import LOOK, Guard, answer
from mufakat.engine.pool import Pool
from mufakat.engine.pooled import PooledEngine
from mufakat.engine.types import Limits, Policy, QueryRequest
from mufakat.errors import BadQuery, Refused, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = "#" + "x" * SHORT + "\n"
POLICY = Policy(allow_service=("http://good/", "http://better/"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with home("quads") as address:
        yield address


@pytest.fixture
def engine(address: str) -> Iterator[PooledEngine]:
    pool = Pool(address, size=2)
    engine = PooledEngine(pool, union_default_graph=True, version="1", policy=POLICY)
    yield engine
    engine.close()


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def guard(asked: list[dict[str, Any]]) -> Guard:
    def ask(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request)
        return answer(request)

    return Guard(ask)


def test_a_worker_is_asked_once_about_a_long_text_and_never_about_a_short_one(
    guard: Guard, asked: list[dict[str, Any]]
) -> None:
    found = Inspected("ask", ("http://good/a",))
    for text in ("ASK { SERVICE <http://good/a> {} }", LONG + "ASK { SERVICE <http://good/a> {} }"):
        assert guard.inspect(text, Limits(), POLICY) == found
        assert guard.inspect(text, Limits(), POLICY) == found
    assert [request[LOOK][: len(LONG)] for request in asked] == [LONG]


def test_a_text_beyond_the_limit_is_sent_nowhere(guard: Guard, asked: list[dict[str, Any]]) -> None:
    with pytest.raises(TooLarge):
        guard.inspect(LONG + "ASK {}", Limits(query_bytes=SHORT), Policy())
    assert not asked


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_the_process_that_carries_requests_does_not_look_at_a_long_text(
    engine: PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_texts, "inspect", None)
    assert engine.form(LONG + "ASK {}") == "ask"
    assert engine.ask(LONG + "ASK {}")
    asked = QueryRequest(LONG + "SELECT * { ?s ?p 1999 }")
    assert engine.answer(asked, BY_NAME["csv"]).body.startswith(b"s,p")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LONG + "LOOK AT THIS", BadQuery),
        (LONG + "\n  INSERT DATA { <a:a> <a:b> <a:c> }", BadQuery),
        (LONG + "ASK {\n" + "{" * 2000, TooLarge),
        (LONG + "ASK { SERVICE <http://bad/> {} }", Refused),
    ],
)
def test_what_is_wrong_is_told_as_of_a_short_text(
    engine: PooledEngine, text: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as here:
        inspect(text, engine.limits, engine.policy)
    with pytest.raises(kind) as there:
        engine.form(text)
    for name in ("detail", "where", "mend", "clause"):
        assert getattr(there.value, name) == getattr(here.value, name)
