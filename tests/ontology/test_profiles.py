"""OWL 2 DL and RL: what leaves them is named, and the OWL API's own checker agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import publications
import pyoxigraph as ox
import pytest
import world

from mufakat.publication.reasoning import examine

if TYPE_CHECKING:
    from pathlib import Path

LEAVES_DL = {
    "undeclared class": ("mfk:A a owl:Class ; rdfs:subClassOf mfk:B .", "not declared"),
    "undeclared member": (
        "mfk:A a owl:Class . [] a owl:AllDisjointClasses ; owl:members ( mfk:A mfk:B ) .",
        "not declared",
    ),
    "two kinds of property": (
        "mfk:p a owl:ObjectProperty, owl:DatatypeProperty .",
        "object property and as datatype property",
    ),
    "functional above transitive": (
        "mfk:p a owl:ObjectProperty, owl:FunctionalProperty . "
        "mfk:q a owl:ObjectProperty, owl:TransitiveProperty ; rdfs:subPropertyOf mfk:p .",
        "FunctionalProperty",
    ),
    "counted transitive": (
        "mfk:q a owl:ObjectProperty, owl:TransitiveProperty . mfk:A a owl:Class ; rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty mfk:q ; "
        'owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
        "counts",
    ),
    "disjoint transitive": (
        "mfk:q a owl:ObjectProperty, owl:TransitiveProperty ; owl:propertyDisjointWith mfk:r . "
        "mfk:r a owl:ObjectProperty .",
        "property disjointness",
    ),
    "range of dates": (
        "mfk:p a owl:DatatypeProperty ; rdfs:range xsd:date .",
        "not in the datatype map",
    ),
    "axiom on a reserved term": (
        "rdfs:label a owl:AnnotationProperty . "
        "rdf:value a owl:DatatypeProperty, owl:FunctionalProperty .",
        "reserved term",
    ),
    "foreign import": (
        "<ontology> owl:imports <https://example.org/other> .",
        "not in this publication",
    ),
}
LEAVES_RL = {
    "union above": (
        "mfk:A a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:unionOf ( mfk:B mfk:C ) ] . "
        "mfk:B a owl:Class . mfk:C a owl:Class .",
        "unionOf is not allowed",
    ),
    "existence above": (
        "mfk:A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty mfk:p ; "
        "owl:someValuesFrom mfk:A ] . mfk:p a owl:ObjectProperty .",
        "someValuesFrom is not allowed",
    ),
    "count of two": (
        "mfk:A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty mfk:p ; "
        'owl:maxCardinality "2"^^xsd:nonNegativeInteger ] . mfk:p a owl:ObjectProperty .',
        "maxCardinality is not allowed",
    ),
    "disjoint union": (
        "mfk:A a owl:Class ; owl:disjointUnionOf ( mfk:B mfk:C ) . "
        "mfk:B a owl:Class . mfk:C a owl:Class .",
        "disjointUnionOf",
    ),
    "reflexive": ("mfk:p a owl:ObjectProperty, owl:ReflexiveProperty .", "ReflexiveProperty"),
    "range of rationals": (
        "mfk:p a owl:DatatypeProperty ; rdfs:range owl:rational .",
        "outside OWL 2 RL",
    ),
}
INSIDE_RL = {
    "only values": "rdfs:subClassOf [ a owl:Restriction ; owl:onProperty mfk:p ; "
    "owl:allValuesFrom mfk:A ]",
    "one at most": "rdfs:subClassOf [ a owl:Restriction ; owl:onProperty mfk:p ; "
    'owl:maxCardinality "1"^^xsd:nonNegativeInteger ]',
    "not another": "rdfs:subClassOf [ a owl:Class ; owl:complementOf mfk:B ]",
    "both": "rdfs:subClassOf [ a owl:Class ; owl:intersectionOf ( mfk:A mfk:B ) ]",
}
# the OWL API of that day takes xsd:date, declares terms by itself and does not see imports
NO_SECOND_OPINION = {
    "range of dates",
    "foreign import",
    "undeclared class",
    "undeclared member",
    "axiom on a reserved term",
}


def messages(folder: Path, ontology: str) -> list[str]:
    publication = publications.make(
        folder, own_ontology=False, ontology="<ontology> a owl:Ontology .\n" + ontology + "\n"
    )
    return [finding.message for finding in examine(publication, ()).findings]


@pytest.mark.parametrize("name", LEAVES_DL)
def test_what_leaves_owl_2_dl_is_named(tmp_path: Path, name: str):
    ontology, told = LEAVES_DL[name]
    found = messages(tmp_path / "p", ontology)
    assert any(message.startswith("OWL 2 DL: ") and told in message for message in found), found


@pytest.mark.parametrize("name", LEAVES_RL)
def test_what_leaves_owl_2_rl_is_named(tmp_path: Path, name: str):
    ontology, told = LEAVES_RL[name]
    found = messages(tmp_path / "p", ontology)
    assert any(message.startswith("OWL 2 RL: ") and told in message for message in found), found


@pytest.mark.parametrize("name", INSIDE_RL)
def test_what_stays_inside_owl_2_rl_is_left_alone(tmp_path: Path, name: str):
    ontology = (
        f"mfk:A a owl:Class . mfk:B a owl:Class ; {INSIDE_RL[name]} . mfk:p a owl:ObjectProperty ."
    )
    assert messages(tmp_path / "p", ontology) == []


def test_a_second_ontology_in_one_document_is_named(tmp_path: Path):
    found = messages(tmp_path / "p", "<ontology/second> a owl:Ontology .")
    assert any("second ontology" in message for message in found)


def test_a_date_in_an_ontology_document_is_named(tmp_path: Path):
    found = messages(
        tmp_path / "p", '<ontology> <http://purl.org/dc/terms/created> "2026-01-01"^^xsd:date .'
    )
    assert any("not in the datatype map" in message for message in found)


def test_a_literal_for_an_object_property_is_named_with_its_line(tmp_path: Path):
    publication = publications.make(tmp_path / "p", data='<id/action/x> mfk:byState "Thailand" .\n')
    (found,) = examine(publication, ()).findings
    assert "object property and its value here a literal" in found.message
    assert (found.file, found.line) == ("data/ttl/planted.ttl", 8)


def test_a_node_for_a_datatype_property_is_named(tmp_path: Path):
    publication = publications.make(tmp_path / "p", data="<id/state/one> mfk:iso3 <id/x> .\n")
    told = [finding.message for finding in examine(publication, ()).findings]
    assert any("datatype property and its value here a node" in message for message in told)


@pytest.mark.slow
def test_the_owl_api_calls_the_ontology_owl_2_rl(tmp_path: Path):
    axioms = [
        triple
        for triple in world.read(*sorted((world.ROOT / "ontology").glob("*.ttl")))
        if triple.predicate.value != "http://www.w3.org/2002/07/owl#imports"
    ]
    assert publications.owl_api_profile(axioms, tmp_path) == "OWL 2 RL"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted((LEAVES_DL | LEAVES_RL).keys() - NO_SECOND_OPINION))
def test_the_owl_api_agrees_that_it_leaves_the_profile(tmp_path: Path, name: str):
    ontology, _ = (LEAVES_DL | LEAVES_RL)[name]
    text = publications.PREFIXES + "<ontology> a owl:Ontology .\n" + ontology
    triples = [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    profile = publications.owl_api_profile(triples, tmp_path)
    if name in LEAVES_DL:
        assert profile == "OWL 2"
    else:
        assert profile in ("OWL 2 DL", "OWL 2 EL", "OWL 2 QL")
