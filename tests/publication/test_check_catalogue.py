"""Every check of the catalogue finds its mistake, and nothing is found where nothing is wrong."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from mufakat.publication.check import CATALOGUE, run
from mufakat.publication.check.cache import default_folder
from publication import tiny

if TYPE_CHECKING:
    from pathlib import Path

A, D, S, Q = "ontology", "data", "shapes", "query"
HEAD = {
    "H01": r'dcterms:title "Tiny"@en ;',
    "H02": r'dcterms:description "[^"]*"@en ;',
    "H03": r'dcterms:abstract "[^"]*"@en ;',
    "H04": r'dcterms:creator "[^"]*"@en ;',
    "H05": r"dcterms:license <[^>]*> ;",
    "H06": r"owl:versionIRI <[^>]*> ;",
    "H07": r'owl:versionInfo "[^"]*" ;',
    "H09": r'dcterms:created "[^"]*"\^\^xsd:dateTime ;',
    "H10": r'dcterms:issued "[^"]*"\^\^xsd:dateTime ;',
    "H11": r'vann:preferredNamespacePrefix "ex" ;',
    "H12": r'dcterms:bibliographicCitation "[^"]*"@en (?=\.)',
}
NEW_CLASS = tiny.term("Extra", "Class", "Extra", "Thing beyond.", 'skos:example "Me."@en')
DECLARE = "rdfs:subClassOf ex:Act ; a"

# check, part, pattern, replacement
MISTAKES = [
    *((check, A, pattern, "") for check, pattern in HEAD.items()),
    ("H05", A, r"(dcterms:license) <[^>]*>", r'\1 "CC BY"'),
    ("H06", A, r"<ontology/1\.0\.0>", "<ontology>"),
    ("H08", A, r'versionInfo "1\.0\.0"', 'versionInfo "1.1.0"'),
    ("H13", A, r"\A<ontology>", "<elsewhere>"),
    ("H13", A, r"\A<ontology>", "<ontology/core.ttl>"),
    ("T01", A, r'rdfs:label "Act"@en ;', ""),
    ("T01", A, r'rdfs:label "Act"@en', 'rdfs:label "Act", "Deed"@en, "Act"@en'),
    ("T02", A, r'skos:definition "Thing that somebody does."@en ;', ""),
    ("T03", A, r"(ex:Act .*)rdfs:isDefinedBy <ontology> ;", r"\1"),
    ("T04", A, r'; skos:example "A book."@en', ""),
    ("T05", A, r'rdfs:label "Source"@en', 'rdfs:label "Act"@en'),
    ("T06", A, "Work that tells something.", "Note of evidence."),
    ("T07", A, "Thing that somebody does.", "An act that somebody does."),
    ("T08", A, "Thing that somebody does.", "thing that somebody does"),
    ("T08", A, "Thing that somebody does.", "Todo for later."),
    ("T09", A, r'rdfs:label "Act"', 'rdfs:label "An  act"'),
    ("T10", A, r'rdfs:label "Act"', r'rdfs:label "An\\tact"'),
    ("T11", A, r"\Z", tiny.term("Very_odd", "DatatypeProperty", "odd", "Odd relation of it.")),
    ("T12", A, r"\Z", NEW_CLASS),
    ("L01", D, r"ex:about <", "ex:abuot <"),
    ("L01", D, r"a ex:Source", "a ex:Sauce"),
    ("L01", A, r"\Z", "ex:about a owl:DatatypeProperty ."),
    ("L01", S, "sh:path ex:about", "sh:path ex:abuot"),
    ("L01", Q, "ex:doneOn", "ex:doneAt"),
    ("L02", A, r"\Z", "skos:definition rdfs:domain ex:Act ."),
    ("L03", A, r"\Z", "ex:Act rdfs:subClassOf ex:Signature ."),
    ("L03", A, r"\Z", "ex:about owl:inverseOf ex:about ."),
    ("L03", A, r"\Z", "ex:Act owl:equivalentClass ex:Signature ."),
    ("L04", A, r"\Z", "ex:locator rdfs:subPropertyOf ex:about ."),
    ("L05", A, r"\Z", "ex:about rdfs:domain ex:Act, ex:Source ."),
    ("L06", A, r"ex:Citation ex:Source \)", "ex:Citation )"),
    ("L08", A, r"\Z", "ex:doneOn rdfs:range xsd:date ."),
    ("S01", S, r"tsh:SourceShape .*\n", ""),
    ("S01", S, r'sh:message "[^"]*"@en ;', ""),
    (
        "S01",
        S,
        r"; sh:severity sh:Violation \] ; sh:targetClass ex:Source",
        "] ; sh:targetClass ex:Source",
    ),
    ("S03", S, r"sh:property \[ sh:path ex:locator [^]]*\] ;", ""),
    ("D01", D, r"ex:hasCitation <id/citation/one>", "rdfs:seeAlso <id/citation/one>"),
    ("D01", D, r'ex:locator "page 1"@en', 'rdfs:comment "page 1"@en'),
    ("D02", D, r'rdfs:label "Book"@en', 'rdfs:label "Buku"@id'),
    ("D02", D, r"<id/source/book> a ex:Source ;", "<id/source/book>"),
    ("D02", D, r"(cites|about <|partly <)(.*)source/book", r"\1\2source/bok"),
    ("D03", D, r"\Z", '[] a ex:Source ; rdfs:label "Nameless"@en .'),
    ("D04", D, r'doneOn "2020-01-01"', 'doneOn "2020-13-01"'),
    ("D04", D, r'doneOn "2020-01-01"', 'doneOn "1 January 2020"'),
    ("D04", D, r"ex:datePrecision <scheme/precision/day> ;", ""),
    ("D04", D, r'validUntil "2021-01-01"', 'validUntil "2019-01-01"'),
    ("D05", D, r'"Book"@en', '"Book"@en, "Buch"@de'),
    ("D06", D, r'"Book"@en', '"Book"@en ; rdfs:seeAlso <http://www.wikidata.org/wiki/Q1>'),
    ("D06", D, r'"Book"@en', '"Book"@en ; owl:sameAs <http://www.wikidata.org/entity/Q1>'),
    ("D08", D, r"a ex:Act, ex:Signature", "a ex:Signature"),
    ("D08", D, r"ex:about <id/source/book> ;", ""),
    (
        "D09",
        D,
        r"\Z",
        '<id/source/old> a owl:Thing ; rdfs:label "Old"@en ; owl:deprecated true ;'
        " dcterms:isReplacedBy <id/source/book> . <id/act/one> rdfs:seeAlso <id/source/old> .",
    ),
    (
        "D10",
        D,
        r"\Z",
        '<id/source/a> a ex:Source ; rdfs:label "Twin"@en ; rdfs:comment "x"@en .'
        '<id/source/b> a ex:Source ; rdfs:label "Twin"@en ; rdfs:comment "x"@en .',
    ),
    ("D11", D, r"ex:about <id/source/book>", "ex:about <id/source/book>, <scheme/precision/day>"),
    ("D12", D, r"ex:citesSource <id/source/book>", 'ex:citesSource "The book"'),
    ("D12", D, r'ex:locator "page 1"@en', "ex:locator <id/source/book>"),
    ("Q01", Q, r"#\+ title: Acts\n", ""),
    ("Q02", Q, r"#\+   rows: 1\n", "#+   golden: nowhere.csv\n"),
    ("Q02", Q, r"\[CQ-1\]", "[CQ-2]"),
    ("R01", A, r"(ex:locator a [^.]*\.[^.]*)\.\n", r"\1 ; owl:deprecated true .\n"),
]
PARTS = {A: tiny.ONTOLOGY, D: tiny.DATA, S: tiny.SHAPES, Q: tiny.QUERY}
COVERED_BELOW_OR_ELSEWHERE = {"D07", "L07", "Q03"}


def test_a_publication_without_mistakes_has_no_findings(tmp_path: Path) -> None:
    report = run(tiny.write(tmp_path), cached=False)
    assert report.findings == ()
    assert report.conforms
    assert report.files == 4


@pytest.mark.parametrize(
    ("check", "part", "pattern", "new"),
    MISTAKES,
    ids=[f"{check}-{number}" for number, (check, *_) in enumerate(MISTAKES)],
)
def test_each_check_finds_its_mistake(
    tmp_path: Path, check: str, part: str, pattern: str, new: str
) -> None:
    changed, number = re.subn(pattern, new, PARTS[part], count=0 if part == D else 1)
    assert number, "the mistake was not planted"
    if check == "Q02" and "golden" in new:
        (tmp_path / "tests/queries/golden").mkdir(parents=True)
    report = run(tiny.write(tmp_path, **{part: changed}), cached=False)
    found = [finding for finding in report.findings if finding.id == check]
    assert found, [f"{one.id} {one.message}" for one in report.findings]
    for finding in found:
        assert finding.severity == CATALOGUE[check][0]
        assert finding.message.endswith((".", "'", "?")) or ": " in finding.message
        assert finding.mend
        assert (tmp_path / finding.file).is_file()


def test_every_check_has_a_mistake_here() -> None:
    assert {check for check, *_ in MISTAKES} | COVERED_BELOW_OR_ELSEWHERE == set(CATALOGUE)


def test_a_file_out_of_the_house_form_is_named_with_the_first_such_line(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path)
    file = tmp_path / "data/ttl/acts.ttl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "rdfs:label" in line)
    lines[at] = lines[at].replace("    ", "\t")
    file.write_text("".join(lines), encoding="utf-8")
    (finding,) = run(type(publication).open(tmp_path), cached=False).findings
    assert (finding.id, finding.file, finding.line) == ("D07", "data/ttl/acts.ttl", at + 1)
    assert finding.mend == "Run: mufakat format data/ttl/acts.ttl"


@pytest.mark.parametrize("wrong", ['"Book"@de', '"Book"@fr'])
def test_the_line_of_a_value_is_that_of_its_own_language(tmp_path: Path, wrong: str) -> None:
    labels = f'"Book"@en, "Book"@id, {wrong}, "Book"'
    data = tiny.DATA.replace(
        'rdfs:label "Book"@en', f'rdfs:label "Book"@en ; rdfs:comment {labels}'
    )
    publication = tiny.write(tmp_path, data=data)
    rows = (tmp_path / "data/ttl/acts.ttl").read_text(encoding="utf-8").splitlines()
    findings = run(publication, cached=False).findings
    (line,) = [finding.line for finding in findings if finding.id == "D05"]
    assert line
    assert wrong in rows[line - 1]
    assert not any(wrong in row for row in rows[: line - 1])


@pytest.mark.parametrize(
    ("check", "ontology"),
    [
        ("L01", tiny.ONTOLOGY),
        (
            "R01",
            tiny.ONTOLOGY + "ex:doneOn owl:deprecated true .\n",
        ),
    ],
)
@pytest.mark.parametrize(
    "spelling",
    [
        "ex:doneOn",
        "other:doneOn",
        "<https://example.org/t/ontology#doneOn>",
        "ex:doneOn+",
        "^ex:doneOn",
    ],
)
def test_terms_of_a_query_are_known_however_they_are_spelt(
    tmp_path: Path, check: str, ontology: str, spelling: str
) -> None:
    if check == "L01":
        spelling = spelling.replace("doneOn", "doneAt")
    query = tiny.QUERY.replace("ex:doneOn", spelling).replace(
        "SELECT", "PREFIX other: <https://example.org/t/ontology#>\n# ex:doneAt\nSELECT"
    )
    report = run(tiny.write(tmp_path, ontology=ontology, query=query), cached=False)
    found = [one for one in report.findings if one.id == check and one.file.endswith(".rq")]
    rows = [row for row in enumerate(query.split("\n"), 1) if not row[1].startswith("#")]
    (line,) = [number for number, text in rows if spelling in text]
    assert [finding.line for finding in found] == [line]


def test_a_file_that_is_not_turtle_is_told_with_line_and_column_and_alone(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path, shapes=tiny.SHAPES.replace("sh:Violation", "sh:Warning"))
    (tmp_path / "data/ttl/acts.ttl").write_text("<a> <b> .\n", encoding="utf-8")
    report = run(type(publication).open(tmp_path), cached=False)
    (finding,) = report.findings
    assert (finding.id, finding.line) == ("D07", 1)
    assert finding.column
    assert any("not Turtle" in note for note in report.notes)


def test_a_query_that_two_engines_answer_differently_is_found(tmp_path: Path) -> None:
    assert run(tiny.write(tmp_path / "a"), cached=False, engines=True).conforms
    query = tiny.QUERY.replace("FILTER (?day <= ?asOf)", "BIND (STR(NOW()) AS ?now)")
    query = query.replace("SELECT ?act ?day", "SELECT ?act ?day ?now")
    query = query.replace("#+ tags", "#+   - {name: now, meaning: This moment}\n#+ tags")
    publication = tiny.write(tmp_path / "b", query=query)
    (finding,) = run(publication, cached=False, engines=True).findings
    assert (finding.id, finding.node) == ("Q03", "acts")
    assert "pyoxigraph gives 1 rows, rdflib 1" in finding.message


@pytest.mark.slow
def test_the_reasoners_are_asked_only_on_request(tmp_path: Path) -> None:
    ontology = tiny.ONTOLOGY + "ex:Act owl:disjointWith ex:Signature .\n"
    publication = tiny.write(tmp_path, ontology=ontology)
    assert "L07" not in run(publication, cached=False).counts
    assert "L07" in run(publication, cached=False, reason=True).counts


def test_only_what_concerns_the_named_files_is_told(tmp_path: Path) -> None:
    publication = tiny.write(
        tmp_path,
        data=tiny.DATA.replace('rdfs:label "Book"@en', 'rdfs:label "Buku"@id'),
        query=tiny.QUERY.replace("#+ title: Acts\n", ""),
    )
    whole = run(publication, cached=False)
    assert set(whole.counts) == {"D02", "Q01", "Q02"}
    part = run(publication, paths=[tmp_path / "data"], cached=False)
    assert set(part.counts) == {"D02"}
    assert part.files == 1


def test_only_changed_and_spoilt_files_are_told_after_a_whole_run(tmp_path: Path) -> None:
    folder, cache = tmp_path / "p", tmp_path / "cache"
    bad = tiny.DATA.replace('rdfs:label "Book"@en', 'rdfs:label "Buku"@id')
    assert run(tiny.write(folder, data=bad), cache_folder=cache).counts == {"D02": 1}
    again = run(tiny.write(folder, data=bad), cache_folder=cache, changed=True)
    assert (again.counts, again.files) == ({"D02": 1}, 1)
    assert run(tiny.write(folder), cache_folder=cache).conforms
    again = run(tiny.write(folder), cache_folder=cache, changed=True)
    assert (again.counts, again.files) == ({}, 0)
    worse = bad.replace('ex:locator "page 1"@en', 'rdfs:comment "page 1"@en')
    assert "D01" in run(tiny.write(folder, data=worse), cache_folder=cache, changed=True).counts


def test_what_passed_is_remembered_and_nothing_else(tmp_path: Path) -> None:
    folder, cache = tmp_path / "p", tmp_path / "cache"
    run(tiny.write(folder), cache_folder=cache)
    (file,) = cache.glob("check-*.json")
    entries = json.loads(file.read_text(encoding="utf-8"))["entries"]
    assert sum(name.startswith("D07 ") for name in entries) == 3
    file.write_text("no json", encoding="utf-8")
    assert run(tiny.write(folder), cache_folder=cache).conforms


def test_the_front_page_puts_forward_known_queries_only(tmp_path: Path) -> None:
    toml = tiny.TOML + '\n[front_page]\nquestions = ["acts", "deeds"]\n'
    (finding,) = run(tiny.write(tmp_path, toml=toml), cached=False).findings
    assert (finding.id, finding.file, finding.node) == ("Q01", "mufakat.toml", "deeds")


def test_a_cache_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be", encoding="utf-8")
    assert run(tiny.write(tmp_path / "p"), cache_folder=tmp_path / "cache").conforms


def test_the_cache_lies_where_the_user_keeps_such_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUFAKAT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/c")
    assert str(default_folder()) == "/var/c/mufakat"
    monkeypatch.setenv("MUFAKAT_CACHE", "/other")
    assert str(default_folder()) == "/other"


def test_a_variant_of_a_source_conflict_may_have_impossible_dates(tmp_path: Path) -> None:
    data = tiny.DATA.replace('validUntil "2021-01-01"', 'validUntil "2019-01-01"')
    disputed = data + "<id/source/book> ex:hasVariant <id/act/one> .\n"
    assert "D04" in run(tiny.write(tmp_path / "a", data=data), cached=False).counts
    assert "D04" not in run(tiny.write(tmp_path / "b", data=disputed), cached=False).counts
