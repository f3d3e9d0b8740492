"""A body that breaks off is not taken for a whole one, and nothing of it is written."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from live import TOKEN, Server, writable
from mufakat.web.bodies import OF_ONE_CLIENT, Bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

E = "http://example.org/"
TRIPLE = f"<{E}a> <{E}p> <{E}b> .\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("bodies"), "--log-format", "none") as one:
        yield one


def send(server: Server, head: str, body: bytes, *, leave: bool) -> bytes:
    parts = urlsplit(server.address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as link:
        link.sendall(f"{head} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n".encode())
        link.sendall(body)
        if leave:
            time.sleep(0.3)
            link.shutdown(socket.SHUT_WR)
        heard = b""
        with suppress(OSError):
            heard = link.recv(65536)
        return heard


def triples(server: Server) -> int:
    reply = server.ask("/sparql?format=csv&query=SELECT(COUNT(*)AS%20?n)%7B?s%20?p%20?o%7D")
    return int(reply.text.split()[1])


@pytest.mark.parametrize("request_line", ["PUT /graphs?default", "POST /graphs?default"])
def test_half_a_file_is_not_written(server: Server, request_line: str) -> None:
    before = triples(server)
    body = "Content-Type: application/n-triples\r\nContent-Length: 5000\r\n\r\n" + TRIPLE * 3
    heard = send(server, request_line, body.encode(), leave=True)
    assert not heard or heard.split(b" ")[1] == b"400"
    assert triples(server) == before


def test_half_an_update_is_not_carried_out(server: Server) -> None:
    before = triples(server)
    body = (
        "Content-Type: application/sparql-update\r\nContent-Length: 5000\r\n\r\n"
        f"INSERT DATA {{ <{E}x> <{E}p> 1 }} ; "
    )
    heard = send(server, "POST /update", body.encode(), leave=True)
    assert not heard or heard.split(b" ")[1] == b"400"
    assert triples(server) == before


def test_write_that_does_not_say_its_length_is_asked_to(server: Server) -> None:
    body = (
        "Content-Type: application/n-triples\r\nTransfer-Encoding: chunked\r\n\r\n"
        f"{len(TRIPLE):x}\r\n{TRIPLE}\r\n0\r\n\r\n"
    )
    assert b" 411 " in send(server, "PUT /graphs?default", body.encode(), leave=False)


def test_query_in_chunks_is_answered(server: Server) -> None:
    body = (
        "Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4\r\nASK \r\n2\r\n{}\r\n0\r\n\r\n"
    )
    assert b" 200 " in send(server, "POST /sparql", body.encode(), leave=False)


class _App:
    """What Bodies asks of an application, to tell an error."""

    def request_context(self, _: Any) -> Any:
        return nullcontext()

    def handle_user_exception(self, error: Any) -> Any:
        return error.get_response()

    make_response = process_response = staticmethod(lambda response: response)


def test_one_client_has_only_so_many_bodies_under_way() -> None:
    go_on, begun = threading.Event(), threading.Semaphore(0)

    class Slow:
        def read(self, size: int) -> bytes:
            begun.release()
            go_on.wait(10)
            return b"x" * size

    def inner(environ: Any, start_response: Any) -> Any:
        return Response(environ["wsgi.input"].read())(environ, start_response)

    app: Any = _App()
    bodies = Bodies(app, inner, lambda environ: environ["REMOTE_ADDR"], longest=100)
    statuses: list[str] = []

    def ask(client: str, body: Any) -> None:
        environ = EnvironBuilder("/sparql", method="POST", data=b"123").get_environ()
        environ |= {"REMOTE_ADDR": client, "wsgi.input": body}
        list(bodies(environ, lambda status, *_: statuses.append(status)))

    threads = [threading.Thread(target=ask, args=("one", Slow())) for _ in range(OF_ONE_CLIENT)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=10)
    go = Slow()
    ask("one", go)
    assert statuses == ["503 SERVICE UNAVAILABLE"]
    go_on.set()
    ask("other", go)
    for thread in threads:
        thread.join()
    assert statuses[1:] == ["200 OK"] * (OF_ONE_CLIENT + 1)
