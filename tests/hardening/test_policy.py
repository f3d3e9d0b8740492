"""Nothing that a client sends makes the server call another one or read a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from live import BEARER, TOKEN, Reply, Server, publish, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary import Canary

E = "http://example.org/"
FILES = ("file:///etc/passwd", "file:/etc/passwd", "/etc/passwd")
SECRET = Path("/etc/passwd").read_text().partition(":")[0] + ":"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = publish(tmp_path_factory.mktemp("policy"), f"<{E}a> <{E}p> 1 .\n")
    with writable(folder, "--timeout", "5", "--log-format", "none") as one:
        yield one


def every_way(server: Server, text: str) -> list[Reply]:
    """A query by GET, by a form and direct."""
    form = urlencode({"query": text})
    return [
        server.ask(f"/sparql?{form}"),
        server.ask("/sparql", "POST", form, {"Content-Type": "application/x-www-form-urlencoded"}),
        server.ask("/sparql", "POST", text, {"Content-Type": "application/sparql-query"}),
    ]


def update(server: Server, text: str, parameters: str = "") -> Reply:
    headers = {**BEARER, "Content-Type": "application/sparql-update"}
    return server.ask(f"/update{parameters}", "POST", text, headers)


def escaped(word: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in word)


SERVICES = {
    "literal": "SELECT * { SERVICE <$/s> { ?x ?y ?z } }",
    "silent": "SELECT * { SERVICE SILENT <$/s> { ?x ?y ?z } }",
    "lower case": "SELECT * { service silent<$/s>{ ?x ?y ?z } }",
    "variable": "SELECT * { BIND(IRI('$/s') AS ?e) SERVICE ?e { ?x ?y ?z } }",
    "variable of VALUES": "SELECT * { VALUES ?e { <$/s> } SERVICE SILENT ?e { ?x ?y ?z } }",
    "prefix": "PREFIX o: <$/> SELECT * { SERVICE o:s { ?x ?y ?z } }",
    "empty prefix": "PREFIX : <$/> SELECT * { SERVICE : { ?x ?y ?z } }",
    "prefix declared twice": "PREFIX o: <http://a/> PREFIX o: <$/> SELECT * { SERVICE o:s { } }",
    "base": "BASE <$/> SELECT * { SERVICE <s> { ?x ?y ?z } }",
    "escaped address": "SELECT * { SERVICE <h\\u0074tp$U/s> { ?x ?y ?z } }",
    "escaped keyword": f"SELECT * {{ {escaped('SERVICE')} <$/s> {{ ?x ?y ?z }} }}",
    "escaped letter": "SELECT * { S\\u0045RVICE <$/s> { ?x ?y ?z } }",
    "behind a comment": "SELECT * { SERVICE # SILENT\n <$/s> { ?x ?y ?z } }",
    "behind a string": "SELECT * { BIND('#' AS ?h) SERVICE <$/s> { ?x ?y ?z } }",
    "behind an address with a hash": "SELECT * { <a#b> ?p ?o SERVICE <$/s> { ?x ?y ?z } }",
    "after a number": "SELECT * { ?s ?p 1.SERVICE <$/s> { ?x ?y ?z } }",
    "glued to a number": "SELECT * { ?s ?p 1SERVICE <$/s> { ?x ?y ?z } }",
    "glued to a truth value": "SELECT * { ?s ?p true.SERVICE <$/s> { ?x ?y ?z } }",
    "glued to a prefix": "PREFIX o: <$/> SELECT * { ?s ?p o:.SERVICE o:s { ?x ?y ?z } }",
    "glued to its prefix": "PREFIX o: <$/> SELECT * { SERVICEo:s{ ?x ?y ?z } }",
    "glued to an empty prefix": "PREFIX : <$/> SELECT * { SERVICE:s{ ?x ?y ?z } }",
    "glued to nothing but a colon": "PREFIX : <$/> SELECT * { SERVICE:{ ?x ?y ?z } }",
    "glued to SILENT": "SELECT * { SERVICESILENT<$/s>{ ?x ?y ?z } }",
    "glued on both sides": "PREFIX o: <$/> SELECT * { ?s ?p 1.SERVICESILENTo:s{ ?x ?y ?z } }",
    "in a sub-select": "SELECT * { { SELECT * { SERVICE <$/s> { ?x ?y ?z } } } }",
    "in EXISTS": "SELECT * { ?a ?b ?c FILTER EXISTS { SERVICE <$/s> { ?x ?y ?z } } }",
    "in NOT EXISTS": "ASK { ?a ?b ?c FILTER NOT EXISTS { SERVICE <$/s> { ?x ?y ?z } } }",
    "in OPTIONAL": "SELECT * { ?a ?b ?c OPTIONAL { SERVICE SILENT <$/s> { ?x ?y ?z } } }",
    "in MINUS": "SELECT * { ?a ?b ?c MINUS { SERVICE <$/s> { ?x ?y ?z } } }",
    "in UNION": "SELECT * { { ?a ?b ?c } UNION { SERVICE <$/s> { ?x ?y ?z } } }",
    "in GRAPH": "SELECT * { GRAPH ?g { SERVICE <$/s> { ?x ?y ?z } } }",
    "in SERVICE": "SELECT * { SERVICE <http://a/> { SERVICE <$/s> { ?x ?y ?z } } }",
    "for ASK": "ASK { SERVICE <$/s> { ?x ?y ?z } }",
    "for CONSTRUCT": "CONSTRUCT { ?x ?y ?z } { SERVICE <$/s> { ?x ?y ?z } }",
    "for DESCRIBE": "DESCRIBE ?x { SERVICE <$/s> { ?x ?y ?z } }",
}


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_refused_however_it_is_written(
    server: Server, canary: Canary, name: str
) -> None:
    text = SERVICES[name].replace("$U", canary.address[4:]).replace("$", canary.address)
    for reply in every_way(server, text):
        assert reply.status in {400, 403}, reply.text
        assert reply.media_type == "application/problem+json"
    assert canary.hits == []


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <http://s/> SELECT * { ?s a service:x . { ?s service:p ?o } }",
        "PREFIX e: <http://s/> SELECT * { ?s a e:VictimService ; e:service ?o { ?s ?p ?o } }",
        "PREFIX service: <http://s/> SELECT * { GRAPH service:x { ?service ?p 'SERVICE <x> {}' } }",
        "SELECT * { ?s <http://example.org/SERVICE> ?o } # SERVICE <http://127.0.0.1/> {",
    ],
)
def test_words_that_only_hold_the_keyword_are_free(server: Server, text: str) -> None:
    assert {reply.status for reply in every_way(server, text)} == {200}


def test_plain_service_says_that_it_is_forbidden(server: Server, canary: Canary) -> None:
    for reply in every_way(server, f"ASK {{ SERVICE <{canary.address}/> {{ }} }}"):
        assert reply.status == 403


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_dataset_of_unknown_addresses_is_empty(server: Server, canary: Canary, clause: str) -> None:
    for address in (f"{canary.address}/data.ttl", *FILES):
        text = f"SELECT * {clause} <{address}>"
        text += "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        for reply in every_way(server, text):
            assert reply.status == 200
            assert '"bindings":[]' in reply.text
    assert canary.hits == []


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_dataset_of_the_protocol_is_never_fetched(
    server: Server, canary: Canary, name: str
) -> None:
    text = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    for address in (f"{canary.address}/data.ttl", *FILES, "\\\\host\\share", "file://host/x"):
        form = urlencode({"query": text, name: address})
        direct = {"Content-Type": "application/sparql-query"}
        posted = {"Content-Type": "application/x-www-form-urlencoded"}
        replies = (
            server.ask(f"/sparql?{form}"),
            server.ask("/sparql", "POST", form, posted),
            server.ask(f"/sparql?{urlencode({name: address})}", "POST", text, direct),
        )
        for reply in replies:
            assert reply.status in {200, 400}
            assert SECRET not in reply.text
            assert reply.status == 400 or '"bindings":[]' in reply.text
    assert canary.hits == []


LOADS = {
    "plain": "LOAD <$>",
    "into a graph": "LOAD <$> INTO GRAPH <http://example.org/g>",
    "silent": "LOAD SILENT <$>",
    "lower case": "load silent <$> into graph <http://example.org/g>",
    "second": "INSERT DATA { <http://example.org/x> <http://example.org/p> 2 } ; LOAD <$>",
    "by prefix": "PREFIX o: <$> LOAD o:",
    "service": "INSERT { ?x ?y ?z } WHERE { SERVICE <$> { ?x ?y ?z } }",
    "silent service": "INSERT { ?x ?y ?z } WHERE { SERVICE SILENT <$> { ?x ?y ?z } }",
    "escaped": "L\\u004fAD <$>",
    "service of a variable": "DELETE { ?x ?y ?z } WHERE { BIND(<$> AS ?e) SERVICE ?e {} }",
    "using": "INSERT { ?s ?p ?o } USING <$> WHERE { ?s ?p ?o }",
    "using named": "INSERT { ?s ?p ?o } USING NAMED <$> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "glued to SILENT": "LOADSILENT<$>INTO GRAPH <http://example.org/g>",
    "second, glued to SILENT": "CLEAR GRAPH <urn:g> ; LOADSILENT<$>",
    "second, glued to a prefix": "PREFIX o: <$> CREATE SILENT GRAPH <urn:g> ; LOADo:",
    "second, glued to a blank prefix": "PREFIX : <$> CLEAR DEFAULT ; LOAD:",
    "service glued": "PREFIX : <$> INSERT { ?x ?y ?z } WHERE { ?a ?b 1.SERVICESILENT:{} }",
    "copy": "COPY <$> TO <http://example.org/g>",
    "add": "ADD SILENT <$> TO DEFAULT",
}


@pytest.mark.parametrize("name", LOADS)
def test_updates_fetch_nothing(server: Server, canary: Canary, name: str) -> None:
    before = server.ask("/sparql?query=ASK{}").headers["Data-Version"]
    for address in (f"{canary.address}/data.ttl", *FILES):
        reply = update(server, LOADS[name].replace("$", address))
        harmless = name in {"silent", "lower case", "using", "using named", "copy", "add"}
        assert reply.status in ({204} if harmless else {400, 403, 404}), reply.text
        assert SECRET not in reply.text
    assert canary.hits == []
    assert server.ask("/sparql?query=ASK{}").headers["Data-Version"] == before


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_dataset_of_an_update_is_never_fetched(server: Server, canary: Canary, name: str) -> None:
    for address in (f"{canary.address}/data.ttl", "file:///etc/passwd"):
        text = "INSERT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        reply = update(server, text, "?" + urlencode({name: address}))
        assert reply.status in {204, 400}
    assert canary.hits == []


def test_contexts_and_entities_of_sent_data_are_never_fetched(
    server: Server, canary: Canary
) -> None:
    jsonld = f'{{"@context": "{canary.address}/context.jsonld", "@id": "{E}x", "p": 1}}'
    rdfxml = (
        f'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">'
        f'<!ENTITY f SYSTEM "{canary.address}/entity">]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
        f'<rdf:Description rdf:about="{E}x"><e:p>&e;&f;</e:p></rdf:Description></rdf:RDF>'
    )
    for kind, body in (("application/ld+json", jsonld), ("application/rdf+xml", rdfxml)):
        reply = server.ask(f"/graphs?graph={E}g", "PUT", body, {**BEARER, "Content-Type": kind})
        assert reply.status == 400
        assert SECRET not in reply.text
    assert canary.hits == []


@pytest.mark.parametrize(
    "path",
    [
        "/graphs?graph=file:///etc/passwd",
        "/graphs?graph=$/data.ttl",
        "/id/../../etc/passwd",
        "/id/..%2f..%2f..%2fetc/passwd",
        "/static/..%2f..%2f..%2f..%2fetc/passwd",
        "/static/%2e%2e/%2e%2e/app.py",
        "/query/..%2f..%2fmufakat.toml",
        "/query/%00.csv",
        "/data/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ttl",
        "/scheme//etc/passwd",
        "//etc/passwd",
        "/http://$/x",
    ],
)
def test_paths_lead_to_no_file_and_no_server(server: Server, canary: Canary, path: str) -> None:
    reply = server.ask(path.replace("$", canary.address))
    assert reply.status in {301, 303, 308, 400, 404}, reply.text
    assert SECRET.encode() not in reply.body
    assert canary.hits == []


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer \xe9\xff", 401),
        (f"Bearer {TOKEN}, Bearer {TOKEN}", 401),
        (f"bearer {TOKEN}", 204),
        (f"Bearer  {TOKEN} ", 204),
    ],
)
def test_only_the_whole_token_opens_the_write_endpoints(
    server: Server, authorization: str | None, status: int
) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    if authorization is not None:
        headers["Authorization"] = authorization
    reply = server.ask("/update", "POST", "CLEAR SILENT GRAPH <urn:x-nothing>", headers)
    assert reply.status == status, reply.text
    assert TOKEN not in reply.text
