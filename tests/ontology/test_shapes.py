"""Every shape accepts what is right and notices what is wrong, in our validator and in pyshacl."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import world

from mufakat.namespaces import SH
from mufakat.publication.graph import Graph
from mufakat.publication.shacl import Validator

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FAILING = sorted((world.HERE / "failing").glob("*.ttl"))
EXPECTS = re.compile(r"^# expects: (\S+) (\S+) (\S+)$", re.MULTILINE)


def ours(triples: Iterable[ox.Triple]) -> set[tuple[str, str, str]]:
    """Focus node, shape and component of every result of our validator."""
    known = [*triples]
    store = world.store(known)

    def ask(query: str, given: dict[ox.Variable, ox.NamedNode]) -> Iterable[ox.QuerySolution]:
        return store.query(query, substitutions=dict(given))  # type: ignore[return-value]

    return {
        (result.focus.value, _name(result.shape.value), result.component)
        for result in Validator(world.data_shapes(), Graph(known), ask).validate()
    }


def theirs(triples: Iterable[ox.Triple]) -> set[tuple[str, str, str]]:
    """Focus node, shape and component of every result of pyshacl."""
    shapes = rdflib.Graph()
    for file in world.shape_files():
        if file.stem != "ontology-meta":
            shapes.parse(file, publicID=world.BASE)
    nt = ox.serialize(list(triples), format=ox.RdfFormat.N_TRIPLES)
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(data=nt, format="nt"), shacl_graph=shapes, inference="none"
    )
    assert isinstance(report, rdflib.Graph), report
    return {
        (
            str(report.value(node, rdflib.SH.focusNode)),
            _name(str(report.value(node, rdflib.SH.sourceShape))),
            str(report.value(node, rdflib.SH.sourceConstraintComponent)).removeprefix(SH),
        )
        for node in report.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult)
    }


def _name(iri: str) -> str:
    return iri.removeprefix(world.MFKSH)


@cache
def planted() -> dict[str, list[world.Planted]]:
    by_shape = defaultdict(list)
    for mistake in world.plant_all():
        by_shape[mistake.node_shape].append(mistake)
    return dict(by_shape)


@cache
def with_mistakes() -> tuple[ox.Triple, ...]:
    mistakes = [triple for all_ in planted().values() for one in all_ for triple in one.triples]
    return (*world.fixtures(), *world.ontology(), *mistakes)


@cache
def noticed() -> set[tuple[str, str, str]]:
    return ours(with_mistakes())


def expectation(mistake: world.Planted) -> tuple[str, str, str]:
    return (
        mistake.focus.value,
        _name(mistake.shape.value),
        mistake.component + "ConstraintComponent",
    )


def test_the_passing_fixtures_pass_in_our_validator():
    assert ours((*world.fixtures(), *world.ontology())) == set()


@pytest.mark.slow
def test_the_passing_fixtures_pass_in_pyshacl():
    assert theirs((*world.fixtures(), *world.ontology())) == set()


@pytest.mark.parametrize("shape", [_name(node.value) for node in world.node_shapes()])
def test_every_node_shape_has_a_passing_example(shape: str):
    assert world.targets(ox.NamedNode(world.MFKSH + shape))


@pytest.mark.parametrize("shape", sorted(planted()))
def test_a_node_shape_notices_every_planted_mistake(shape: str):
    missed = [expectation(m) for m in planted()[shape] if expectation(m) not in noticed()]
    assert missed == []


@pytest.mark.slow
def test_pyshacl_notices_the_same_planted_mistakes():
    found = theirs(with_mistakes())
    wanted = {expectation(m) for mistakes in planted().values() for m in mistakes}
    assert wanted - found == set()


@pytest.mark.parametrize("file", FAILING, ids=lambda file: file.stem)
def test_a_failing_fixture_gives_the_report_it_expects(file: Path):
    wanted = {
        (world.BASE + focus, shape, component)
        for focus, shape, component in EXPECTS.findall(file.read_text(encoding="utf-8"))
    }
    assert wanted
    assert ours((*world.fixtures(), *world.ontology(), *world.read(file))) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("file", FAILING, ids=lambda file: file.stem)
def test_pyshacl_agrees_on_a_failing_fixture(file: Path):
    triples = (*world.fixtures(), *world.ontology(), *world.read(file))
    assert theirs(triples) == ours(triples)


@pytest.mark.parametrize("shape", sorted(world.beyond_planting()))
def test_a_shape_that_needs_more_than_one_changed_value_has_a_failing_fixture(shape: str):
    named = {
        part
        for file in FAILING
        for _, name, _ in EXPECTS.findall(file.read_text(encoding="utf-8"))
        for part in (name,)
    }
    assert shape in named


def test_every_constraint_says_what_is_wrong_and_how_to_mend_it():
    known = world.shapes()
    for node in (*known.instances(SH + "PropertyShape"), *known.instances(SH + "SPARQLConstraint")):
        messages = known.literals(node, SH + "message")
        assert len(messages) == 1, node
        assert messages[0].language == "en"
        assert " Mend: " in messages[0].value, node
        assert len(known.values(node, SH + "severity")) == 1, node


def test_every_class_of_the_ontology_has_a_shape():
    owl = "http://www.w3.org/2002/07/owl#Class"
    classes = {
        node.value
        for node in Graph(world.ontology()).instances(owl)
        if node.value.startswith(world.MFK)
    }
    shaped = {
        cls.value
        for node in world.node_shapes()
        for cls in world.data_shapes().values(node, SH + "targetClass")
    }
    assert classes - shaped == set()
