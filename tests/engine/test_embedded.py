"""The engine inside this process: union, terms, cutting, describing."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest

from mufakat.engine.dataset import chosen
from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.formats import BY_NAME
from mufakat.engine.types import Limits, QueryRequest
from mufakat.errors import BadQuery, Refused, Unavailable

E = "http://example.org/"
TURTLE = f"""
@prefix e: <{E}> .
e:a e:p e:b , "one\\ntwo, \\"three\\""@en , 7 ; e:q [ e:r 1.5 ] .
"""


@pytest.fixture
def engine() -> EmbeddedEngine:
    store = ox.Store()
    for graph in ("one", "two"):
        store.load(TURTLE.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(E + graph))
    return EmbeddedEngine(
        store, union_default_graph=True, version="1", prefixes={"e": E}, base_iri=E
    )


def test_union_holds_each_statement_once(engine: EmbeddedEngine) -> None:
    rows = engine.select("SELECT (COUNT(*) AS ?n) { ?s <p> ?o }").rows
    assert rows == [{"n": ox.Literal(3)}]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) FROM <one> FROM <two> { ?s <p> ?o }",
        "PREFIX g: <> SELECT (COUNT(*) AS ?n) FROM g:one FROM NAMED <x> FROM g:two { ?s <p> ?o }",
        "BASE <http://example.org/x/> SELECT (COUNT(*) AS ?n) FROM <../one> FROM <../two>"
        " { ?s <http://example.org/p> ?o }",
    ],
)
def test_merge_of_graphs_holds_each_statement_once(engine: EmbeddedEngine, text: str) -> None:
    assert engine.select(text).rows == [{"n": ox.Literal(3)}]
    asked = QueryRequest("SELECT (COUNT(*) AS ?n) { ?s <p> ?o }", (E + "one", E + "two"))
    assert engine.answer(asked, BY_NAME["csv"]).body == b"n\r\n3\r\n"


def test_merge_keeps_named_graphs_apart(engine: EmbeddedEngine) -> None:
    text = "SELECT ?g FROM <one> FROM <two> FROM NAMED <two> { GRAPH ?g { <a> <p> 7 } }"
    assert engine.select(text).rows == [{"g": ox.NamedNode(E + "two")}]


@pytest.mark.parametrize(
    "text",
    [
        r"PREFIX g: <set#> SELECT (COUNT(*) AS ?n) FROM g:a FROM g:b\~ { ?s <p> ?o }",
        r"SELECT (COUNT(*) AS ?n) FROM <set#\u0061> FROM <set#b~> { ?s <p> ?o }",
    ],
)
def test_names_of_graphs_are_read_as_the_standard_writes_them(text: str) -> None:
    store = ox.Store()
    for graph in ("set#a", "set#b~"):
        store.load(TURTLE.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(E + graph))
    engine = EmbeddedEngine(store, union_default_graph=False, version="1", base_iri=E)
    assert engine.select(text).rows == [{"n": ox.Literal(3)}]


def test_a_description_needs_no_pattern_behind_its_graphs(engine: EmbeddedEngine) -> None:
    # three statements that both have, and a node without a name with its number in each
    assert len(engine.construct("DESCRIBE <a> FROM <one> FROM <two>")) == 3 + 2 * 2


def test_names_of_graphs_are_read_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, parse = [], ox.parse
    monkeypatch.setattr(ox, "parse", lambda *a, **k: read.append(a) or parse(*a, **k))
    text = "PREFIX p: <#> " * 500 + "SELECT * " + "FROM p:a " * 500 + "FROM NAMED <b> {}"
    assert chosen(QueryRequest(text), E) == ([E + "#a"] * 500, [E + "b"])
    assert len(read) == 1, "each reading costs as much as there are declarations"


def test_select_gives_terms_and_leaves_out_what_is_unbound(engine: EmbeddedEngine) -> None:
    rows = engine.select(
        "SELECT ?o ?none { <a> <p> ?o FILTER(isIRI(?o)) OPTIONAL { ?o <x> ?none } }"
    )
    assert rows.vars == ["o", "none"]
    assert rows.rows == [{"o": ox.NamedNode(E + "b")}]


def test_ask_and_construct(engine: EmbeddedEngine) -> None:
    assert engine.ask("ASK { <a> <p> 7 }")
    assert engine.construct("CONSTRUCT { <x> <y> <z> } WHERE { GRAPH ?g { ?s ?p ?o } }") == [
        ox.Triple(ox.NamedNode(E + "x"), ox.NamedNode(E + "y"), ox.NamedNode(E + "z"))
    ]


def test_describe_follows_blank_nodes(engine: EmbeddedEngine) -> None:
    values = {str(triple.predicate.value) for triple in engine.construct("DESCRIBE <a>")}
    assert values == {E + "p", E + "q", E + "r"}


@pytest.mark.parametrize("text", ["ASK {}", "CONSTRUCT WHERE {}"])
def test_select_of_another_form_is_refused(engine: EmbeddedEngine, text: str) -> None:
    with pytest.raises(BadQuery):
        engine.select(text)


def test_form_reads_the_whole_query(engine: EmbeddedEngine) -> None:
    assert engine.form("DESCRIBE <a>") == "describe"
    with pytest.raises(BadQuery):
        engine.form("SELECT * { ?s ?p }")


def test_unknown_function_is_named(engine: EmbeddedEngine) -> None:
    with pytest.raises(BadQuery, match="custom function"):
        engine.select("SELECT * { FILTER(<http://e/f>(1)) }")


def test_network_is_not_reached_even_without_the_guard() -> None:
    from mufakat.engine import evaluate  # noqa: PLC0415

    text = "SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }"
    assert evaluate.rows(evaluate.run(ox.Store(), QueryRequest(text))).rows == []
    service = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises((Refused, Unavailable, BadQuery)):
        evaluate.rows(evaluate.run(ox.Store(), QueryRequest(service)))


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_cut_answers_are_whole_answers_of_fewer_rows(
    engine: EmbeddedEngine, name: str, rows: int
) -> None:
    text = "SELECT ?o { <a> <p> ?o } ORDER BY ?o"
    whole = engine.answer(QueryRequest(text), BY_NAME[name])
    engine.limits = Limits(rows=rows)
    answer = engine.answer(QueryRequest(text), BY_NAME[name])
    assert answer.truncated is (rows < 3)
    limited = engine.answer(QueryRequest(f"{text} LIMIT {rows}"), BY_NAME[name])
    if name == "json":
        assert json.loads(answer.body) == json.loads(limited.body)
    elif name == "csv":
        read = [list(csv.reader(io.StringIO(a.body.decode()))) for a in (answer, limited)]
        assert read[0] == read[1]
    else:
        assert answer.body == limited.body
    assert rows < 3 or answer.body == whole.body


def test_prefix_that_would_need_escapes_is_left_out(engine: EmbeddedEngine) -> None:
    engine.prefixes = {"e": E, "below": E + "id/"}
    text = "CONSTRUCT { <id/state/a> <p> <id/b/c> } WHERE {}"
    body = engine.answer(QueryRequest(text), BY_NAME["turtle"]).body.decode()
    assert body == f"<{E}id/state/a> <{E}p> <{E}id/b/c> .\n"
    engine.prefixes = {"e": E, "state": E + "id/state/"}
    body = engine.answer(QueryRequest(text), BY_NAME["turtle"]).body.decode()
    assert f"state:a <{E}p> <{E}id/b/c> ." in body
