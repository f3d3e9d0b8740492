"""What operators see of requests, and what nobody is to see."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from small_site import small_app

from mufakat.web.watch import LARGEST_WHOLE, Figures, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


def test_every_request_has_a_line_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    client = small_app(log_format="json").test_client()
    response = client.get("/sparql?query=ASK{}")
    entry = json.loads(capsys.readouterr().err)
    assert entry["request"] == response.headers["X-Request-Id"]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/sparql", 200)
    assert entry["bytes"] == len(response.data)


def test_neither_query_nor_token_is_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    for log_format in ("json", "text"):
        client = small_app(log_format=log_format).test_client()
        client.get("/sparql?query=ASK{secret-query}")
        client.post("/update", headers={"Authorization": "Bearer secret-token"})
    assert "secret" not in capsys.readouterr().err


def test_a_path_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    client = small_app(log_format="text").test_client()
    client.get("/a%0a2026-01-01 GET /forged 200")
    assert capsys.readouterr().err.count("\n") == 1


def test_nothing_is_written_when_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    small_app(log_format="none").test_client().get("/health")
    assert capsys.readouterr().err == ""


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
    watch = Watch(inner, Figures(object(), None), "text", out)
    environ = {"PATH_INFO": "/dump/dataset.nq", "REQUEST_METHOD": "GET"}
    pieces = watch(environ, lambda *_: lambda _: None)
    assert out.getvalue() == ""
    assert [len(piece) for piece in pieces] == [LARGEST_WHOLE, 1]
    assert closed == [True]
    assert str(LARGEST_WHOLE + 1) in out.getvalue()
