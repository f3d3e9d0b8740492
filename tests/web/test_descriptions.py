"""VoID and DCAT are there for programs and people, and what they count is true."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from small_site import small_engine

from live import serving
from mufakat.engine.remote import RemoteEngine
from mufakat.publication import describe
from mufakat.publication.release import measure
from mufakat.publication.release.void import Statistics
from mufakat.settings import load
from mufakat.web.app import create_app
from publication import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
DATASET = tiny.BASE + "void#dataset"
PREFIXES = f"PREFIX void: <{VOID}> PREFIX dcat: <{DCAT}> PREFIX dcterms: <{DCTERMS}> "
EXTRA = (
    "<id/source/book> skos:exactMatch <http://www.wikidata.org/entity/Q1> .\n"
    "<id/source/other> a ex:Source ; rdfs:label 'Other'@en .\n"
)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    publication = tiny.write(tmp_path, data=tiny.DATA + EXTRA)
    return create_app(publication, publication.engine(), load({}, environ={}))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def graph_of(client: FlaskClient, path: str, accept: str = "text/turtle") -> ox.Store:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == accept
    store = ox.Store()
    fmt = ox.RdfFormat.from_media_type(accept)
    assert fmt
    store.load(answer.data, fmt)
    return store


def values(store: ox.Store, pattern: str) -> list[str]:
    rows = store.query(f"{PREFIXES} SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x")
    assert isinstance(rows, ox.QuerySolutions)
    return [row["x"].value for row in rows]  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/void", "/catalog"])
@pytest.mark.parametrize(
    "accept",
    ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"],
)
def test_description_comes_in_every_rdf_form_and_says_the_same(
    client: FlaskClient, path: str, accept: str
) -> None:
    one = {quad.triple for quad in graph_of(client, path, accept)}
    assert one == {quad.triple for quad in graph_of(client, path)}
    assert not any(isinstance(t.subject, ox.BlankNode) for t in one)


def test_counts_are_those_that_another_engine_counts(client: FlaskClient, app: Flask) -> None:
    said = graph_of(client, "/void")
    warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of its own calls
    data = rdflib.Graph()
    for file in app.extensions["mufakat"].publication.files("ontology", "data"):
        data.parse(file.path, format="turtle", publicID=tiny.BASE)
    own = rdflib.URIRef(tiny.BASE + "id/")
    for name, number in {
        "triples": len(data),
        "distinctSubjects": len(set(data.subjects())),
        "distinctObjects": len(set(data.objects())),
        "properties": len(set(data.predicates())),
        "classes": len(
            {o for o in data.objects(None, rdflib.RDF.type) if isinstance(o, rdflib.URIRef)}
        ),
        "entities": len({s for s in data.subjects() if s.startswith(own)}),
    }.items():
        assert values(said, f"<{DATASET}> void:{name} ?x") == [str(number)], name
    for predicate in set(data.predicates()):
        part = f"?p void:property <{predicate}> ; void:triples ?x"
        assert values(said, part) == [str(len(list(data.triples((None, predicate, None)))))]
    source = rdflib.URIRef(tiny.TERMS + "Source")
    members = len(set(data.subjects(rdflib.RDF.type, source)))
    assert values(said, f"?p void:class <{source}> ; void:entities ?x") == [str(members)]


def test_every_named_graph_is_a_subset_with_its_size(client: FlaskClient) -> None:
    said = graph_of(client, "/void")
    rows = client.get(
        "/sparql",
        query_string={"query": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"},
        headers={"Accept": "application/sparql-results+json"},
    ).json["results"]["bindings"]  # type: ignore[index]
    assert len(rows) == 2
    for row in rows:
        graph = row["g"]["value"]
        part = f"<{DATASET}> void:subset <{graph}> . <{graph}> void:triples ?x"
        assert values(said, part) == [row["n"]["value"]]


def test_links_out_stand_apart_with_predicate_and_place(client: FlaskClient) -> None:
    said = graph_of(client, "/void")
    links = "?l a void:Linkset ; void:objectsTarget <http://www.wikidata.org/> ; void:triples ?x"
    assert values(said, links) == ["1"]


def test_dataset_names_licence_version_vocabulary_examples_and_ways_in(
    client: FlaskClient,
) -> None:
    said = graph_of(client, "/void")
    version = client.get("/ready").headers["Data-Version"]
    assert values(said, f"<{DATASET}> dcat:version ?x") == [version]
    assert values(said, f"<{DATASET}> dcterms:license ?x") == [
        "https://creativecommons.org/licenses/by/4.0/"
    ]
    assert tiny.TERMS in values(said, f"<{DATASET}> void:vocabulary ?x")
    assert values(said, f"<{DATASET}> void:uriSpace ?x") == [tiny.BASE + "id/"]
    assert values(said, f"<{DATASET}> void:sparqlEndpoint ?x") == ["http://localhost/sparql"]
    examples = values(said, f"<{DATASET}> void:exampleResource ?x")
    assert examples
    for iri in examples:
        path = iri.replace(tiny.BASE, "/")
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 303


def test_every_dump_and_service_that_is_named_answers(client: FlaskClient) -> None:
    named = values(graph_of(client, "/void"), f"<{DATASET}> void:dataDump ?x")
    said = graph_of(client, "/catalog")
    assert values(said, "?d dcat:downloadURL ?x") == named
    assert len(named) == 6
    named += values(said, "?d dcat:accessURL ?x")
    named += values(said, "?s dcat:endpointURL ?x . FILTER(!STRENDS(STR(?x), 'graphs'))")
    for address in named:
        assert client.get(address.replace("http://localhost", "")).status_code == 200, address


def test_catalogue_has_what_dcat_ap_requires(client: FlaskClient) -> None:
    said = graph_of(client, "/catalog")
    for pattern in (
        "?c a dcat:Catalog ; dcterms:title ?t ; dcterms:description ?x ; dcterms:publisher ?p ;"
        " dcat:dataset ?d",
        f"<{DATASET}> a dcat:Dataset ; dcterms:title ?x ; dcat:distribution ?f",
        "?p a <http://xmlns.com/foaf/0.1/Agent> ; <http://xmlns.com/foaf/0.1/name> ?x",
        "?s a dcat:DataService ; dcat:endpointURL ?u ; dcterms:title ?x",
    ):
        assert values(said, pattern), pattern
    kinds = values(said, "?f a dcat:Distribution ; dcat:accessURL ?u ; dcat:mediaType ?x")
    assert "https://www.iana.org/assignments/media-types/application/trig" in kinds


def test_counts_follow_a_change(app: Flask) -> None:
    engine = app.extensions["mufakat"].engine.engine
    client = app.test_client()
    before = int(values(graph_of(client, "/void"), f"<{DATASET}> void:triples ?x")[0])
    engine.store.update("INSERT DATA { <http://e.org/s> <http://e.org/new> 1 }")
    engine.version = "beef"
    said = graph_of(client, "/void")
    assert values(said, f"<{DATASET}> void:triples ?x") == [str(before + 1)]
    assert values(said, "?p void:property <http://e.org/new> ; void:triples ?x") == ["1"]
    assert values(said, f"<{DATASET}> dcat:version ?x") == ["beef"]


def test_counts_by_sparql_are_those_of_a_release(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path, data=tiny.DATA + EXTRA)
    version, quads = describe.read(publication.engine())
    assert version == publication.version
    by_sparql = describe.measure(publication.engine(), tiny.BASE)
    assert by_sparql == measure(quads, tiny.BASE)
    assert by_sparql != Statistics()


@pytest.mark.slow
def test_server_in_front_of_another_store_says_the_same(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path, data=tiny.DATA + EXTRA)
    with serving(tmp_path) as store:
        endpoint = store.address + "/sparql"
        remote = RemoteEngine(
            [endpoint], union_default_graph=True, version=publication.version, base_iri=tiny.BASE
        )
        app = create_app(publication, remote, load({"store": endpoint}, environ={}))
        client = app.test_client()
        for path in ("/void.nt", "/dump/dataset.trig"):
            there = store.ask(path).text.replace(store.address, "http://localhost")
            assert sorted(client.get(path).text.splitlines()) == sorted(there.splitlines())
        remote.close()


def test_what_was_made_for_older_data_is_let_go(app: Flask) -> None:
    client = app.test_client()
    kept = app.extensions["mufakat"].kept
    for version in ("beef", "cafe", "feed"):
        app.extensions["mufakat"].engine.engine.version = version
        client.get("/void")
        client.get("/openapi.json")
    assert [key for key in kept if key.startswith("page:void:")] == ["page:void:feed"]
    assert [key for key in kept if key.startswith("page:openapi:")] == ["page:openapi:feed"]


def test_plain_dataset_is_counted_with_all_its_graphs() -> None:
    engine = small_engine(union=False)
    found = describe.measure(engine, "http://example.org/")
    assert found.triples == 10  # a statement in two graphs counts once
    assert sum(found.graphs.values()) == 11


def test_crawlers_are_led_from_the_well_known_place(client: FlaskClient) -> None:
    answer = client.get("/.well-known/void")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/void"


@pytest.mark.parametrize(("path", "words"), [("/void", "Statements"), ("/catalog", "Services")])
def test_people_get_a_page(client: FlaskClient, path: str, words: str) -> None:
    for asked, accept in ((path, "text/html,*/*;q=0.8"), (path + ".html", "*/*")):
        answer = client.get(asked, headers={"Accept": accept})
        assert answer.mimetype == "text/html"
        assert words in answer.text


def test_front_page_and_endpoint_name_the_descriptions(client: FlaskClient) -> None:
    for path in ("/", "/sparql"):
        links = client.get(path).headers.getlist("Link")
        assert any("</void>" in link and 'rel="describedby"' in link for link in links)
        assert any("</openapi.json>" in link and 'rel="service-desc"' in link for link in links)


def test_unchanged_description_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/void.ttl")
    again = client.get("/void.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_format_that_is_none_gives_404(client: FlaskClient) -> None:
    assert client.get("/void.exe").status_code == 404
    assert client.get("/void", headers={"Accept": "image/png"}).status_code == 406
