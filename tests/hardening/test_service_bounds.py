"""SERVICE to allowed addresses: no loopback unless said, no redirects, bounded in size and time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from live import Reply, Server, publish, serving
from mufakat.engine.outbound import is_public

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from canary import Canary

DEADLINE = 2.0
E = "http://example.org/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("service"), f"<{E}from-outside> <{E}p> 1 .\n")


@pytest.fixture(scope="module")
def open_server(folder: Path, canary: Canary) -> Iterator[Server]:
    options = ("--allow-service", canary.address + "/", "--allow-private", "--timeout", DEADLINE)
    with serving(folder, *options, "--log-format", "none") as one:
        yield one


@pytest.fixture(scope="module")
def strict_server(folder: Path, canary: Canary) -> Iterator[Server]:
    names = (
        canary.address,
        f"http://localhost:{canary.port}",
        f"http://ip6-localhost:{canary.port}",
        f"http://[::1]:{canary.port}",
        f"http://[::ffff:127.0.0.1]:{canary.port}",
        f"http://0.0.0.0:{canary.port}",
        f"http://2130706433:{canary.port}",
        f"http://0x7f.1:{canary.port}",
        f"http://127.1:{canary.port}",
        f"http://user@127.0.0.1:{canary.port}",
        "http://169.254.169.254",
        "http://10.0.0.1",
        "http://",
    )
    options = [word for name in names for word in ("--allow-service", name)]
    with serving(folder, *options, "--timeout", DEADLINE, "--log-format", "none") as one:
        yield one


def ask(server: Server, endpoint: str, silent: str = "") -> Reply:
    text = f"SELECT * {{ SERVICE {silent} <{endpoint}> {{ ?x ?y ?z }} ?x <{E}p> ?n }}"
    return server.ask("/sparql?" + urlencode({"query": text}))


def test_allowed_endpoint_is_asked_and_its_rows_join(open_server: Server, canary: Canary) -> None:
    before = len(canary.hits)
    reply = ask(open_server, canary.address + "/sparql")
    assert reply.status == 200
    assert '"value":"1"' in reply.text
    assert canary.hits[before:] == ["POST /sparql"]


def test_endpoint_beside_the_prefix_is_refused(open_server: Server, canary: Canary) -> None:
    before = len(canary.hits)
    for endpoint in (f"http://localhost:{canary.port}/", canary.address + "0/", "http://e.org/"):
        assert ask(open_server, endpoint).status == 403
    assert len(canary.hits) == before


def test_redirect_is_not_followed(open_server: Server, canary: Canary) -> None:
    reply = ask(open_server, canary.address + "/redirect")
    assert reply.status == 502
    assert "POST /elsewhere" not in canary.hits


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/endless", {413, 502, 504}),
        ("/drip", {504}),
        ("/silent", {504}),
        ("/garbage", {502}),
        ("/page", {502}),
        ("/broken", {502}),
    ],
)
def test_bad_endpoint_ends_in_time_with_a_clear_answer(
    open_server: Server, canary: Canary, path: str, status: set[int]
) -> None:
    began = time.monotonic()
    reply = ask(open_server, canary.address + path)
    assert time.monotonic() - began < DEADLINE + 1
    assert reply.status in status, reply.text
    assert reply.media_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/drip", "/garbage", "/broken", "/redirect"])
def test_silent_clause_of_a_bad_endpoint_stands_for_one_empty_row(
    open_server: Server, canary: Canary, path: str
) -> None:
    began = time.monotonic()
    reply = ask(open_server, canary.address + path, "SILENT")
    assert reply.status == 200, reply.text
    assert time.monotonic() - began < 2 * DEADLINE + 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",  # noqa: S104 - asked, not listened on
        "2130706433",
        "0x7f.1",
        "127.1",
        "user@127.0.0.1",
    ],
)
def test_no_name_of_loopback_leads_there(strict_server: Server, canary: Canary, host: str) -> None:
    before = len(canary.hits)
    reply = ask(strict_server, f"http://{host}:{canary.port}/sparql")
    assert reply.status in {403, 502}, reply.text
    assert len(canary.hits) == before


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1"])
def test_private_networks_are_not_asked(strict_server: Server, host: str) -> None:
    assert ask(strict_server, f"http://{host}/latest/meta-data").status == 403


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://",
        "http://[",
        "http://a:99999/",
        "http://a:x/",
        "http://[::1/",
        "http:// ",
        "http://%",
    ],
)
def test_addresses_that_are_none_are_told_to_be_none(strict_server: Server, endpoint: str) -> None:
    assert ask(strict_server, endpoint).status in {400, 403, 502}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("::127.0.0.1", False),
    ],
)
def test_public_addresses_are_those_of_the_open_internet(address: str, public: bool) -> None:
    assert is_public(address) is public
