"""The service description is there, well-formed, and true."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from small_site import EX, TRIPLES, small_app, small_engine

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"


def described(accept: str = "text/turtle", **settings: object) -> ox.Store:
    engine = settings.pop("engine", None)
    response = (
        small_app(engine, **settings).test_client().get("/sparql", headers={"Accept": accept})
    )
    assert response.status_code == 200
    store = ox.Store()
    fmt = ox.RdfFormat.from_media_type(accept)
    assert fmt
    store.load(response.data, fmt)
    return store


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_request_without_query_gives_rdf(accept: str) -> None:
    store = described(accept)
    assert store.query(
        f"ASK {{ ?service a <{SD}Service> ; <{SD}endpoint> ?service ;"
        f" <{SD}supportedLanguage> <{SD}SPARQL11Query> }}"
    )


def test_counts_are_those_of_the_data() -> None:
    store = described()
    rows = store.query(
        f"SELECT ?name ?n {{ ?d <{SD}namedGraph> [ <{SD}name> ?name ; <{SD}graph> ?g ] ."
        f" ?g <{VOID}triples> ?n }} ORDER BY ?name"
    )
    assert isinstance(rows, ox.QuerySolutions)
    counted = [(row["name"].value, int(row["n"].value)) for row in rows]  # type: ignore[union-attr]
    assert counted == [(EX + "graph/cities", 4), (EX + "graph/people", 7)]
    assert store.query(f"ASK {{ ?d <{SD}defaultGraph> [ <{VOID}triples> {TRIPLES} ] }}")


def test_union_is_claimed_only_where_it_holds() -> None:
    union = f"ASK {{ ?s <{SD}feature> <{SD}UnionDefaultGraph> }}"
    assert described().query(union)
    assert not described(engine=small_engine(union=False)).query(union)


def test_every_claimed_format_is_delivered() -> None:
    store = described()
    client = small_app().test_client()
    claimed = {
        quad.object.value  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(None, ox.NamedNode(SD + "resultFormat"), None)
    }
    for query, endings in (
        ("ASK{}", "json xml csv tsv"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "ttl nt rdf jsonld trig nq"),
    ):
        for ending in endings.split():
            assert client.get("/sparql", query_string={"query": query, "format": ending}).data
    assert len(claimed) == 10


def test_each_language_is_claimed_for_the_address_that_takes_it() -> None:
    root = "http://localhost/"
    languages = (
        f"SELECT ?at ?l {{ ?s a <{SD}Service> ; <{SD}endpoint> ?at ; <{SD}supportedLanguage> ?l ;"
        f" <{SD}defaultDataset> <{root}sparql#dataset> }}"
    )

    def claimed(**settings: object) -> set[tuple[str, str]]:
        rows = described(**settings).query(languages)
        assert isinstance(rows, ox.QuerySolutions)
        return {(row["at"].value, row["l"].value.removeprefix(SD)) for row in rows}  # type: ignore[union-attr]

    queries, updates = (root + "sparql", "SPARQL11Query"), (root + "update", "SPARQL11Update")
    assert claimed() == {queries}
    assert claimed(writable=True, token_file="unread") == {queries, updates}
