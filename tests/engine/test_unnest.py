"""NOT EXISTS is spelt as MINUS where that changes nothing, and nowhere else."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.unnest import unnested

E = "PREFIX : <http://e/> "
PARTIES = "?act :on :treaty ; :by ?state"


def _always(_pattern: object) -> bool:
    return True


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ ?state a :State FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ ?state a :State . FILTER NOT EXISTS {{ {PARTIES} . }} . }}",
        f"ASK {{ ?state a :S filter not exists {{ {PARTIES} FILTER(?act != :x) }} FILTER(1=1) }}",
        f"SELECT * {{ ?state a :S OPTIONAL {{ ?state :l ?l }} FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ {{ ?state :l ?l FILTER NOT EXISTS {{ {PARTIES} }} }} UNION {{ ?a :b ?c }} }}",
        "SELECT * { ?state :l ?l FILTER NOT EXISTS { :treaty :party ?state. } }",
        "SELECT * { ?s a :State FILTER NOT EXISTS { <http://e/x> <http://e/y> ?s } }",
        "SELECT * { ?s a :S FILTER NOT EXISTS { ?act :on :treaty . ?rule :of ?act ; :for ?s } }",
        "SELECT (MD5(?n) AS ?m) { ?s :n ?n FILTER(?n>1e-5) FILTER NOT EXISTS { :t :party ?s } }",
        "SELECT * { ?s :n ?n FILTER NOT EXISTS { ?x :on :t1 . ?x :by ?s . :t2 :party ?s } }",
        "SELECT * { ?s :n ?n FILTER NOT EXISTS { :t2 :party ?s . ?x :on :t1 . ?x :by ?s } }",
    ],
)
def test_a_pattern_that_stands_by_itself_is_taken_away_at_once(query: str) -> None:
    told = unnested(E + query, _always)
    assert "EXISTS" not in told.upper()
    assert "MINUS" in told
    assert len(told) == len(E + query)  # what the engine says of a place holds for the text as sent


@pytest.mark.parametrize(
    "query",
    [
        # nothing is shared
        f"SELECT * {{ ?s a :State FILTER NOT EXISTS {{ {PARTIES} }} }}",
        # what is shared may be unbound, or is bound by something else
        f"SELECT * {{ ?s a :S OPTIONAL {{ ?s :in ?state }} FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ ?s a :S BIND(?s AS ?state) FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ ?s a :S VALUES ?state {{ UNDEF }} FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ {{ ?s :by ?state }} UNION {{ ?s a :S }} FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ ?state a :S OPTIONAL {{ ?act :c ?d }} FILTER NOT EXISTS {{ {PARTIES} }} }}",
        # a filter of the pattern looks at what is outside of it
        f"SELECT * {{ ?state :since ?d FILTER NOT EXISTS {{ {PARTIES} FILTER(?d > 1) }} }}",
        # more follows, which may share a variable
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} ?act :c ?d }}",
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} OPTIONAL {{ ?act :c ?d }} }}",
        # filters of an optional group see what is outside of it
        f"SELECT * {{ ?s :b ?act OPTIONAL {{ ?s :i ?state FILTER NOT EXISTS {{ {PARTIES} }} }} }}",
        # inside a pattern that is worked out for each solution
        f"ASK {{ ?s a :S FILTER EXISTS {{ ?s :i ?state FILTER NOT EXISTS {{ {PARTIES} }} }} }}",
        # more than triple patterns and filters
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} OPTIONAL {{ ?act :c ?d }} }} }}",
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} BIND(?act AS ?d) }} }}",
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} FILTER EXISTS {{ ?a :c 1 }} }} }}",
        "SELECT * { ?state a :S FILTER NOT EXISTS { ?act :on :treaty ; :by/:of* ?state } }",
        "SELECT * { ?state a :S FILTER NOT EXISTS { [ :on :treaty ; :by ?state ] } }",
        "SELECT * { ?state a :S FILTER NOT EXISTS { SELECT ?state { ?state :on :treaty } } }",
        # other graphs
        f"SELECT * {{ GRAPH ?g {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} }} }}",
        # keywords that the engine sees where none stands by itself
        f"SELECT * {{ ?s :n 1OPTIONAL {{ ?z :i ?state FILTER NOT EXISTS {{ {PARTIES} }} }} }}",
        f"ASK {{ ?s :n 1FILTER(NOTEXISTS{{ ?z a ?state FILTER NOT EXISTS {{ {PARTIES} }} }}) }}",
        f"SELECT * {{ ?s :n true.GRAPH:g{{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} }} }}",
        f"SELECT * {{ ?s :n 1GRAPH?g{{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} }} }}",
        # comparisons that may be read as an IRI
        f"SELECT * {{ ?state :n ?o FILTER NOT EXISTS {{ {PARTIES} FILTER(?act<?o&&1>0) }} }}",
        f"ASK {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} FILTER(1<2).:a:p?act.FILTER(1>0) }}",
        # parts that do not hang together, or hang on what many things have: their join may be huge
        f"SELECT * {{ ?state a :State FILTER NOT EXISTS {{ {PARTIES} . ?a :b ?c }} }}",
        "SELECT * { ?state a :S FILTER NOT EXISTS { ?act :on :treaty . ?other :by ?state } }",
        "SELECT * { ?state a :S FILTER NOT EXISTS { :t :party ?state . ?state a ?k . ?x a ?k } }",
        # nothing that it stands on
        "SELECT * { ?state a :S FILTER NOT EXISTS { ?act a <> ; :by ?state } }",
        "SELECT * { ?state a :S FILTER NOT EXISTS { ?act a :Act ; :by ?state } }",
        # no query at all
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} ",
        f"FILTER NOT EXISTS {{ {PARTIES} }}",
        f"SELECT * {{ ?state a :S VALUES ?x FILTER NOT EXISTS {{ {PARTIES} }} }}",
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} OPTIONAL }}",
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} }} FILTER",
        f"SELECT * {{ ?state a :S FILTER NOT EXISTS {{ {PARTIES} ) }} }}",
        # in a text and a comment
        'SELECT * { ?s :l "FILTER NOT EXISTS { :a :b ?s }" }',
        "SELECT * { ?s :l ?l # FILTER NOT EXISTS { :a :b ?s }\n}",
    ],
)
def test_anything_else_is_left_as_it_is(query: str) -> None:
    assert unnested(E + query, _always) == E + query


@pytest.mark.parametrize(
    "inner", [":t :party ?s . ?x a ?k", ":t :party ?s . ?x :of ?s", "?x :on :t . :u :party ?s"]
)
def test_a_pattern_that_leads_to_many_solutions_is_left_as_it_is(inner: str) -> None:
    query = f"{E}SELECT * {{ ?s a :State FILTER NOT EXISTS {{ {inner} }} }}"
    assert unnested(query, lambda pattern: bool(pattern[0] or pattern[2])) == query


def test_a_pattern_with_many_solutions_is_left_as_it_is() -> None:
    query = f"{E}SELECT * {{ ?state a :State FILTER NOT EXISTS {{ {PARTIES} }} }}"
    asked = []
    assert unnested(query, lambda pattern: bool(asked.append(pattern))) == query
    assert asked == [(None, "http://e/on", "http://e/treaty")]


NODES = st.sampled_from([":a", ":b", ":c"])
TERMS = st.one_of(st.sampled_from(["?x", "?y", "?z", "?w"]), NODES)
PATTERNS = st.lists(
    st.tuples(TERMS, st.sampled_from([":p", ":q", "?r"]), TERMS).map(" ".join),
    min_size=1,
    max_size=3,
).map(" . ".join)
FILTERS = st.sampled_from(
    [
        "",
        "FILTER(?x != :a)",
        "FILTER(?z = ?y)",
        "FILTER(BOUND(?w))",
        "FILTER(!BOUND(?y) || ?y = :b)",
    ]
)
PARTS = st.one_of(
    st.just(""),
    st.just(""),
    PATTERNS.map(lambda part: f"OPTIONAL {{ {part} }}"),
    PATTERNS.map(lambda part: f"MINUS {{ {part} }}"),
    st.tuples(PATTERNS, PATTERNS).map(lambda two: f"{{ {two[0]} }} UNION {{ {two[1]} }}"),
    st.just("BIND(:a AS ?v)"),
    st.just("VALUES ?y { :a UNDEF }"),
)
NEGATED = st.tuples(PATTERNS, FILTERS).map(
    lambda two: f"FILTER NOT EXISTS {{ ?x :p :a . {' '.join(two)} }}"
)
QUERIES = st.tuples(PARTS, PATTERNS, PARTS, NEGATED, st.one_of(PARTS, NEGATED), FILTERS).map(
    lambda parts: f"{E}SELECT * {{ {' '.join(parts)} }}"
)
TRIPLES = st.lists(
    st.tuples(NODES, st.sampled_from([":p", ":q"]), NODES).map(" ".join), max_size=12, unique=True
)


def _bag(store: ox.Store, query: str) -> Counter[str] | None:
    try:
        return Counter(map(str, store.query(query)))
    except SyntaxError:
        return None


@settings(max_examples=500, deadline=None)
@given(TRIPLES, QUERIES)
def test_the_rows_are_the_same(triples: list[str], query: str) -> None:
    store = ox.Store()
    store.update(f"{E}INSERT DATA {{ {' . '.join(triples)} }}")
    assert _bag(store, unnested(query, _always)) == _bag(store, query)


def test_the_engine_answers_the_same_and_tells_places_of_the_text_as_sent() -> None:
    store = ox.Store()
    store.update(f"{E}INSERT DATA {{ :x a :State . :y a :State . :act :on :treaty ; :by :y }}")
    engine = EmbeddedEngine(store, union_default_graph=False, version="v")
    query = f"{E}SELECT ?state {{ ?state a :State\nFILTER NOT EXISTS\n{{ {PARTIES} }} }}"
    rows = engine.select(query).rows
    assert [row["state"].value for row in rows] == ["http://e/x"]
