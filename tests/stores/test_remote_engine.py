"""The engine in front of another store, against a store that is made to misbehave."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from urllib.parse import parse_qsl

import pytest

from listening import Quiet, listening
from mufakat.engine.formats import BY_NAME
from mufakat.engine.remote import RemoteEngine
from mufakat.engine.types import Limits, QueryRequest
from mufakat.errors import BadQuery, TimedOut, TooLarge, Unavailable

XML = "application/sparql-results+xml"
XSD = "http://www.w3.org/2001/XMLSchema#"
JSON = "application/sparql-results+json"
ONE_ROW = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    b'<head><variable name="n"/></head><results><result><binding name="n">'
    b'<literal datatype="http://www.w3.org/2001/XMLSchema#integer">7</literal>'
    b"</binding></result></results></sparql>"
)
SELECT = "SELECT ?n { ?s ?p ?n }"
Start = Callable[["Script"], tuple[str, type["Store"]]]
Script = Callable[["Store", list[tuple[str, str]]], tuple[int, str, bytes]]


class Store(Quiet):
    protocol_version = "HTTP/1.1"
    script: Script
    seen: list[list[tuple[str, str]]]

    def do_POST(self) -> None:
        fields = parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())
        type(self).seen.append(fields)
        status, media_type, body = type(self).script(self, fields)
        leads = {"Location": "http://127.0.0.1:9/"} if status == 302 else {}
        self.answer(status, media_type, body, **leads)


@pytest.fixture
def store() -> Iterator[Callable[[Script], tuple[str, type[Store]]]]:
    with ExitStack() as running:

        def start(script: Script) -> tuple[str, type[Store]]:
            handler = type("Scripted", (Store,), {"script": staticmethod(script), "seen": []})
            port = running.enter_context(listening(handler))
            return f"http://127.0.0.1:{port}/sparql", handler

        yield start


def engine(*endpoints: str, timeout: float = 2.0, limits: Limits | None = None) -> RemoteEngine:
    return RemoteEngine(
        endpoints, union_default_graph=True, version="v", timeout=timeout, limits=limits
    )


def right(_store: Store, _fields: list[tuple[str, str]]) -> tuple[int, str, bytes]:
    return 200, XML, ONE_ROW


def test_a_table_is_written_in_the_format_that_was_asked_for(store: Start) -> None:
    address, _ = store(right)
    answer = engine(address).answer(QueryRequest(SELECT), BY_NAME["csv"])
    assert answer.body == b"n\r\n7\r\n"
    assert answer.media_type.startswith("text/csv")


@pytest.mark.parametrize(("number", "truth"), [(b"7", True), (b"0", False)])
def test_a_truth_value_written_as_a_table_is_read_as_one(
    store: Start, number: bytes, truth: bool
) -> None:
    address, _ = store(lambda *_: (200, XML, ONE_ROW.replace(b">7<", b">" + number + b"<")))
    assert engine(address).ask("ASK { ?s ?p ?o }") is truth
    body = engine(address).answer(QueryRequest("ASK { ?s ?p ?o }"), BY_NAME["json"]).body
    assert (b"true" in body) is truth


def table(*cells: dict[str, str]) -> bytes:
    rows = [{"n": cell} for cell in cells]
    return json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": rows}}).encode()


def test_a_table_is_asked_for_in_json(store: Start) -> None:
    asked: list[str] = []
    address, _ = store(lambda s, _: asked.append(s.headers["Accept"]) or (200, JSON, table()))
    engine(address).select(SELECT)
    assert asked[0].startswith(JSON)


def test_blanks_at_the_ends_of_a_literal_are_kept(store: Start) -> None:
    address, _ = store(lambda *_: (200, JSON, table({"type": "literal", "value": " a \n"})))
    assert engine(address).select(SELECT).rows[0]["n"].value == " a \n"


def test_blank_nodes_get_labels_that_are_ones(store: Start) -> None:
    cells = [{"type": "bnode", "value": f"nodeID://b{i}"} for i in (7, 8, 7)]
    address, _ = store(lambda *_: (200, JSON, table(*cells)))
    first, second, third = (row["n"] for row in engine(address).select(SELECT).rows)
    assert first == third != second


def test_a_literal_marked_typed_is_read_as_a_literal(store: Start) -> None:
    cell = {"type": "typed-literal", "value": "2", "datatype": f"{XSD}int"}
    address, _ = store(lambda *_: (200, JSON, table(cell)))
    answer = engine(address).answer(QueryRequest(SELECT), BY_NAME["tsv"])
    assert b"2" in answer.body


@pytest.mark.parametrize(("sent", "meant"), [("1", "true"), ("0", "false"), ("true", "true")])
def test_truth_values_are_spelt_out(store: Start, sent: str, meant: str) -> None:
    cell = {"type": "typed-literal", "value": sent, "datatype": f"{XSD}boolean"}
    address, _ = store(lambda *_: (200, JSON, table(cell)))
    assert engine(address).answer(QueryRequest(SELECT), BY_NAME["csv"]).body == (
        f"n\r\n{meant}\r\n".encode()
    )


def test_control_characters_in_strings_do_not_break_a_table(store: Start) -> None:
    body = table({"type": "literal", "value": "a_b"}).replace(b"_", b"\t")
    address, _ = store(lambda *_: (200, JSON, body))
    assert engine(address).select(SELECT).rows[0]["n"].value == "a\tb"


@pytest.mark.parametrize("name", ["json", "csv"])
def test_a_term_that_cannot_be_is_an_error_in_every_format(store: Start, name: str) -> None:
    good, bad = {"type": "uri", "value": "http://e/a"}, {"type": "uri", "value": "http://e/ <"}
    address, _ = store(lambda *_: (200, JSON, table(good, bad)))
    with pytest.raises(Unavailable, match="cannot be read"):
        engine(address).answer(QueryRequest(SELECT), BY_NAME[name])
    with pytest.raises(Unavailable, match="cannot be read"):
        engine(address).select(SELECT)


def test_the_dataset_of_the_protocol_is_passed_on(store: Start) -> None:
    address, handler = store(right)
    request = QueryRequest(SELECT, ("http://example.org/a",), ("http://example.org/b",))
    engine(address).answer(request, BY_NAME["json"])
    assert ("default-graph-uri", "http://example.org/a") in handler.seen[0]
    assert ("named-graph-uri", "http://example.org/b") in handler.seen[0]


def test_a_graph_is_read_from_what_the_store_speaks(store: Start) -> None:
    address, _ = store(
        lambda *_: (200, "text/turtle; charset=utf-8", b"<http://e/a> <http://e/b> 1 .")
    )
    answer = engine(address).answer(QueryRequest("DESCRIBE <http://e/a>"), BY_NAME["ntriples"])
    assert answer.body.startswith(b"<http://e/a> <http://e/b> ")


def test_a_broken_query_is_told_with_line_and_column_and_never_leaves(store: Start) -> None:
    address, handler = store(right)
    with pytest.raises(BadQuery) as caught:
        engine(address).answer(QueryRequest("SELECT *\n{ ?s ?p }"), BY_NAME["json"])
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    assert handler.seen == []


def test_a_dead_store_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        engine("http://127.0.0.1:9/sparql").select(SELECT)


def test_a_store_that_hangs_is_given_up_at_the_deadline(store: Start) -> None:
    address, _ = store(lambda *_: time.sleep(1.5) or right(*_))
    begin = time.monotonic()
    with pytest.raises(TimedOut, match=r"0\.3 seconds"):
        engine(address, timeout=0.3).select(SELECT)
    assert time.monotonic() - begin < 1.2


def trickle(store: Store, first: bytes, body: bytes) -> tuple[int, str, bytes]:
    """Send something every tenth of a second, for two seconds, then stop."""
    store.close_connection = True
    with suppress(OSError):
        store.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: " + XML.encode() + b"\r\n" + first)
        for _ in range(20):
            store.wfile.write(body)
            time.sleep(0.1)
    return right(store, [])


@pytest.mark.parametrize(
    ("first", "body"),
    [
        (b"\r\n" + ONE_ROW, b" "),
        (b"Content-Length: 900\r\n\r\n" + ONE_ROW, b" "),
        (b"", b"X-More: 1\r\n"),
    ],
    ids=["of unknown length", "of known length", "in the head"],
)
def test_a_store_that_trickles_is_cut_at_the_deadline(
    store: Start, first: bytes, body: bytes
) -> None:
    address, handler = store(lambda s, _: trickle(s, first, body))
    spare, other = store(right)
    begin = time.monotonic()
    with pytest.raises(TimedOut, match=r"0\.4 seconds"):
        engine(address, spare, timeout=0.4).select(SELECT)
    assert time.monotonic() - begin < 1.5
    assert (len(handler.seen), len(other.seen)) == (1, 0)


def test_an_answer_in_good_time_leaves_the_connection_for_the_next(store: Start) -> None:
    ports: list[int] = []
    address, _ = store(lambda s, _: ports.append(s.client_address[1]) or right(s, []))
    one = engine(address, timeout=0.4)
    for _ in range(3):
        one.select(SELECT)
        time.sleep(0.2)  # the deadline of the first passes while the connection is idle
    assert len(set(ports)) == 1


def test_replicas_share_one_deadline(store: Start) -> None:
    slow = [store(lambda *_: time.sleep(0.5) or (500, "text/plain", b""))[0] for _ in range(4)]
    begin = time.monotonic()
    with pytest.raises(TimedOut):
        engine(*slow, timeout=0.8).select(SELECT)
    assert time.monotonic() - begin < 1.7


def test_a_dead_replica_is_passed_over(store: Start) -> None:
    address, handler = store(right)
    pair = engine("http://127.0.0.1:9/sparql", address)
    for _ in range(4):
        assert str(pair.select(SELECT).rows[0]["n"].value) == "7"
    assert len(handler.seen) == 4


def test_replicas_are_asked_in_turn(store: Start) -> None:
    first, one = store(right)
    second, two = store(right)
    pair = engine(first, second)
    for _ in range(6):
        pair.select(SELECT)
    assert (len(one.seen), len(two.seen)) == (3, 3)


def test_a_replica_that_errs_is_replaced_by_one_that_does_not(store: Start) -> None:
    bad, _ = store(lambda *_: (500, "text/plain", b"stack trace /srv/secret"))
    good, _ = store(right)
    assert engine(bad, good).select(SELECT).vars == ["n"]


def test_what_a_store_says_of_its_failure_is_not_passed_on(store: Start) -> None:
    bad, _ = store(lambda *_: (500, "text/plain", b"stack trace /srv/secret"))
    with pytest.raises(Unavailable) as caught:
        engine(bad).select(SELECT)
    assert "secret" not in caught.value.detail + caught.value.mend


def test_a_redirect_is_not_followed(store: Start) -> None:
    address, handler = store(lambda *_: (302, "text/plain", b""))
    with pytest.raises(Unavailable, match="302"):
        engine(address).select(SELECT)
    assert len(handler.seen) == 1


TWO_ROWS = table({"type": "literal", "value": "a"}, {"type": "literal", "value": "b"})


@pytest.mark.parametrize("media_type", [XML, JSON])
@pytest.mark.parametrize(
    "body", [b"", b"<html>busy</html>", ONE_ROW[:90], ONE_ROW[:-12], TWO_ROWS[:-12], b"{}", b"[]"]
)
def test_a_cut_off_or_foreign_answer_is_an_error_not_an_empty_table(
    store: Start, body: bytes, media_type: str
) -> None:
    address, _ = store(lambda *_: (200, media_type, body))
    with pytest.raises(Unavailable):
        engine(address).select(SELECT)
    with pytest.raises(Unavailable):
        engine(address).answer(QueryRequest(SELECT), BY_NAME["csv"])


def test_an_answer_past_the_limit_is_refused(store: Start) -> None:
    address, _ = store(lambda *_: (200, XML, ONE_ROW + b" " * 100_000))
    with pytest.raises(TooLarge):
        engine(address, limits=Limits(result_bytes=10_000)).select(SELECT)


def test_a_service_clause_never_leaves(store: Start) -> None:
    address, handler = store(right)
    with pytest.raises(Exception, match="SERVICE"):
        engine(address).select("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert handler.seen == []
