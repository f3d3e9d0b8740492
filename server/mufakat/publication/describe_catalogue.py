"""DCAT: the dataset, the files it can be had in, and the services that answer from it.

https://www.w3.org/TR/vocab-dcat-3/, with what DCAT-AP asks of every catalogue:
https://semiceu.github.io/DCAT-AP/releases/3.0.0/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mufakat.namespaces import DCAT, DCTERMS, FOAF, TYPE
from mufakat.publication.release.void import DATASET, Writer, distributions, head, languages

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyoxigraph as ox

    from mufakat.publication.publication import Publication
    from mufakat.publication.release.dumps import Dump

PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
GRAPH_STORE: Final = "https://www.w3.org/TR/sparql11-http-rdf-update/"
OPENAPI: Final = "https://spec.openapis.org/oas/v3.1.0"


def catalogue(
    publication: Publication, dumps: Sequence[Dump], *, at: str, version: str
) -> list[ox.Triple]:
    """Describe a catalogue of one dataset; `at` is the address the server is reached under."""
    config = publication.config
    out = Writer()
    head(out, publication, version)
    catalog, dataset = config.base_iri + "catalog", config.base_iri + DATASET
    publisher = catalog + "#publisher"
    out.point(publisher, TYPE, FOAF + "Agent")
    out.text(publisher, FOAF + "name", brand(config.title))
    out.text(catalog, DCTERMS + "description", config.description or config.title)
    out.point(catalog, FOAF + "homepage", at)
    out.point(dataset, DCAT + "landingPage", at)
    out.text(dataset, DCTERMS + "abstract", config.description)
    out.point(dataset, DCTERMS + "conformsTo", config.ontology_iri)
    for node in (catalog, dataset):
        out.point(node, DCTERMS + "publisher", publisher)
        out.point(node, DCTERMS + "language", *languages(config.languages))
        if config.licence:
            out.point(node, DCTERMS + "license", config.licence)
    distributions(out, dataset, at, dumps)
    for dump in dumps:
        if config.licence:
            out.point(f"{at}dump/{dump.path.name}", DCTERMS + "license", config.licence)
    _services(out, catalog, dataset, at)
    return list(dict.fromkeys(out.triples))


def _services(out: Writer, catalog: str, dataset: str, at: str) -> None:
    for name, title, standard, description in (
        ("sparql", "SPARQL endpoint", PROTOCOL, "sparql"),
        ("graphs", "Graph store", GRAPH_STORE, "docs/"),
        ("query/", "Prepared questions", OPENAPI, "openapi.json"),
    ):
        service = f"{catalog}#{name.strip('/')}"
        out.point(catalog, DCAT + "service", service)
        out.point(service, TYPE, DCAT + "DataService")
        out.text(service, DCTERMS + "title", title)
        out.point(service, DCAT + "endpointURL", at + name)
        out.point(service, DCAT + "endpointDescription", at + description)
        out.point(service, DCAT + "servesDataset", dataset)
        out.point(service, DCTERMS + "conformsTo", standard)


def brand(title: str) -> str:
    """Give the name that stands before the colon of a title."""
    return re.split(r":\s", title, maxsplit=1)[0].strip()
