"""The validator: each component by itself, and pyshacl as second opinion on all of them at once."""

from __future__ import annotations

import logging
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from mufakat.namespaces import SH
from mufakat.publication.graph import Graph
from mufakat.publication.shacl import Result, ShapeError, Validator, as_rdf

PREFIXES = """@prefix e: <urn:e:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def graph(text: str) -> Graph:
    return Graph(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))


def validate(shapes: str, data: str) -> list[Result]:
    store = ox.Store()
    store.load(PREFIXES + data, format=ox.RdfFormat.TURTLE)

    def ask(text: str, given: Any) -> Any:
        return store.query(text, substitutions=dict(given))

    return list(Validator(graph(shapes), graph(data), ask).validate())


def second_opinion(shapes: str, data: str) -> list[tuple[str, str]]:
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    report: rdflib.Graph
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(data=PREFIXES + data, format="turtle"),
        shacl_graph=rdflib.Graph().parse(data=PREFIXES + shapes, format="turtle"),
    )
    sh = rdflib.Namespace(SH)
    return sorted(
        (str(report.value(one, sh.focusNode)), str(report.value(one, sh.sourceConstraintComponent)))
        for one in report.objects(None, sh.result)
    )


def found(results: list[Result]) -> list[tuple[str, str]]:
    return sorted((getattr(one.focus, "value", ""), SH + one.component) for one in results)


def on(constraint: str, path: str = "e:p") -> str:
    return (
        f"e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path {path} ; {constraint} ] ."
    )


# constraint, values that pass, values that do not
COMPONENTS = [
    ("sh:minCount 2", "1, 2", "1"),
    ("sh:maxCount 1", "1", "1, 2"),
    ("sh:class e:D", "e:d, e:below", "e:x"),
    ("sh:class e:D", "e:d", "'text'"),
    ("sh:datatype xsd:date", "'2020-02-29'^^xsd:date", "'2021-02-29'^^xsd:date"),
    ("sh:datatype xsd:integer", "5", "'x'^^xsd:integer"),
    ("sh:datatype xsd:unsignedByte", "'255'^^xsd:unsignedByte", "'256'^^xsd:unsignedByte"),
    ("sh:datatype rdf:langString", "'a'@en", "'a'"),
    ("sh:nodeKind sh:IRI", "e:x", "'x'"),
    ("sh:nodeKind sh:BlankNodeOrIRI", "[]", "'x'"),
    ("sh:minInclusive 3", "3, 4.5", "2"),
    ("sh:minExclusive 3", "4", "3"),
    ("sh:maxInclusive '2020-01-01'^^xsd:date", "'2019-12-31'^^xsd:date", "'2020-01-02'^^xsd:date"),
    ("sh:maxExclusive 3", "2", "'two'"),
    ("sh:minLength 2", "'ab'", "'a'"),
    ("sh:maxLength 2", "'ab'", "'abc'"),
    ("sh:pattern '^A' ; sh:flags 'i'", "'abc'", "'bcd'"),
    ("sh:languageIn ( 'en' )", "'a'@en, 'b'@en-gb", "'a'@id"),
    ("sh:uniqueLang true", "'a'@en, 'b'@id", "'a'@en, 'b'@en"),
    ("sh:in ( e:x 5 )", "e:x, 5", "e:y"),
    ("sh:hasValue e:x", "e:x, e:y", "e:y"),
    ("sh:equals e:q", "e:q1", "e:x"),
    ("sh:disjoint e:q", "e:x", "e:q1"),
    ("sh:lessThan e:n", "4", "5"),
    ("sh:lessThanOrEquals e:n", "5", "6"),
    ("sh:node [ sh:class e:D ]", "e:d", "e:x"),
    ("sh:not [ sh:class e:D ]", "e:x", "e:d"),
    ("sh:or ( [ sh:class e:D ] [ sh:nodeKind sh:Literal ] )", "e:d, 1", "e:x"),
    ("sh:and ( [ sh:class e:D ] [ sh:nodeKind sh:IRI ] )", "e:d", "e:x"),
    ("sh:xone ( [ sh:class e:D ] [ sh:nodeKind sh:IRI ] )", "e:x", "e:d"),
    ("sh:qualifiedValueShape [ sh:class e:D ] ; sh:qualifiedMinCount 1", "e:d, e:x", "e:x"),
    (
        "sh:qualifiedValueShape [ sh:class e:D ] ; sh:qualifiedMaxCount 1",
        "e:d, e:x",
        "e:d, e:below",
    ),
]
SETTING = (
    "e:d a e:D . e:Below rdfs:subClassOf e:D . e:below a e:Below . e:q1 a e:X . e:x a e:X ."
    " e:n1 a e:X . e:c e:q e:q1 ; e:n 5 ; a e:C . "
)


@pytest.mark.parametrize(("constraint", "good", "bad"), COMPONENTS)
def test_each_component_passes_and_fails_as_pyshacl_does(
    constraint: str, good: str, bad: str
) -> None:
    for values, passes in ((good, True), (bad, False)):
        data = SETTING + f"e:c e:p {values} ."
        results = validate(on(constraint), data)
        assert (not results) is passes
        assert found(results) == second_opinion(on(constraint), data)


@pytest.mark.parametrize(
    "path",
    [
        "[ sh:inversePath e:p ]",
        "( e:p e:p )",
        "[ sh:alternativePath ( e:p e:q ) ]",
        "[ sh:zeroOrMorePath e:p ]",
        "[ sh:oneOrMorePath e:p ]",
        "[ sh:zeroOrOnePath e:p ]",
        "( [ sh:inversePath e:p ] [ sh:zeroOrMorePath e:q ] )",
    ],
)
def test_paths_lead_where_pyshacl_goes(path: str) -> None:
    data = "e:a a e:C ; e:p e:b ; e:q e:c . e:b e:p e:a, e:d ; a e:C . e:d e:q e:b . e:c e:p e:c ."
    for constraint in ("sh:minCount 3", "sh:maxCount 1", "sh:class e:C"):
        shapes = on(constraint, path)
        assert found(validate(shapes, data)) == second_opinion(shapes, data)


@pytest.mark.parametrize(
    "target",
    [
        "sh:targetClass e:C",
        "sh:targetNode e:a, e:z",
        "sh:targetSubjectsOf e:p",
        "sh:targetObjectsOf e:p",
        "a rdfs:Class",
    ],
)
def test_targets_choose_what_pyshacl_chooses(target: str) -> None:
    shapes = f"e:S a sh:NodeShape ; {target} ; sh:class e:None ."
    data = "e:a a e:C ; e:p e:b . e:D rdfs:subClassOf e:C . e:d a e:D . e:s a e:S ."
    assert found(validate(shapes, data)) == second_opinion(shapes, data)


def test_a_closed_shape_names_the_predicate_and_its_value() -> None:
    shapes = (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:closed true ;"
        " sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path e:p ] ."
    )
    (result,) = validate(shapes, "e:a a e:C ; e:p 1 ; e:q 2 .")
    assert result.path == ox.NamedNode("urn:e:q")
    assert result.value == ox.Literal(2)


ASK = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:message "Odd."@en ;
 sh:prefixes e:O ; sh:select
 "SELECT $this ?value WHERE { $this x:p ?value . FILTER (?value > 1) }" ] .
e:O sh:declare [ sh:prefix "x" ; sh:namespace "urn:e:"^^xsd:anyURI ] ."""


