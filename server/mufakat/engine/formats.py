"""The formats an answer can take, in one table.

SELECT and ASK answers follow the four result formats of SPARQL 1.1 (JSON, XML, CSV, TSV);
CONSTRUCT and DESCRIBE answers are RDF graphs and may be written in any RDF syntax.
https://www.w3.org/TR/sparql11-protocol/#query-success
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyoxigraph as ox

from mufakat.namespaces import FILE_FORMATS

Form = Literal["select", "ask", "construct", "describe"]
Kind = Literal["bindings", "boolean", "graph", "dataset"]

KIND_OF_FORM: Final[dict[Form, Kind]] = {
    "select": "bindings",
    "ask": "boolean",
    "construct": "graph",
    "describe": "graph",
}
CHARSET: Final = "; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """One format: its short name, media types (the first is the one sent), ending and uses."""

    name: str
    title: str
    media_types: tuple[str, ...]
    ending: str
    kinds: frozenset[Kind]
    iri: str
    """The format's name in service descriptions, https://www.w3.org/ns/formats/."""
    text: bool = False
    """Whether the media type takes a charset parameter (it is UTF-8 always)."""

    @property
    def media_type(self) -> str:
        """The registered media type without parameters."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return self.media_type + CHARSET if self.text else self.media_type

    @property
    def results(self) -> ox.QueryResultsFormat:
        """The engine's name of a format for bindings and booleans."""
        return RESULTS[self.name]

    @property
    def rdf(self) -> ox.RdfFormat:
        """The engine's name of an RDF syntax."""
        return RDF[self.name]

    def suits(self, form: Form) -> bool:
        """Whether an answer of this form can be written in this format."""
        return KIND_OF_FORM[form] in self.kinds


_TABLE: Final[frozenset[Kind]] = frozenset({"bindings", "boolean"})
_GRAPH: Final[frozenset[Kind]] = frozenset({"graph"})
_BOTH: Final[frozenset[Kind]] = frozenset({"graph", "dataset"})

# The first format of a kind is the one sent when the client does not care.
FORMATS: Final[tuple[ResultFormat, ...]] = (
    ResultFormat(
        "json",
        "SPARQL results in JSON",
        ("application/sparql-results+json", "application/json", "text/json"),
        "json",
        _TABLE,
        FILE_FORMATS + "SPARQL_Results_JSON",
    ),
    ResultFormat(
        "xml",
        "SPARQL results in XML",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        "xml",
        _TABLE,
        FILE_FORMATS + "SPARQL_Results_XML",
    ),
    ResultFormat(
        "csv",
        "Comma-separated values",
        ("text/csv",),
        "csv",
        _TABLE,
        FILE_FORMATS + "SPARQL_Results_CSV",
        text=True,
    ),
    ResultFormat(
        "tsv",
        "Tab-separated values",
        ("text/tab-separated-values", "text/tsv", "text/plain"),
        "tsv",
        _TABLE,
        FILE_FORMATS + "SPARQL_Results_TSV",
        text=True,
    ),
    ResultFormat(
        "turtle",
        "Turtle",
        (
            "text/turtle",
            "application/turtle",
            "application/x-turtle",
            # Every Turtle document is one of Notation3, and older clients ask for that.
            "text/n3",
            "text/rdf+n3",
            "application/n3",
        ),
        "ttl",
        _GRAPH,
        FILE_FORMATS + "Turtle",
        text=True,
    ),
    ResultFormat(
        "ntriples",
        "N-Triples",
        ("application/n-triples", "text/plain", "text/ntriples"),
        "nt",
        _GRAPH,
        FILE_FORMATS + "N-Triples",
    ),
    ResultFormat(
        "jsonld",
        "JSON-LD",
        ("application/ld+json", "application/json", "application/x-json+ld"),
        "jsonld",
        _BOTH,
        FILE_FORMATS + "JSON-LD",
    ),
    ResultFormat(
        "rdfxml",
        "RDF/XML",
        ("application/rdf+xml", "application/xml", "text/xml"),
        "rdf",
        _GRAPH,
        FILE_FORMATS + "RDF_XML",
    ),
    ResultFormat("trig", "TriG", ("application/trig",), "trig", _BOTH, FILE_FORMATS + "TriG"),
    ResultFormat(
        "nquads", "N-Quads", ("application/n-quads",), "nq", _BOTH, FILE_FORMATS + "N-Quads"
    ),
)

RESULTS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
RDF: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}
BY_NAME: Final = {fmt.name: fmt for fmt in FORMATS}
_ALIASES: Final = {
    "ttl": "turtle",
    "n3": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "rdf+xml": "rdfxml",
    "json-ld": "jsonld",
    "nq": "nquads",
    "n-quads": "nquads",
    "srj": "json",
    "srx": "xml",
}


def for_kind(kind: Kind) -> tuple[ResultFormat, ...]:
    """All formats that can carry this kind of answer, the preferred one first."""
    return tuple(fmt for fmt in FORMATS if kind in fmt.kinds)


def for_form(form: Form) -> tuple[ResultFormat, ...]:
    """All formats that can carry the answer to a query of this form."""
    return for_kind(KIND_OF_FORM[form])


def by_ending(ending: str, kind: Kind) -> ResultFormat | None:
    """Find the format with this file ending (without dot) or short name for a kind of answer.

    `json` and `xml` mean the RDF syntax of that family when a graph is asked for.
    """
    word = ending.lower().lstrip(".")
    name = _ALIASES.get(word, word)
    if kind in {"graph", "dataset"}:
        name = {"json": "jsonld", "xml": "rdfxml"}.get(name, name)
    fmt = BY_NAME.get(name)
    return fmt if fmt is not None and kind in fmt.kinds else None


def by_media_type(media_type: str, kind: Kind) -> ResultFormat | None:
    """Find the format that a media type (parameters are ignored) names for a kind of answer."""
    bare = media_type.partition(";")[0].strip().lower()
    return next((fmt for fmt in for_kind(kind) if bare in fmt.media_types), None)
