"""Conditions on a change: compared with the very state that the change is made on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine.changes import GraphWrite, Update
from mufakat.engine.conditions import WHOLE_GRAPH, Condition, digest, name
from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.formats import BY_NAME, for_kind
from mufakat.engine.journal import Journal
from mufakat.engine.types import Limits, QueryRequest
from mufakat.engine.writer import WritingWorker, read, request
from mufakat.errors import PreconditionFailed

if TYPE_CHECKING:
    from pathlib import Path

    from mufakat.engine.changes import Change
    from mufakat.engine.formats import ResultFormat

E = "http://example.org/"
G = E + "g"
DATA = f'<{E}a> <{E}p> "1" <{G}> .\n<{E}a> <{E}p> _:b <{G}> .\n_:b <{E}p> <{E}a> <{G}> .'


def worker(folder: Path, *, union: bool = False, rows: int = 0) -> WritingWorker:
    store = ox.Store()
    store.extend(ox.parse(DATA, ox.RdfFormat.N_QUADS))
    engine = EmbeddedEngine(
        store,
        union_default_graph=union,
        version="base",
        prefixes={"e": E},
        limits=Limits(rows=rows, result_bytes=10_000),
    )
    journal = Journal(folder / "journal")
    return WritingWorker(engine, journal=journal, union_into=E + "added" if union else None)


def sent(made: WritingWorker, graph: str | None = G, fmt: str = "turtle") -> str:
    """Name what a client is sent of a graph."""
    asked = QueryRequest(WHOLE_GRAPH, default_graphs=() if graph is None else (graph,))
    answer = made.engine.answer(asked, BY_NAME[fmt])
    version = made.version if answer.truncated else ""
    return name(BY_NAME[fmt], BY_NAME[fmt].media_type, digest(answer.body), version)


def put(text: str, **condition: object) -> GraphWrite:
    return GraphWrite("put", G, text.encode(), condition=Condition(**condition))  # type: ignore[arg-type]


def carry_out(made: WritingWorker, change: Change) -> str:
    travelled = json.loads(json.dumps(request(change)))
    return str(made.change(travelled)["version"])


@pytest.mark.parametrize("union", [False, True])
@pytest.mark.parametrize("fmt", for_kind("graph"), ids=lambda fmt: fmt.name)
def test_name_of_what_was_sent_is_the_name_that_the_writer_finds(
    tmp_path: Path, fmt: ResultFormat, union: bool
) -> None:
    made = worker(tmp_path, union=union)
    for graph in (G, None):
        now = sent(made, graph, fmt.name)
        data = f"<{E}n> <{E}p> <{graph or E}> .".encode()
        for condition in (Condition(one_of=("ttl-0", now)), Condition(is_there=True)):
            carry_out(made, GraphWrite("post", graph, data, condition=condition))
        with pytest.raises(PreconditionFailed, match="another state"):
            carry_out(made, GraphWrite("put", graph, b"", condition=Condition(one_of=(now,))))
        again = Condition(none_of=(sent(made, graph, fmt.name),))
        with pytest.raises(PreconditionFailed, match="If-None-Match"):
            carry_out(made, GraphWrite("put", graph, b"", condition=again))


def test_what_another_process_wrote_counts_though_it_was_not_taken_in_yet(tmp_path: Path) -> None:
    first, second = worker(tmp_path), worker(tmp_path)
    now = sent(first)
    carry_out(first, put(f"<{E}first> <{E}p> 1 .", one_of=(now,)))
    assert sent(second) == now, "it has not looked yet"
    with pytest.raises(PreconditionFailed):
        carry_out(second, put(f"<{E}second> <{E}p> 1 .", one_of=(now,)))
    assert second.version == first.version
    assert set(second.engine.store) == set(first.engine.store)
    carry_out(second, put(f"<{E}second> <{E}p> 1 .", one_of=(sent(first),)))


def test_condition_that_fails_writes_nothing(tmp_path: Path) -> None:
    made = worker(tmp_path)
    before = set(made.engine.store)
    for condition in (
        Condition(one_of=()),
        Condition(one_of=("ttl-0",)),
        Condition(is_new=True),
        Condition(none_of=(sent(made),)),
        Condition(is_there=True, is_new=True),
    ):
        with pytest.raises(PreconditionFailed):
            carry_out(made, GraphWrite("put", G, b"<a> <b> <c> .", condition=condition))
    assert (made.version, set(made.engine.store)) == ("base", before)
    assert list(Journal(tmp_path / "journal").records()) == []


def test_state_comes_back_under_its_name(tmp_path: Path) -> None:
    made = worker(tmp_path)
    carry_out(made, GraphWrite("put", G, b"<a:a> <a:b> 1 ."))
    now = sent(made)
    carry_out(made, GraphWrite("put", E + "other", b"<a:a> <a:b> 1 ."))
    assert sent(made) == now
    carry_out(made, GraphWrite("put", G, b"<a:a> <a:b> 2 ."))
    assert sent(made) != now
    carry_out(made, GraphWrite("put", G, b"<a:a> <a:b> 1 ."))
    assert sent(made) == now
    assert sent(worker(tmp_path)) == now, "after a restart"


def test_answer_that_is_cut_is_named_by_the_version(tmp_path: Path) -> None:
    made = worker(tmp_path, rows=1)
    now = sent(made)
    carry_out(made, GraphWrite("put", E + "other", b"<a:a> <a:b> 1 ."))
    assert sent(made) != now
    with pytest.raises(PreconditionFailed):
        carry_out(made, put("", one_of=(now,)))
    carry_out(made, put("", one_of=(sent(made),)))


def test_graph_that_grew_beyond_what_can_be_sent_is_in_another_state(tmp_path: Path) -> None:
    made = worker(tmp_path)
    now = sent(made)
    large = "".join(f"<{E}{n}> <{E}p> <{E}{n}> .\n" for n in range(1000))
    carry_out(made, put(large))
    with pytest.raises(PreconditionFailed):
        carry_out(made, put("", one_of=(now,)))


def test_graph_that_is_not_there_has_no_state(tmp_path: Path) -> None:
    made = worker(tmp_path)
    for condition in (Condition(is_there=True), Condition(one_of=(sent(made),))):
        with pytest.raises(PreconditionFailed, match="not there"):
            carry_out(made, GraphWrite("put", E + "new", b"", condition=condition))
    condition = Condition(is_new=True, none_of=(sent(made),))
    carry_out(made, GraphWrite("put", E + "new", b"", condition=condition))
    with pytest.raises(PreconditionFailed, match="there already"):
        carry_out(made, GraphWrite("put", E + "new", b"", condition=condition))


def test_update_of_one_graph_is_about_that_graph_and_another_about_all_data(
    tmp_path: Path,
) -> None:
    made = worker(tmp_path)
    text = f"INSERT DATA {{ GRAPH <{G}> {{ <{E}n> <{E}p> 1 }} }}"
    carry_out(made, Update(text, only=(G,), condition=Condition(one_of=(sent(made),))))
    version = made.version
    condition = Condition(one_of=(version,))
    carry_out(made, Update(f"CLEAR GRAPH <{G}>", condition=condition))
    with pytest.raises(PreconditionFailed, match="The data"):
        carry_out(made, Update(text, condition=condition))


@pytest.mark.parametrize(
    "condition",
    [None, Condition(), Condition(one_of=()), Condition(True, True, ("a", "b"), ("c",))],
)
def test_condition_travels_as_it_is(condition: Condition | None) -> None:
    for change in (
        Update("CLEAR ALL", only=(None,), condition=condition),
        GraphWrite("put", G, b"x", condition=condition),
    ):
        assert read(json.loads(json.dumps(request(change)))) == change
