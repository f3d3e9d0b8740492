"""A small publication in memory and an application that serves it, for tests of the protocol."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.types import Limits, Policy
from mufakat.settings import load
from mufakat.web.app import create_app

if TYPE_CHECKING:
    from flask import Flask

    from mufakat.engine.types import Answer

EX = "http://example.org/"
PEOPLE = """
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:ana a ex:Person ; rdfs:label "Ana"@en ; ex:age 41 ; ex:knows ex:budi .
ex:budi a ex:Person ; rdfs:label "Budi, \\"the\\" tall"@en ; ex:age 17 .
"""
CITIES = """
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:ana ex:livesIn ex:vientiane ; a ex:Person .
ex:vientiane a ex:City ; rdfs:label "Vientiane"@en .
"""
TRIPLES = 10  # one of the eleven statements stands in both graphs
PREFIXES = {
    "ex": EX,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "unused": "http://example.net/",
}


def small_store() -> ox.Store:
    store = ox.Store()
    for name, text in (("people", PEOPLE), ("cities", CITIES)):
        graph = ox.NamedNode(f"{EX}graph/{name}")
        store.load(text.encode(), ox.RdfFormat.TURTLE, to_graph=graph)
    return store


def small_engine(
    *, union: bool = True, limits: Limits | None = None, **more: Any
) -> EmbeddedEngine:
    return EmbeddedEngine(
        small_store(),
        union_default_graph=union,
        version="c0ffee",
        prefixes=PREFIXES,
        base_iri=EX,
        limits=limits,
        policy=Policy(**more),
    )


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self) -> None:
        self.engine = small_engine()
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def answer(self, *arguments: Any) -> Answer:
        self.asked += 1
        return self.engine.answer(*arguments)


def small_app(engine: Any = None, **settings: Any) -> Flask:
    config = SimpleNamespace(
        title="A small publication", base_iri=EX, prefixes=PREFIXES, languages=("en",), licence=""
    )
    publication: Any = SimpleNamespace(config=config, queries={}, version="c0ffee", folder=None)
    app = create_app(publication, engine or small_engine(), load(settings, environ={}))
    app.testing = False  # errors are answered, as they are to the public
    return app
