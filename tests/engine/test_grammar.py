"""Where a broken query breaks, and that right queries do not."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from mufakat.engine.diagnosis import explain
from mufakat.engine.grammar import first_mistake
from mufakat.engine.lexer import tokens

CONFORMANCE = Path(__file__).parents[1] / "conformance"
# The tokens are cut coarsely: these spellings are read as two. A place may then be too early.
COARSE = {"syntax-general-10", "syn-bad-26", "syn-pname-06", "syn-pname-07"}
BROKEN = [
    ("SELECT * {\n  ?s ?p ?o\n  ?x ?y\n}", 3, 3, "“.”"),
    ("SELECT * {\n  ?s ?p ?o .\n  ?x ?y\n}", 4, 1, "object"),
    ("SELECT * {\n  ?s ?p ?o .\n FILTER(?x > )\n}", 3, 14, "expression"),
    ("SELECT ?s {\n  ?s ?p ?o .\n}\nORDER ?s", 4, 7, "BY"),
    ("SELECT ?s { ?s <a:b> 1 ; LIMIT 3 . }", 1, 26, "property"),
    ("SELECT { ?s ?p ?o }", 1, 8, "variable"),
    ("SELECT ?s WHERE ?s ?p ?o", 1, 17, "“{”"),
    ("ASK { ?s ?p ?o } LIMIT", 1, 23, "number"),
    ("ASK { ?s ?p ?o }\nLIMIT 1 2", 2, 9, "end of the query"),
    ("DESCRIBE", 1, 9, "variable or an IRI"),
    ("SELECT (COUNT(?x) ?n) {}", 1, 19, "AS"),
    ("ASK { VALUES ?x { 1 ?y } }", 1, 21, "UNDEF"),
    ("ASK { OPTIONAL ?s ?p ?o }", 1, 16, "“{”"),
    ("ASK { ?s <a:p>/ ?o }", 1, 17, "property"),
    ("ASK { BIND(1 ?x) }", 1, 14, "AS"),
    ("ASK { FILTER(REGEX(?x, 'a' 'b')) }", 1, 28, "“)”"),
    ("ASK { GRAPH 'x' {} }", 1, 13, "variable or an IRI"),
    ("CONSTRUCT { ?s ?p } WHERE {}", 1, 19, "object"),
    ("ASK { 'x' }", 1, 11, "property"),
    ("PREFIX e <http://e/> ASK {}", 1, 8, "prefix"),
]


@pytest.mark.parametrize(("text", "line", "column", "wanted"), BROKEN)
def test_place_and_what_was_wanted_there(text: str, line: int, column: int, wanted: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    error = explain(text, str(caught.value.msg))
    assert error.where
    assert (error.where.line, error.where.column) == (line, column), error
    assert wanted in error.mend + error.detail


def right_queries() -> list[str]:
    """Every query of the conformance suites that the engine reads and that is plain SPARQL 1.1."""
    found = []
    for path in sorted((CONFORMANCE / "data").rglob("*.rq")):
        text = path.read_bytes().decode("utf-8", "replace")
        try:
            ox.Store().query(text, base_iri="http://e/")
        except (SyntaxError, OSError):
            continue
        except (ValueError, RuntimeError):
            pass
        if path.stem in COARSE:
            continue
        if "<<" not in text and "\\u" not in text.lower():
            found.append(pytest.param(text, id=str(path.relative_to(CONFORMANCE / "data"))))
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("text", right_queries())
def test_right_query_has_no_mistake(text: str) -> None:
    mistake = first_mistake(list(tokens(text)))
    assert mistake is None, (mistake, text)


def test_reader_does_not_need_more_stack_than_there_is() -> None:
    depth = 64
    text = "ASK { FILTER(" + "(" * depth + "1" + ")" * depth + " 2) }"
    assert sys.getrecursionlimit() > 15 * depth
    assert first_mistake(list(tokens(text)))
