"""A new release takes the place of the old one while clients keep asking."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from steady_clients import ask, asking, more

from live import publish, serving
from publication import tiny
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from live import Server

pytestmark = pytest.mark.slow
E = "http://example.org/"
QUERY = f"SELECT ?n WHERE {{ <{E}a> <{E}p> ?n }}"
GET = ("GET", "/sparql?query=" + quote(QUERY), None)
POST = ("POST", "/sparql", QUERY)
DUMP = ("GET", "/dump/dataset.nt", None)


def release(folder: Path, number: int) -> Path:
    return publish(folder, f"<{E}a> <{E}p> {number} .\n")


def point(link: Path, target: Path) -> None:
    """Let the link lead elsewhere at once, as a release is switched."""
    fresh = link.with_name("fresh")
    fresh.symlink_to(target)
    fresh.replace(link)


def switch(server: Server, link: Path, target: Path) -> None:
    """Have a release taken in, and wait until it is."""
    before = server.version
    point(link, target)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: server.version != before, "the release was not taken in")


def test_clients_see_old_or_new_answers_and_never_an_error(tmp_path: Path) -> None:
    link = tmp_path / "current"
    point(link, release(tmp_path / "1", 1))
    with serving(link, "--log-format", "none") as server:
        first = server.version
        with asking(server.address, GET, POST, DUMP) as seen:
            for number in (2, 3):
                more(seen, 30)
                switch(server, link, release(tmp_path / str(number), number))
            more(seen, 60)
        assert seen.failed == []
        tables = {body for body in seen.bodies if body.startswith(b'{"head"')}
        assert len(tables) == 3
        assert server.version != first
        assert b'"3"' in ask(server.address, GET[1])[1]


def test_release_that_cannot_be_read_changes_nothing_for_clients(tmp_path: Path) -> None:
    link = tmp_path / "current"
    point(link, release(tmp_path / "1", 1))
    with serving(link, "--log-format", "none") as server:
        with asking(server.address, GET) as seen:
            more(seen, 20)
            broken = release(tmp_path / "2", 2)
            (broken / "data/ttl/facts.ttl").write_text("<a> <b")
            point(link, broken)
            server.process.send_signal(signal.SIGHUP)
            more(seen, 200)
        assert seen.failed == []
        assert len(seen.bodies) == 1


def test_questions_of_a_new_release_are_asked_and_broken_ones_are_not_taken_in(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "p"
    tiny.write(folder)
    with serving(folder, "--log-format", "none") as server:
        before = server.version
        assert server.ask("/query/acts.csv").status == 200
        file = folder / "queries/acts/acts.rq"
        file.write_text(tiny.QUERY.replace("SELECT", "SELEKT"))
        tiny_data = (folder / "data/ttl/acts.ttl").read_text()
        (folder / "data/ttl/acts.ttl").write_text(tiny_data.replace("Book", "Tome"))
        server.process.send_signal(signal.SIGHUP)
        with asking(server.address, ("GET", "/query/acts.csv", None)) as seen:
            more(seen, 100)
        assert seen.failed == []
        assert server.version == before
        file.write_text(tiny.QUERY.replace("Which acts are there?", "What was done?"))
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.version != before, "the release was not taken in")
        wait_until(
            lambda: "What was done?" in server.ask("/openapi.json").text,
            "the question is the old one",
        )


def test_server_in_front_of_another_store_takes_in_new_questions(tmp_path: Path) -> None:
    tiny.write(tmp_path / "store")
    folder = tmp_path / "front"
    tiny.write(folder)
    with (
        serving(tmp_path / "store", "--log-format", "none") as store,
        serving(folder, "--store", store.address + "/sparql", "--log-format", "none") as server,
    ):
        text = tiny.QUERY.replace("Which acts are there?", "What was done?")
        (folder / "queries/acts/acts.rq").write_text(text)
        server.process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: "What was done?" in server.ask("/openapi.json").text,
            "the question is the old one",
        )
