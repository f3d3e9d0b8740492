"""A release: every format says the same, sums are right, descriptions are true of the dumps."""

from __future__ import annotations

import csv
import hashlib
import json
import warnings
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
import yaml

from mufakat.errors import BrokenFile, Refused
from mufakat.publication import Publication
from mufakat.publication.release import FORMATS, build, measure, sssom
from mufakat.publication.release.dumps import canonicalised
from mufakat.publication.release.lines import canonical
from publication import tiny

if TYPE_CHECKING:
    from pathlib import Path

VOID = "http://rdfs.org/ns/void#"
MAPPING = """<id/mapping/one> a ex:Mapping ; rdfs:label "Link"@en ;
 ex:mappingSubject <id/source/book> ; ex:mappingScheme "wikidata" ;
 ex:mappingObject <http://www.wikidata.org/entity/Q1> ; ex:mappingBasis "seen"@en ;
 ex:mappingPredicate "http://www.w3.org/2004/02/skos/core#exactMatch"^^xsd:anyURI ;
 ex:objectLabel "Book\\tof tabs"@en .
"""


def union(path: Path, rdf: ox.RdfFormat) -> ox.Dataset:
    triples = {quad.triple for quad in ox.parse(path=path, format=rdf)}
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_every_format_holds_the_same_triples(tmp_path: Path) -> None:
    release = build(tiny.write(tmp_path / "p"), tmp_path / "out")
    unions = [union(tmp_path / f"out/dump/dataset.{fmt.ending}", fmt.rdf) for fmt in FORMATS]
    assert len(unions[0]) == release.triples
    assert all(one == unions[0] for one in unions)


@pytest.mark.parametrize(
    ("ending", "name"), [("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld"), ("nq", "nquads")]
)
def test_rdflib_reads_each_dump(tmp_path: Path, ending: str, name: str) -> None:
    release = build(tiny.write(tmp_path / "p"), tmp_path / "out")
    warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of its own calls
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=(tmp_path / f"out/dump/dataset.{ending}").read_bytes(), format=name)
    assert len({(s, p, o) for s, p, o, _ in dataset.quads()}) == release.triples


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    sums = []
    for name in ("a", "b"):
        build(tiny.write(tmp_path / name), tmp_path / f"out-{name}")
        sums.append((tmp_path / f"out-{name}" / "SHA256SUMS").read_text(encoding="utf-8"))
    assert sums[0] == sums[1]


def test_spelling_does_not_change_the_canonical_form_and_content_does(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path / "p")
    before = list(canonical(publication, tmp_path))
    file = tmp_path / "p/data/ttl/acts.ttl"
    store = ox.Store()
    store.load(path=file, format=ox.RdfFormat.TURTLE)
    file.write_bytes(
        ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES) or b""
    )
    again = Publication.open(tmp_path / "p")
    assert again.version != publication.version
    assert list(canonical(again, tmp_path)) == before
    other = tiny.write(tmp_path / "q", data=tiny.DATA.replace("Book", "Buch"))
    assert list(canonical(other, tmp_path)) != before


def test_the_sums_are_those_of_the_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(tiny.write(tmp_path / "p"), out)
    lines = (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(lines) == sum(path.is_file() for path in out.rglob("*")) - 1
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest


def test_the_manifest_names_the_canonical_n_quads(tmp_path: Path) -> None:
    out = tmp_path / "out"
    release = build(tiny.write(tmp_path / "p"), out)
    manifest = json.loads((out / "release.json").read_text(encoding="utf-8"))
    nquads = (out / "dump/dataset.nq").read_bytes()
    assert manifest["rdfc10_sha256"] == hashlib.sha256(nquads).hexdigest() == release.canonical
    assert nquads.splitlines() == sorted(nquads.splitlines())


def test_the_description_counts_what_sparql_counts(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path / "p")
    build(publication, tmp_path / "out", at="https://at.org/")
    about, data = ox.Store(), publication.load_store()
    about.load(path=tmp_path / "out/void.ttl", format=ox.RdfFormat.TURTLE)
    dumps = list(about.quads_for_pattern(None, ox.NamedNode(VOID + "dataDump"), None, None))
    assert len(dumps) == len(FORMATS)

    def one(store: ox.Store, text: str) -> int:
        rows = store.query(text, use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)
        return int(next(iter(rows))[0].value)

    for name, text in {
        "triples": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }",
        "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    }.items():
        said = f"SELECT ?n {{ <{tiny.BASE}void#dataset> <{VOID}{name}> ?n }}"
        assert one(about, said) == one(data, text), name
    part = f"SELECT ?n {{ ?p <{VOID}class> <{tiny.TERMS}Source> ; <{VOID}entities> ?n }}"
    assert one(about, part) == 2


def test_links_out_are_counted_by_predicate_and_place(tmp_path: Path) -> None:
    data = tiny.DATA + "<id/source/book> skos:exactMatch <http://www.wikidata.org/entity/Q1> .\n"
    quads = canonicalised(tiny.write(tmp_path, data=data).load_store())
    links = measure(quads, tiny.BASE).links
    skos = "http://www.w3.org/2004/02/skos/core#exactMatch"
    assert links == {(skos, "http://www.wikidata.org/"): 1}


def test_mappings_are_a_table_with_metadata(tmp_path: Path) -> None:
    text = sssom(tiny.write(tmp_path, data=tiny.DATA + MAPPING))
    lines = text.splitlines()
    head = [line for line in lines if line.startswith("#")]
    metadata = yaml.safe_load("\n".join(line[2:] for line in head))
    assert metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"
    (row,) = csv.DictReader(lines[len(head) :], delimiter="\t")
    assert row["subject_id"] == "self:id/source/book"
    assert row["subject_label"] == "Book"
    assert row["predicate_id"] == "skos:exactMatch"
    assert row["object_id"] == "wikidata:Q1"
    assert metadata["curie_map"]["wikidata"] == "http://www.wikidata.org/entity/"
    assert row["object_label"] == "Book of tabs"
    assert row["mapping_justification"] == "semapv:ManualMappingCuration"


def test_a_release_is_built_over_an_earlier_one_and_over_nothing_else(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path / "p")
    build(publication, tmp_path / "out")
    build(publication, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="no release"):
        build(publication, tmp_path / "full")


def test_publication_that_cannot_be_read_leaves_the_earlier_release_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(tiny.write(tmp_path / "p"), out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (tmp_path / "p/data/ttl/zero.ttl").write_text("<urn:a> oops .\n", encoding="utf-8")
    for folder in (out, tmp_path / "new"):
        with pytest.raises(BrokenFile):
            build(Publication.open(tmp_path / "p"), folder)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert not list((tmp_path / "new").iterdir())


def test_the_publication_in_a_release_is_the_one_it_was_built_from(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path / "p")
    build(publication, tmp_path / "out")
    copy = Publication.open(tmp_path / "out/publication")
    assert (copy.version, copy.edition) == (publication.version, publication.edition)
