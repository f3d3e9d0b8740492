"""If-Match and If-None-Match on writes: https://www.rfc-editor.org/rfc/rfc9110#section-13.1."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from live import BEARER, Server, publish, writable
from mufakat.engine.formats import for_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Reply

pytestmark = pytest.mark.slow

E = "http://example.org/"
PATCH = "application/sparql-update"
LONG = "".join(f"<{E}s{n}> <{E}p> {n} .\n" for n in range(100))
"""A graph whose every form is packed when that is asked for."""
ROWS = 500
NUMBERS = itertools.count()


@pytest.fixture(scope="module", params=["union", "standard"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = publish(
        tmp_path_factory.mktemp("preconditions"),
        f"<{E}a> <{E}p> 0 .\n",
        default_graph=request.param,
    )
    with writable(folder, "--max-rows", ROWS, "--log-format", "none") as one:
        yield one


def send(server: Server, method: str, graph: str | None, body: str = "", **headers: str) -> Reply:
    where = "default" if graph is None else f"graph={quote(graph, safe='')}"
    told = BEARER | {"Content-Type": "text/turtle"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return server.ask(f"/graphs?{where}", method, body, told)


def update(server: Server, text: str, **headers: str) -> Reply:
    told = BEARER | {"Content-Type": PATCH}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return server.ask("/update", "POST", text, told)


def content(server: Server, graph: str | None) -> str:
    return send(server, "GET", graph, Accept="application/n-triples").text


def etag(server: Server, graph: str | None, **headers: str) -> str:
    reply = send(server, "HEAD", graph, **headers)
    assert reply.status == 200
    return str(reply.headers["ETag"])


@pytest.fixture
def graph(server: Server) -> Iterator[str]:
    name = f"{E}graph/{next(NUMBERS)}"
    assert send(server, "PUT", name, f"<{E}s> <{E}p> 1 .").status == 201
    yield name
    send(server, "DELETE", name)


WRITES = [
    ("PUT", f"<{E}s> <{E}p> 2 .", "text/turtle"),
    ("POST", f"<{E}s> <{E}p> 2 .", "text/turtle"),
    ("PATCH", f"INSERT DATA {{ <{E}s> <{E}p> 2 }}", PATCH),
    ("DELETE", "", "text/turtle"),
]


@pytest.mark.parametrize(("method", "body", "kind"), WRITES)
def test_write_on_a_state_that_has_passed_gives_412_and_changes_nothing(
    server: Server, graph: str, method: str, body: str, kind: str
) -> None:
    old = etag(server, graph)
    assert send(server, "POST", graph, f"<{E}s> <{E}p> 7 .").status == 204
    before, version = content(server, graph), server.version
    reply = send(server, method, graph, body, Content_Type=kind, If_Match=old)
    assert reply.status == 412
    told = json.loads(reply.body)
    assert told["type"] == "urn:mufakat:problem:precondition-failed"
    assert graph in told["detail"]
    assert "ETag" in told["mend"]
    assert told["clause"].startswith("https://www.rfc-editor.org/rfc/rfc9110#")
    assert content(server, graph) == before
    assert server.version == version
    now = etag(server, graph)
    assert now != old
    assert send(server, method, graph, body, Content_Type=kind, If_Match=now).status == 204


@pytest.mark.parametrize("fmt", for_kind("graph"), ids=lambda fmt: fmt.name)
def test_etag_of_every_format_packed_or_plain_is_taken(server: Server, fmt) -> None:  # type: ignore[no-untyped-def]
    name = f"{E}graph/{fmt.name}"
    send(server, "PUT", name, LONG)
    for media_type in fmt.media_types:
        for packing in ("identity", "gzip"):
            given = etag(server, name, Accept=media_type, Accept_Encoding=packing)
            if media_type == fmt.media_type:
                assert given.endswith('-gzip"') is (packing == "gzip")
            got = send(server, "GET", name, Accept=media_type, Accept_Encoding=packing)
            assert got.headers["ETag"] == given
            reply = send(server, "PUT", name, LONG, If_Match=given)
            assert reply.status == 204, (media_type, packing, reply.text)
    send(server, "POST", name, f"<{E}s> <{E}p> 2 .")
    assert send(server, "PUT", name, LONG, If_Match=given).status == 412


def test_etags_of_two_formats_differ(server: Server, graph: str) -> None:
    asked = [media_type for fmt in for_kind("graph") for media_type in fmt.media_types]
    given = {etag(server, graph, Accept=media_type) for media_type in asked}
    assert len(given) == len(asked)


def test_write_to_another_graph_does_not_stand_in_the_way(server: Server, graph: str) -> None:
    old = etag(server, graph)
    assert send(server, "PUT", E + "beside", f"<{E}b> <{E}p> 1 .").status in {201, 204}
    assert send(server, "GET", graph, If_None_Match=old).status == 304
    assert send(server, "PUT", graph, f"<{E}s> <{E}p> 5 .", If_Match=old).status == 204


def test_default_graph_has_a_state_too(server: Server) -> None:
    old = etag(server, None)
    assert send(server, "POST", None, f"<{E}d> <{E}p> 1 .", If_Match=old).status == 204
    assert send(server, "POST", None, f"<{E}d> <{E}p> 2 .", If_Match=old).status == 412
    assert send(server, "POST", None, f"<{E}d> <{E}p> 2 .", If_None_Match="*").status == 412
    assert f'<{E}d> <{E}p> "2"' not in content(server, None)
    patch = f"DELETE WHERE {{ <{E}d> ?p ?o }}"
    assert send(server, "PATCH", None, patch, Content_Type=PATCH, If_Match=old).status == 412
    assert send(server, "PATCH", None, patch, Content_Type=PATCH, If_Match="*").status == 204


def test_graph_too_large_to_be_sent_whole_is_not_taken_for_its_beginning(server: Server) -> None:
    name = E + "graph/large"
    many = "".join(f"<{E}s{n:05}> <{E}p> {n} .\n" for n in range(ROWS + 10))
    send(server, "PUT", name, many)
    found = send(server, "GET", name)
    assert found.headers["Answer-Truncated"] == f"rows={ROWS}"
    old = found.headers["ETag"]
    assert send(server, "PUT", name, many, If_Match=old).status == 204
    left_out = next(n for n in range(ROWS + 10) if f"s{n:05}>" not in found.text)
    patch = f"DELETE DATA {{ <{E}s{left_out:05}> <{E}p> {left_out} }}"
    assert send(server, "PATCH", name, patch, Content_Type=PATCH).status == 204
    again = send(server, "GET", name)
    assert again.body == found.body
    assert send(server, "PUT", name, many, If_Match=old).status == 412
    assert send(server, "DELETE", name, If_Match=again.headers["ETag"]).status == 204


def test_star_of_if_match_asks_for_a_graph_that_is_there(server: Server, graph: str) -> None:
    assert send(server, "PUT", graph, f"<{E}s> <{E}p> 3 .", If_Match="*").status == 204
    for method in ("PUT", "POST"):
        reply = send(server, method, E + "none", f"<{E}s> <{E}p> 3 .", If_Match="*")
        assert reply.status == 412
        assert E + "none" in json.loads(reply.body)["detail"]
    assert send(server, "PUT", E + "none", "", If_Match='"ttl-0"').status == 412
    assert send(server, "GET", E + "none").status == 404


def test_star_of_if_none_match_makes_a_graph_and_replaces_none(server: Server) -> None:
    name = E + "graph/once"
    for packing in ("identity", "gzip"):
        headers = {"If_None_Match": "*", "Accept_Encoding": packing}
        assert send(server, "PUT", name, f"<{E}s> <{E}p> 1 .", **headers).status == 201
        reply = send(server, "PUT", name, f"<{E}s> <{E}p> 2 .", **headers)
        assert reply.status == 412
        assert name in json.loads(reply.body)["detail"]
        assert '"1"^^' in content(server, name)
        assert send(server, "DELETE", name, **headers).status == 412
        assert send(server, "DELETE", name).status == 204


def test_if_none_match_compares_weakly_and_in_every_form(server: Server) -> None:
    name = E + "graph/weakly"
    send(server, "PUT", name, LONG)
    for packing in ("identity", "gzip"):
        given = etag(server, name, Accept="application/ld+json", Accept_Encoding=packing)
        for header in (given, f"W/{given}", f'"other", W/{given} ,'):
            headers = {"If_None_Match": header, "Accept_Encoding": packing}
            assert send(server, "POST", name, f"<{E}n> <{E}p> 1 .", **headers).status == 412
    assert f"<{E}n>" not in content(server, name)
    assert send(server, "POST", name, "", If_None_Match='"other", W/"one"').status == 204


def test_weak_etag_never_matches_and_the_answer_says_why(server: Server, graph: str) -> None:
    now = etag(server, graph)
    reply = send(server, "PUT", graph, "", If_Match=f"W/{now}")
    assert reply.status == 412
    assert "weak" in json.loads(reply.body)["detail"]
    assert send(server, "PUT", graph, "", If_Match=f'W/"x", "a,b", {now}').status == 204


def test_both_conditions_must_hold(server: Server, graph: str) -> None:
    now = etag(server, graph)
    assert send(server, "PUT", graph, "", If_Match=now, If_None_Match="*").status == 412
    assert send(server, "PUT", graph, "", If_Match="*", If_None_Match=now).status == 412
    assert send(server, "PUT", graph, "", If_Match=now, If_None_Match='"x"').status == 204


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize(
    "value", ["", ",", "abc", '"abc', '"a" "b"', '*, "a"', '"a", *', 'w/"a"', '"a b"', '"a", b']
)
def test_condition_that_cannot_be_read_gives_400_and_changes_nothing(
    server: Server, graph: str, header: str, value: str
) -> None:
    before = server.version
    reply = send(server, "PUT", graph, "", **{header.replace("-", "_"): value})
    assert reply.status == 400
    told = json.loads(reply.body)
    assert header in told["detail"]
    assert told["mend"]
    assert 1 <= told["column"] <= len(value) + 1
    assert server.version == before


def test_long_condition_is_read_in_little_time(server: Server, graph: str) -> None:
    for value in (" " * 200_000 + "x", ", " * 100_000 + "x", '"' + "a" * 200_000):
        assert send(server, "PUT", graph, "", If_Match=value).status == 400
    many = ", ".join(f'"{n}"' for n in range(20_000))
    assert send(server, "PUT", graph, "", If_Match=many).status == 412
    assert send(server, "PUT", graph, "", If_Match=f"{many}, {etag(server, graph)}").status == 204


def test_conditions_on_several_lines_are_one_list(server: Server, graph: str) -> None:
    def put(*lines: tuple[str, str]) -> int:
        parts = urlsplit(server.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.putrequest("PUT", f"/graphs?graph={quote(graph, safe='')}")
        for name, value in (*BEARER.items(), ("Content-Length", "0"), *lines):
            connection.putheader(name, value)
        connection.endheaders()
        status = connection.getresponse().status
        connection.close()
        return status

    now = etag(server, graph)
    assert put(("If-None-Match", now), ("If-None-Match", '"x"')) == 412
    assert put(("If-None-Match", '"x"'), ("If-None-Match", now)) == 412
    assert put(("If-Match", now), ("If-Match", '"x"')) == 204


def test_what_would_fail_anyway_fails_as_it_would(server: Server, graph: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#section-13.2.1."""
    stale = {"If_Match": '"x"'}
    assert send(server, "PUT", graph, "", Authorization="Bearer no", **stale).status == 401
    assert send(server, "PUT", graph, "x", Content_Type="image/png", **stale).status == 415
    assert send(server, "DELETE", E + "none", **stale).status == 404
    patch = "DELETE WHERE { ?s ?p ?o }"
    assert send(server, "PATCH", E + "none", patch, Content_Type=PATCH, **stale).status == 404


