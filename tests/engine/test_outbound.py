"""The way out: one look-up, every address checked, and no way round."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from mufakat.engine.outbound import AT_ONCE, Ask, connection, exchange
from mufakat.engine.types import Policy
from mufakat.errors import Refused, TimedOut, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOSE = Policy(allow_private=True)


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses; note what is looked up."""
    seen: list[str] = []

    def look_up(name: str, port: int, **_: object) -> list[object]:
        seen.append(name)
        return [(2, 1, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return seen


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("::ffff:10.0.0.1",),
        ("169.254.169.254",),
        ("93.184.215.14", "192.168.0.1"),
        ("93.184.215.14", "::1"),
    ],
)
def test_name_that_leads_to_a_private_address_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    names(monkeypatch, *addresses)
    with pytest.raises(Refused):
        connection("https://innocent.example/data.ttl", Policy(), read=1)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connection_is_bound_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    seen = names(monkeypatch, "93.184.215.14", "93.184.215.15")
    pool = connection(f"{scheme}://innocent.example/x", Policy(), read=1)
    assert pool.host == "93.184.215.14"
    assert seen == ["innocent.example"]


@pytest.mark.parametrize(
    "path",
    ["/ok/../x", "/ok/..", "/./x", "/ok/%2e%2E/x", "/ok/.%2e", "/%2e/x"],
)
def test_path_that_climbs_is_no_address(path: str) -> None:
    with pytest.raises(Refused, match="no address"):
        connection("http://127.0.0.1:1" + path, LOOSE, read=1)


@pytest.fixture
def talking() -> Iterator[Callable[[bytes, bytes], str]]:
    """Start servers that send a head and then, for two seconds, something again and again."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(head: bytes, again: bytes) -> str:
        listening = socket.create_server(("127.0.0.1", 0))

        def talk() -> None:
            with listening, listening.accept()[0] as one:
                try:
                    one.recv(65536)
                    one.sendall(head)
                    for _ in range(20):
                        if stop.wait(0.1) or not again:
                            return
                        one.sendall(again)
                except OSError:
                    return

        threads.append(threading.Thread(target=talk, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/x"

    yield start
    stop.set()
    for thread in threads:
        thread.join(5)


def ask(address: str, seconds: float = 0.5, most: int = 1000) -> Ask:
    return Ask(address, time.monotonic() + seconds, most, "*/*")


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"]
)
def test_answer_that_trickles_is_cut(talking: Callable[[bytes, bytes], str], head: bytes) -> None:
    address = talking(head, b"X-A: b\r\n")
    began = time.monotonic()
    with pytest.raises(TimedOut):
        exchange(ask(address), LOOSE)
    assert time.monotonic() - began < 1.5


def test_answer_beyond_its_bound_is_not_read_on(talking: Callable[[bytes, bytes], str]) -> None:
    address = talking(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000, b"")
    with pytest.raises(TooLarge):
        exchange(ask(address), LOOSE)


def test_packed_answer_is_not_unpacked(talking: Callable[[bytes, bytes], str]) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"
    with pytest.raises(Unavailable, match="packed"):
        exchange(ask(talking(head, b"")), LOOSE)


def test_only_so_many_are_asked_at_once(talking: Callable[[bytes, bytes], str]) -> None:
    begun = threading.Barrier(AT_ONCE + 1)

    def wait(address: str) -> None:
        begun.wait(5)
        with pytest.raises(TimedOut):
            exchange(ask(address, 1.0), LOOSE)

    addresses = [talking(b"", b" ") for _ in range(AT_ONCE)]
    threads = [threading.Thread(target=wait, args=(each,)) for each in addresses]
    for thread in threads:
        thread.start()
    begun.wait(5)
    time.sleep(0.3)
    with pytest.raises(Unavailable, match="Too many"):
        exchange(ask("http://127.0.0.1:1/x"), LOOSE)
    for thread in threads:
        thread.join(5)
