"""Answers in XML are well-formed and say what the data say."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.formats import BY_NAME
from mufakat.engine.types import Limits, QueryRequest
from mufakat.engine.xml_text import escaped, escaping
from mufakat.errors import NotAcceptable

SELECT = "SELECT ?o { ?s <http://e/p> ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
LINES = "one\rtwo\r\nthree\nfour\tfive \u00a0\ufffd"


def engine(text: str, rows: int = 0) -> EmbeddedEngine:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(text)))
    return EmbeddedEngine(store, union_default_graph=False, version="v", limits=Limits(rows=rows))


@pytest.mark.parametrize("rows", [0, 5])
def test_line_ends_survive_in_a_table(rows: int) -> None:
    body = engine(LINES, rows).answer(QueryRequest(SELECT), BY_NAME["xml"]).body
    solutions = ox.parse_query_results(body, ox.QueryResultsFormat.XML)
    assert [row["o"].value for row in solutions] == [LINES]  # type: ignore[union-attr]
    assert b"\r" not in body


def test_line_ends_survive_in_a_graph() -> None:
    body = engine(LINES).answer(QueryRequest(CONSTRUCT), BY_NAME["rdfxml"]).body
    assert [quad.object.value for quad in ox.parse(body, ox.RdfFormat.RDF_XML)] == [LINES]  # type: ignore[union-attr]
    assert b"\r" not in body


@pytest.mark.parametrize("character", ["\x01", "\x08", "\x1f", "\ufffe", "\uffff"])
@pytest.mark.parametrize(
    ("query", "name", "other"), [(SELECT, "xml", "json"), (CONSTRUCT, "rdfxml", "turtle")]
)
def test_what_no_xml_can_hold_is_refused_and_other_formats_have_it(
    character: str, query: str, name: str, other: str
) -> None:
    holding = engine(f"a{character}b")
    with pytest.raises(NotAcceptable, match=f"U\\+{ord(character):04X}"):
        holding.answer(QueryRequest(query), BY_NAME[name])
    assert holding.answer(QueryRequest(query), BY_NAME[other]).body


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_character_is_found_though_it_comes_in_pieces(size: int) -> None:
    write = escaping(lambda _: None)
    data = "ab\uffff".encode()
    *first, last = [data[at : at + size] for at in range(0, len(data), size)]
    for piece in first:
        write(piece)
    with pytest.raises(NotAcceptable):
        write(last)


def test_a_whole_document_is_escaped_at_once() -> None:
    assert escaped(b"<a>\r\n</a>") == b"<a>&#13;\n</a>"
    with pytest.raises(NotAcceptable):
        escaped(b"<a>\x0c</a>")
