"""Links to what others publish.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
from asking import BASE, ROOT, answers, column


def test_verified_identifiers_are_707_mappings_with_evidence(store: ox.Store) -> None:
    # 754 rows, of which 47 were not seen in a published source and stay out
    pattern = """?m a mfk:Mapping ; mfk:mappingSubject ?s ; mfk:mappingScheme ?scheme ;
        dcterms:identifier ?i ; mfk:hasCitation ?c"""
    assert len(column(store, pattern, "m")) == 754 - 47
    schemes = Counter(s for _, s in answers(store, pattern, "m", "scheme"))
    assert schemes["eu-country"] == schemes["geonames"] - 27 == 11


def test_every_mapping_stands_as_a_plain_link_too(store: ox.Store) -> None:
    pattern = """?m mfk:mappingSubject ?s ; mfk:mappingObject ?o
        FILTER NOT EXISTS { ?s ?p ?o }"""
    assert answers(store, pattern, "m") == []


def test_viet_nam_is_linked_as_the_publishers_write_it(store: ox.Store) -> None:
    viet_nam = "<id/state/vnm>"
    assert column(store, f"{viet_nam} owl:sameAs ?o", "o") == {
        "http://publications.europa.eu/resource/authority/country/VNM"
    }
    assert column(store, f"{viet_nam} skos:exactMatch ?o ; schema:sameAs ?o", "o") >= {
        "http://www.wikidata.org/entity/Q881"
    }
    assert column(store, f"{viet_nam} skos:closeMatch ?o", "o") >= {
        "https://sws.geonames.org/1562822/"
    }


def test_identity_with_other_publishers_is_stated_in_mapping_files_only() -> None:
    same_as = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    for path in (ROOT / "data" / "ttl").glob("*.ttl"):
        triples = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=BASE)
        assert not [t for t in triples if t.predicate == same_as], path.name
