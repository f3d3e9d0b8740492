"""Data that would end its parser is refused before it is parsed."""

from __future__ import annotations

import time
from contextlib import suppress

import pyoxigraph as ox
import pytest

from mufakat.engine.nested_data import DEEPEST, check
from mufakat.errors import BadQuery, TooLarge

JSON, XML, TURTLE, NT = (
    ox.RdfFormat.JSON_LD,
    ox.RdfFormat.RDF_XML,
    ox.RdfFormat.TURTLE,
    ox.RdfFormat.N_TRIPLES,
)
HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'


def json(depth: int) -> str:
    return '{"a:p":' * depth + "1" + "}" * depth


def xml(depth: int) -> str:
    pairs = depth // 2
    inner = "<rdf:Description><a:p>" * pairs + "</a:p></rdf:Description>" * pairs
    return HEAD + inner + "</rdf:RDF>"


def quoted(depth: int) -> str:
    return "<a:s> <a:p> " + "<<( <a:s> <a:p> " * depth + "<a:o>" + " )>>" * depth + " ."


@pytest.mark.parametrize(
    ("text", "media"),
    [(json(5000), JSON), (xml(50_000), XML), (quoted(5000), TURTLE), (quoted(5000), NT)],
)
def test_deep_data_is_refused(text: str, media: ox.RdfFormat) -> None:
    with pytest.raises(TooLarge):
        check(text.encode(), media)


@pytest.mark.parametrize(
    "name",
    [r"e:a\#b", "# c\re:x", r"e:a\'b", r"e:\'", r"e:a\.\#", "e:a\\'b e:p e:c\\' , 'x' ; e:q"],
)
def test_nothing_hides_behind_an_escaped_sign_or_a_line_end(name: str) -> None:
    with pytest.raises(TooLarge):
        check(f"@prefix e: <a:> . {name} e:p {quoted(5000)}".encode(), TURTLE)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        (json(DEEPEST["json"]), JSON),
        (xml(DEEPEST["xml"] - 2), XML),
        (quoted(DEEPEST["quoted"]), TURTLE),
        ('{"a:p": "' + "{[" * 500 + '"}', JSON),
        ('{"a:p": "\\\\"' + ', "a:q": "{{{"' * 200 + "}", JSON),
        ('<a:s> <a:p> "' + "<< " * 500 + '" . # ' + "<< " * 500, TURTLE),
        (HEAD + "<rdf:Description/>" * 2000 + "<!-- " + "<x>" * 2000 + " --></rdf:RDF>", XML),
    ],
)
def test_data_within_the_bounds_passes_and_can_be_parsed(text: str, media: ox.RdfFormat) -> None:
    check(text.encode(), media)
    list(ox.parse(text.encode(), media, base_iri="http://example.org/"))


def bomb(levels: int) -> str:
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, levels))
    doctype = f"<!DOCTYPE a [<!ENTITY e0 'ten letters'>{entities}]>"
    thing = f"<rdf:Description><a:p>&e{levels - 1};</a:p></rdf:Description></rdf:RDF>"
    return doctype + HEAD + thing


def test_entities_that_grow_are_refused() -> None:
    check(bomb(3).encode(), XML)
    with pytest.raises(TooLarge, match="entities"):
        check(bomb(9).encode(), XML)


@pytest.mark.parametrize(
    "mistake", ["<a:p>\x01</a:p>", "<!-- a -- b -->", "<a:p a:q='<'/>", "<a:p>&unknown;</a:p>"]
)
def test_nothing_hides_behind_a_mistake_that_the_engine_would_pass_over(mistake: str) -> None:
    text = xml(20_000).replace("<a:p>", mistake + "<a:p>", 1)
    with pytest.raises(BadQuery) as caught:
        check(text.encode(), XML)
    assert caught.value.where
    assert caught.value.where.line == 1


@pytest.mark.parametrize("media", [JSON, XML, TURTLE])
@pytest.mark.parametrize("piece", [b'"', b"<", b"<<", b"{", b"<!--", b"\\", b"'''", b"<a "])
def test_the_check_takes_one_pass(media: ox.RdfFormat, piece: bytes) -> None:
    began = time.monotonic()
    with suppress(TooLarge, BadQuery):
        check(piece * (100_000 // len(piece)), media)
    assert time.monotonic() - began < 2
