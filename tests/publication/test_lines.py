"""Statements are found at their line in any spelling of Turtle."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings

from mufakat.publication.check.lines import Lines
from mufakat.publication.format import serialise
from publication import tiny
from publication.test_format import CONFIG, graphs

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
"""


@pytest.fixture(scope="module")
def lines() -> Lines:
    return Lines(TEXT, "urn:other:")


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        ("id/one", "", "", 6),
        ("id/one", "ontology#label", "", 6),
        ("id/one", "ontology#label", "a ; b . # c", 6),
        ("id/one", "ontology#label", "two\nlines", 7),
        ("id/one", "ontology#when", "2020-01-01", 9),
        ("id/one", "ontology#missing", "", 6),
        ("id/two", "ontology#inner", "deep", 10),
        ("id/two", "ontology#more", BASE + "id/one", 12),
        ("id/two", "ontology#after", "3", 13),
        ("id/three", "ontology#label", "x", 13),
        ("id/four", "ontology#escaped-name", "tab\there", 14),
        ("id/five", "ontology#last", BASE + "id/one", 17),
    ],
)
def test_a_statement_is_found(
    lines: Lines, subject: str, predicate: str, value: str, line: int
) -> None:
    assert lines.find(BASE + subject, predicate and BASE + predicate, value) == line


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
            found = index.find(quad.subject.value, quad.predicate.value, quad.object.value)
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
            line = index.find(item.subject.value, item.predicate.value, item.object.value)
            assert line is not None
            # a value is named by its text, so "a" and "a"@en of one node share their place
            alike = [one for one in items if _spoken(one) == _spoken(item)]
            alone = {serialise([one], CONFIG).split("\n\n")[1].split("\n")[1] for one in alike}
            assert rows[line - 1] in {row.strip() for row in alone}


def _spoken(triple: ox.Triple) -> tuple[object, str, str]:
    target = triple.object
    return triple.subject, triple.predicate.value, getattr(target, "value", "")
