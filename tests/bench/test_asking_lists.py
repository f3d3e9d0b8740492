"""The client asks each question of a list once, counts what fails and keeps its bounds."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bench import client, load, mix
from listening import Quiet, listening

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = {"head": {"vars": ["x"]}, "results": {"bindings": [{}, {}, {}]}}


class Answers(Quiet):
    """Answers three rows; `fail` gets 503, `sleep` a second of silence, `parts` comes in chunks."""

    protocol_version = "HTTP/1.1"
    heard: list[tuple[str, str]]

    def do_GET(self) -> None:
        text = parse_qs(urlsplit(self.path).query)["query"][0]
        self.heard.append((self.client_address[0], text))
        if text == "sleep":
            time.sleep(1)
        body = json.dumps(ROWS).encode()
        self.send_response(503 if text == "fail" else 200)
        if text == "parts":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (body[:5], body[5:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    heard: list[tuple[str, str]] = []
    with listening(Answers, heard=heard) as port:
        yield f"http://127.0.0.1:{port}/query", heard


def test_each_question_is_asked_once_by_clients_of_their_own_addresses() -> None:
    questions = [("a", f"text {n}") for n in range(40)]
    with serving() as (endpoint, heard):
        done = client.finish(endpoint, questions, clients=4, deadline=5, limit=5)
    assert sorted(text for _, text in heard) == sorted(text for _, text in questions)
    assert {place for place, _ in heard} <= {f"127.0.0.{10 + n}" for n in range(4)}
    assert len(done.latencies) == len(done.questions["a"]) == 40
    assert not done.failures
    assert not done.cut


def test_each_form_of_query_asks_for_what_fits_it() -> None:
    for name, text in mix.work(5, 1, 1):
        graph = name in {"describe", "construct"}
        said = client.request("http://127.0.0.1/q", text)
        assert (b"n-triples" in said) == graph
        assert (b"sparql-results+json" in said) != graph


def test_refused_and_late_questions_are_failures_and_not_answers() -> None:
    questions = [("a", "fail"), ("b", "sleep"), ("c", "parts"), ("d", "quick")]
    with serving() as (endpoint, _):
        done = client.finish(endpoint, questions, clients=1, deadline=0.3, limit=5, count=True)
    assert done.failures == {"503": 1, "no answer in time": 1}
    assert done.questions.keys() == {"c", "d"}
    assert done.rows == {2: 3, 3: 3}


def test_a_list_that_takes_too_long_is_cut_and_says_so() -> None:
    with serving() as (endpoint, heard):
        done = client.finish(endpoint, [("a", "sleep")] * 5, clients=1, deadline=5, limit=0.4)
    assert done.cut
    assert len(heard) == done.asked == 1
    assert done.latencies == []
    assert done.quantile(99) is None


def test_in_the_open_loop_waiting_counts_from_when_a_question_was_due() -> None:
    with serving() as (endpoint, heard):
        told = load.open_loop(endpoint, ["fail"] + ["quick"] * 19, rate=100, seconds=0.2)
    assert len(heard) == 20
    assert told.failed == 1


def test_the_fixed_list_holds_each_question_by_its_weight_and_no_text_twice() -> None:
    asked = mix.work(50, 3, 4)
    assert len(asked) == 4 * mix.PASS == len({text for _, text in asked})
    for question in mix.QUESTIONS:
        assert sum(name == question.name for name, _ in asked) == 4 * question.weight
    assert asked == mix.work(50, 3, 4)
    assert asked != mix.work(50, 4, 4)
    # Most questions have one spelling only; a cold round must not profit from the other's answers.
    assert not {text for _, text in asked} & {text for _, text in mix.work(50, 3, 4, fast=True)}
