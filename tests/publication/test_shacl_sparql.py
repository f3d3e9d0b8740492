"""Constraint components, variables bound beforehand, messages, refusals and report graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mufakat.namespaces import RDF, SH
from mufakat.publication import Publication, gate
from mufakat.publication.graph import Graph
from mufakat.publication.shacl import Result, ShapeError, Validator, as_rdf
from mufakat.publication.shacl.prebinding import prepare
from mufakat.publication.shacl.questions import Questions

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = """@prefix e: <urn:e:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LANGUAGE = """e:Spoken a sh:ConstraintComponent ; sh:message "Not {$lang}, {?value}."@en ;
 sh:parameter [ sh:path e:lang ], [ sh:path e:also ; sh:optional true ] ;
 sh:validator [ sh:ask "ASK { FILTER (lang($value) IN ($lang, COALESCE($also, $lang))) }" ] .
"""


def graph(text: str) -> Graph:
    return Graph(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))


def validate(shapes: str, data: str) -> list[Result]:
    return list(Validator(graph(shapes), graph(data)).validate())


def focus(results: list[Result]) -> list[str]:
    return sorted(str(getattr(result.focus, "value", "")) for result in results)


def said(results: list[Result]) -> set[str]:
    return {message.value for result in results for message in result.messages}


def on(constraint: str) -> str:
    return f"e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; {constraint} ] ."


def asking(query: str, more: str = "") -> str:
    told = f"{more} sh:select '''{query}'''"
    return f"e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ {told} ] ."


def test_an_ask_validator_is_put_to_each_value_and_its_message_filled() -> None:
    results = validate(LANGUAGE + on("e:lang 'en'"), "e:a a e:C ; e:p 'x'@en, 'y'@id, 'z' .")
    assert {result.value for result in results} == {
        ox.Literal("y", language="id"),
        ox.Literal("z"),
    }
    assert {result.component_iri for result in results} == {"urn:e:Spoken"}
    assert said(results) == {"Not en, y.", "Not en, z."}
    assert {message.language for result in results for message in result.messages} == {"en"}


def test_an_optional_parameter_is_bound_where_it_is_given() -> None:
    results = validate(
        LANGUAGE + on("e:lang 'en' ; e:also 'id'"), "e:a a e:C ; e:p 'x'@en, 'y'@id, 'z'@ms ."
    )
    assert said(results) == {"Not en, z."}


def test_a_shape_without_every_needed_parameter_does_not_use_the_component() -> None:
    assert validate(LANGUAGE + on("e:also 'id'"), "e:a a e:C ; e:p 'x' .") == []


def test_the_message_of_the_shape_goes_before_that_of_the_component() -> None:
    shapes = LANGUAGE + on("e:lang 'en' ; sh:message 'In {?lang}, please, {?nobody}.'")
    assert said(validate(shapes, "e:a a e:C ; e:p 'x' .")) == {"In en, please, {?nobody}."}


def test_a_parameter_alone_makes_a_constraint_of_each_of_its_values() -> None:
    shapes = (
        "e:Not a sh:ConstraintComponent ; sh:parameter [ sh:path e:bad ] ; sh:validator"
        " [ sh:ask 'ASK { FILTER ($value != $bad) }' ] ." + on("e:bad 1, 2")
    )
    results = validate(shapes, "e:a a e:C ; e:p 1, 2, 3 .")
    assert {result.value for result in results} == {ox.Literal(1), ox.Literal(2)}


def test_the_validator_for_the_kind_of_shape_is_chosen() -> None:
    shapes = """e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:k ] ;
     sh:nodeValidator [ sh:message "node" ; sh:select "SELECT $this WHERE { }" ] ;
     sh:propertyValidator [ sh:message "property {?value}" ;
       sh:select "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value }" ] .
     e:S a sh:NodeShape ; sh:targetClass e:C ; e:k 1 ;
       sh:property [ sh:path ( e:p [ sh:inversePath e:q ] ) ; e:k 2 ] ."""
    results = validate(shapes, "e:a a e:C ; e:p e:b . e:c e:q e:b .")
    assert said(results) == {"node", "property urn:e:c"}


