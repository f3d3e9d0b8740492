"""Saved queries: what a header must say, what binding does, and what no value can do."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from mufakat.errors import BadParameter, BrokenFile
from mufakat.publication.saved import SavedQuery

if TYPE_CHECKING:
    from pathlib import Path

STATE = "https://w3id.org/mufakat/id/state/"

HEADER = """\
#+ title: A title
#+ question: Which one?
#+ summary: What it lists.
#+ note: How to read it.
#+ parameters:
#+   - name: state
#+     label: State
#+     type: iri
#+     class: mfk:State
#+     expand: https://w3id.org/mufakat/id/state/
#+     default: THA
#+     optional: true
#+     multiple: true
#+   - name: asOf
#+     label: On the day
#+     type: date
#+     default: 2015-11-21
#+   - name: year
#+     label: Year
#+     type: integer
#+     min: 2001
#+     max: 2025
#+     default: 2020
#+   - name: word
#+     label: Word
#+     type: string
#+     default: hello
#+   - name: exact
#+     label: Exactly
#+     type: boolean
#+     default: false
#+ columns:
#+   - name: s
#+     meaning: The thing
#+ tags: [a, b]
#+ example:
#+   parameters: {state: [tha, vnm]}
#+   rows: 0
"""
QUERY = """\
PREFIX mfk: <https://w3id.org/mufakat/ontology#>
PREFIX mfkd: <https://w3id.org/mufakat/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
# VALUES ?state { nothing }
SELECT ?s ?state ?asOf ?year ?word ?exact ("VALUES ?state { }" AS ?trap) WHERE {
  VALUES ?state { mfkd:state/tha }
  VALUES ?asOf { "2015-11-21"^^xsd:date }
  VALUES ?year { 2020 } values ?word { "hello" } # VALUES ?word { "}" }
  VALUES ?exact { false }
  VALUES (?a ?b) { (1 2) }
}
"""


def parse(header: str = HEADER, query: str = QUERY) -> SavedQuery:
    return SavedQuery.parse(header + query, "a-query", "theme", "queries/theme/a-query.rq")


SAVED = parse(query=QUERY.replace("mfkd:state/tha", "<https://w3id.org/mufakat/id/state/tha>"))


def answer(text: str) -> list[dict[str, str | None]]:
    """The bound parameters as the engine understood them."""
    solutions = ox.Store().query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        {name: None if row[name] is None else row[name].value for name in names}
        for row in solutions
    ]


def test_header_is_read_into_typed_parts() -> None:
    assert (SAVED.slug, SAVED.theme, SAVED.form) == ("a-query", "theme", "select")
    assert SAVED.title == "A title"
    assert [p.name for p in SAVED.parameters] == ["state", "asOf", "year", "word", "exact"]
    assert SAVED.parameters[0].iri_class == "https://w3id.org/mufakat/ontology#State"
    assert SAVED.columns[0].meaning == "The thing"
    assert SAVED.tags == ("a", "b")
    assert SAVED.example.parameters == {"state": ("tha", "vnm")}


def test_unbound_values_keep_their_defaults() -> None:
    (row,) = answer(SAVED.bind({}))
    assert row["state"] == STATE + "tha"
    assert row["asOf"] == "2015-11-21"
    assert (row["year"], row["word"], row["exact"]) == ("2020", "hello", "false")


def test_text_as_it_stands_runs_like_the_defaults() -> None:
    assert answer(SAVED.text) == answer(SAVED.bind({}))


def test_several_values_make_several_terms_whatever_their_spelling() -> None:
    text = SAVED.bind({"state": ["VNM", "tha,KHM", STATE + "idn"]})
    assert [row["state"] for row in answer(text)] == [
        STATE + s for s in ("vnm", "tha", "khm", "idn")
    ]


def test_blank_means_any_for_an_optional_parameter() -> None:
    (row,) = answer(SAVED.bind({"state": [""]}))
    assert row["state"] is None


def test_look_alikes_in_comment_string_and_tuple_block_stay() -> None:
    text = SAVED.bind({"state": ["vnm"], "word": ["x"]})
    assert "# VALUES ?state { nothing }" in text
    assert answer(text)[0]["trap"] == "VALUES ?state { }"


def test_every_block_of_a_variable_is_bound() -> None:
    twice = QUERY.replace("VALUES (?a", '{ SELECT * { VALUES ?word { "hello" } } } VALUES (?a')
    assert answer(
        parse(query=twice.replace("mfkd:state/tha", f"<{STATE}tha>")).bind({"word": ["y"]})
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nosuch": ["1"]}, "no parameter nosuch"),
        ({"asOf": ["2015-02-30"]}, "not in the calendar"),
        ({"asOf": ["yesterday"]}, "not a date"),
        ({"asOf": [""]}, "is empty"),
        ({"asOf": ["2015-01-01", "2016-01-01"]}, "takes one value"),
        ({"year": ["1999"]}, "out of range"),
        ({"year": ["2020.5"]}, "not a whole number"),
        ({"year": ["٢٠٢٠"]}, "not a whole number"),
        ({"exact": ["maybe"]}, "neither true nor false"),
        ({"state": ["http://example.org/a>b"]}, "may not stand"),
        ({"state": ["//example.org/x"]}, "neither an absolute"),
        ({"state": ["http://[::1"]}, "not an IRI"),
        ({"word": ["\\u0022"]}, "code point escape"),
        ({"word": ["\x00"]}, "no character"),
        ({"word": ["x" * 3000]}, "too many"),
        ({"state": [f"s{i}" for i in range(101)]}, "101 values"),
    ],
)
def test_value_of_wrong_type_is_refused_with_advice(
    values: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(BadParameter, match=message) as caught:
        SAVED.bind(values)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("#+ title: A title\n", "", "lacks title", 1),
        ("question: Which one?", "question: [a: b", "not YAML", 3),
        ("type: date", "type: day", "type day is unknown", 16),
        ("tags: [a, b]", "tag: [a, b]", "unknown key tag", 35),
        ("optional: true", "optional: perhaps", "optional is 'perhaps'", 12),
        ("max: 2025", "max: many", "max is 'many'", 22),
        ("default: 2015-11-21", "default: 2015-11-31", "not in the calendar", 17),
        ("default: hello", "default: other", "does not hold the default", 27),
        ("name: exact", "name: precise", "no data block", 28),
        ("name: exact", "name: word", "stands twice", 24),
        ("{state: [tha, vnm]}", "{state: '<>'}", "may not stand", 37),
        ("rows: 0", "rows: 0\n#+ view: pie", "View pie is unknown", 39),
    ],
)
def test_faulty_header_is_refused_with_its_line(
    old: str, new: str, message: str, line: int
) -> None:
    assert old in HEADER
    with pytest.raises(BrokenFile, match=message) as caught:
        parse(HEADER.replace(old, new), SAVED.query)
    assert caught.value.where is not None
    assert caught.value.where.file == "queries/theme/a-query.rq"
    assert caught.value.where.line == line
    assert caught.value.mend


def test_prefixed_name_with_slash_is_no_sparql_and_its_line_is_told() -> None:
    with pytest.raises(BrokenFile, match="not SPARQL") as caught:
        parse()
    assert caught.value.where is not None
    assert caught.value.where.line == HEADER.count("\n") + 6


def test_code_point_escape_in_the_text_is_refused() -> None:
    with pytest.raises(BrokenFile, match="code point escape"):
        parse(query=SAVED.query.replace('"hello"', '"hell\\u006f"'))


def test_file_without_header_is_refused() -> None:
    with pytest.raises(BrokenFile, match="no header"):
        SavedQuery.parse("SELECT * {}", "a-query")


def test_slug_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "A_Query.rq"
    path.write_text(SAVED.text, encoding="utf-8")
    with pytest.raises(BrokenFile, match="no slug"):
        SavedQuery.read(path)


def test_description_names_the_text_the_keywords_and_each_parameter() -> None:
    triples = SAVED.as_rdf("https://w3id.org/mufakat/")
    assert not any(isinstance(t.subject, ox.BlankNode) for t in triples)
    said = {(t.subject.value, t.predicate.value, t.object.value) for t in triples}  # type: ignore[union-attr]
    me = "https://w3id.org/mufakat/query/a-query"
    assert (me, "http://www.w3.org/ns/shacl#select", SAVED.query) in said
    assert (me, "https://schema.org/keywords", "b") in said
    assert (
        me + "#year",
        "http://www.w3.org/ns/shacl#datatype",
        "http://www.w3.org/2001/XMLSchema#integer",
    ) in said


@given(st.text())
@example('" } DROP ALL #')
@example("\\")
@example("'''\"\"\"")
@example("x\\\\u0022 }")
@settings(deadline=None)
def test_no_string_can_leave_its_literal(value: str) -> None:
    assume(value.strip())
    try:
        text = SAVED.bind({"word": [value]})
    except BadParameter:
        return
    (row,) = answer(text)
    assert row["word"] == value
    assert answer(SAVED.bind({})) == [{**row, "word": "hello"}]


@given(st.one_of(st.text(), st.text(alphabet='http:/a.b<>#{}"\\ ?%zé').map("http://e/".__add__)))
@example("http://e/> <http://e/")
@example("x:y} VALUES ?asOf {")
@settings(deadline=None)
def test_no_iri_can_leave_its_brackets(value: str) -> None:
    try:
        text = SAVED.bind({"state": [value]})
    except BadParameter:
        return
    rows = answer(text)
    rest = {**answer(SAVED.bind({}))[0], "state": None}
    assert [{**row, "state": None} for row in rows] == [rest] * len(rows)


@given(st.text(alphabet="\\\"'{}<>#?uU0\n ab"))
@settings(max_examples=40, deadline=None)
def test_second_engine_reads_the_same_string(value: str) -> None:
    assume(value.strip())
    try:
        text = SAVED.bind({"word": [value]})
    except BadParameter:
        return
    (row,) = Graph().query(text)
    assert str(row.word) == value  # type: ignore[union-attr]


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
@settings(max_examples=200, deadline=None)
def test_dates_are_days_of_the_calendar(year: int, month: int, day: int) -> None:
    real = year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    value = f"{year:04}-{month:02}-{day:02}"
    if real:
        assert answer(SAVED.bind({"asOf": [value]}))[0]["asOf"] == value
    else:
        with pytest.raises(BadParameter):
            SAVED.bind({"asOf": [value]})


@given(st.text(alphabet="0123456789-+eE. ", max_size=25))
@settings(deadline=None)
def test_integers_are_digits_in_range(value: str) -> None:
    try:
        text = SAVED.bind({"year": [value]})
    except BadParameter:
        return
    assert 2001 <= int(answer(text)[0]["year"] or 0) <= 2025
