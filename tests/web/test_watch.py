"""What operators see of requests, and what nobody is to see."""

from __future__ import annotations

import contextlib
import io
import json
import threading
from typing import TYPE_CHECKING, Any

from small_site import small_app, small_engine

from mufakat.web.app import LEDGER
from mufakat.web.ledger import Ledger
from mufakat.web.watch import LARGEST_WHOLE, NAMES, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from flask import Flask


def written(app: Flask, capsys: pytest.CaptureFixture[str]) -> str:
    app.extensions[LEDGER].settle()
    return capsys.readouterr().err


def test_every_request_has_a_line_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    app = small_app(log_format="json")
    client = app.test_client()
    for _ in range(2):  # worked out, and kept
        response = client.get("/sparql?query=ASK{}")
        entry = json.loads(written(app, capsys))
        assert entry["request"] == response.headers["X-Request-Id"]
        assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/sparql", 200)
        assert entry["bytes"] == len(response.data)


def test_neither_query_nor_token_is_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    for log_format in ("json", "text"):
        app = small_app(log_format=log_format)
        app.test_client().get("/sparql?query=ASK{secret-query}")
        app.test_client().post("/update", headers={"Authorization": "Bearer secret-token"})
        told = written(app, capsys)
        assert told.count("\n") == 2
        assert "secret" not in told


def test_a_path_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    app = small_app(log_format="text")
    app.test_client().get("/a%0a2026-01-01 GET /forged 200")
    told = written(app, capsys)
    assert told.count("\n") == 1
    assert len(told.split()) == 7


def test_nothing_is_written_when_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    app = small_app(log_format="none")
    app.test_client().get("/health")
    assert written(app, capsys) == ""


def test_no_two_requests_have_the_same_number() -> None:
    app = small_app(small_engine(), log_format="none")
    numbers: list[str] = []

    def ask() -> None:
        client = app.test_client()
        numbers.extend(
            client.get("/sparql?query=ASK{}").headers["X-Request-Id"] for _ in range(NAMES // 2)
        )

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 2 * NAMES
    assert {len(number) for number in numbers} == {16}


def test_kept_answers_are_counted_by_what_became_of_them() -> None:
    client = small_app(log_format="none").test_client()
    path = "/sparql?query=ASK{}"
    etag = client.get(path).headers["ETag"]
    for _ in range(2):
        client.get(path, headers={"If-None-Match": etag})
    client.head(path)
    text = client.get("/metrics").text
    assert 'mufakat_requests_total{room="sparql",status="200"} 2.0' in text
    assert 'mufakat_requests_total{room="sparql",status="304"} 2.0' in text
    assert 'mufakat_request_seconds_bucket{le="+Inf",room="sparql"} 4.0' in text
    assert "mufakat_cache_hits 3.0" in text
    assert "mufakat_cache_misses 2.0" in text  # the first, and /metrics itself


def test_requests_under_way_are_those_not_yet_answered() -> None:
    def inner(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        seen.append(len(watch.under_way))
        raise ValueError

    seen: list[int] = []
    watch = Watch(inner, Ledger("none"))
    for _ in range(2):
        with contextlib.suppress(ValueError):
            watch({"PATH_INFO": "/", "REQUEST_METHOD": "GET"}, lambda *_: lambda _: None)
    assert seen == [1, 1]
    assert not watch.under_way
    watch.ledger.settle()
    assert watch.ledger.counts == {("home", 500): 2}


def test_metrics_count_requests_and_the_cache() -> None:
    client = small_app(log_format="none").test_client()
    for _ in range(3):
        client.get("/sparql?query=ASK{}")
    client.get("/no-such-room/at-all")
    text = client.get("/metrics").text
    assert 'mufakat_requests_total{room="sparql",status="200"} 3.0' in text
    assert 'mufakat_requests_total{room="other",status="404"} 1.0' in text
    assert "mufakat_cache_hits 2.0" in text
    assert 'mufakat_request_seconds_count{room="sparql"} 3.0' in text


def test_dump_goes_out_in_pieces_and_is_counted_at_its_end() -> None:
    closed: list[bool] = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"x" * LARGEST_WHOLE, b"y")

        def close(self) -> None:
            closed.append(True)

    def inner(_environ: dict[str, Any], start_response: Any) -> Pieces:
        start_response("200 OK", [("Content-Length", str(LARGEST_WHOLE + 1))])
        return Pieces()

    out = io.StringIO()
    ledger = Ledger("text", out)
    watch = Watch(inner, ledger)
    environ = {"PATH_INFO": "/dump/dataset.nq", "REQUEST_METHOD": "GET"}
    pieces = watch(environ, lambda *_: lambda _: None)
    ledger.settle()
    assert out.getvalue() == ""
    assert [len(piece) for piece in pieces] == [LARGEST_WHOLE, 1]
    assert closed == [True]
    ledger.settle()
    assert str(LARGEST_WHOLE + 1) in out.getvalue()
