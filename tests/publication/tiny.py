"""A publication of a few nodes that passes every check, to plant single mistakes into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mufakat.publication import Publication
from mufakat.publication.config import read
from mufakat.publication.format import canonical

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://example.org/t/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TERMS = BASE + "ontology#"
TOML = """
title = "Tiny"
base_iri = "https://example.org/t/"
licence = "https://creativecommons.org/licenses/by/4.0/"
languages = ["en", "id"]

[prefixes]
dcterms = "http://purl.org/dc/terms/"
ex = "https://example.org/t/ontology#"
owl = "http://www.w3.org/2002/07/owl#"
rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
rdfs = "http://www.w3.org/2000/01/rdf-schema#"
sh = "http://www.w3.org/ns/shacl#"
skos = "http://www.w3.org/2004/02/skos/core#"
tsh = "https://example.org/t/shapes#"
vann = "http://purl.org/vocab/vann/"
xsd = "http://www.w3.org/2001/XMLSchema#"

[check]
questions = { "CQ-1" = "Which acts are there?" }

[check.external]
"http://www.wikidata.org/" = 'http://www\\.wikidata\\.org/entity/Q[0-9]+'
"""
ANNOTATIONS = (
    "dcterms:abstract",
    "dcterms:bibliographicCitation",
    "dcterms:created",
    "dcterms:creator",
    "dcterms:description",
    "dcterms:isReplacedBy",
    "dcterms:issued",
    "dcterms:license",
    "dcterms:title",
    "skos:definition",
    "skos:example",
    "vann:preferredNamespacePrefix",
    "vann:preferredNamespaceUri",
)


def term(name: str, kind: str, label: str, definition: str, *more: str) -> str:
    lines = [
        f"a owl:{kind}",
        f'rdfs:label "{label}"@en',
        f'skos:definition "{definition}"@en',
        "rdfs:isDefinedBy <ontology>",
        *more,
    ]
    return f"ex:{name} {' ; '.join(lines)} .\n"


ONTOLOGY = (
    """<ontology> a owl:Ontology ; rdfs:label "Tiny"@en ; dcterms:title "Tiny"@en ;
 dcterms:description "A tiny ontology."@en ; dcterms:abstract "It is tiny."@en ;
 dcterms:creator "Somebody"@en ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
 owl:versionIRI <ontology/1.0.0> ; owl:versionInfo "1.0.0" ;
 dcterms:created "2026-01-01T00:00:00Z"^^xsd:dateTime ;
 dcterms:issued "2026-01-01T00:00:00Z"^^xsd:dateTime ; vann:preferredNamespacePrefix "ex" ;
 vann:preferredNamespaceUri "https://example.org/t/ontology#" ;
 dcterms:bibliographicCitation "Somebody: Tiny, 2026"@en .
"""
    + "".join(f"{name} a owl:AnnotationProperty .\n" for name in ANNOTATIONS)
    + term("Act", "Class", "Act", "Thing that somebody does.", 'skos:example "Signing."@en')
    + term(
        "Signature",
        "Class",
        "Signature",
        "Act by which somebody signs.",
        "rdfs:subClassOf ex:Act",
        'skos:example "A name on paper."@en',
    )
    + term("Citation", "Class", "Citation", "Note of evidence.", 'skos:example "Page 1."@en')
    + term("Source", "Class", "Source", "Work that tells something.", 'skos:example "A book."@en')
    + "".join(
        term(name, kind, label, f"Relation that says {label} in this graph.")
        for name, kind, label in (
            ("hasCitation", "ObjectProperty", "has citation"),
            ("citesSource", "ObjectProperty", "cites source"),
            ("datePrecision", "ObjectProperty", "date precision"),
            ("about", "ObjectProperty", "about"),
            ("partly", "ObjectProperty", "partly about"),
            ("locator", "DatatypeProperty", "locator"),
            ("doneOn", "DatatypeProperty", "done on"),
            ("validFrom", "DatatypeProperty", "valid from"),
            ("validUntil", "DatatypeProperty", "valid until"),
        )
    )
    + "ex:partly rdfs:subPropertyOf ex:about .\n"
    + "[] a owl:AllDisjointClasses ; owl:members ( ex:Act ex:Citation ex:Source ) .\n"
)
DAY = 'ex:datePrecision <scheme/precision/day> ; ex:doneOn "2020-01-01"^^xsd:date'
DATA = f"""<id/act/one> a ex:Act, ex:Signature ; rdfs:label "One"@en ; {DAY} ;
 ex:about <id/source/book> ; ex:partly <id/source/book> ;
 ex:validFrom "2020-01-01"^^xsd:date ; ex:validUntil "2021-01-01"^^xsd:date ;
 ex:hasCitation <id/citation/one> .