def test_a_component_with_a_validator_for_other_shapes_only_is_passed_over() -> None:
    shapes = """e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:k ] ;
     sh:nodeValidator [ sh:select "SELECT $this WHERE { }" ] .""" + on("e:k 1")
    assert validate(shapes, "e:a a e:C ; e:p 1 .") == []


def test_the_query_names_path_value_and_message_itself() -> None:
    query = "SELECT $this (<urn:e:q> AS ?path) ?value ?message WHERE { $this <urn:e:p> ?value"
    shapes = asking(
        query + ' BIND (CONCAT("Saw ", STR(?value)) AS ?message) }', "sh:message 'other' ;"
    )
    (result,) = validate(shapes, "e:a a e:C ; e:p 7 .")
    assert result.path == ox.NamedNode("urn:e:q")
    assert said([result]) == {"Saw 7"}


def test_a_query_that_reports_a_failure_ends_validation() -> None:
    with pytest.raises(ShapeError, match="reports a failure"):
        validate(asking("SELECT $this (true AS ?failure) WHERE { }"), "e:a a e:C .")


def test_the_shapes_graph_and_the_current_shape_can_be_asked_even_when_they_are_blank() -> None:
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; e:most 2 ;
      sh:sparql [ sh:message "Over {?most}." ; sh:select '''SELECT $this ?value ?most WHERE {
        $this $PATH ?value GRAPH $shapesGraph { { FILTER bound($currentShape) }
        $currentShape <urn:e:most> ?most } FILTER (?value > ?most) }''' ] ] ."""
    results = validate(shapes, "e:a a e:C ; e:p 1, 3 .")
    assert [(result.value, said([result])) for result in results] == [(ox.Literal(3), {"Over 2."})]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { { { FILTER isBlank($this) } FILTER bound($this) } }",
        "SELECT DISTINCT $this WHERE { BIND ($this AS ?that) FILTER isBlank(?that) }",
        "SELECT $this (COUNT(?v) AS ?n) WHERE { $this <urn:e:p> ?v } GROUP BY $this"
        " HAVING (COUNT(?v) > 1)",
        "SELECT $this WHERE { { SELECT $this WHERE { FILTER isBlank($this) } } }",
        "SELECT $this WHERE { FILTER (bound($currentShape) && isBlank($this)) }",
        "SELECT * WHERE { OPTIONAL { BIND ($this AS ?x) } FILTER isBlank(?x) }",
    ],
)
def test_a_blank_node_is_bound_at_any_depth(query: str) -> None:
    results = validate(asking(query), "[] a e:C ; e:p 1, 2 . e:b a e:C ; e:p 1 .")
    assert [type(result.focus) for result in results] == [ox.BlankNode]


TOGETHER = [
    "SELECT $this ?value WHERE { $this <urn:e:p> ?value FILTER (?value > 1) }",
    "SELECT DISTINCT $this WHERE { $this <urn:e:p> ?v OPTIONAL { ?x <urn:e:q> $this }"
    " FILTER (!bound(?x)) }",
    "SELECT $this WHERE { $this <urn:e:p> ?v FILTER NOT EXISTS { ?x <urn:e:q> $this } }",
    "SELECT $this WHERE { ?x <urn:e:q> ?y FILTER (?y = $this) }",
    "SELECT $this ?value WHERE { BIND ($this AS ?value) }",
]
ALONE = [
    "SELECT $this WHERE { OPTIONAL { BIND ($this AS ?x) } FILTER (?x = <urn:e:a>) }",
    "SELECT $this WHERE { $this <urn:e:p> ?v } LIMIT 1",
    "SELECT $this WHERE { { FILTER ($this = <urn:e:a>) } }",
    "SELECT ?value WHERE { $this <urn:e:p> ?value }",
    "SELECT $this WHERE { FILTER bound($currentShape) }",
]


@pytest.mark.parametrize("query", [*TOGETHER, *ALONE])
def test_all_focus_nodes_at_once_give_what_each_gives_alone(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = "e:a a e:C ; e:p 1, 2 . e:b a e:C ; e:p 3 ; e:q e:a . e:c a e:C ; e:p 2 ; e:q e:b ."
    asked: list[str] = []
    alone = Questions.alone

    def told(self: Questions, *given: object) -> object:
        asked.append("alone")
        return alone(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Questions, "alone", told)
    results = validate(asking(query), data)
    assert bool(asked) is (query in ALONE)
    each = [
        one
        for name in "abc"
        for one in Validator(graph(asking(query)), graph(data)).validate(
            {ox.NamedNode(f"urn:e:{name}")}
        )
    ]
    assert sorted(map(plain, results)) == sorted(map(plain, each))


TERMS = st.sampled_from(["$this", "?x", "?value", "<urn:e:a>"])
TRIPLES = st.builds("{} <urn:e:{}> {} .".format, TERMS, st.sampled_from("pq"), TERMS)
FILTERS = st.builds("FILTER ({} = {})".format, TERMS, TERMS) | st.builds(
    "FILTER (bound({}))".format, st.sampled_from(["$this", "?x"])
)
GROUPS = st.recursive(
    st.builds("{{ {} {} }}".format, TRIPLES | FILTERS, FILTERS),
    lambda below: st.builds(
        "{{ {} {}{} {} }}".format,
        TRIPLES,
        st.sampled_from(["FILTER EXISTS ", "FILTER NOT EXISTS ", "OPTIONAL ", ""]),
        below,
        TRIPLES | FILTERS,
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(
    GROUPS, st.sets(st.tuples(*map(st.sampled_from, ("abc", "pq", "abc"))), min_size=2, max_size=9)
)
def test_any_query_gives_the_same_at_once_and_one_by_one(
    group: str, facts: set[tuple[str, str, str]]
) -> None:
    shapes = graph(asking(f"SELECT $this ?value WHERE {group}"))
    data = graph("".join(f"e:{s} a e:C ; e:{p} e:{o} ." for s, p, o in sorted(facts)))
    each = [
        one
        for name in "abc"
        for one in Validator(shapes, data).validate({ox.NamedNode(f"urn:e:{name}")})
    ]
    assert sorted(map(plain, Validator(shapes, data).validate())) == sorted(map(plain, each))


def plain(result: Result) -> tuple[str, str]:
    return (str(result.focus), str(result.value))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT $this WHERE { ?a ?b 1 .MINUS { $this ?x 1 } }", "MINUS"),
        ("SELECT $this WHERE { $this ?x ?y } VALUES ?y { 1 }", "VALUES"),
        ("SELECT $this (1 AS ?currentShape) WHERE { }", r"AS \?currentShape"),
        ("SELECT $this WHERE { { SELECT ?x WHERE { ?x ?y $this } } }", r"select \$this"),
        ("SELECT $this WHERE { { SELECT * WHERE { FILTER ($this = 1) } } }", r"select \$this"),
    ],
)
def test_what_cannot_be_asked_is_named(query: str, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        validate(asking(query), "e:a a e:C .")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this <urn:e:values> 'MINUS {' } # SERVICE",
        "PREFIX e: <urn:e:> SELECT $this WHERE { $this e:minus e:values }",
        "SELECT $this WHERE { { SELECT $this (COUNT(?y) AS ?n) WHERE { $this ?x ?y }"
        " GROUP BY $this } }",
    ],
)
def test_words_in_strings_names_and_comments_are_not_refused(query: str) -> None:
    assert prepare(query, "", {"this"}).names == {"this"}


def test_a_query_that_is_not_sparql_is_an_error_of_the_shape() -> None:
    with pytest.raises(ShapeError, match="not SPARQL") as refused:
        validate(asking("SELECT $this WHERE { $this x:p ?v }"), "e:a a e:C .")
    assert "urn:e:S" in str(refused.value)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ("e:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] .", "target of its own"),
        ("e:S a sh:NodeShape ; sh:rule [ a sh:TripleRule ] .", "a rule"),
        ("e:S a sh:NodeShape ; sh:js [ sh:jsFunctionName 'f' ] .", "JavaScript"),
        (on("sh:values [ sh:path e:q ]"), "rule for values"),
        ("e:F a sh:SPARQLFunction .", "a function"),
        ("<urn:e:> sh:entailment e:RDFS .", "entailment"),
        (on("sh:odd 1"), "does not know"),
        (on("sh:node 'x'"), "a shape is expected"),
        (
            "e:O sh:declare [ sh:prefix 'x' ; sh:namespace 'urn:e:' ],"
            " [ sh:prefix 'x' ; sh:namespace 'urn:f:' ] ."
            + asking("SELECT $this WHERE { }", "sh:prefixes e:O ;"),
            "two namespaces",
        ),
        (
            "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:P ."
            " e:P sh:path _:p . _:p sh:zeroOrMorePath _:p .",
            "part of itself",
        ),
        ("e:K a sh:ConstraintComponent ." + on("e:k 1"), "no parameter"),
        ("e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:this ] ." + on(""), "variable"),
        (
            "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:k ] ;"
            " sh:validator [ a sh:JSValidator ; sh:jsFunctionName 'f' ] ." + on("e:k 1"),
            "no validator",
        ),
        (LANGUAGE + on("e:lang 'en', 'id'"), "2 values"),
    ],
)
def test_what_is_not_done_or_ill_formed_is_refused_with_its_node(shapes: str, said: str) -> None:
    with pytest.raises(ShapeError, match=said) as refused:
        validate(shapes, "e:a a e:C ; e:p 1 .")
    assert "<urn:e:" in str(refused.value)
    assert refused.value.node is not None


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "mufakat.toml").write_text(
        'title = "T"\nbase_iri = "https://example.org/t/"\n', encoding="utf-8"
    )
    (tmp_path / "shapes" / "more.ttl").write_text(
        PREFIXES + "e:S a sh:NodeShape ; sh:rule [] .", encoding="utf-8"
    )
    publication = Publication.open(tmp_path)
    shapes = Graph()
    for file in publication.files("shapes"):
        shapes.add(file.parse(publication.config.base_iri), file)
    with pytest.raises(ShapeError, match=r"^shapes/more\.ttl: <urn:e:S>: It asks for a rule"):
        list(gate.results(ox.Store(), shapes))


def test_a_small_integer_out_of_a_store_is_held_to_its_range() -> None:
    store = ox.Store()
    text = "e:a a e:C ; e:p '5'^^xsd:byte . e:b a e:C ; e:p '500'^^xsd:byte . e:c a e:C ; e:p 'x' ."
    store.extend(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))
    shapes = graph(on("sh:datatype xsd:byte"))
    assert focus(list(gate.results(store, shapes))) == ["urn:e:b", "urn:e:c"]


def objects(triples: list[ox.Triple], node: object, name: str) -> list[object]:
    return [
        triple.object
        for triple in triples
        if triple.subject == node and triple.predicate.value == name
    ]


def test_the_report_holds_a_copy_of_a_complex_path() -> None:
    shapes = graph(
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:minCount 1 ; sh:path"
        " ( e:p [ sh:zeroOrMorePath [ sh:inversePath e:q ] ] ) ] ."
    )
    triples = as_rdf(Validator(shapes, graph("e:a a e:C . e:b a e:C .")).validate(), shapes)
    paths = [t.object for t in triples if t.predicate.value == SH + "resultPath"]
    assert len(set(paths)) == 2
    for path in paths:
        assert path not in shapes.facts
        assert objects(triples, path, RDF + "first") == [ox.NamedNode("urn:e:p")]
        (rest,) = objects(triples, path, RDF + "rest")
        (second,) = objects(triples, rest, RDF + "first")
        (many,) = objects(triples, second, SH + "zeroOrMorePath")
        assert objects(triples, many, SH + "inversePath") == [ox.NamedNode("urn:e:q")]


def test_details_tell_why_a_value_does_not_fit_the_node_shape_it_should() -> None:
    shapes = (
        on("sh:node e:T") + "e:T a sh:NodeShape ; sh:property [ sh:path e:q ; sh:minCount 1 ] ."
    )
    (result,) = results = validate(shapes, "e:a a e:C ; e:p e:b .")
    (detail,) = result.details
    assert detail.focus == ox.NamedNode("urn:e:b")
    assert detail.component == "MinCountConstraintComponent"
    predicates = [triple.predicate.value for triple in as_rdf(results)]
    assert predicates.count(SH + "detail") == 1
    assert predicates.count(SH + "result") == 1