def test_graph_that_is_named_here_is_new(server: Server) -> None:
    headers = BEARER | {"Content-Type": "text/turtle"}
    made = server.ask("/graphs", "POST", "", headers | {"If-None-Match": "*"})
    assert made.status == 201
    assert server.ask("/graphs", "POST", "", headers | {"If-Match": "*"}).status == 412


def test_reading_under_a_condition(server: Server) -> None:
    name = E + "graph/read"
    send(server, "PUT", name, LONG)
    for packing in ("identity", "gzip"):
        now = etag(server, name, Accept_Encoding=packing)
        headers = {"Accept_Encoding": packing}
        assert send(server, "GET", name, If_Match=now, **headers).status == 200
        assert send(server, "GET", name, If_Match="*", **headers).status == 200
        reply = send(server, "GET", name, If_Match='"x"', **headers)
        assert reply.status == 412
        assert json.loads(reply.body)["status"] == 412
        assert send(server, "GET", name, If_Match=now, If_None_Match=now, **headers).status == 304


def test_update_is_about_the_data_whose_version_every_answer_names(server: Server) -> None:
    version = server.version
    text = f"INSERT DATA {{ <{E}u> <{E}p> 1 }}"
    first = update(server, text, If_Match=f'"{version}"')
    assert first.status == 204
    late = update(server, f"INSERT DATA {{ <{E}u> <{E}p> 2 }}", If_Match=f'"{version}"')
    assert late.status == 412
    assert "Data-Version" in json.loads(late.body)["mend"]
    assert server.version == first.headers["Data-Version"]
    assert update(server, "CLEAR DEFAULT", If_None_Match="*").status == 412
    assert update(server, "CLEAR DEFAULT", If_Match="abc").status == 400
    assert update(server, f"DELETE WHERE {{ <{E}u> ?p ?o }}", If_Match="*").status == 204


