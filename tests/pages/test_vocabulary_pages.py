"""Ontology, shapes and schemes as documents to read and as RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from page_reader import Page

FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}


def test_ontology_page_defines_every_class_and_property(
    app: Flask, get: Callable[..., Page]
) -> None:
    page = get("/ontology")
    rows = app.extensions["mufakat"].engine.select(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> SELECT DISTINCT ?t WHERE { VALUES ?k {"
        " owl:Class owl:ObjectProperty owl:DatatypeProperty } ?t a ?k"
        " FILTER(STRSTARTS(STR(?t), 'https://w3id.org/mufakat/ontology#')) }"
    )
    names = {row["t"].value.partition("#")[2] for row in rows.rows}  # type: ignore[union-attr]
    assert len(names) > 100
    assert names - set(page.ids) == set()


@pytest.mark.parametrize("media_type", FORMS)
@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/scheme/tip-tier"])
def test_document_comes_in_every_rdf_form(app: Flask, path: str, media_type: str) -> None:
    answer = app.test_client().get(path, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert len(list(ox.parse(answer.data, format=FORMS[media_type]))) > 20
    assert answer.headers["ETag"]


def test_ending_works_where_accept_cannot_be_set(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/ontology.ttl").mimetype == "text/turtle"
    assert client.get("/ontology/core.ttl").mimetype == "text/turtle"
    assert client.get("/scheme/tip-tier.rdf").mimetype == "application/rdf+xml"
    assert client.get("/scheme/tip-tier/tier-1.jsonld").mimetype == "application/ld+json"
    assert client.get("/ontology.exe").status_code == 404


def test_module_and_version_have_their_own_address(app: Flask) -> None:
    client = app.test_client()
    turtle = {"Accept": "text/turtle"}
    whole = client.get("/ontology", headers=turtle).data
    assert client.get("/ontology/1.0.0", headers=turtle).data == whole
    core = client.get("/ontology/core", headers=turtle).data
    assert 0 < len(core) < len(whole)
    assert client.get("/ontology/core/1.0.0", headers=turtle).data == core
    assert client.get("/ontology/0.0.1", headers=turtle).status_code == 404


def test_scheme_page_lists_a_scale_from_best_to_worst(get: Callable[..., Page]) -> None:
    names = [row[0] for row in get("/scheme/tip-tier").tables[0][1:]]
    assert names[:4] == ["Tier 1", "Tier 2", "Tier 2 Watch List", "Tier 3"]


def test_unknown_scheme_or_concept_gives_404(app: Flask) -> None:
    client = app.test_client()
    for path in ("/scheme/nothing", "/scheme/tip-tier/tier-9", "/scheme/%3E"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404