<id/citation/one> a ex:Citation ; rdfs:label "Evidence"@en ; ex:citesSource <id/source/book> ;
 ex:locator "page 1"@en .
<id/source/book> a ex:Source ; rdfs:label "Book"@en .
<scheme/precision/day> a ex:Source ; rdfs:label "day"@en .
"""


def shape(cls: str, *paths: str) -> str:
    said = 'sh:message "Wrong. Mend: right it."@en ; sh:severity sh:Violation'
    properties = " ".join(
        f"sh:property [ sh:path {path} ; sh:maxCount 1 ; {said} ] ;" for path in paths
    )
    return f"tsh:{cls}Shape a sh:NodeShape ; {properties} sh:targetClass ex:{cls} .\n"


SHAPES = (
    shape("Act", "rdfs:label", "ex:about", "ex:partly", "ex:hasCitation")
    + shape("Signature", "ex:doneOn", "ex:datePrecision", "ex:validFrom", "ex:validUntil")
    + shape("Citation", "ex:citesSource", "ex:locator")
    + shape("Source", "rdfs:label")
)
QUERY = """#+ title: Acts
#+ question: Which acts are there?
#+ summary: All acts with their day.
#+ note: An act without a day is left out.
#+ parameters:
#+   - {name: asOf, label: On the day, type: date, default: 2020-12-31}
#+ columns:
#+   - {name: act, meaning: The act}
#+   - {name: day, meaning: Its day}
#+ tags: [acts]
#+ view: table
#+ answers: [CQ-1]
#+ example:
#+   parameters: {asOf: 2020-12-31}
#+   rows: 1
PREFIX ex: <https://example.org/t/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?act ?day WHERE {
  VALUES ?asOf { "2020-12-31"^^xsd:date }
  ?act a ex:Act ; ex:doneOn ?day .
  FILTER (?day <= ?asOf)
} ORDER BY ?act
"""
USES = '"""ex:Act ex:Signature ex:Citation ex:Source"""\n'
PREFIXES = "@base <https://example.org/t/> .\n" + "".join(
    f"@prefix {line.split(' = ')[0]}: <{line.split(chr(34))[1]}> .\n"
    for line in TOML.splitlines()
    if line.endswith(('#"', '/"')) and line.split(" = ")[0] not in {"base_iri", "licence"}
)


def write(
    folder: Path,
    *,
    ontology: str = ONTOLOGY,
    data: str = DATA,
    shapes: str = SHAPES,
    query: str = QUERY,
    toml: str = TOML,
) -> Publication:
    """Write the publication into a folder, its Turtle in the house form, and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mufakat.toml").write_text(toml, encoding="utf-8")
    config = read(folder / "mufakat.toml")
    for name, text in (
        ("ontology/core.ttl", ontology),
        ("data/ttl/acts.ttl", data),
        ("shapes/core.ttl", shapes),
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(canonical((PREFIXES + text).encode(), config), encoding="utf-8")
    for name, text in (("queries/acts/acts.rq", query), ("tests/test_terms.py", USES)):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Publication.open(folder)
