"""Every disjointness and every trait of a property catches a planted error: axioms that bite.

For each axiom a class is made that breaks it, beside one that does not; a reasoner has to find the
first without possible members and leave the second alone. All probes go into one run.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import publications
import pyoxigraph as ox
import pytest
import world

from mufakat.namespaces import OWL, RDFS, TYPE, XSD
from mufakat.publication.reasoning import REASONERS, clashes, view
from mufakat.publication.reasoning.runners import run

PROBE = "urn:x-probe#"
DIFFERENT_VALUES = {
    XSD + "integer": ("1", "2"),
    XSD + "string": ("one", "two"),
    XSD + "anyURI": ("urn:one", "urn:two"),
}


@cache
def known():
    return publications.knowledge(())


def disjoint_pairs() -> list[tuple[str, str]]:
    return [pair for axiom in known().disjoint for pair in combinations(axiom.members, 2)]


def with_trait(trait: str, kind: str) -> list[str]:
    return sorted(
        iri for iri, traits in known().traits.items() if trait in traits and known().is_a(iri, kind)
    )


def probes(pairs: list[tuple[str, str]]) -> tuple[list[ox.Triple], set[str], set[str]]:
    """The triples of all probes, the classes that must be empty, and those that must not."""
    triples: list[ox.Triple] = []
    broken: set[str] = set()
    sound: set[str] = set()

    def say(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: ox.NamedNode) -> None:
        triples.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    def probe(name: str, *above: ox.NamedNode | ox.BlankNode) -> None:
        for suffix, parents, into in (("", above, broken), ("-sound", above[:1], sound)):
            cls = ox.NamedNode(PROBE + name + suffix)
            say(cls, TYPE, ox.NamedNode(OWL + "Class"))
            for parent in parents:
                say(cls, RDFS + "subClassOf", parent)
            into.add(cls.value)

    def has(iri: str, part: str, value: ox.Literal | ox.NamedNode) -> ox.BlankNode:
        node = ox.BlankNode()
        say(node, TYPE, ox.NamedNode(OWL + "Restriction"))
        say(node, OWL + "onProperty", ox.NamedNode(iri))
        say(node, OWL + part, value)
        return node

    one, two = ox.NamedNode(PROBE + "one"), ox.NamedNode(PROBE + "two")
    for individual in (one, two):
        say(individual, TYPE, ox.NamedNode(OWL + "NamedIndividual"))
    say(one, OWL + "differentFrom", two)
    for a, b in pairs:
        probe(f"both-{_short(a)}-{_short(b)}", ox.NamedNode(a), ox.NamedNode(b))
    for iri in with_trait("FunctionalProperty", "object property"):
        name = f"two-{_short(iri)}"
        probe(name, has(iri, "hasValue", one), has(iri, "hasValue", two))
    for iri in with_trait("FunctionalProperty", "datatype property"):
        datatype = next((rng for rng, _ in known().ranges[iri]), XSD + "string")
        first, second = (
            ox.Literal(text, datatype=ox.NamedNode(datatype)) for text in DIFFERENT_VALUES[datatype]
        )
        probe(f"two-{_short(iri)}", has(iri, "hasValue", first), has(iri, "hasValue", second))
    yes = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
    for trait in ("IrreflexiveProperty", "AsymmetricProperty"):
        for iri in with_trait(trait, "object property"):
            anything = ox.NamedNode(OWL + "Thing")
            probe(f"self-{trait}-{_short(iri)}", anything, has(iri, "hasSelf", yes))
    for axiom in known().disjoint_properties:
        a, b = axiom.members
        probe(f"tied-{_short(a)}-{_short(b)}", has(a, "hasValue", one), has(b, "hasValue", one))
    return triples, broken, sound


def _short(iri: str) -> str:
    return iri.rsplit("#", 1)[1]


@pytest.mark.slow
@pytest.mark.parametrize("reasoner", REASONERS)
def test_a_reasoner_catches_what_breaks_an_axiom_and_nothing_else(reasoner: str):
    # Pellet sorts hundreds of probe classes slowly; it gets two pairs of each axiom
    every = disjoint_pairs()
    few = [pair for axiom in known().disjoint for pair in combinations(axiom.members[:3], 2)][:20]
    triples, broken, sound = probes(every if reasoner == "hermit" else few)
    axioms = [*view.triples(known(), facts=()), *triples]
    verdict = run(ox.serialize(axioms, format=ox.RdfFormat.N_TRIPLES), reasoner)
    assert verdict.consistent
    empty = set(verdict.unsatisfiable)
    assert len(broken) > (400 if reasoner == "hermit" else 80)
    assert broken - empty == set()
    assert empty & sound == set()


def planted(*statements: tuple[str, str, ox.NamedNode | ox.Literal]) -> list[clashes.Clash]:
    triples = [ox.Triple(ox.NamedNode(s), ox.NamedNode(p), o) for s, p, o in statements]
    return clashes.find(publications.knowledge(triples))


X, Y = "urn:x-node#x", "urn:x-node#y"


def test_following_the_axioms_finds_every_disjointness_and_names_its_classes():
    facts, wanted = [], {}
    for number, (a, b) in enumerate(disjoint_pairs()):
        node = f"urn:x-node#{number}"
        facts += [(node, TYPE, ox.NamedNode(a)), (node, TYPE, ox.NamedNode(b))]
        wanted[node] = {a, b}
    found = {clash.node: set(clash.terms) for clash in planted(*facts)}
    assert found == wanted


@pytest.mark.parametrize("iri", with_trait("FunctionalProperty", "object property"), ids=_short)
def test_following_the_axioms_finds_a_second_value_of_a_functional_object_property(iri: str):
    found = planted((X, iri, ox.NamedNode(X + "1")), (X, iri, ox.NamedNode(X + "2")))
    assert [clash.kind for clash in found if clash.node == X] == ["functional"]


@pytest.mark.parametrize("iri", with_trait("FunctionalProperty", "datatype property"), ids=_short)
def test_following_the_axioms_finds_a_second_value_of_a_functional_datatype_property(iri: str):
    datatype = next((rng for rng, _ in known().ranges[iri]), XSD + "string")
    one, two = (
        ox.Literal(text, datatype=ox.NamedNode(datatype)) for text in DIFFERENT_VALUES[datatype]
    )
    assert [clash.kind for clash in planted((X, iri, one), (X, iri, two))] == ["functional"]


@pytest.mark.parametrize("iri", with_trait("IrreflexiveProperty", "object property"), ids=_short)
def test_following_the_axioms_finds_a_node_tied_to_itself(iri: str):
    kinds = {clash.kind for clash in planted((X, iri, ox.NamedNode(X)))}
    assert "irreflexive" in kinds


@pytest.mark.parametrize("iri", with_trait("AsymmetricProperty", "object property"), ids=_short)
def test_following_the_axioms_finds_a_tie_that_runs_both_ways(iri: str):
    found = planted((X, iri, ox.NamedNode(Y)), (Y, iri, ox.NamedNode(X)))
    assert "asymmetric" in {clash.kind for clash in found}


def test_following_the_axioms_finds_a_claim_that_supports_and_disputes_another():
    found = planted(
        (X, world.MFK + "supports", ox.NamedNode(Y)), (X, world.MFK + "disputes", ox.NamedNode(Y))
    )
    assert [clash.kind for clash in found] == ["disjoint properties"]


def test_a_whole_number_written_in_two_ways_is_one_value():
    year = world.MFK + "reportYear"
    one = ox.Literal("2020", datatype=ox.NamedNode(XSD + "integer"))
    other = ox.Literal("02020", datatype=ox.NamedNode(XSD + "integer"))
    assert planted((X, year, one), (X, year, other)) == []
