"""The rules of OWL 2 RL, run by owlrl, add no fact of ours: everything that follows is stated."""

from __future__ import annotations

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import world

from mufakat.namespaces import TYPE


def added(facts: list[ox.Triple]) -> set[tuple[str, str, str]]:
    """What the closure says of our nodes in our terms beyond what is stated."""
    modules = [
        file for file in (world.ROOT / "ontology").glob("*.ttl") if file.stem != "alignments"
    ]
    graph = rdflib.Graph()
    triples = [*world.read(*sorted(modules)), *facts]
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    before = set(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {
        (str(s), str(p), str(o))
        for s, p, o in set(graph) - before
        if str(s).startswith(world.BASE + "id/")
        and (str(p).startswith(world.MFK) or str(p) == TYPE)
        and str(o).startswith(world.BASE)
    }


@pytest.mark.slow
def test_the_closure_of_the_fixtures_adds_nothing_of_ours():
    assert added(list(world.fixtures())) == set()


@pytest.mark.slow
def test_the_closure_shows_a_supertype_and_a_followed_instrument_that_were_not_stated():
    node = world.BASE + "id/action/ratification"
    convention = world.BASE + "id/instrument/convention"
    facts = [
        triple
        for triple in world.fixtures()
        if not (
            triple.subject.value == node
            and triple.object == ox.NamedNode(world.MFK + "TreatyAction")
        )
        and not (
            triple.subject.value == convention
            and triple.predicate.value == world.MFK + "followsUpOn"
        )
    ]
    found = added(facts)
    assert (node, TYPE, world.MFK + "TreatyAction") in found
    followed = {o for s, p, o in found if s == convention and p == world.MFK + "followsUpOn"}
    assert world.BASE + "id/instrument/charter" in followed
