"""The gate for changes, with the shapes of the publication that the project carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mufakat.engine.changes import Update, make
from mufakat.errors import Invalid
from mufakat.publication import Publication
from mufakat.publication.gate import validator

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox


PREFIXES = """
PREFIX mfk: <https://w3id.org/mufakat/ontology#>
PREFIX mfkd: <https://w3id.org/mufakat/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PLACE = "<https://w3id.org/mufakat/id/place/nowhere>"
CITED = f"""{PLACE} a mfk:Place ; rdfs:label "Nowhere"@en ;
  mfk:verification <https://w3id.org/mufakat/scheme/verification/verified> ;
  mfk:hasCitation <https://w3id.org/mufakat/id/citation/place/nowhere/paper-001> .
<https://w3id.org/mufakat/id/citation/place/nowhere/paper-001> a mfk:Citation ;
  rdfs:label "Citation: paper-001, sec. 1"@en ; mfk:locator "sec. 1"@en ;
  mfk:verification <https://w3id.org/mufakat/scheme/verification/verified> ;
  mfk:citesSource mfkd:source/paper-001 .
""".replace("mfkd:source/paper-001", "<https://w3id.org/mufakat/id/source/paper-001>")


@pytest.fixture(scope="module")
def publication() -> Publication:
    return Publication.open(None)


@pytest.fixture
def store(publication: Publication) -> ox.Store:
    return publication.engine().store


def change(publication: Publication, store: ox.Store, text: str) -> None:
    into = publication.config.base_iri + "graph/edits"
    delta = make(store, Update(PREFIXES + text), base_iri=None, union_into=into)
    gate = validator(publication)
    assert gate is not None
    gate(store, delta)


def test_a_whole_and_cited_node_comes_in(publication: Publication, store: ox.Store) -> None:
    change(publication, store, f"INSERT DATA {{ {CITED} }}")


def test_a_node_without_citation_stays_out_and_the_report_names_it(
    publication: Publication, store: ox.Store
) -> None:
    uncited = CITED.replace(
        "mfk:hasCitation <https://w3id.org/mufakat/id/citation/place/nowhere/paper-001>",
        "rdfs:comment 'no evidence'@en",
    )
    with pytest.raises(Invalid, match="id/place/nowhere") as caught:
        change(publication, store, f"INSERT DATA {{ {uncited} }}")
    report = caught.value.report
    assert "shacl#ValidationReport" in report
    assert "id/place/nowhere" in report


def test_taking_away_what_others_point_at_stays_out(
    publication: Publication, store: ox.Store
) -> None:
    source = "<https://w3id.org/mufakat/id/source/paper-001>"
    with pytest.raises(Invalid, match="citation"):
        change(publication, store, f"DELETE WHERE {{ {source} ?p ?o }}")


def test_a_publication_without_shapes_has_no_gate(tmp_path: Path) -> None:
    (tmp_path / "data" / "ttl").mkdir(parents=True)
    assert validator(Publication.open(tmp_path)) is None
