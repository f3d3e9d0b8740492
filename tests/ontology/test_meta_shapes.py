"""The shapes over the ontology itself pass on it and notice a planted mistake in a term."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import world

from mufakat.namespaces import DCTERMS, OWL, RDFS, SH, SKOS, TYPE, VANN, XSD
from mufakat.publication.graph import Graph
from mufakat.publication.shacl import Validator

HEADER = world.BASE + "ontology/core"
CLASS, PROPERTY, DATUM = (world.MFK + name for name in ("Person", "about", "asOf"))
ENGLISH = "en"


def results(triples: list[ox.Triple]) -> set[tuple[str, str]]:
    shapes = Graph(world.read(world.ROOT / "shapes" / "ontology-meta.ttl"))
    return {
        (result.focus.value, result.shape.value.removeprefix(world.MFKSH))
        for result in Validator(shapes, Graph(triples)).validate()
    }


def without(subject: str, predicate: str) -> list[ox.Triple]:
    return [
        t
        for t in world.ontology()
        if not (t.subject == ox.NamedNode(subject) and t.predicate.value == predicate)
    ]


def changed(subject: str, predicate: str, *values: ox.NamedNode | ox.Literal) -> list[ox.Triple]:
    new = [ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value) for value in values]
    return [*without(subject, predicate), *new]


def test_the_ontology_passes():
    assert results(list(world.ontology())) == set()


@pytest.mark.parametrize(
    ("predicate", "shape"),
    [
        (DCTERMS + "title", "header-title"),
        (DCTERMS + "description", "header-description"),
        (DCTERMS + "abstract", "header-abstract"),
        (DCTERMS + "creator", "header-creator"),
        (DCTERMS + "license", "header-license"),
        (OWL + "versionIRI", "header-versionIRI"),
        (OWL + "versionInfo", "header-versionInfo"),
        (DCTERMS + "created", "header-created"),
        (DCTERMS + "issued", "header-issued"),
        (VANN + "preferredNamespacePrefix", "header-prefix"),
        (VANN + "preferredNamespaceUri", "header-namespace"),
        (DCTERMS + "bibliographicCitation", "header-citation"),
    ],
)
def test_a_header_without_one_of_its_parts_is_noticed(predicate: str, shape: str):
    assert results(without(HEADER, predicate)) == {(HEADER, shape)}


@pytest.mark.parametrize("subject", [CLASS, PROPERTY, DATUM])
@pytest.mark.parametrize(
    ("predicate", "shape"),
    [
        (RDFS + "label", "TermLabelShape"),
        (SKOS + "definition", "TermDefinitionShape"),
        (RDFS + "isDefinedBy", "TermHomeShape"),
    ],
)
def test_a_term_without_its_annotations_is_noticed(subject: str, predicate: str, shape: str):
    assert results(without(subject, predicate)) == {(subject, shape)}


def test_a_class_without_an_example_is_noticed():
    assert results(without(CLASS, SKOS + "example")) == {(CLASS, "ClassExampleShape")}


@pytest.mark.parametrize(
    "label",
    [
        ox.Literal("orang", language="id"),
        ox.Literal(" person", language=ENGLISH),
        ox.Literal("a  person", language=ENGLISH),
        ox.Literal("person"),
    ],
)
def test_a_label_in_another_language_or_with_surplus_blanks_is_noticed(label: ox.Literal):
    assert results(changed(CLASS, RDFS + "label", label)) == {(CLASS, "TermLabelShape")}


@pytest.mark.parametrize(
    "text", ["a human being who is named.", "A human being who is named", "X."]
)
def test_a_definition_that_is_no_sentence_is_noticed(text: str):
    definition = ox.Literal(text, language=ENGLISH)
    found = results(changed(CLASS, SKOS + "definition", definition))
    assert found == {(CLASS, "TermDefinitionShape")}


@pytest.mark.parametrize("kind", ["date", "gYear"])
def test_a_range_of_dates_is_noticed(kind: str):
    found = results(changed(DATUM, RDFS + "range", ox.NamedNode(XSD + kind)))
    assert found == {(DATUM, "one-range")}


def test_two_domains_two_ranges_and_inverses_are_noticed():
    one, two = ox.NamedNode(world.MFK + "Claim"), ox.NamedNode(world.MFK + "Source")
    assert results(changed(PROPERTY, RDFS + "domain", one, two)) == {(PROPERTY, "one-domain")}
    assert results(changed(PROPERTY, RDFS + "range", one, two)) == {(PROPERTY, "one-range")}
    inverse = ox.NamedNode(world.MFK + "supports")
    assert results(changed(PROPERTY, OWL + "inverseOf", inverse)) == {(PROPERTY, "no-inverse")}


def test_a_foreign_term_needs_no_annotations():
    foreign = ox.Triple(
        ox.NamedNode("https://example.org/Thing"), ox.NamedNode(TYPE), ox.NamedNode(OWL + "Class")
    )
    assert results([*world.ontology(), foreign]) == set()


def test_each_shape_here_has_its_planted_mistake():
    shapes = Graph(world.read(world.ROOT / "shapes" / "ontology-meta.ttl"))
    aimed = {
        node.value.removeprefix(world.MFKSH)
        for node in shapes.instances(SH + "NodeShape")
        if shapes.values(node, SH + "targetClass")
    }
    assert aimed == {
        "OntologyShape",
        "TermLabelShape",
        "TermDefinitionShape",
        "TermHomeShape",
        "ClassExampleShape",
        "PropertyAxiomsShape",
    }