@pytest.mark.parametrize("count", [1, 5])
def test_a_sparql_constraint_is_asked_for_one_node_and_for_many(count: int) -> None:
    data = "".join(f"e:n{number} a e:C ; e:p {number} ." for number in range(count + 2))
    results = validate(ASK, data)
    assert len(results) == count
    assert {message.value for one in results for message in one.messages} == {"Odd."}
    assert found(results) == second_opinion(ASK, data)


def test_a_constraint_that_counts_is_asked_node_by_node() -> None:
    shapes = (
        'e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this WHERE {'
        ' $this <urn:e:p> ?v } GROUP BY $this HAVING (COUNT(?v) > 1)" ] .'
    )
    data = "e:a a e:C ; e:p 1, 2 . e:b a e:C ; e:p 1 . e:c a e:C ; e:p 3, 4 ."
    assert [name for name, _ in found(validate(shapes, data))] == ["urn:e:a", "urn:e:c"]


@pytest.mark.parametrize(
    "body",
    [
        "{ { FILTER ($this = <urn:e:a>) } FILTER bound($this) }",
        "BIND ($this AS ?that) FILTER (?that = <urn:e:a>)",
        "{ SELECT $this WHERE { FILTER ($this = <urn:e:a>) } }",
        "{ FILTER ($this = <urn:e:a>) } UNION { FILTER (false) }",
        "$this <urn:e:p> ?v FILTER (?v = '$this {') FILTER NOT EXISTS { $this <urn:e:q> ?w }",
    ],
)
def test_this_is_bound_before_the_query_begins_at_any_depth(body: str) -> None:
    shapes = (
        'e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select """'
        f'SELECT $this WHERE {{ {body} }}""" ] .'
    )
    data = "e:a a e:C ; e:p '$this {' . e:b a e:C ; e:p '$this {' ; e:q 1 ."
    assert [name for name, _ in found(validate(shapes, data))] == ["urn:e:a"]


