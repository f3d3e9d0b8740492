"""Statements are found at their line in any spelling of Turtle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings

from mufakat.namespaces import XSD
from mufakat.publication.check.lines import Lines
from mufakat.publication.format import serialise
from publication import tiny
from publication.test_format import CONFIG, graphs

if TYPE_CHECKING:
    from mufakat.publication.graph import Term

BASE = "https://example.org/t/"
LIST_END = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"
TEXT = r"""# comment with <urn:x> ; . "
@base <https://example.org/t/> .
PREFIX e: <https://example.org/t/ontology#>
@prefix : <id/> .

:one a e:Act ; e:label "a ; b . # c"@en ,
    '''two
lines''' ; # e:label "not this"
  e:when "2020-01-01"^^e:date .
<id/two> e:part [ e:inner "deep" ;
    e:more ( 1 2
      :one ) ] ;
  e:after 3 . :three e:label "x"@en.
:four e:escaped\-name "tab\there" .
[] a e:Loose ;
   e:end true .
:five e:last <id/one> .
:six e:word "same" ,
    "same"@en ,
    "same"@id ,
    "same"^^<urn:kind> ,
    "same"^^e:kind , e:same ;
  e:number "1", 1 ,
    1.0 ,
    "1"^^<http://www.w3.org/2001/XMLSchema#integer>, 1e0 ,
    true ,
    "true" ; e:both <ontology#x> ,
    "https://example.org/t/ontology#x" ;
  e:end "same"^^e:kind. :seven e:word "same"@EN-gb.
:eight e:far <id/\u0061> .
"""


def typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


@pytest.fixture(scope="module")
def lines() -> Lines:
    return Lines(TEXT, "urn:other:")


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        ("id/one", "", None, 6),
        ("id/one", "ontology#label", None, 6),
        ("id/one", "ontology#label", ox.Literal("a ; b . # c", language="en"), 6),
        ("id/one", "ontology#label", ox.Literal("two\nlines"), 7),
        ("id/one", "ontology#when", typed("2020-01-01", BASE + "ontology#date"), 9),
        ("id/one", "ontology#missing", None, 6),
        ("id/two", "ontology#inner", ox.Literal("deep"), 10),
        ("id/two", "ontology#more", ox.NamedNode(BASE + "id/one"), 12),
        ("id/two", "ontology#after", ox.Literal(3), 13),
        ("id/three", "ontology#label", ox.Literal("x", language="en"), 13),
        ("id/four", "ontology#escaped-name", ox.Literal("tab\there"), 14),
        ("id/five", "ontology#last", ox.NamedNode(BASE + "id/one"), 17),
        ("id/eight", "ontology#far", ox.NamedNode(BASE + "id/a"), 30),
    ],
)
def test_a_statement_is_found(
    lines: Lines, subject: str, predicate: str, value: Term | None, line: int
) -> None:
    assert lines.find(BASE + subject, predicate and BASE + predicate, value) == line


@pytest.mark.parametrize(
    ("predicate", "value", "line"),
    [
        ("word", ox.Literal("same"), 18),
        ("word", ox.Literal("same", language="en"), 19),
        ("word", ox.Literal("same", language="id"), 20),
        ("word", typed("same", "urn:kind"), 21),
        ("word", typed("same", BASE + "ontology#kind"), 22),
        ("word", ox.NamedNode(BASE + "ontology#same"), 22),
        ("number", ox.Literal("1"), 23),
        ("number", ox.Literal(1), 23),
        ("number", typed("1.0", XSD + "decimal"), 24),
        ("number", typed("1e0", XSD + "double"), 25),
        ("number", ox.Literal(True), 26),
        ("number", ox.Literal("true"), 27),
        ("both", ox.NamedNode(BASE + "ontology#x"), 27),
        ("both", ox.Literal(BASE + "ontology#x"), 28),
        ("end", typed("same", BASE + "ontology#kind"), 29),
    ],
)
def test_values_of_the_same_text_are_told_apart(
    lines: Lines, predicate: str, value: Term, line: int
) -> None:
    assert lines.find(BASE + "id/six", f"{BASE}ontology#{predicate}", value) == line


def test_statement_behind_a_datatype_and_a_full_stop_is_found(lines: Lines) -> None:
    word = BASE + "ontology#word"
    assert lines.find(BASE + "id/seven", word, ox.Literal("same", language="en-GB")) == 29


def test_datatype_is_no_value() -> None:
    index = Lines('<urn:a> <urn:b> "1"^^<urn:c> ,\n <urn:c> .', "urn:x:")
    assert index.find("urn:a", "urn:b", ox.NamedNode("urn:c")) == 2


def test_a_type_is_found_under_its_short_word(lines: Lines) -> None:
    assert lines.find(BASE + "id/one", tiny.RDF_TYPE) == 6


def test_what_is_not_there_has_no_line(lines: Lines) -> None:
    assert lines.find(BASE + "id/none") is None


def test_every_subject_and_value_of_a_real_file_is_found() -> None:
    text = tiny.PREFIXES + tiny.DATA + tiny.ONTOLOGY
    index = Lines(text, BASE)
    rows = text.splitlines()
    for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
            found = index.find(quad.subject.value, quad.predicate.value, quad.object)
            assert found is not None
            tail = quad.object.value.replace("#", "/").rpartition("/")[2]
            assert tail in rows[found - 1]


@settings(max_examples=150, deadline=None)
@given(graphs)
@example(
    [
        ox.Triple(ox.NamedNode(BASE), ox.NamedNode(BASE), ox.Literal("")),
        ox.Triple(ox.NamedNode(BASE), ox.NamedNode(BASE), ox.Literal("", language="en")),
    ]
)
def test_in_the_house_form_every_plain_statement_is_found_where_it_stands(
    items: list[ox.Triple],
) -> None:
    text = serialise(items, CONFIG)
    rows = [row.strip() for row in text.split("\n")]
    index = Lines(text, CONFIG.base_iri)
    for item in items:
        plain = isinstance(item.subject, ox.NamedNode) and not isinstance(item.object, ox.BlankNode)
        if plain and "\n" not in item.object.value and item.object.value != LIST_END:
            line = index.find(item.subject.value, item.predicate.value, item.object)
            assert line is not None
            alone = serialise([item], CONFIG).split("\n\n")[1].split("\n")
            assert rows[line - 1] == alone[1].strip()
