"""Changes as deltas: updates and graph writes, in plain stores and in unions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine.changes import Change, GraphWrite, Update, make
from mufakat.errors import BadQuery, NotFound

if TYPE_CHECKING:
    from mufakat.engine.delta import Delta

E = "http://example.org/"
EDITS = E + "edits"


def n(name: str) -> ox.NamedNode:
    return ox.NamedNode(E + name)


def q(subject: str, graph: str | None = None) -> ox.Quad:
    return ox.Quad(n(subject), n("p"), n("o"), n(graph) if graph else ox.DefaultGraph())


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    store.extend([q("a", "g1"), q("b", "g1"), q("b", "g2")])
    return store


@pytest.fixture
def union(store: ox.Store) -> ox.Store:
    store.extend([q("a"), q("b")])
    return store


def plain(store: ox.Store, change: Change) -> Delta:
    return make(store, change, base_iri=E, union_into=None)


def in_union(store: ox.Store, change: Change) -> Delta:
    return make(store, change, base_iri=E, union_into=EDITS)


def default_subjects(store: ox.Store) -> set[str]:
    found = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {quad.subject.value.removeprefix(E) for quad in found}


def test_an_update_says_what_it_took_away_and_added(store: ox.Store) -> None:
    update = Update(
        f"PREFIX : <{E}> DELETE {{ GRAPH :g1 {{ :a :p :o }} }} "
        "INSERT { GRAPH :g3 { :c :p :o } } WHERE {}"
    )
    delta = plain(store, update)
    assert delta.removed == {q("a", "g1")}
    assert delta.added == {q("c", "g3")}
    assert delta.created == {E + "g3"}


def test_a_delta_applied_elsewhere_leads_to_the_same_store(store: ox.Store) -> None:
    copy = ox.Store()
    copy.extend(list(store))
    plain(store, Update(f"DROP GRAPH <{E}g1> ; INSERT DATA {{ <{E}x> <{E}p> 1 }}"))
    other = ox.Store()
    other.extend(list(copy))
    delta = plain(copy, Update(f"DROP GRAPH <{E}g1> ; INSERT DATA {{ <{E}x> <{E}p> 1 }}"))
    delta.apply(other)
    assert set(other) == set(store)
    assert set(other.named_graphs()) == set(store.named_graphs())


def test_an_update_that_changes_nothing_is_an_empty_delta(store: ox.Store) -> None:
    assert not plain(store, Update(f"INSERT DATA {{ GRAPH <{E}g1> {{ <{E}a> <{E}p> <{E}o> }} }}"))


def test_a_broken_update_is_told_with_its_place_and_changes_nothing(store: ox.Store) -> None:
    before = set(store)
    with pytest.raises(BadQuery) as caught:
        plain(store, Update("INSERT DATA {\n <a> <b> }"))
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    assert set(store) == before


def test_put_replaces_a_graph(store: ox.Store) -> None:
    delta = plain(store, GraphWrite("put", E + "g1", b"<c> <p> <o> ."))
    assert delta.removed == {q("a", "g1"), q("b", "g1")}
    assert delta.added == {q("c", "g1")}


def test_post_adds_to_a_graph(store: ox.Store) -> None:
    delta = plain(store, GraphWrite("post", E + "g1", b"<c> <p> <o> . <a> <p> <o> ."))
    assert (delta.removed, delta.added) == (frozenset(), {q("c", "g1")})


def test_put_of_an_empty_graph_keeps_the_graph(store: ox.Store) -> None:
    delta = plain(store, GraphWrite("put", E + "new", b""))
    assert delta.created == {E + "new"}


def test_delete_of_an_unknown_graph_is_not_found(store: ox.Store) -> None:
    with pytest.raises(NotFound):
        plain(store, GraphWrite("delete", E + "nowhere"))


def test_relative_iris_are_resolved_against_the_graph(store: ox.Store) -> None:
    delta = plain(store, GraphWrite("put", "http://other.org/x/", b"<a> <p> <o> ."))
    assert {quad.subject.value for quad in delta.added} == {"http://other.org/x/a"}


def test_broken_data_is_told_with_line_and_column(store: ox.Store) -> None:
    with pytest.raises(BadQuery) as caught:
        plain(store, GraphWrite("put", E + "g1", b"<a> <p> <o> .\n<a> <p> ."))
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_in_a_union_what_is_added_to_the_default_graph_goes_into_the_graph_for_edits(
    union: ox.Store,
) -> None:
    delta = in_union(union, Update(f"INSERT DATA {{ <{E}c> <{E}p> <{E}o> }}"))
    assert delta.added == {q("c", "edits")}
    assert default_subjects(union) == {"a", "b", "c"}


def test_in_a_union_what_is_removed_from_the_default_graph_is_removed_everywhere(
    union: ox.Store,
) -> None:
    delta = in_union(union, Update(f"DELETE DATA {{ <{E}b> <{E}p> <{E}o> }}"))
    assert delta.removed == {q("b", "g1"), q("b", "g2")}
    assert default_subjects(union) == {"a"}


def test_in_a_union_a_triple_stays_while_another_graph_has_it(union: ox.Store) -> None:
    in_union(union, GraphWrite("delete", E + "g1"))
    assert default_subjects(union) == {"b"}


def test_in_a_union_a_new_named_graph_shows_in_the_default_graph(union: ox.Store) -> None:
    delta = in_union(union, GraphWrite("put", E + "g3", b"<d> <p> <o> ."))
    assert delta.added == {q("d", "g3")}
    assert default_subjects(union) == {"a", "b", "d"}
