"""Clients that send slowly, send nothing, or send rubbish keep nobody else waiting."""

from __future__ import annotations

import http.client
import socket
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bench import probe, servers
from bench.runaway import publication

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

POINT = "/sparql?query=ASK%7B%3Chttp%3A%2F%2Fexample.org%2F1%3E%20%3Fp%20%3Fo%7D%23"
SOON = 3.0
"""Seconds; on an idle machine it is milliseconds."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Running]:
    folder = publication(tmp_path_factory.mktemp("slow"), nodes=50)
    options = ("--log-format", "none", "--timeout", "5", "--max-query-bytes", "200000")
    with servers.mufakat(folder, options=options) as server:
        yield server


def connect(running: servers.Running, client: str = "127.0.0.2") -> socket.socket:
    parts = urlsplit(running.endpoint)
    return socket.create_connection(("127.0.0.1", parts.port or 0), 10, (client, 0))


def answers_soon(running: servers.Running, times: int = 10) -> None:
    address = running.endpoint.removesuffix("/sparql")
    for number in range(times):
        said = probe.ask(address, POINT + str(time.monotonic_ns() + number))
        assert said.status == 200
        assert said.seconds < SOON


@pytest.mark.parametrize("kind", ["idle", "in the first line", "in the headers"])
def test_three_hundred_connections_that_wait_do_no_harm(
    running: servers.Running, kind: str
) -> None:
    begun = {
        "idle": b"",
        "in the first line": b"GET /sparql?query=AS",
        "in the headers": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    }[kind]
    with ExitStack() as stack:
        waiting = [stack.enter_context(connect(running)) for _ in range(300)]
        for each in waiting:
            each.sendall(begun)
        answers_soon(running)
        for each in waiting:  # one more byte now and then, as a slow client sends it
            with suppress(OSError):
                each.sendall(b"x")
        answers_soon(running)


@pytest.mark.parametrize("path", ["/sparql", "/update", "/graphs?default"])
def test_bodies_that_come_slowly_do_no_harm(running: servers.Running, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    with ExitStack() as stack:
        waiting = [stack.enter_context(connect(running)) for _ in range(120)]
        for each in waiting:
            each.sendall(head.encode() + b"Content-Length: 50000\r\n\r\nASK { ")
        answers_soon(running)
        for each in waiting:
            with suppress(OSError):
                each.sendall(b"?")
        answers_soon(running)
    answers_soon(running)


def test_answers_that_nobody_reads_do_no_harm(running: servers.Running) -> None:
    rows = "/sparql?query=SELECT%20*%20%7B?a%20?b%20?c.?d%20?e%20?f%7D%20LIMIT%2030000"
    with ExitStack() as stack:
        for _ in range(30):
            reader = stack.enter_context(connect(running))
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.sendall(f"GET {rows} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answers_soon(running)
    answers_soon(running)


def test_pipelined_rubbish_ends_only_its_own_connection(running: servers.Running) -> None:
    good = f"GET {POINT} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with connect(running, "127.0.0.3") as one, connect(running, "127.0.0.4") as two:
        one.sendall(good * 20 + b"\x00\xff rubbish\r\n\r\n" + good)
        two.sendall(good)
        heard = b""
        with suppress(OSError):
            one.settimeout(5)
            while part := one.recv(65536):
                heard += part
        assert heard.count(b"HTTP/1.1 200") <= 20
        assert b" 400 " in heard or heard.count(b"HTTP/1.1 200") == 20
        assert b"200" in two.recv(4096)
    answers_soon(running)


def test_head_of_a_request_is_waited_for_only_so_long(running: servers.Running) -> None:
    """docs/limits.md: the head of a request must be there within ten seconds."""
    with connect(running) as one:
        one.sendall(b"GET / HTTP/1.1\r\n")
        one.settimeout(20)
        began = time.monotonic()
        with suppress(OSError):
            while one.recv(4096):
                pass
        assert time.monotonic() - began < 15


def test_head_larger_than_any_sensible_one_is_refused(running: servers.Running) -> None:
    with connect(running) as one:
        with suppress(OSError):
            one.sendall(b"GET / HTTP/1.1\r\n" + b"X-A: " + b"z" * 2_000_000 + b"\r\n\r\n")
        answer = http.client.HTTPResponse(one)
        with suppress(OSError, http.client.HTTPException):
            answer.begin()
            assert answer.status in {400, 431}
    answers_soon(running)


@pytest.mark.parametrize("length", ["99999999999999", "-1", "1e3", "0x10", "18446744073709551616"])
def test_lengths_that_lie_are_refused_without_waiting(
    running: servers.Running, length: str
) -> None:
    with connect(running) as one:
        head = "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        one.sendall(f"{head}Content-Length: {length}\r\n\r\nASK {{}}".encode())
        one.settimeout(8)
        assert one.recv(4096).split(b" ")[1] in {b"400", b"413"}
    answers_soon(running)


def test_chunks_without_end_are_refused_at_the_bound(running: servers.Running) -> None:
    head = "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    with connect(running) as one:
        one.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        one.settimeout(8)
        block = b"10000\r\n" + b" " * 65536 + b"\r\n"
        with suppress(OSError):
            for _ in range(400):  # 26 MB
                one.sendall(block)
            one.sendall(b"0\r\n\r\n")
        heard = b""
        with suppress(OSError):
            heard = one.recv(4096)
        assert not heard or heard.split(b" ")[1] in {b"400", b"411", b"413"}
    answers_soon(running)
