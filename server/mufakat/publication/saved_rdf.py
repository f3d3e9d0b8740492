"""A saved query described in RDF, so that editors and assistants find it.

The shape is the one the SIB query collections use: ``sh:SPARQLExecutable`` with the query text,
a comment that asks the question, and ``schema:keywords``. https://www.w3.org/TR/shacl/#sparql
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import DCTERMS, RDF, RDFS, SCHEMA, SH, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.saved import SavedQuery
    from mufakat.publication.saved_parameters import Parameter

_EXECUTABLES: Final = {
    "select": "SPARQLSelectExecutable",
    "ask": "SPARQLAskExecutable",
    "construct": "SPARQLConstructExecutable",
}


def describe(query: SavedQuery, base: str) -> list[ox.Triple]:
    """Triples about `query`, whose IRI stands under `base`; no blank nodes."""
    subject = ox.NamedNode(query.iri(base))
    kinds = ["SPARQLExecutable", *filter(None, [_EXECUTABLES.get(query.form)])]
    pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        *((RDF + "type", ox.NamedNode(SH + kind)) for kind in kinds),
        (RDFS + "label", _english(query.title)),
        (RDFS + "comment", _english(query.question)),
        (DCTERMS + "description", _english(query.summary)),
        (DCTERMS + "identifier", ox.Literal(query.slug)),
        (SCHEMA + "target", ox.NamedNode(base + "sparql")),
        (SH + query.form, ox.Literal(query.query)),
        *((SCHEMA + "keywords", ox.Literal(tag)) for tag in query.tags),
    ]
    triples = [ox.Triple(subject, ox.NamedNode(p), o) for p, o in pairs]
    for parameter in query.parameters:
        triples += _parameter(subject, parameter)
    return triples


def _parameter(subject: ox.NamedNode, parameter: Parameter) -> Iterator[ox.Triple]:
    """Yield a ``sh:Parameter`` under a fragment of the query's IRI."""
    node = ox.NamedNode(f"{subject.value}#{parameter.name}")
    yield ox.Triple(subject, ox.NamedNode(SH + "parameter"), node)
    yield ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "Parameter"))
    yield ox.Triple(node, ox.NamedNode(SH + "path"), node)
    yield ox.Triple(node, ox.NamedNode(SH + "name"), _english(parameter.label))
    yield ox.Triple(
        node,
        ox.NamedNode(SH + "optional"),
        ox.Literal(
            "true" if parameter.optional else "false", datatype=ox.NamedNode(XSD + "boolean")
        ),
    )
    if parameter.type == "iri":
        yield ox.Triple(node, ox.NamedNode(SH + "nodeKind"), ox.NamedNode(SH + "IRI"))
        if parameter.iri_class:
            yield ox.Triple(node, ox.NamedNode(SH + "class"), ox.NamedNode(parameter.iri_class))
    else:
        yield ox.Triple(node, ox.NamedNode(SH + "datatype"), ox.NamedNode(XSD + parameter.type))


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")
