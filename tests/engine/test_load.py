"""LOAD: how it is read, what may be fetched, and where it stands among the other operations."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mufakat.engine import changes, writer
from mufakat.engine import fetch as fetching
from mufakat.engine.changes import Update, make
from mufakat.engine.fetch import BYTES, MOST, fetch
from mufakat.engine.guard_update import UpdateRequest, guarded
from mufakat.engine.load import Document, Load
from mufakat.engine.outbound import Ask, Reply
from mufakat.engine.types import Limits, Policy
from mufakat.errors import BadQuery, MufakatError, Refused, TimedOut, TooLarge, Unavailable, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

E = "http://example.org/"
OPEN = Policy(allow_service=("http://data.example/",))


def loads(text: str, base: str | None = None) -> tuple[Load, ...]:
    return guarded(UpdateRequest(text), Limits(), base).loads


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Ask]:
    """Answer every request with what `pages` holds, and note it."""
    seen: list[Ask] = []

    def answer(ask: Ask, _: Policy) -> Reply:
        seen.append(ask)
        return PAGES.get(ask.address, Reply(404, "text/plain", b""))

    monkeypatch.setattr(fetching, "exchange", answer)
    return seen


TURTLE = b"<#it> <p> [ <q> 1 ] ."
PAGES = {
    "http://data.example/a.ttl": Reply(200, "text/turtle; charset=utf-8", TURTLE),
    "http://data.example/plain.ttl": Reply(200, "text/plain", TURTLE),
    "http://data.example/plain": Reply(200, "text/plain", b"<a:a> <a:b> <a:c> ."),
    "http://data.example/bytes.rdf": Reply(
        200,
        "application/octet-stream",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    ),
    "http://data.example/page": Reply(200, "text/html", b"<html>"),
    "http://data.example/broken.ttl": Reply(200, "text/turtle", b"<a> <b> <c"),
    "http://data.example/deep.jsonld": Reply(
        200, "application/ld+json", b'{"a:p":' * 5000 + b"1" + b"}" * 5000
    ),
    "http://data.example/graphs.trig": Reply(200, "application/trig", b"<a:g> { <a:a> a <a:c> }"),
    "http://data.example/moved": Reply(303, "text/html", b"", "/a.ttl"),
    "http://data.example/out": Reply(302, "", b"", "http://elsewhere.example/a.ttl"),
    "http://data.example/out-secure": Reply(302, "", b"", "https://data.example/a.ttl"),
    "http://data.example/file": Reply(302, "", b"", "file:///etc/passwd"),
    "http://data.example/nonsense": Reply(302, "", b"", "http://[::"),
    "http://data.example/round": Reply(302, "", b"", "round"),
}


@pytest.mark.parametrize(
    ("text", "address", "graph", "silent"),
    [
        ("LOAD <http://e/x>", "http://e/x", None, False),
        ("load silent <http://e/x> into graph <http://e/g>", "http://e/x", "http://e/g", True),
        ("BASE <http://e/a/> LOAD <../x>", "http://e/x", None, False),
        ("PREFIX e: <http://e/> LOAD e:x INTO GRAPH e:g", "http://e/x", "http://e/g", False),
        ("PREFIX e: <http://e/> LOAD e:a\\,b", "http://e/a,b", None, False),
        ("PREFIX e: <http://a/> PREFIX e: <http://b/> LOAD e:x", "http://b/x", None, False),
        ("LOAD <h\\u0074tp://e/x>", "http://e/x", None, False),
        ("LOAD <http://e/x> # LOAD <http://e/y>\n ;", "http://e/x", None, False),
        ("CLEAR DEFAULT ; BASE <http://e/> LOAD <x>", "http://e/x", None, False),
        ("INSERT DATA { <a:a> <a:b> 1 ; <a:c> 2 } ; LOAD <a:x>", "a:x", None, False),
        ("LOAD <x> INTO GRAPH <g>", f"{E}x", f"{E}g", False),
    ],
)
def test_load_is_read_as_the_standard_writes_it(
    text: str, address: str, graph: str | None, silent: bool
) -> None:
    (load,) = loads(text, E)
    assert (load.address, load.graph, load.silent) == (address, graph, silent)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("LOAD", 1),
        ("LOAD SILENT", 6),
        ("LOAD ?x", 6),
        ("LOAD 'x'", 6),
        ("LOAD e:x", 6),
        ("LOAD <a:x> INTO <a:g>", 17),
        ("LOAD <a:x> INTO GRAPH DEFAULT", 23),
        ("LOAD <a:x> INTO GRAPH <a:g> <a:h>", 29),
        ("LOAD <a:x> <a:y>", 12),
        ("LOADSILENT <a:x>", 1),
        ("PREFIX e: <a:> LOADe:x", 16),
        ("PREFIX: <a:> LOAD:x", 1),
        ("CLEAR DEFAULT LOAD <a:x>", 15),
        ("INSERT DATA { LOAD <a:x> }", 15),
        ("CLEAR DEFAULT ; ; LOAD <a:x>", 17),
        ("BASE LOAD <a:x>", 11),
    ],
)
def test_load_that_is_not_written_right_is_told_with_its_place(text: str, column: int) -> None:
    with pytest.raises(BadQuery) as caught:
        loads(text)
    assert caught.value.where == Where(line=1, column=column)
    assert caught.value.mend


def test_nothing_is_asked_when_one_address_is_not_on_the_list(asked: list[Ask]) -> None:
    text = "LOAD <http://data.example/a.ttl> ;\n  LOAD <http://other.example/b>"
    with pytest.raises(Refused) as caught:
        fetch(loads(text), OPEN, 5)
    assert caught.value.where == Where(line=2, column=3)
    assert "http://data.example/" in caught.value.mend
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://data.example.evil/a.ttl",
        "https://data.example/a.ttl",
        "http://data.example:81/a.ttl",
        "http://user@data.example/a.ttl",
        "file:///etc/passwd",
        "ftp://data.example/a.ttl",
        "urn:a:b",
    ],
)
def test_only_addresses_on_the_list_are_loaded(asked: list[Ask], address: str) -> None:
    with pytest.raises(Refused):
        fetch(loads(f"LOAD <{address}>"), OPEN, 5)
    (silent,) = fetch(loads(f"LOAD SILENT <{address}>"), OPEN, 5)
    assert silent.data is None
    assert asked == []


@pytest.mark.parametrize(
    ("page", "name", "base"),
    [
        ("a.ttl", "turtle", "a.ttl"),
        ("a.ttl#part", "turtle", "a.ttl"),
        ("plain.ttl", "turtle", "plain.ttl"),
        ("plain", "ntriples", "plain"),
        ("bytes.rdf", "rdfxml", "bytes.rdf"),
        ("moved", "turtle", "a.ttl"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_media_type_or_ending_decides_the_syntax(page: str, name: str, base: str) -> None:
    (document,) = fetch(loads(f"LOAD <http://data.example/{page}>"), OPEN, 5)
    assert (document.format, document.base_iri) == (name, f"http://data.example/{base}")


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("none", Unavailable),
        ("page", Unavailable),
        ("deep.jsonld", TooLarge),
        ("out", Refused),
        ("out-secure", Refused),
        ("file", Refused),
        ("nonsense", Unavailable),
        ("round", Unavailable),
    ],
)
def test_what_cannot_be_loaded_is_told_at_its_place_or_silent(
    asked: list[Ask], page: str, error: type[MufakatError]
) -> None:
    with pytest.raises(error) as caught:
        fetch(loads(f"\n LOAD <http://data.example/{page}>"), OPEN, 5)
    assert caught.value.where == Where(line=2, column=2)
    (silent,) = fetch(loads(f"LOAD SILENT <http://data.example/{page}>"), OPEN, 5)
    assert silent.data is None
    assert {ask.address.startswith("http://data.example/") for ask in asked} == {True}
    assert len(asked) <= 12


def test_more_documents_than_allowed_are_refused(asked: list[Ask]) -> None:
    text = " ; ".join(["LOAD SILENT <http://data.example/a.ttl>"] * (MOST + 1))
    with pytest.raises(TooLarge):
        fetch(loads(text), OPEN, 5)
    assert asked == []


def test_documents_share_bytes_and_time(asked: list[Ask]) -> None:
    fetch(loads("LOAD <http://data.example/a.ttl> ; LOAD <http://data.example/plain>"), OPEN, 5)
    assert [ask.most for ask in asked] == [BYTES, BYTES - len(TURTLE)]
    assert asked[0].until == asked[1].until


def carry_out(store: ox.Store, text: str) -> None:
    """Make an update as the stager does, after the journey to it."""
    update = guarded(UpdateRequest(text), Limits(), E)
    change = Update(update.text, fetch(update.loads, OPEN, 5))
    travelled = writer.read(json.loads(json.dumps(writer.request(change))))
    make(store, travelled, base_iri=E, union_into=None)


def count(store: ox.Store, graph: str | None) -> int:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return len(list(store.quads_for_pattern(None, None, None, name)))


@pytest.mark.usefixtures("asked")
def test_operations_are_carried_out_in_their_order() -> None:
    store = ox.Store()
    text = f"""PREFIX d: <http://data.example/> PREFIX e: <{E}>
        INSERT DATA {{ e:a e:b 1 }} ; CLEAR DEFAULT ;
        LOAD d:a.ttl ;
        PREFIX e: <http://other.example/>
        INSERT {{ e:found e:n ?n }} WHERE {{ ?s <http://data.example/q> ?n }} ;
        LOAD d:a.ttl INTO GRAPH e:g ; DELETE WHERE {{ ?s <http://data.example/q> ?o }} ;"""
    carry_out(store, text)
    assert count(store, None) == 2
    assert count(store, "http://other.example/g") == 2
    assert store.query("ASK { <http://other.example/found> <http://other.example/n> 1 }")


@pytest.mark.usefixtures("asked")
def test_names_in_a_document_are_relative_to_where_it_was_found() -> None:
    store = ox.Store()
    carry_out(store, "LOAD <http://data.example/moved#x>")
    found = {quad.subject for quad in store if isinstance(quad.subject, ox.NamedNode)}
    assert found == {ox.NamedNode("http://data.example/a.ttl#it")}


@pytest.mark.usefixtures("asked")
def test_blank_nodes_of_two_documents_are_two() -> None:
    store = ox.Store()
    carry_out(store, "LOAD <http://data.example/a.ttl> ; LOAD <http://data.example/a.ttl>")
    assert count(store, None) == 4


@pytest.mark.usefixtures("asked")
def test_graph_of_an_empty_document_is_made() -> None:
    store = ox.Store()
    carry_out(store, "LOAD <http://data.example/bytes.rdf> INTO GRAPH <urn:g>")
    assert store.contains_named_graph(ox.NamedNode("urn:g"))


@pytest.mark.parametrize("page", ["broken.ttl", "graphs.trig"])
@pytest.mark.usefixtures("asked")
def test_document_that_cannot_be_parsed_is_told_or_adds_nothing(page: str) -> None:
    store = ox.Store()
    with pytest.raises(Unavailable, match="cannot be read") as caught:
        carry_out(store, f"CLEAR DEFAULT ;\nLOAD <http://data.example/{page}>")
    assert caught.value.where == Where(line=2, column=1)
    carry_out(store, f"LOAD SILENT <http://data.example/{page}> INTO GRAPH <urn:g>")
    assert len(store) == 0
    assert not store.contains_named_graph(ox.NamedNode("urn:g"))


@pytest.mark.usefixtures("asked")
def test_mistake_behind_a_load_is_told_where_it_is() -> None:
    with pytest.raises(BadQuery) as caught:
        carry_out(ox.Store(), "LOAD <http://data.example/a.ttl> ;\n  INSERT DATA { <a:a> <a:b> }")
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_declarations_may_stand_before_any_operation() -> None:
    """The grammar allows a prologue after each semicolon; the engine's parser does not."""
    store = ox.Store()
    text = f"PREFIX e: <{E}> CLEAR DEFAULT ; PREFIX f: <urn:f:> INSERT DATA {{ e:a f:b 1 }}"
    make(store, Update(text), base_iri=None, union_into=None)
    assert store.query(f"ASK {{ <{E}a> <urn:f:b> 1 }}")


def test_load_is_found_behind_the_dataset_of_the_protocol() -> None:
    text = "DELETE WHERE { ?s ?p ?o } ;\nLOAD <http://data.example/a.ttl>"
    update = guarded(UpdateRequest(text, using=("urn:g",)), Limits(), None)
    (load,) = update.loads
    assert update.text[load.start :].startswith("LOAD")
    assert update.rewritten.back(load.where) == Where(line=2, column=1)


BEFORE = [
    "CLEAR DEFAULT;", "CLEAR SILENT DEFAULT ; ", "INSERT DATA{};", "DELETE WHERE{};",
    "CLEARDEFAULT;", "INSERT DATA { e:a e:b 1 };", "PREFIX:<$>", "PREFIX e:<$> ", "PREFIXe:<$>",
    "BASE<$>", "VERSION'1.2'", "# ;\n", ";", "INSERT DATA { <a:a> <a:b> '", "' };", "{", "}",
    "PREFIX LOAD:<$>", "LOAD SILENT <$> ;",
]  # fmt: skip
FETCHING = [
    "LOAD <$>", "LOAD<$>", "lOaD\n<$>INTO GRAPH<a:g>", "LOAD<$>INTOGRAPH<a:g>", "LOAD#\n<$>",
    "LOADSILENT<$>", "LOAD SILENT <$>", "LOAD:x", "LOADe:x", "LOADSILENT:x", "LOADSILENTe:x",
    "LOAD SILENT:", "LOAD :x", "LOAD e:x", "L\\u004fAD <$>", "LOAD <x>", "LOAD LOAD:x",
    "LOADLOAD:x",
]  # fmt: skip
ran = st.lists(st.sampled_from(BEFORE), max_size=4).flatmap(
    lambda before: st.lists(st.sampled_from(FETCHING), min_size=1, max_size=2).flatmap(
        lambda loads: st.permutations([*before, *loads]) | st.just([*before, *loads])
    )
)


@contextmanager
def canary() -> Iterator[tuple[str, list[object]]]:
    """Give an address, and who called there."""
    hits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as last:
        last.bind(("127.0.0.1", 0))
        told = last.getsockname()

        def listen() -> None:
            while True:
                one, caller = listening.accept()
                one.close()
                if caller == told:
                    return
                hits.append(caller)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", hits
        finally:
            last.connect(listening.getsockname())
            thread.join(5)


def carry_out_in_the_open(text: str, documents: tuple[Document, ...]) -> None:
    """Carry out an update where the engine may open sockets, as it may in no server."""
    with pytest.MonkeyPatch.context() as patch, suppress(BadQuery):
        patch.setattr(changes, "_no_way_out", nullcontext)
        make(ox.Store(), Update(text, documents), base_iri=E, union_into=None)


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_engine_would_fetch_if_it_were_given_a_load(silent: str) -> None:
    with canary() as (address, hits):
        carry_out_in_the_open(f"LOAD {silent}<{address}>", ())
    assert hits


def test_the_engine_is_never_given_a_load_to_carry_out() -> None:
    with canary() as (address, hits):

        @settings(max_examples=800, deadline=None)
        @given(ran)
        @example(["CLEAR DEFAULT;", "LOADSILENT<$>"])
        @example(["PREFIX:<$>", "LOAD:x"])
        def never(parts: list[str]) -> None:
            text = "".join(parts).replace("$", address)
            try:
                update = guarded(UpdateRequest(text), Limits(), address)
            except MufakatError:
                return
            carry_out_in_the_open(update.text, tuple(map(Document, update.loads)))
            assert not hits, text

        never()


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["LOAD <http://e/{n}>", "load\tsilent\n<{n}>#;\n", "LOAD e:{n}"]),
            st.sampled_from(["", " INTO GRAPH <urn:g{n}>", "\n into # graph\n GRAPH e:{n}"]),
            st.sampled_from(["", "INSERT DATA {{ <a:a> <a:b> {n} ; <a:c> 'LOAD <a:x> ;' }} ;"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_load_of_a_right_update_is_found(parts: list[tuple[str, str, str]]) -> None:
    operations = [
        f"{before} {load}{into}".replace("{{", "{").replace("}}", "}").replace("{n}", str(n))
        for n, (load, into, before) in enumerate(parts)
    ]
    text = "BASE <http://e/> PREFIX e: <http://e/>\n" + " ;\n".join(operations)
    found = loads(text)
    assert [load.address for load in found] == [f"http://e/{n}" for n in range(len(parts))]
    assert [load.graph is not None for load in found] == [bool(into) for _, into, _ in parts]
    store = ox.Store()
    make(store, Update(text, tuple(map(Document, found))), base_iri=None, union_into=None)
    assert count(store, None) == 2 * sum(bool(before) for *_, before in parts) - max(
        0, sum(bool(before) for *_, before in parts) - 1
    )


def test_deadline_passes_before_a_silent_server_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        policy = Policy(allow_service=(f"http://127.0.0.1:{port}/",), allow_private=True)
        with pytest.raises(TimedOut):
            fetch(loads(f"LOAD <http://127.0.0.1:{port}/x>"), policy, 0.3)
