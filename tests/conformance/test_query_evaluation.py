"""The W3C's query evaluation and syntax tests, over HTTP against a server that is really up.

All data files are graphs of one server; the dataset of each test is named by the protocol. The
expected failures in `expected.py` have names and causes; one that passes fails the suite.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import manifest
import pyoxigraph as ox
import pytest
from expected import FAILURES, marked
from manifest import BASE, DATA, Case
from results import read_answer, read_expected, read_graph, same, without_repetition

from live import Server, publish, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

NOTHING = "http://w3c.test/nothing"
ALL = [
    case
    for generation in ("sparql10", "sparql11")
    for suite in manifest.suites(generation)
    for case in manifest.cases(suite)
]
EVALUATED = [c for c in ALL if c.kind in {"QueryEvaluationTest", "CSVResultFormatTest"}]
RIGHT = [c for c in ALL if c.kind in {"PositiveSyntaxTest", "PositiveSyntaxTest11"}]
WRONG = [c for c in ALL if c.kind in {"NegativeSyntaxTest", "NegativeSyntaxTest11"}]


def graph_iri(file: str) -> str:
    return f"{BASE}graph/data/{file}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = publish(tmp_path_factory.mktemp("w3c"), base_iri=BASE, default_graph="standard")
    files = {file for case in EVALUATED for file in (*case.data, *(f for _, f in case.graphs))}
    for file in files | set(_named_by_queries()):
        _convert(file, folder / "data/ttl" / f"{file}.ttl")
    with serving(folder, "--max-rows", "0") as server:
        yield server


def _named_by_queries() -> Iterator[str]:
    """Files that a test names with FROM only."""
    for case in EVALUATED:
        text = (DATA / case.query).read_text(encoding="utf-8")
        for name in re.findall(r"FROM(?:\s+NAMED)?\s*<([^>]+)>", text):
            yield f"{case.suite}/{name}"


def _convert(file: str, target: Path) -> None:
    """Write a data file as Turtle that means the same under any base."""
    target.parent.mkdir(parents=True, exist_ok=True)
    triples = list(read_graph(DATA / file, graph_iri(file)))
    target.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")


def ask(server: Server, case: Case, accept: str) -> tuple[int, str, bytes]:
    text = (DATA / case.query).read_bytes().decode("utf-8")
    based = f"BASE <{graph_iri(case.query)}>\n{text}"
    dataset = []
    if "FROM" not in text:
        dataset = [("default-graph-uri", graph_iri(file)) for file in case.data]
        dataset += [("named-graph-uri", graph_iri(file)) for _, file in case.graphs]
        dataset = dataset or [("default-graph-uri", NOTHING)]
    reply = server.ask(
        "/sparql",
        "POST",
        urlencode([("query", based), *dataset]),
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept},
    )
    return reply.status, reply.media_type, reply.body


@pytest.mark.parametrize("case", marked(EVALUATED, FAILURES))
def test_query_gives_the_expected_result(server: Server, case: Case) -> None:
    assert case.result
    path = DATA / case.result
    if case.kind == "CSVResultFormatTest":
        status, _, body = ask(server, case, "text/csv")
        assert status == 200, body
        assert _lines(body) == _lines(path.read_bytes())
        return
    accept = {
        "srj": "application/sparql-results+json",
        "tsv": "text/tab-separated-values",
    }.get(path.suffix[1:], "application/sparql-results+xml, text/turtle")
    status, media_type, body = ask(server, case, accept)
    assert status == 200, body.decode()
    found = read_answer(body, media_type)
    expected = read_expected(path, graph_iri(case.result))
    if case.suite.endswith("/reduced"):
        found, expected = without_repetition(found), without_repetition(expected)
    agree = same(found, expected, ordered=case.suite.endswith("/sort"))
    assert agree, f"found {found}\nexpected {expected}"


def _lines(body: bytes) -> tuple[str, list[str]]:
    """The head and the rows of a CSV answer; all blank nodes look alike."""
    first, *rest = body.decode().replace("\r\n", "\n").strip("\n").split("\n")
    return first, sorted(re.sub(r"_:\w+", "_:", line) for line in rest)


@pytest.mark.parametrize("case", marked(RIGHT, FAILURES))
def test_right_syntax_is_read(server: Server, case: Case) -> None:
    status, _, body = ask(server, case, "*/*")
    # A function nobody knows is right syntax, and so is a service that is not allowed here.
    known = status == 200 or b"custom function" in body or (status == 403 and b"SERVICE" in body)
    assert known, body.decode()


@pytest.mark.parametrize("case", marked(WRONG, FAILURES))
def test_wrong_syntax_is_refused(server: Server, case: Case) -> None:
    status, _, body = ask(server, case, "*/*")
    assert status == 400, body.decode()
