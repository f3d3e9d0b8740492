"""A short run of bench/fuzz.py and of bench/soak.py; the long ones are run by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import fuzz, probe, servers, soak
from bench.runaway import publication
from bench.soup import Soup

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 2.0


@pytest.mark.slow
def test_a_thousand_bad_requests_do_no_harm(tmp_path: Path) -> None:
    options = ("--timeout", str(DEADLINE), "--memory-limit", "128", "--log-format", "none")
    folder = publication(tmp_path, nodes=60)
    with fuzz.trap() as caught, servers.mufakat(folder, options=options) as running:
        address = running.endpoint.removesuffix("/sparql")
        tally = fuzz.run(address, caught.address, requests=1000, seed=7, deadline=DEADLINE)
        assert probe.ask(address, "/ready").status == 200
    assert tally.faults == []
    assert caught.hits == []
    assert sum(tally.statuses.values()) > 950
    assert len(tally.statuses) > 6


def test_same_seed_makes_the_same_requests() -> None:
    one, two, other = (Soup(seed, "http://127.0.0.1:1") for seed in (3, 3, 4))
    made = [[soup.request().bytes() for _ in range(200)] for soup in (one, two, other)]
    assert made[0] == made[1] != made[2]


def test_no_request_holds_what_its_answer_may_not() -> None:
    soup = Soup(11, "http://127.0.0.1:1")
    sent = b"".join(soup.request().bytes() for _ in range(5000))
    assert len(sent) > 100_000
    assert [word for word in probe.LEAKS if word in sent] == []


@pytest.mark.parametrize("word", probe.LEAKS)
def test_each_leak_is_noticed_in_body_and_headers(word: bytes) -> None:
    told = word.decode()
    assert probe.Said(400, "text/html", b"at " + word, 0.1, {}).leaks() == [told]
    assert told in probe.Said(400, "text/html", b"", 0.1, {"x-where": told + "x"}).leaks()
    assert probe.Said(400, "text/html", b"all is well", 0.1, {}).leaks() == []


@pytest.mark.parametrize("body", [b"Traceback (most recent call last)", b'File "x.py", line 3'])
def test_leaks_and_defects_are_noticed(body: bytes) -> None:
    tally = fuzz.Tally()
    request = Soup(1, "http://127.0.0.1:1").request()
    fuzz.judge(tally, request, probe.Said(500, "text/html", body, 9.0, {}), DEADLINE)
    assert set(tally.kinds) == {"status 500", "late", "leak"}


@pytest.mark.slow
def test_ten_seconds_of_reads_and_writes_give_right_answers_only() -> None:
    found = soak.run(10, readers=2)
    assert found.wrong == []
    assert found.acknowledged == found.sent > 5
    assert found.reads > 100
    assert found.memory[-1][1] < found.memory[0][1] + 100


def test_wrong_answers_are_noticed() -> None:
    tally = soak.Soak("", 0)
    tally.judge(True, "right")
    tally.judge(False, "wrong")
    assert (tally.reads, tally.wrong) == (2, ["wrong"])
