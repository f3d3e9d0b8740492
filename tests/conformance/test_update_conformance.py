"""The W3C's update tests, over HTTP against a server that is really up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import manifest
import pyoxigraph as ox
import pytest
from expected import FAILURES, marked
from manifest import BASE, DATA, Case
from results import read_answer, read_graph, same
from standard_server import Standard, standard

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ALL = [case for suite in manifest.suites("sparql11") for case in manifest.cases(suite)]


def of_kind(*kinds: str) -> list[object]:
    return marked((case for case in ALL if case.kind in kinds), FAILURES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standard]:
    with standard(tmp_path_factory.mktemp("empty")) as store:
        yield store


def triples(file: str) -> frozenset[ox.Triple]:
    return frozenset(read_graph(DATA / file, BASE + file))


def text(case: Case) -> str:
    return f"BASE <{BASE}{case.query}>\n{(DATA / case.query).read_text(encoding='utf-8')}"


def current(store: Standard, name: str | None) -> frozenset[ox.Triple]:
    reply = store.graph("GET", name, headers={"Accept": "application/n-triples"})
    assert reply.status == 200, reply.text
    found = read_answer(reply.body, "application/n-triples")
    assert isinstance(found, frozenset)
    return found


@pytest.mark.parametrize("case", of_kind("UpdateEvaluationTest"))
def test_update_leaves_the_expected_dataset(store: Standard, case: Case) -> None:
    store.empty()
    default = [triple for file in case.data for triple in triples(file)]
    store.put(None, ox.serialize(default, format=ox.RdfFormat.N_TRIPLES) or b"")
    for name, file in case.graphs:
        store.put(name, ox.serialize(triples(file), format=ox.RdfFormat.N_TRIPLES) or b"")
    reply = store.update(text(case))
    assert reply.status == 204, reply.text
    expected = frozenset(triple for file in case.result_data for triple in triples(file))
    assert same(current(store, None), expected)
    wanted = {name: triples(file) for name, file in case.result_graphs}
    assert set(store.names()) == {name for name, graph in wanted.items() if graph}
    for name, graph in wanted.items():
        if graph:
            assert same(current(store, name), graph)


@pytest.mark.parametrize("case", of_kind("PositiveUpdateSyntaxTest11"))
def test_right_update_syntax_is_read(store: Standard, case: Case) -> None:
    store.empty()
    reply = store.update(text(case))
    # LOAD is right syntax and not allowed here; an operation on a graph that is not there fails.
    refused = reply.status == 403 and "LOAD" in reply.text
    failed = reply.status == 400 and "does not exist" in reply.text
    assert reply.status == 204 or refused or failed, reply.text


@pytest.mark.parametrize("case", of_kind("NegativeUpdateSyntaxTest11"))
def test_wrong_update_syntax_is_refused(store: Standard, case: Case) -> None:
    reply = store.update(text(case))
    # An update with LOAD is refused before it is parsed.
    assert reply.status == 400 or (reply.status == 403 and "LOAD" in reply.text)
