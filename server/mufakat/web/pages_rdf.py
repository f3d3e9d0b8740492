"""RDF documents of pages: a description of one thing, a vocabulary, the list of questions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from flask import Response, request

from mufakat.engine.formats import for_kind
from mufakat.engine.xml_text import escaped
from mufakat.web import negotiation
from mufakat.web.pages_common import Alternate, config

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.web.negotiation import Choice


ENDINGS: Final = ("ttl", "jsonld", "rdf", "nt")
"""Of the forms that a page leads to."""


def wants_page(ending: str) -> bool:
    """Whether the page is asked for, by its ending or, without any, by Accept."""
    return ending == "html" or (
        not ending and negotiation.wants_page(request.headers.get("Accept"), ("graph",))
    )


def alternates_of(path: str) -> list[Alternate]:
    """Give the RDF that lies beside a page; `path` is without an ending."""
    return [
        Alternate(fmt.title, fmt.media_type, f"{path}.{fmt.ending}", fmt.ending)
        for fmt in for_kind("graph")
        if fmt.ending in ENDINGS
    ]


def graph(triples: Iterable[ox.Triple], choice: Choice) -> Response:
    """Write triples in the chosen format, with the publication's prefixes, under an ETag."""
    body = serialise(triples, choice.format.rdf)
    response = Response(body, content_type=choice.content_type)
    response.set_etag(hashlib.blake2b(body, digest_size=16).hexdigest())
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    response.make_conditional(request)
    return response


def serialise(triples: Iterable[ox.Triple], fmt: ox.RdfFormat) -> bytes:
    """Write triples sorted by subject, so that the same graph gives the same bytes."""
    ordered = sorted(
        _named(triples), key=lambda t: (str(t.subject), str(t.predicate), str(t.object))
    )
    body = ox.serialize(ordered, format=fmt, prefixes=dict(config().prefixes)) or b""
    return escaped(body) if fmt == ox.RdfFormat.RDF_XML else body


def _named(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Give blank nodes the names of RDFC-1.0; parsers give them a new one each time."""
    named, nameless = [], ox.Dataset()
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            nameless.add(ox.Quad(triple.subject, triple.predicate, triple.object))
        else:
            named.append(triple)
    nameless.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return named + [quad.triple for quad in nameless]
