"""The names are a contract: terms, schemes and anchored slugs that other people's queries use."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import world

from mufakat.namespaces import DCTERMS, OWL, RDFS, SKOS
from mufakat.publication.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTRACT = {
    kind: names.split()
    for kind, names in (
        part.split(":") for part in (world.HERE / "contract.txt").read_text().split("\n\n")
    )
}
"""Names that queries and tools elsewhere use, by kind; none goes without a migration query."""
UP = {
    "Protocol": "Treaty",
    "Treaty": "Instrument",
    "Ratification": "ConsentToBeBound",
    "Succession": "ConsentToBeBound",
    "ConsentToBeBound": "TreatyAction",
    "EntryIntoForceForState": "TreatyAction",
    "Renaming": "BodyEvent",
    "VictimService": "Measure",
    "Power": "Norm",
    "Crisis": "Event",
    "State": "Agent",
    "implementsInstrument": "followsUpOn",
    "supersedes": "followsUpOn",
}
CONCEPTS = {
    "finding-value": "yes limited no unavailable",
    "tip-tier": "tier-1 tier-2 tier-2-watch-list tier-3 special-case not-ranked",
    "modality": "shall shall-endeavour shall-consider should may shall-subject-to-law",
    "area": "prevention protection prosecution partnership",
    "bindingness": "binding non-binding unstated",
    "date-precision": "day month year circa",
    "verification": "verified inferred unverified",
    "source-kind": "primary official-secondary scholarly press dataset recollection",
    "stance": "supports criticises neutral",
    "conflict-class": "between-sources within-source against-record outdated",
    "confidence": "certain high medium low",
    "correspondence": "equivalent stronger weaker broader narrower gap",
    "aspect": "criminalisation specialisation regional-institutions international-treaties",
}
FILES = sorted((world.ROOT / "ontology").glob("*.ttl"))
MODULES = [file for file in FILES if file.stem not in ("mufakat", "alignments")]


def known() -> Graph:
    return Graph(world.ontology())


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(world.MFK + name)


def declared(kind: str) -> set[str]:
    return {
        node.value.removeprefix(world.MFK)
        for node in known().instances(OWL + kind)
        if node.value.startswith(world.MFK)
    }


@pytest.mark.parametrize("kind", CONTRACT)
def test_the_terms_of_the_model_are_there_with_their_kind(kind: str):
    assert set(CONTRACT[kind]) - declared(kind) == set()


@pytest.mark.parametrize(("name", "above"), UP.items())
def test_a_term_of_the_model_stands_below_the_one_it_should(name: str, above: str):
    of = known().of(term(name))
    parents = [*of.get(RDFS + "subClassOf", []), *of.get(RDFS + "subPropertyOf", [])]
    assert term(above) in parents


def test_only_following_up_is_transitive_and_it_carries_no_count():
    transitive = {node.value for node in known().instances(OWL + "TransitiveProperty")}
    assert transitive == {world.MFK + "followsUpOn"}


@pytest.mark.parametrize("scheme", CONCEPTS)
def test_anchored_concepts_are_in_their_scheme(scheme: str):
    graph, iri = known(), world.BASE + "scheme/" + scheme
    for name in CONCEPTS[scheme].split():
        concept = ox.NamedNode(f"{iri}/{name}")
        assert graph.values(concept, SKOS + "inScheme") == [ox.NamedNode(iri)], name


def test_the_tiers_are_ordered_and_the_watch_list_is_a_kind_of_tier_2_since_2004():
    graph, base = known(), world.BASE + "scheme/tip-tier/"
    ranks = {
        node.value.removeprefix(base): int(graph.literals(node, world.MFK + "rank")[0].value)
        for node in graph.subjects(world.MFK + "rank")
        if node.value.startswith(base)
    }
    assert ranks == {"tier-1": 1, "tier-2": 2, "tier-2-watch-list": 3, "tier-3": 4}
    watch = ox.NamedNode(base + "tier-2-watch-list")
    assert graph.values(watch, SKOS + "broader") == [ox.NamedNode(base + "tier-2")]
    assert graph.literals(watch, world.MFK + "introducedIn")[0].value == "2004"


def test_labels_and_definitions_of_terms_are_unique():
    graph = known()
    for name in (RDFS + "label", SKOS + "definition"):
        told: dict[str, list[str]] = defaultdict(list)
        for node in graph.facts:
            if node.value.startswith(world.MFK):
                for text in graph.literals(node, name):
                    told[text.value.lower()].append(node.value)
        assert {text: nodes for text, nodes in told.items() if len(nodes) > 1} == {}


def test_nothing_is_said_of_foreign_terms_but_their_kind():
    allowed = {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    }
    for node, facts in known().facts.items():
        if isinstance(node, ox.NamedNode) and not node.value.startswith(world.BASE):
            assert set(facts) <= allowed, node


def imports(file: Path) -> set[str]:
    graph = Graph(world.read(file))
    return {
        value.value
        for node in graph.instances(OWL + "Ontology")
        for value in graph.values(node, OWL + "imports")
        if isinstance(value, ox.NamedNode)
    }


def ontology_iri(file: Path) -> str:
    name = "" if file.stem == "mufakat" else "/" + file.stem
    return f"{world.BASE}ontology{name}"


def closure(file: Path) -> Iterator[Path]:
    by_iri = {ontology_iri(other): other for other in FILES}
    queue, seen = [file], {file}
    for current in queue:
        yield current
        for iri in sorted(imports(current)):
            assert iri in by_iri, f"{current.name} imports {iri}"
            if by_iri[iri] not in seen:
                seen.add(by_iri[iri])
                queue.append(by_iri[iri])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_module_names_itself_and_its_imports_declare_every_term_it_uses(file: Path):
    graph = Graph(world.read(*closure(file)))
    assert ontology_iri(file) in {node.value for node in graph.instances(OWL + "Ontology")}
    typed = {node for node, facts in graph.facts.items() if facts}
    for node, facts in Graph(world.read(file)).facts.items():
        for name in ("subClassOf", "subPropertyOf", "domain", "range"):
            for value in facts.get(RDFS + name, []):
                if isinstance(value, ox.NamedNode) and "XMLSchema" not in value.value:
                    assert value in typed, (node, value)


def test_the_root_imports_every_module_and_not_the_alignments():
    root = world.ROOT / "ontology" / "mufakat.ttl"
    assert imports(root) == {ontology_iri(file) for file in MODULES}


def test_no_module_needs_the_alignments_and_imports_run_in_no_circle():
    alignments = f"{world.BASE}ontology/alignments"
    for file in MODULES:
        reached = {ontology_iri(other) for other in closure(file)}
        assert alignments not in reached
        for iri in imports(file):
            back = imports(world.ROOT / "ontology" / f"{iri.rsplit('/', 1)[1]}.ttl")
            assert ontology_iri(file) not in back


def test_the_catalog_resolves_every_ontology_and_scheme_to_its_file():
    root = ET.parse(world.ROOT / "ontology" / "catalog-v001.xml").getroot()  # noqa: S314 - ours
    entries = {entry.attrib["name"]: entry.attrib["uri"] for entry in root}
    wanted = {ontology_iri(file): file.name for file in FILES}
    for file in (world.ROOT / "ontology" / "schemes").glob("*.ttl"):
        wanted[f"{world.BASE}scheme/{file.stem}"] = f"schemes/{file.name}"
    assert entries == wanted


@pytest.mark.parametrize(
    "file", sorted((world.ROOT / "ontology" / "schemes").glob("*.ttl")), ids=lambda f: f.stem
)
def test_a_scheme_file_holds_its_own_scheme_and_concepts(file: Path):
    graph, iri = Graph(world.read(file)), f"{world.BASE}scheme/{file.stem}"
    assert [node.value for node in graph.instances(SKOS + "ConceptScheme")] == [iri]
    assert graph.literals(ox.NamedNode(iri), DCTERMS + "title")
    concepts = [node.value for node in graph.instances(SKOS + "Concept")]
    assert concepts
    for concept in concepts:
        assert re.fullmatch(re.escape(iri) + "/[a-z0-9][a-z0-9-]*", concept)


def test_alignments_tie_ours_to_theirs_and_never_theirs_to_ours():
    graph = Graph(world.read(world.ROOT / "ontology" / "alignments.ttl"))
    ties = 0
    for node, facts in graph.facts.items():
        for name in ("subClassOf", "subPropertyOf", "seeAlso"):
            for value in facts.get(RDFS + name, []):
                assert node.value.startswith(world.MFK)
                assert isinstance(value, ox.NamedNode)
                assert not value.value.startswith(world.BASE)
                ties += 1
    assert ties > 30
