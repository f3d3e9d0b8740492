"""The publication as both engines see it, loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rdflib
from golden_answers import PUBLICATION

if TYPE_CHECKING:
    import pyoxigraph as ox


@pytest.fixture(scope="session")
def store() -> ox.Store:
    """Data and ontology of the publication, each file in its graph."""
    return PUBLICATION.load_store()


@pytest.fixture(scope="session")
def graph() -> rdflib.Graph:
    """The same triples in rdflib, as one graph."""
    graph = rdflib.Graph()
    for file in PUBLICATION.files("ontology", "data"):
        graph.parse(file.path, format="turtle", publicID=PUBLICATION.config.base_iri)
    return graph
