"""A client that sends its body too slowly is told so and let go, and takes nobody's place."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from live import TOKEN, Server, writable
from mufakat.web.bodies import OF_ONE_CLIENT
from mufakat.web.readers import Readers

if TYPE_CHECKING:
    from collections.abc import Iterator

E = "http://example.org/"
PATIENCE = 1.0
SENT = {
    "declared": "Content-Length: 5000\r\n\r\n",
    "chunked": "Transfer-Encoding: chunked\r\n\r\n",
    "long": "Content-Length: 3000000\r\n\r\n",
}
MOST = 60.0
"""Seconds after which a test fails, however busy the machine is."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # A short query limit keeps the extra time for a body of unknown length short.
    limits = ("--body-timeout", PATIENCE, "--max-query-bytes", "256", "--log-format", "none")
    with writable(tmp_path_factory.mktemp("slow-bodies"), *limits) as one:
        yield one


def begin(server: Server, path: str, sent: str, client: str = "127.0.0.2") -> socket.socket:
    kind = "text/turtle" if path.startswith("/graphs") else "application/sparql-query"
    kind = "application/sparql-update" if path == "/update" else kind
    kind = "application/x-www-form-urlencoded" if path == "/editor" else kind
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\n"
    link = socket.create_connection(
        ("127.0.0.1", urlsplit(server.address).port or 0), MOST, (client, 0)
    )
    link.sendall(f"{head}Authorization: Bearer {TOKEN}\r\n{SENT[sent]}".encode())
    return link


def trickle(link: socket.socket, until: float, piece: bytes) -> bytes:
    """Send a piece now and then, and give all that was heard until the other side hung up."""
    heard = b""
    link.settimeout(0.1)
    while time.monotonic() < until:
        try:
            part = link.recv(65536)
        except TimeoutError:
            with suppress(OSError):
                link.sendall(piece)
            continue
        except OSError:
            return heard
        if not part:
            return heard
        heard += part
    raise AssertionError("the server did not hang up")


@pytest.mark.slow
@pytest.mark.parametrize("piece", [b"", b"1\r\n#\r\n"], ids=["silent", "trickling"])
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/sparql", "declared"),
        ("/sparql", "chunked"),
        ("/update", "declared"),
        ("/graphs?default", "declared"),
    ],
)
def test_slow_body_is_answered_with_408_and_the_connection_ended(
    server: Server, path: str, sent: str, piece: bytes
) -> None:
    with begin(server, path, sent) as link:
        heard = trickle(link, time.monotonic() + MOST, piece)
    assert heard.startswith(b"HTTP/1.1 408 "), heard
    assert b"application/problem+json" in heard
    assert heard.rstrip().endswith(b"}")
    assert b"connection: close" in heard.lower()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/sparql", "/editor", "/"])
def test_body_that_is_too_long_is_not_waited_for(server: Server, path: str) -> None:
    with begin(server, path, "long") as link:
        link.sendall(b"query=ASK")
        assert link.recv(4096).startswith(b"HTTP/1.1 413 ")


def take_all_places(server: Server, until: float) -> set[bytes]:
    """Be as many slow clients as one may be at once; give the status lines they heard."""
    with ExitStack() as stack:
        links = [
            stack.enter_context(begin(server, "/sparql", "declared")) for _ in range(OF_ONE_CLIENT)
        ]
        return {trickle(link, until, b"#").partition(b"\r\n")[0][:12] for link in links}


@pytest.mark.slow
def test_given_up_clients_take_no_places(server: Server) -> None:
    for _ in range(2):
        until = time.monotonic() + MOST
        # A place is free when the connection has gone, which is soon after its client was told.
        while (heard := take_all_places(server, until)) != {b"HTTP/1.1 408"}:
            assert heard <= {b"HTTP/1.1 408", b"HTTP/1.1 503"}
    told = server.ask("/metrics").text
    assert 'status="408"' in told


@pytest.mark.slow
def test_nothing_of_a_slow_write_is_written(server: Server) -> None:
    before = server.ask("/ready").headers["Data-Version"]
    with begin(server, "/update", "declared") as link:
        link.sendall(f"INSERT DATA {{ <{E}half> <{E}p> 1 }} ; ".encode())
        assert trickle(link, time.monotonic() + MOST, b" ").startswith(b"HTTP/1.1 408 ")
    assert server.ask("/ready").headers["Data-Version"] == before


@pytest.mark.slow
def test_body_that_comes_in_pieces_but_in_time_is_read(server: Server) -> None:
    with begin(server, "/sparql", "chunked") as link:
        for piece in (b"4\r\nASK \r\n", b"2\r\n{}\r\n", b"0\r\n\r\n"):
            time.sleep(0.1)
            link.sendall(piece)
        answer = http.client.HTTPResponse(link)
        answer.begin()
        assert answer.status == 200
        assert b"true" in answer.read()


def test_reader_that_was_given_up_says_when_it_has_ended() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def read(size: int) -> bytes:
        assert go_on.wait(10)
        return b"x" * size

    readers = Readers()
    late = readers.read(read, 3, time.monotonic() + 0.05)
    assert late.give_up(ended.set)
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(10)
    assert not late.give_up(ended.clear)
    in_time = readers.read(read, 4, time.monotonic() + 10)
    assert not in_time.give_up(ended.clear)
    assert in_time.data == b"xxxx"


def test_error_of_a_read_is_kept_for_who_waits() -> None:
    def read(_: int) -> bytes:
        raise ConnectionResetError("gone")

    reading = Readers().read(read, 1, time.monotonic() + 10)
    assert isinstance(reading.error, ConnectionResetError)
    assert not reading.give_up(lambda: None)
