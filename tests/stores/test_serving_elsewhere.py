"""Pages, questions and protocol in front of another maker's store: to the byte what we serve."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from listening import Quiet
from tests.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live import Reply, Server
    from tests.stores.conftest import OtherStore

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
HOST = "mufakat.example"
"""Under one name, two servers write the same addresses."""
PAGES = (
    "/",
    "/query/",
    "/query/parties-on-date",
    "/query/gaps?asOf=2012-01-01",
    "/query/table-1-criminalisation",
    "/page/state/tha",
    "/page/instrument/un-tip-protocol-2000",
    "/page/conflict/cf-03",
    "/page/source/paper-001",
    "/ontology",
    "/scheme/tip-tier",
    "/search?q=thai",
)
DATA = (
    "/query/parties-on-date.csv",
    "/query/table-1-criminalisation.json",
    "/query/conflicts-about-a-node.csv",
    "/query/definition-without-protocol.xml",
    "/query/indicators-on-date.tsv?asOf=2012-01-01",
    "/id/state/tha.ttl",
    "/data/state/tha",
    "/data/instrument/un-tip-protocol-2000",
    "/ontology.ttl",
    "/scheme/tip-tier.ttl",
)
SELECT = """
PREFIX mfk: <https://w3id.org/mufakat/ontology#>
SELECT ?state ?iso ?none
WHERE { ?state a mfk:State ; mfk:iso3 ?iso OPTIONAL { ?state mfk:no ?none } }
ORDER BY ?iso
"""
CONSTRUCT = """
PREFIX mfk: <https://w3id.org/mufakat/ontology#>
CONSTRUCT { ?state mfk:iso3 ?iso } WHERE { ?state a mfk:State ; mfk:iso3 ?iso }
"""
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml")
TABLES = ("text/csv", "text/tab-separated-values", *RESULTS)
GRAPHS = (
    "text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml",
)  # fmt: skip


@pytest.fixture(scope="module")
def ours() -> Iterator[Server]:
    with serving(ROOT) as server:
        yield server


@pytest.fixture(scope="module")
def fronts() -> Iterator[dict[str, Server]]:
    """The servers in front of other stores, started when they are first asked for."""
    with ExitStack() as stack:
        yield _Fronts(stack)


class _Fronts(dict[str, "Server"]):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, endpoint: str) -> Server:
        server = serving(ROOT, "--store", endpoint)
        self[endpoint] = self._stack.enter_context(server)
        return self[endpoint]


@pytest.fixture
def front(fronts: dict[str, Server], other_store: OtherStore) -> Server:
    return fronts[other_store.endpoint]


def get(server: Server, path: str, accept: str = "*/*", **headers: str) -> Reply:
    return server.ask(path, headers={"Accept": accept, "Host": HOST, **headers})


def same(one: Reply, other: Reply) -> None:
    assert other.status == one.status == 200
    assert other.media_type == one.media_type
    assert other.text == one.text
    assert other.headers["ETag"] == one.headers["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same(path: str, ours: Server, front: Server) -> None:
    same(get(ours, path, "text/html"), get(front, path, "text/html"))


@pytest.mark.parametrize("path", DATA)
def test_data_are_the_same(path: str, ours: Server, front: Server) -> None:
    if path.startswith("/id/"):
        path = get(ours, path).headers["Location"].removeprefix(f"http://{HOST}")
    same(get(ours, path), get(front, path))


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, accept) for accept in TABLES]
    + [("ASK { ?s ?p ?o }", accept) for accept in RESULTS]
    + [(CONSTRUCT, accept) for accept in GRAPHS],
)
def test_the_protocol_answers_the_same(
    query: str, accept: str, ours: Server, front: Server
) -> None:
    path = f"/sparql?query={quote(query)}"
    same(get(ours, path, accept), get(front, path, accept))


def test_a_query_in_the_body_and_a_dataset_are_passed_on(ours: Server, front: Server) -> None:
    graph = quote("https://w3id.org/mufakat/graph/data/states")
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    answers = [
        server.ask(
            f"/sparql?default-graph-uri={graph}",
            "POST",
            query,
            {"Content-Type": "application/sparql-query", "Accept": "text/csv"},
        )
        for server in (ours, front)
    ]
    same(*answers)
    assert int(answers[0].text.split()[1]) > 100


def test_what_has_not_changed_is_not_sent_again(front: Server) -> None:
    path = "/query/parties-on-date.csv"
    tag = get(front, path).headers["ETag"]
    assert get(front, path, **{"If-None-Match": tag}).status == 304


def test_a_broken_query_is_a_400_with_its_place(front: Server) -> None:
    reply = get(front, f"/sparql?query={quote('SELECT * { ?s ?p }')}", "application/json")
    assert reply.status == 400
    assert '"line": 1' in reply.text


class _Relay(Quiet):
    """Stands where a store stands: passes requests on to it, or keeps silent."""

    protocol_version = "HTTP/1.1"
    behind = ""
    silent = False
    passed = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).silent:
            time.sleep(3)
            return
        type(self).passed += 1
        headers = {name: self.headers[name] for name in ("Accept", "Content-Type")}
        request = urllib.request.Request(type(self).behind, body, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            answer, media = reply.read(), reply.headers["Content-Type"]
        self.answer(200, media, answer)


class _Replica(ThreadingHTTPServer):
    """One address of a store, which can be taken away while the store goes on."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, store: OtherStore) -> None:
        self.relay = type("Relay", (_Relay,), {"behind": store.endpoint})
        super().__init__(("127.0.0.1", 0), self.relay)
        self.address = f"http://127.0.0.1:{self.server_port}/sparql"
        self.lost: list[socket.socket] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.lost.append(request)
        super().process_request(request, client_address)

    def handle_error(self, *_: object) -> None:
        pass

    def kill(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in self.lost:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def replicas(other_store: OtherStore) -> Iterator[tuple[_Replica, _Replica]]:
    pair = _Replica(other_store), _Replica(other_store)
    yield pair
    for replica in pair:
        replica.kill()


def told(reply: Reply, status: int, words: str) -> None:
    assert reply.status == status
    assert words in reply.text
    assert "Traceback" not in reply.text
    assert "127.0.0.1" not in reply.text


def test_a_store_that_dies_is_a_502_that_says_so(replicas: tuple[_Replica, _Replica]) -> None:
    words = "cannot be reached"
    with serving(ROOT, "--store", replicas[0].address) as server:
        assert get(server, "/query/parties-on-date").status == 200
        replicas[0].kill()
        told(get(server, "/query/gaps", "text/html"), 502, words)
        told(get(server, "/query/gaps.csv"), 502, words)
        told(get(server, "/page/state/vnm", "text/html"), 502, words)
        problem = get(server, "/sparql?query=ASK%7B%7D")
        told(problem, 502, words)
        assert problem.media_type == "application/problem+json"
        assert get(server, "/health").status == 200
        assert get(server, "/ready").status == 503


def test_a_store_that_hangs_is_a_504_within_the_deadline(
    replicas: tuple[_Replica, _Replica],
) -> None:
    words = "did not answer within 1 second"
    with serving(ROOT, "--store", replicas[0].address, "--timeout", 1) as server:
        replicas[0].relay.silent = True
        for path, accept in (("/query/gaps", "text/html"), ("/sparql?query=ASK%7B%7D", "*/*")):
            begin = time.monotonic()
            told(get(server, path, accept), 504, words)
            assert time.monotonic() - begin < 2.5


def test_no_read_fails_when_one_of_two_replicas_dies(replicas: tuple[_Replica, _Replica]) -> None:
    both = " ".join(replica.address for replica in replicas)
    with serving(ROOT, "--store", both) as server:
        asked = [f"/sparql?query={quote(f'SELECT ({n} AS ?n) {{}}')}" for n in range(120)]
        with ThreadPoolExecutor(4) as clients:
            answers = [clients.submit(get, server, path, "text/csv") for path in asked[:40]]
            assert all(answer.result().status == 200 for answer in answers)
            assert all(replica.relay.passed > 10 for replica in replicas)
            answers = [clients.submit(get, server, path, "text/csv") for path in asked[40:]]
            replicas[0].kill()
            told_numbers = [answer.result().text.split() for answer in answers]
        assert told_numbers == [["n", str(n)] for n in range(40, 120)]
