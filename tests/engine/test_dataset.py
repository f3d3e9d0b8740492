"""Which graphs a query names, and where it only seems to name some."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mufakat.engine import dataset
from mufakat.engine.lexer import tokens
from mufakat.engine.types import QueryRequest

PIECES = (
    *(
        "FROM",
        "from ",
        "FROM<",
        "From\n",
        "NAMED ",
        "<http://e/g>",
        "mfk:validFrom ",
        "?from ",
        "$FROM ",
    ),
    *(
        "SELECT * ",
        "DESCRIBE <e>",
        "*",
        "1",
        ".",
        "-",
        ":",
        "x",
        "%41",
        "\\-",
        "\\",
        "'",
        '"',
        "@en",
        "é",
    ),
    *(">", "<", "{", "(", "#", "\n", " "),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("SELECT *FROM<http://e/g>{}")
@example("DESCRIBE 'x'FROM <http://e/g>")
@example("ASK .FROM <http://e/g> {}")
def test_no_keyword_is_overlooked(text: str) -> None:
    if any(token.says("FROM") for token in tokens(text)):
        assert dataset._FROM.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { ?s mfk:validFrom ?x ; mfk:inForceFrom ?y }",
        "SELECT ?from $FROM {}",
        "SELECT ?x { ?s from:x ?x . ?s x:from ?y . ?s x:from-to ?z }",
    ],
)
def test_names_that_hold_the_word_name_no_graph(text: str) -> None:
    assert not dataset._FROM.search(text)
    assert dataset.chosen(QueryRequest(text), None) is None
