"""Patches: what an update may say about one graph, and that it touches nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mufakat.engine.changes import Update, make
from mufakat.engine.patch import confined
from mufakat.engine.types import Limits
from mufakat.errors import BadQuery, MufakatError, Refused, Unprocessable, Where

if TYPE_CHECKING:
    from mufakat.engine.guard_update import Guarded

E = "http://example.org/"
GRAPH = E + "g"
OTHER = E + "h"
P = f"PREFIX e: <{E}> PREFIX : <{E}> "


def patch(text: str, graph: str | None = GRAPH) -> Guarded:
    return confined(text, graph, Limits(operators=1_000_000), E)


def store(other: str = "other", default: str = "other") -> ox.Store:
    """Give a graph to patch and other things, by name, in another and in the default graph."""
    found = ox.Store()
    found.update(
        f"""{P} INSERT DATA {{ GRAPH e:g {{ e:a e:p 1 . e:b e:p 2 . e:a e:q e:b }}
        GRAPH e:h {{ e:{other} e:p 7 . e:a e:q e:{other} }}
        e:{default} e:p 8 . e:a e:r e:{default} }}"""
    )
    return found


def carried_out(
    text: str, graph: str | None = GRAPH, other: str = "other", default: str = "other"
) -> ox.Store:
    """Carry out a patch with nothing but its text to keep it inside."""
    found = store(other, default)
    make(found, Update(patch(text, graph).text), base_iri=E, union_into=None)
    return found


def triples(found: ox.Store, graph: str | None) -> set[str]:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    quads = found.quads_for_pattern(None, None, None, name)
    return {re.sub(r"_:\w+", "_:", str(quad.triple)) for quad in quads}


def outside(found: ox.Store, graph: str | None) -> set[str]:
    return {
        str(quad)
        for quad in found
        if quad.graph_name != (ox.NamedNode(graph) if graph else ox.DefaultGraph())
    }


RIGHT = {
    "insert": (f"{P} INSERT DATA {{ e:c e:p 3 }}", "ASK { e:c e:p 3 }"),
    "insert, named": (f"{P} INSERT DATA {{ GRAPH e:g {{ e:c e:p 3 }} }}", "ASK { e:c e:p 3 }"),
    "insert, both": (
        f"{P} INSERT DATA {{ e:c e:p 3 . e:d e:p 4 . GRAPH <g> {{ e:c e:p 5 }} . e:c e:p 6 }}",
        "ASK { e:c e:p 3, 5, 6 . e:d e:p 4 }",
    ),
    "insert, named twice": (
        f"{P} INSERT DATA {{ GRAPH :g {{ e:c e:p 3 }} GRAPH e:g {{ }} e:c e:p 4 ; e:q 5 . }}",
        "ASK { e:c e:p 3, 4 ; e:q 5 }",
    ),
    "comment at the end": (
        f"{P} INSERT DATA {{ e:c e:p 3 # }} GRAPH e:h {{ \n }}",
        "ASK { e:c e:p 3 }",
    ),
    "delete": (f"{P} DELETE DATA {{ e:a e:p 1 }}", "ASK { FILTER NOT EXISTS { e:a e:p 1 } }"),
    "delete where": (f"{P} DELETE WHERE {{ ?s e:p ?o }}", "ASK { FILTER NOT EXISTS { ?s e:p ?o }}"),
    "delete where, named": (
        f"{P} DELETE WHERE {{ ?s e:p ?o . GRAPH e:g {{ ?s e:q e:b }} }}",
        "ASK { FILTER NOT EXISTS { e:a ?p ?o } e:b e:p 2 }",
    ),
    "modify": (
        f"{P} DELETE {{ ?s e:p ?o }} INSERT {{ ?s e:p ?n }}"
        " WHERE { ?s e:p ?o BIND(?o + 1 AS ?n) }",
        "ASK { e:a e:p 2 . e:b e:p 3 }",
    ),
    "modify, with": (
        f"{P} WITH e:g INSERT {{ ?s e:n ?o }} USING e:g WHERE {{ ?s e:p ?o }}",
        "ASK { e:a e:n 1 . e:b e:n 2 }",
    ),
    "modify, named": (
        f"{P} INSERT {{ GRAPH e:g {{ ?s e:n ?o }} }} WHERE {{ GRAPH e:g {{ ?s e:p ?o }} }}",
        "ASK { e:a e:n 1 . e:b e:n 2 }",
    ),
    "negation": (
        f"{P} INSERT {{ ?s e:n 1 }} WHERE {{ ?s e:p ?o FILTER NOT EXISTS {{ ?s e:q ?x }} }}",
        "ASK { e:b e:n 1 FILTER NOT EXISTS { e:a e:n 1 } }",
    ),
    "clear": (f"{P} CLEAR GRAPH e:g ; INSERT DATA {{ e:c e:p 3 }}", "ASK { e:c e:p 3 }"),
    "blank nodes": (
        f"{P} INSERT DATA {{ _:x e:p [ e:q (1 2) ] . GRAPH e:g {{ e:c e:p 3 }} }}",
        "ASK { ?x e:p [ e:q (1 2) ] }",
    ),
    "quoted words": (
        f"{P} INSERT DATA {{ e:graph e:p 'GRAPH <h> {{' , \"WITH <h>\" . e:x e:graph e:with }}",
        "ASK { e:graph e:p 'GRAPH <h> {' . e:x e:graph e:with }",
    ),
    "nothing": ("# nothing", "ASK { e:a e:p 1 }"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_patch_changes_its_graph_and_no_other(name: str) -> None:
    text, question = RIGHT[name]
    found = carried_out(text)
    assert found.query(P + question, default_graph=ox.NamedNode(GRAPH)), triples(found, GRAPH)
    assert outside(found, GRAPH) == outside(store(), GRAPH)


BEYOND = {
    "DROP GRAPH e:g": 1,
    "CREATE GRAPH e:k": 1,
    "COPY e:g TO e:h": 1,
    "MOVE e:h TO e:g": 1,
    "ADD e:h TO e:g": 1,
    "CLEAR GRAPH e:h": 13,
    "CLEAR DEFAULT": 7,
    "CLEAR SILENT ALL": 14,
    "CLEAR NAMED": 7,
    "INSERT DATA { GRAPH e:h { e:a e:b 1 } }": 21,
    "INSERT DATA { e:a e:b 1 } ; DELETE DATA { GRAPH e:h { e:a e:b 1 } }": 49,
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }": 22,
    "WITH e:h DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }": 6,
    "INSERT { ?s ?p ?o } USING e:h WHERE { ?s ?p ?o }": 27,
    "INSERT { ?s ?p ?o } USING NAMED e:h WHERE { GRAPH e:g { ?s ?p ?o } }": 33,
    "INSERT { ?s ?p ?o } WHERE { GRAPH e:h { ?s ?p ?o } }": 35,
    "INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { ?s ?p ?o }": 16,
    "INSERT { ?s e:n 1 } WHERE { ?s ?p ?o FILTER EXISTS { GRAPH e:h { ?s ?p ?o } } }": 60,
    "LOAD <http://data.example/x> INTO GRAPH e:h": 41,
}


@pytest.mark.parametrize("text", BEYOND)
def test_patch_about_another_graph_is_told_where(text: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        patch(P + text)
    assert caught.value.where == Where(line=1, column=len(P) + BEYOND[text])
    assert "/update" in caught.value.mend
    assert "http-patch" in caught.value.clause


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s ?p ?o } WHERE { ?s ?p 1GRAPH e:h { ?s ?p ?o } }",
        "INSERT { ?s e:n 1GRAPH e:h { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } WHERE { ?s ?p true.GRAPHe:h{ ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { GRAPH:h { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o }USINGe:h WHERE { ?s ?p ?o }",
        "WITHe:h INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERTDATA { e:a e:b 1 }",
        "INSERT { ?s ?p ?o } USING NAMED:h WHERE { ?s ?p ?o }",
    ],
)
def test_words_without_a_blank_between_them_are_refused(text: str) -> None:
    with pytest.raises((BadQuery, Unprocessable)):
        patch(P + text)


def test_service_in_a_patch_is_refused() -> None:
    with pytest.raises(Refused):
        patch("INSERT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }")


def test_patch_of_the_default_graph_names_none() -> None:
    found = carried_out(f"{P} DELETE WHERE {{ ?s e:p ?o }} ; INSERT DATA {{ e:c e:p 3 }}", None)
    assert triples(found, None) == {f"<{E}a> <{E}r> <{E}other>", *_three()}
    assert outside(found, None) == outside(store(), None)
    patch("CLEAR DEFAULT ; LOAD <http://data.example/x>", None)
    for text in ("WITH <g> DELETE {} WHERE {}", "CLEAR GRAPH <g>", "CLEAR ALL"):
        with pytest.raises(Unprocessable):
            patch(text, None)


def _three() -> set[str]:
    return {f'<{E}c> <{E}p> "3"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_load_in_a_patch_goes_into_the_graph() -> None:
    update = patch("LOAD <http://data.example/x> ; LOAD SILENT <y> INTO GRAPH <g>")
    assert [load.graph for load in update.loads] == [GRAPH, GRAPH]


def test_mistake_in_a_patch_is_told_where_its_author_wrote_it() -> None:
    update = patch("INSERT DATA { <a:a> <a:b> 1 . } ; INSERT DATA { <a:a> <a:b> }")
    with pytest.raises(BadQuery) as caught:
        make(store(), Update(update.text), base_iri=E, union_into=None)
    assert update.rewritten.back(caught.value.where) == Where(line=1, column=60)


def test_change_beyond_its_graphs_is_refused_whatever_the_text_was() -> None:
    text = f"{P} INSERT DATA {{ GRAPH e:h {{ e:x e:p 1 }} }}"
    for only in ((GRAPH,), (None,)):
        with pytest.raises(Unprocessable):
            make(store(), Update(text, only=only), base_iri=E, union_into=None)
    with pytest.raises(Unprocessable):
        make(store(), Update(f"DROP GRAPH <{OTHER}>", only=(GRAPH,)), base_iri=E, union_into=None)
    assert make(store(), Update(text, only=(OTHER,)), base_iri=E, union_into=None).added


PATTERNS = ["?s ?p ?o", "e:a e:p ?o", "?s e:n 1", "?s ?p", "?s ?p true.", "e:b e:p", "#\n", ""]
GRAPHS = [
    "GRAPH e:h", "GRAPH <h>", "GRAPH:h", "GRAPHe:h", "GRAPH ?g", "1GRAPH <h>", "true.GRAPHe:h",
    "graph:h", ".GRAPH e:h", "'GRAPH'GRAPH:h", "GRAPH e:g", "GRAPH <g>", "GRAPH#\n<h>",
    "OPTIONAL { GRAPH e:h", "FILTER EXISTS { GRAPH e:h", "SELECT * {", "MINUS",
]  # fmt: skip
blocks = st.one_of(
    st.sampled_from(PATTERNS),
    st.builds("{} {{ {} }}".format, st.sampled_from(GRAPHS), st.sampled_from(PATTERNS)),
    st.builds("{}{{{}}} }}".format, st.sampled_from(GRAPHS), st.sampled_from(PATTERNS)),
)
groups = st.lists(blocks, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" . ", " ", ""]).map(lambda glue: glue.join(parts))
)
datasets = st.sampled_from(
    ["", "", "USING e:h", "USINGe:h", "USING:h", "USING NAMED e:h", "USING NAMED:h", "USING <g>"]
)
withs = st.sampled_from(["", "", "", "WITH e:h", "WITHe:h", "WITH:h", "WITH <g>"])
SINGLE = [
    "CLEAR GRAPH e:h", "CLEAR GRAPH e:g", "CLEARGRAPH:h", "CLEAR DEFAULT", "CLEAR ALL", "DROP ALL",
    "COPY e:h TO e:g", "COPYe:hTOe:g", "ADD e:h TO e:g", "PREFIX e: <urn:> ", "BASE <urn:>",
    "INSERT DATA { e:a e:p 9 }", "LOAD <x>",
]  # fmt: skip
operations = st.one_of(
    st.sampled_from(SINGLE),
    st.builds("INSERT DATA {{{}}}".format, groups),
    st.builds("DELETE WHERE {{{}}}".format, groups),
    st.builds("{} INSERT {{{}}} {} WHERE {{{}}}".format, withs, groups, datasets, groups),
    st.builds("{} DELETE {{{}}}{}WHERE{{{}}}".format, withs, groups, datasets, groups),
    st.builds("INSERT {{ ?s e:n ?o }} {}WHERE {{ {} }}".format, datasets, groups),
)


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(operations, min_size=1, max_size=2), st.sampled_from([" ; ", ";"]),
    st.sampled_from([GRAPH, GRAPH, None]),
)  # fmt: skip
@example(["INSERT { ?s e:n ?o } WHERE { ?s ?p ?o . ?s ?p 1GRAPH <h> { ?s ?p ?o } }"], ";", GRAPH)
@example(["INSERT { ?s e:n 1GRAPH <h> { ?s ?p ?o } } WHERE { ?s ?p ?o }"], ";", GRAPH)
@example(["INSERT { ?s e:n ?o } WHERE { GRAPH:h { ?s ?p ?o } }"], ";", GRAPH)
@example(["INSERT { ?s e:n ?o } USING:h WHERE { ?s ?p ?o }"], ";", None)
@example(["INSERT DATA { GRAPH:h { e:a e:p 9 } }"], ";", None)
def test_no_patch_that_passes_reads_or_changes_another_graph(
    parts: list[str], glue: str, graph: str | None
) -> None:
    """The same patch on the same graph gives the same, whatever stands in other graphs."""
    text = P + glue.join(parts)
    after = []
    for others in (("one", "one"), ("two", "one" if graph is None else "two")):
        try:
            found = carried_out(text, graph, *others)
        except MufakatError:
            return
        assert outside(found, graph) == outside(store(*others), graph)
        after.append(triples(found, graph))
    assert after[0] == after[1]
