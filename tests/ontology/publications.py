"""Small publications for the tests of reasoning: the real ontology, the facts of the fixtures."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pyoxigraph as ox
import world
from owlready2 import reasoning

from mufakat.publication import Publication
from mufakat.publication.check.context import Context
from mufakat.publication.publication import SourceFile
from mufakat.publication.reasoning.knowledge import Knowledge, Statement
from mufakat.publication.reasoning.runners import java

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SETTINGS = """title = "Test"
base_iri = "https://w3id.org/mufakat/"
[prefixes]
mfk = "https://w3id.org/mufakat/ontology#"
"""
PREFIXES = """@base <https://w3id.org/mufakat/> .
@prefix mfk: <https://w3id.org/mufakat/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""


def make(
    folder: Path, *, data: str = "", ontology: str = "", own_ontology: bool = True
) -> Publication:
    """Write a publication; what is handed in stands in files of its own from line 8 on."""
    (folder / "data" / "ttl").mkdir(parents=True)
    if own_ontology:
        shutil.copytree(world.ROOT / "ontology", folder / "ontology")
        for file in (world.HERE / "fixtures").glob("*.ttl"):
            shutil.copy(file, folder / "data" / "ttl" / file.name)
    else:
        (folder / "ontology").mkdir()
    if data:
        (folder / "data" / "ttl" / "planted.ttl").write_text(PREFIXES + data, encoding="utf-8")
    if ontology:
        (folder / "ontology" / "planted.ttl").write_text(PREFIXES + ontology, encoding="utf-8")
    settings = (
        (world.ROOT / "mufakat.toml").read_text(encoding="utf-8") if own_ontology else SETTINGS
    )
    (folder / "mufakat.toml").write_text(settings, encoding="utf-8")
    return Publication.open(folder)


def context(publication: Publication) -> Context:
    made = Context(publication)
    made.load()
    return made


def knowledge(triples: Iterable[ox.Triple], kind: str = "data") -> Knowledge:
    """Sort triples that stand in no file; those of the ontology are added."""
    file = SourceFile(world.HERE, kind, f"{kind}/x", "urn:x-graph", "")  # type: ignore[arg-type]
    theirs = SourceFile(world.HERE, "ontology", "ontology/x", "urn:x-graph", "")
    return Knowledge(
        [
            *(Statement(t.subject, t.predicate.value, t.object, theirs) for t in world.ontology()),
            *(Statement(t.subject, t.predicate.value, t.object, file) for t in triples),
        ]
    )


def owl_api_profile(triples: Iterable[ox.Triple], folder: Path) -> str:
    """Ask the profile checker of the OWL API, which Pellet carries, for a second opinion."""
    file = folder / "second-opinion.owl"
    file.write_bytes(ox.serialize(list(triples), format=ox.RdfFormat.RDF_XML))
    run = subprocess.run(
        [java(), "-cp", reasoning._PELLET_CLASSPATH, "pellet.Pellet", "info", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith("OWL Profile")]
    return lines[0].partition("= ")[2] if lines else run.stdout + run.stderr