def at_once(count: int, task) -> list[Reply]:  # type: ignore[no-untyped-def]
    """Do something so many times at once."""
    gate = threading.Barrier(count)
    replies: list[Reply] = []

    def run(number: int) -> None:
        gate.wait(30)
        replies.append(task(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(replies) == count
    return replies


@pytest.mark.parametrize("clients", [2, 6])
def test_of_clients_that_replace_the_same_state_at_once_one_succeeds(
    server: Server, graph: str, clients: int
) -> None:
    for turn in range(8):
        now = etag(server, graph)

        def put(number: int, now: str = now, turn: int = turn) -> Reply:
            return send(
                server, "PUT", graph, f"<{E}s> <{E}p> {100 + turn * 10 + number} .", If_Match=now
            )

        replies = at_once(clients, put)
        statuses = sorted(reply.status for reply in replies)
        assert statuses == [204] + [412] * (clients - 1)
        done = next(reply for reply in replies if reply.status == 204)
        assert server.version == done.headers["Data-Version"]


def test_of_clients_that_make_the_same_graph_at_once_one_succeeds(server: Server) -> None:
    for turn in range(8):
        name = f"{E}graph/made/{turn}"

        def put(number: int, name: str = name) -> Reply:
            return send(server, "PUT", name, f"<{E}s> <{E}p> {number} .", If_None_Match="*")

        assert sorted(reply.status for reply in at_once(4, put)) == [201, 412, 412, 412]


def test_no_addition_is_lost_when_every_client_reads_and_tries_again(
    server: Server, graph: str
) -> None:
    def add(number: int) -> Reply:
        while True:
            found = send(server, "GET", graph, Accept="application/n-triples")
            body = found.text + f"<{E}s> <{E}added> {number} .\n"
            reply = send(server, "PUT", graph, body, If_Match=found.headers["ETag"])
            if reply.status != 412:
                return reply

    assert {reply.status for reply in at_once(5, add)} == {204}
    assert content(server, graph).count(f"<{E}added>") == 5


def test_read_of_a_kept_answer_looks_at_if_match_too(server: Server) -> None:
    graph = f"{E}kept{next(NUMBERS)}"
    assert send(server, "PUT", graph, LONG).status == 201
    path = f"/graphs?graph={quote(graph, safe='')}"
    now = server.ask(path).headers["ETag"]
    for _ in range(2):
        assert server.ask(path, headers={"If-Match": now}).status == 200
        assert server.ask(path, headers={"If-Match": '"ttl-0"'}).status == 412
