"""However a server ends, nothing of it stays; told to end, it finishes what is under way."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bench import probe, servers
from bench.corpus import corpus
from bench.runaway import publication
from mufakat.engine.pool import bonds
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
POINT = "/sparql?query=ASK%7B%3Chttp%3A%2F%2Fexample.org%2F1%3E%20%3Fp%20%3Fo%7D"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the server's temporary files, so that only its own are looked at."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def server(tmp_path: Path, temporary: Path) -> Iterator[servers.Running]:
    assert temporary.is_dir()
    options = ("--log-format", "none", "--timeout", "20")
    with servers.mufakat(publication(tmp_path / "p", nodes=300), options=options) as running:
        yield running
        for pid in probe.session(running.process.pid):  # whatever a failing test left
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


OUTLIVES = "processes outlive the server"


def run_away(running: servers.Running) -> threading.Thread:
    """Have a worker busy for longer than any test takes."""
    address = running.endpoint.removesuffix("/sparql")

    def ask() -> None:
        with suppress(OSError, http.client.HTTPException):
            probe.query(address, corpus()["closures one after the other"])

    thread = threading.Thread(target=ask)
    before = len(probe.session(running.process.pid))
    thread.start()
    with suppress(AssertionError):  # a worker that stands ready may have taken it
        wait_until(lambda: len(probe.session(running.process.pid)) > before, "", 2)
    return thread


@pytest.mark.parametrize("busy", [False, True])
def test_killed_server_takes_all_of_its_processes_with_it(
    server: servers.Running, busy: bool
) -> None:
    leader = server.process.pid
    asking = run_away(server) if busy else None
    assert len(probe.session(leader)) >= 3
    os.kill(leader, signal.SIGKILL)
    server.process.wait(5)
    # A request under way may be finished first, within the time that an orderly end gives.
    wait_until(lambda: not probe.session(leader), OUTLIVES)
    if asking:
        asking.join(20)


def test_next_server_removes_what_a_killed_one_left(
    server: servers.Running, temporary: Path, tmp_path: Path
) -> None:
    left = set(temporary.glob("mufakat-*"))
    assert left
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(5)
    wait_until(lambda: not probe.session(server.process.pid), OUTLIVES)
    with servers.mufakat(publication(tmp_path / "q", nodes=3)) as other:
        assert other.process.poll() is None
        assert not any(folder.exists() for folder in left)


def test_folder_of_a_running_server_is_left_alone(server: servers.Running, temporary: Path) -> None:
    left = set(temporary.glob("mufakat-*"))
    assert bonds.clear_abandoned() == []
    assert all(folder.exists() for folder in left)
    assert probe.ask(server.endpoint.removesuffix("/sparql"), POINT).status == 200


def test_server_told_to_end_leaves_neither_process_nor_folder(
    server: servers.Running, temporary: Path
) -> None:
    server.process.terminate()
    assert server.process.wait(10) == 0
    wait_until(lambda: not probe.session(server.process.pid), OUTLIVES)
    assert list(temporary.glob("mufakat-*")) == []


@pytest.mark.parametrize("whom", ["the server", "all of its processes"])
def test_server_told_to_end_many_times_at_once_ends(server: servers.Running, whom: str) -> None:
    leader = server.process.pid
    told = [leader] if whom == "the server" else probe.session(leader, group=leader)
    for _ in range(50):
        for pid in told:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
    server.process.wait(10)
    wait_until(lambda: not probe.session(leader), OUTLIVES)


def test_server_whose_data_process_is_killed_ends_and_says_so(server: servers.Running) -> None:
    address = server.endpoint.removesuffix("/sparql")
    first = servers.tree(server.process.pid)[1]  # forked before everything else
    assert os.getpgid(first) == first
    os.killpg(first, signal.SIGKILL)
    for number in range(2):
        with suppress(OSError, http.client.HTTPException):  # it may have ended before it is asked
            said = probe.query(address, f"ASK {{ ?s ?p {number} }}", timeout=20)  # type: ignore[arg-type]
            assert said.status in {413, 502}
    assert server.process.wait(15) != 0
    wait_until(lambda: not probe.session(server.process.pid), OUTLIVES)


def test_server_whose_data_process_is_killed_ends_though_nobody_asks(
    server: servers.Running,
) -> None:
    time.sleep(1)  # whoever tells that it is ready has stopped asking
    data_process = servers.tree(server.process.pid)[1]
    os.killpg(data_process, signal.SIGKILL)
    assert server.process.wait(15) != 0
    wait_until(lambda: not probe.session(server.process.pid), OUTLIVES)


def test_no_request_sent_before_is_dropped_when_told_to_end(server: servers.Running) -> None:
    parts = urlsplit(server.endpoint)
    told, faults = threading.Event(), list[str]()
    answered = [0]

    def ask(number: int) -> None:
        while True:
            link = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
            try:
                link.connect()
            except OSError:
                return  # nobody listens any more
            before = not told.is_set()
            try:
                link.request("GET", POINT + f"&n={number}")
                status = link.getresponse().status
                answered[0] += 1
                if status != 200:
                    faults.append(str(status))
            except (OSError, http.client.HTTPException) as error:
                # Connections made later may be taken by the system and by nobody behind it.
                if before:
                    faults.append(repr(error))
            finally:
                link.close()
            if told.is_set() and server.process.poll() is not None:
                return

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    wait_until(lambda: answered[0] > 50, "nobody is answered")
    told.set()
    time.sleep(0.05)  # what was sent before has reached the server
    server.process.terminate()
    assert server.process.wait(15) == 0
    for thread in threads:
        thread.join(20)
    assert faults == []
