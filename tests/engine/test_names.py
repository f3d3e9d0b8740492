"""Names are read as the grammar has them, in every script that it allows."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.lexer import tokens

NAMES = [
    "a",
    "รัฐ",  # Thai with a vowel sign
    "ပြည်",  # Burmese
    "quo\u0302c",  # an accent by itself
    "l\u00b7l",
    "a\u203fb",
    "x_1",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_token(name: str) -> None:
    ox.Store().query(f"SELECT ?{name} {{ ?{name} ?p ?o }}")  # the engine takes it, too
    for text in (f"?{name}", f"${name}", f"e:{name}", f"{name}:e"):
        if text != "a:e":
            assert [token.text for token in tokens(text)] == [text]


def test_columns_come_in_the_order_in_which_they_were_written() -> None:
    store = ox.Store()
    store.update("INSERT DATA { <http://e/a> <http://e/p> 1 }")
    engine = EmbeddedEngine(store, union_default_graph=False, version="v")
    assert engine.select("SELECT * { ?รัฐ ?p ?ก้น }").vars == ["รัฐ", "p", "ก้น"]


def test_variables_that_differ_in_an_accent_alone_are_two() -> None:
    store = ox.Store()
    store.update("PREFIX : <http://e/> INSERT DATA { :x a :State . :t :party :x }")
    engine = EmbeddedEngine(store, union_default_graph=False, version="v")
    query = "PREFIX : <http://e/> SELECT * { ?ก้ a :State FILTER NOT EXISTS { :t :party ?ก } }"
    assert engine.select(query).rows == []
