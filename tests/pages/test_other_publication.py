"""Another region's publication gets the same pages: the program knows no region."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_reader import read

from mufakat.publication.publication import Publication
from mufakat.settings import load
from mufakat.web.app import create_app

WEB = Path(__file__).resolve().parents[2] / "server/mufakat"

TOML = """
title = "Delta: rivers and those who share them"
description = "Who shares which river."
base_iri = "https://example.org/delta/"
[front_page]
questions = ["rivers"]
entries = ["River"]
[prefixes]
d = "https://example.org/delta/ontology#"
rdfs = "http://www.w3.org/2000/01/rdf-schema#"
"""
DATA = """
@prefix d: <https://example.org/delta/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/delta/id/river/rhine> a d:River ; rdfs:label "Rhine"@en ; d:length 1233 ;
  rdfs:seeAlso <https://example.com/rhine> .
<https://example.org/delta/id/state/che> a d:State ; rdfs:label "Switzerland"@en ;
  d:shares <https://example.org/delta/id/river/rhine> .
"""
ONTOLOGY = """
@prefix d: <https://example.org/delta/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/delta/ontology> a owl:Ontology .
d:River a owl:Class ; rdfs:label "River"@en ;
  rdfs:isDefinedBy <https://example.org/delta/ontology> .
"""
QUERY = """#+ title: Rivers
#+ question: How long is each river?
#+ summary: Rivers by length.
#+ note: As measured.
#+ columns: [{name: river, meaning: The river}, {name: length, meaning: Its length, unit: km}]
#+ tags: [rivers]
#+ example: {rows: 1}
SELECT ?river ?length WHERE { ?river <https://example.org/delta/ontology#length> ?length }
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("delta")
    for name, text in {
        "mufakat.toml": TOML,
        "data/ttl/rivers.ttl": DATA,
        "ontology/delta.ttl": ONTOLOGY,
        "queries/water/rivers.rq": QUERY,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    publication = Publication.open(folder)
    client = create_app(publication, publication.engine(), load({}, environ={})).test_client()
    found = {}
    for path in ("/", "/query/", "/query/rivers", "/page/river/rhine", "/search?q=rh", "/ontology"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, (path, answer.text[:300])
        found[path] = answer.text
    return found


def test_front_page_speaks_of_the_other_region(pages: dict[str, str]) -> None:
    text = read(pages["/"]).text
    assert "Rivers and those who share them" in text
    assert "Rhine" in text
    assert "1233" in text


def test_thing_and_what_points_at_it(pages: dict[str, str]) -> None:
    text = read(pages["/page/river/rhine"]).text
    assert "Length 1233" in text
    assert "Switzerland" in text


def test_no_template_or_script_or_page_module_names_a_region() -> None:
    words = re.compile(r"\b(asean|traffick|thailand|southeast|actip|palermo)", re.IGNORECASE)
    places = [*WEB.glob("web/**/*.py"), *WEB.glob("web/**/*.html"), *WEB.glob("views/*.py")]
    places += [*WEB.glob("web/static/js/*.js"), *WEB.glob("web/static/css/*.css")]
    assert len(places) > 30
    assert [p.name for p in places if words.search(p.read_text())] == []
