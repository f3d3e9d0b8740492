"""What the guard lets through, and where it stops a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mufakat.engine import guard
from mufakat.engine.guard import inspect
from mufakat.engine.types import Limits, Policy
from mufakat.errors import BadQuery, Refused, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

DEEP = {
    "groups": "SELECT * {" + "{" * 5000 + "}" * 5000 + "}",
    "sub-selects": "SELECT * {" + "{SELECT * {" * 2000 + "}}" * 2000 + "}",
    "EXISTS": "ASK { ?s ?p ?o " + "FILTER EXISTS {?s ?p ?o " * 1000 + "}" * 1000 + "}",
    "IF": "SELECT (" + "IF(true,1," * 1000 + "1" + ")" * 1000 + " AS ?x) {}",
    "negations": "ASK { FILTER(" + "!" * 3000 + "true) }",
    "disjunctions": "ASK { FILTER(1=1" + "||1=1" * 3000 + ") }",
    "sums": "ASK { FILTER(1" + "+1" * 3000 + ") }",
    "unions": "ASK { {}" + "UNION {}" * 3000 + " }",
    "optionals": "ASK { " + "OPTIONAL {}" * 3000 + " }",
    "binds": "ASK { " + "".join(f"BIND(1 AS ?v{i})" for i in range(1000)) + "}",
    "paths": "ASK { ?s <a:p>" + "|<a:p>" * 3000 + " ?o }",
    "escaped groups": "SELECT * {" + "\\u007B" * 5000 + "}",
}


def form(text: str) -> str:
    return inspect(text, Limits(), Policy()).form


@pytest.mark.parametrize("kind", DEEP)
def test_nesting_that_would_end_the_process_is_refused_with_its_place(kind: str) -> None:
    with pytest.raises(TooLarge) as caught:
        form(DEEP[kind])
    assert caught.value.where
    assert caught.value.where.column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * {}", "select"),
        ("# ASK\nselect * {}", "select"),
        ("BASE <http://e/> PREFIX ask: <http://e/> construct where {}", "construct"),
        ("PREFIX : <http://e/#select> ASK {}", "ask"),
        ("DESCRIBE <http://e/ASK>", "describe"),
    ],
)
def test_form_is_the_first_keyword_after_the_prologue(text: str, expected: str) -> None:
    assert form(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p '{{{{ SERVICE <http://e/> {' }",
        'ASK { ?s ?p """a " quote \\""" SERVICE <x:y> """ }',
        "ASK { ?s ?p <http://e/SERVICE> } # SERVICE <http://e/> {",
        "ASK { ?service ?p ?SERVICE }",
        "PREFIX service: <http://e/> ASK { ?s service:SERVICE ?o }",
    ],
)
def test_what_stands_in_strings_comments_and_names_is_no_service(text: str) -> None:
    assert inspect(text, Limits(depth=3), Policy()).services == ()


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://other/> {} }",
        "ASK { service silent <http://other/> {} }",
        "ASK { SERVICE ?anywhere {} }",
        "PREFIX o: <http://other/> ASK { SERVICE o:x {} }",
        "BASE <http://other/> ASK { SERVICE <x> {} }",
        "ASK { ?s ?p '\\u0022 # ' . SERVICE <http://other/> {} }",
        "ASK { ?s ?p 'x\\u0027 . SERVICE <http://other/> {} }",
    ],
)
def test_service_outside_the_list_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(Refused):
        inspect(text, Limits(), Policy(allow_service=("http://good/",)))


def test_service_on_the_list_passes() -> None:
    policy = Policy(allow_service=("http://good/",))
    inspected = inspect("ASK { SERVICE <http://good/sparql> {} }", Limits(), policy)
    assert inspected.services == ("http://good/sparql",)


def test_update_is_named_as_such() -> None:
    with pytest.raises(BadQuery, match="update"):
        form("PREFIX e: <http://e/> INSERT DATA { e:a e:b e:c }")


def test_size_is_counted_in_bytes() -> None:
    with pytest.raises(TooLarge):
        inspect("ASK { ?s ?p 'ééééé' }", Limits(query_bytes=24), Policy())


def test_ordinary_large_queries_pass() -> None:
    values = "SELECT * { VALUES ?x {" + " <http://e/x>" * 10_000 + "} ?x ?p ?o }"
    alternatives = "SELECT * { ?s ?p ?o FILTER(?o IN (1" + ",1" * 10_000 + ")) }"
    optionals = "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s <http://e/p> ?x }" * 40 + "}"
    for text in (values, alternatives, optionals):
        assert form(text) == "select"


PROLOGUES = (
    *("PREFIX", "prefix ", "BASE", "base ", "VERSION ", "'1.2'", "a:", ":", "select:", "PREFIX:"),
    *("<http://e/>", "<e>", "<", " ", "\n", "# SELECT\n", "#", ".", "%41", "\\u0041"),
    *("SELECT", "select ", "ASK", "ask{", "CONSTRUCT ", "Describe<e>", "INSERT ", "{", "*"),
)


@given(st.lists(st.sampled_from(PROLOGUES), max_size=12).map("".join))
def test_form_is_the_one_that_the_tokens_tell(text: str) -> None:
    def told(find: Callable[[str], str]) -> str:
        try:
            return find(text)
        except BadQuery:
            return "none"

    assert told(form) == told(guard._form)