@pytest.mark.parametrize(
    "body",
    [
        "$this ?p ?v MINUS { $this <urn:e:q> ?v }",
        "VALUES ?v { 1 } $this ?p ?v",
        "SERVICE <urn:e:s> { $this ?p ?v }",
        "BIND (1 AS $this)",
        "$this ?p ?v { SELECT ?v WHERE { ?x <urn:e:p> ?v } }",
    ],
)
def test_a_query_that_cannot_be_asked_of_one_node_is_refused(body: str) -> None:
    shapes = (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select"
        f" 'SELECT $this WHERE {{ {body} }}' ] ."
    )
    with pytest.raises(ShapeError, match="bound beforehand"):
        validate(shapes, "e:a a e:C .")


def test_what_is_deactivated_finds_nothing() -> None:
    shapes = on("sh:minCount 1 ; sh:deactivated true")
    assert validate(shapes, "e:a a e:C .") == []


def test_a_shape_that_refers_to_itself_comes_to_an_end() -> None:
    shapes = "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:node e:S ] ."
    assert validate(shapes, "e:a a e:C ; e:p e:b . e:b e:p e:a .") == []


def test_severity_and_message_of_the_shape_are_told() -> None:
    shapes = on("sh:minCount 1 ; sh:severity sh:Warning ; sh:message 'Give one.'@en")
    (result,) = validate(shapes, "e:a a e:C .")
    assert result.severity == SH + "Warning"
    assert result.messages == (ox.Literal("Give one.", language="en"),)


def test_only_the_wanted_focus_nodes_are_looked_at() -> None:
    shapes, data = graph(on("sh:minCount 1")), graph("e:a a e:C . e:b a e:C .")
    results = Validator(shapes, data).validate({ox.NamedNode("urn:e:b")})
    assert [one.focus for one in results] == [ox.NamedNode("urn:e:b")]


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (on("sh:odd e:x"), "does not know"),
        (on("sh:minCount 1", "[ e:odd e:p ]"), "path"),
        ("e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:ask 'ASK {}' ] .", "sh:select"),
        ("e:S a sh:NodeShape ; sh:targetClass e:C ; sh:node 'x' .", "a shape is expected"),
    ],
)
def test_a_shape_that_cannot_be_used_is_refused(shapes: str, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        validate(shapes, "e:a a e:C ; e:p 1 .")


def test_the_report_is_a_validation_report() -> None:
    triples = as_rdf(validate(on("sh:minCount 1 ; sh:message 'Give one.'"), "e:a a e:C ."))
    predicates = {triple.predicate.value.removeprefix(SH) for triple in triples}
    assert {"conforms", "result", "focusNode", "resultPath", "resultMessage"} <= predicates
    (conforms,) = [t.object for t in triples if t.predicate.value == SH + "conforms"]
    assert conforms == ox.Literal(False)


VALUES = [
    "e:x",
    "e:d",
    "e:below",
    "1",
    "5",
    "2.5",
    "'a'@en",
    "'b'@en",
    "'c'@id",
    "'2020-01-01'^^xsd:date",
]


ORDERING = ("sh:less", "sh:min", "sh:max")
"""rdflib orders values of different kinds, SHACL says that they cannot be compared."""
MIXED = [one[0] for one in COMPONENTS if not one[0].startswith(ORDERING) or "Count" in one[0]]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(MIXED), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(VALUES), max_size=4, unique=True),
)
def test_any_mix_of_components_and_values_gives_what_pyshacl_gives(
    constraints: list[str], values: list[str]
) -> None:
    said = " ".join(f"sh:property [ sh:path e:p ; {one} ] ;" for one in constraints)
    shapes = f"e:S a sh:NodeShape ; {said} sh:targetClass e:C ."
    data = SETTING + "".join(f"e:c e:p {value} . " for value in values)
    assert found(validate(shapes, data)) == second_opinion(shapes, data)
