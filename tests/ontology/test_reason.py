"""`mufakat reason`: consistent when it is, and told in words when it is not."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import publications
import pyoxigraph as ox
import pytest
import world
from click.testing import CliRunner, Result

from mufakat.cli.group import group
from mufakat.errors import BrokenFile, Unavailable
from mufakat.namespaces import RDF, TYPE, XSD
from mufakat.publication.reasoning import REASONERS, clashes, examine, reason, view
from mufakat.publication.reasoning.knowledge import Knowledge

if TYPE_CHECKING:
    from pathlib import Path

RATIFIER = "<id/action/ratification> a mfk:State .\n"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["reason", *arguments])


@pytest.mark.slow
def test_both_reasoners_find_the_fixtures_consistent_and_inside_the_profiles(tmp_path: Path):
    outcome = examine(publications.make(tmp_path / "p"))
    assert outcome.findings == ()
    assert [(v.reasoner, v.consistent, v.unsatisfiable) for v in outcome.verdicts] == [
        (name, True, ()) for name in REASONERS
    ]


@pytest.mark.slow
def test_this_publication_is_consistent_and_inside_the_profiles():
    result = call(str(world.ROOT))
    assert result.exit_code == 0, result.output
    assert "HermiT: consistent" in result.output
    assert "Pellet: consistent" in result.output
    assert "OWL 2 DL, class part OWL 2 RL" in result.output


@pytest.mark.slow
def test_a_planted_disjointness_violation_is_named_and_explained(tmp_path: Path):
    publications.make(tmp_path / "p", data=RATIFIER)
    result = call(str(tmp_path / "p"))
    assert result.exit_code == 1
    assert "HermiT: inconsistent" in result.output
    assert "Pellet: inconsistent" in result.output
    (told,) = re.findall(r"^L07 .*$", result.output, re.MULTILINE)
    assert "id/action/ratification cannot be both mfk:TreatyAction and mfk:Agent" in told
    assert "data/ttl/planted.ttl:8" in told
    assert re.search(r"data/ttl/action\.ttl:\d+", told)
    assert re.search(r"share no member \(ontology/mufakat\.ttl:\d+\)", told)
    assert "every mfk:State is a mfk:Agent" in told
    assert "mend: Look at the source and correct" in result.output


@pytest.mark.slow
def test_a_value_outside_the_range_of_its_property_is_explained_by_the_range(tmp_path: Path):
    publication = publications.make(
        tmp_path / "p", data="<id/action/signature> mfk:byState <id/body/league> .\n"
    )
    outcome = examine(publication)
    assert not outcome.consistent
    told = " ".join(finding.message for finding in outcome.findings)
    assert "id/body/league cannot be both mfk:Body and mfk:State" in told
    assert "whatever mfk:byState leads to is a mfk:State" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "planted",
    [
        '<id/action/signature> mfk:doneOn "2015-11-22"^^xsd:date .',
        "<id/action/signature> mfk:byState <id/state/two> .",
        '<id/state/one> mfk:iso3 "EIN" .',
        "<id/body/league> mfk:partOf <id/body/officials> .",
        "<id/claim/a> mfk:disputes <id/claim/b> .",
        '<id/claim/a> mfk:ordinal "first" .',
    ],
    ids=[
        "two dates",
        "two states",
        "two codes",
        "both ways",
        "supported and disputed",
        "no number",
    ],
)
def test_the_reasoners_and_the_explanation_agree_that_it_contradicts(tmp_path: Path, planted: str):
    outcome = examine(publications.make(tmp_path / "p", data=planted + "\n"))
    assert [verdict.consistent for verdict in outcome.verdicts] == [False, False]
    assert len(outcome.findings) == 1
    assert outcome.findings[0].id == "L07"


OWN = """<ontology> a owl:Ontology .
mfk:Treaty a owl:Class . mfk:Body a owl:Class ; owl:disjointWith mfk:Treaty .
mfk:Member a owl:Class ; rdfs:subClassOf [ a owl:Restriction ;
    owl:onProperty mfk:signs ; owl:allValuesFrom mfk:Treaty ] .
mfk:signs a owl:ObjectProperty .
"""


@pytest.mark.slow
def test_a_contradiction_behind_a_restriction_is_narrowed_down_to_its_facts(tmp_path: Path):
    others = "".join(f"<id/x{i}> a mfk:Member ; mfk:signs <id/t{i}> .\n" for i in range(6))
    publication = publications.make(
        tmp_path / "p",
        own_ontology=False,
        ontology=OWN,
        data=others + "<id/a> a mfk:Member ; mfk:signs <id/b> .\n<id/b> a mfk:Body .\n",
    )
    (found,) = reason(publication, ["hermit"])
    assert "cannot hold together (HermiT)" in found.message
    for told in ("id/a a mfk:Member", "id/a mfk:signs id/b", "id/b a mfk:Body"):
        assert told in found.message
    assert "id/x" not in found.message
    assert found.file == "data/ttl/planted.ttl"


@pytest.mark.slow
def test_a_class_that_can_have_no_member_is_named_with_the_cause(tmp_path: Path):
    publication = publications.make(
        tmp_path / "p",
        own_ontology=False,
        ontology=OWN + "mfk:Both a owl:Class ; rdfs:subClassOf mfk:Body, mfk:Treaty .\n",
    )
    (found,) = reason(publication)
    assert found.node == world.MFK + "Both"
    assert "can have no member (HermiT and Pellet)" in found.message
    assert "below both mfk:Body and mfk:Treaty" in found.message
    assert found.file == "ontology/planted.ttl"


@pytest.mark.slow
def test_axioms_that_contradict_without_facts_are_told_apart_from_facts(tmp_path: Path):
    publication = publications.make(
        tmp_path / "p",
        own_ontology=False,
        ontology=OWN + "[] a owl:AllDifferent ; owl:distinctMembers ( <id/a> <id/a> ) .\n"
        "<id/a> a owl:NamedIndividual .\n"
        "owl:Thing rdfs:subClassOf owl:Nothing .\n",
    )
    told = [finding.message for finding in reason(publication, ["hermit"])]
    assert any("contradict one another even without facts" in message for message in told)


def test_the_view_casts_dates_and_leaves_annotations_out():
    knowledge = publications.knowledge(world.fixtures())
    written = view.write(knowledge).decode()
    assert XSD + "date>" not in written
    assert '"2015-11-21T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>' in written
    assert "skos/core#definition" not in written
    assert "An English" not in written


def test_the_view_says_that_two_nodes_of_a_functional_property_differ():
    by_state = world.MFK + "byState"
    act = ox.NamedNode("urn:x-act")
    facts = [ox.Triple(act, ox.NamedNode(by_state), ox.NamedNode(f"urn:x-{name}")) for name in "ab"]
    written = view.write(publications.knowledge(facts)).decode()
    assert "<urn:x-a> <http://www.w3.org/2002/07/owl#differentFrom> <urn:x-b>" in written


def test_facts_are_what_is_said_with_declared_terms_of_individuals():
    knowledge = publications.knowledge(world.fixtures())
    used = {fact.predicate for fact in knowledge.facts}
    assert world.MFK + "byState" in used
    assert TYPE in used
    assert "http://www.w3.org/2000/01/rdf-schema#label" not in used
    kinds = {fact.text for fact in knowledge.facts if fact.predicate == TYPE}
    assert not any(kind.startswith("http://www.w3.org/2002/07/owl#") for kind in kinds)


def test_lineage_gives_every_class_above_with_the_way_there():
    knowledge = Knowledge(publications.knowledge(()).axioms)
    above = knowledge.lineage(world.MFK + "Ratification")
    names = [iri.removeprefix(world.MFK) for iri in above if iri.startswith(world.MFK)]
    assert names == ["Ratification", "ConsentToBeBound", "TreatyAction"]
    assert len(above[world.MFK + "TreatyAction"]) == 2


def test_without_reasoners_no_java_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MUFAKAT_JAVA", "/nowhere/java")
    publications.make(tmp_path / "p", data=RATIFIER)
    result = call("--no-reasoner", str(tmp_path / "p"))
    assert result.exit_code == 1
    assert "cannot be both" in result.output
    assert "HermiT" not in result.output


def test_a_java_that_does_not_work_is_said_and_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MUFAKAT_JAVA", "/nowhere/java")
    publications.make(tmp_path / "p")
    result = call("--reasoner", "hermit", str(tmp_path / "p"))
    assert result.exit_code == 2
    assert "HermiT could not work" in result.output
    assert "--no-reasoner" in result.output
    with pytest.raises(Unavailable):
        reason(publications.Publication.open(tmp_path / "p"), ["hermit"])


def test_a_file_that_is_not_turtle_ends_with_2_and_its_line(tmp_path: Path):
    publication = publications.make(tmp_path / "p", data="<id/a> a .\n")
    result = call(str(tmp_path / "p"))
    assert result.exit_code == 2
    assert "data/ttl/planted.ttl:8" in result.output
    with pytest.raises(BrokenFile):
        reason(publication)


def test_quiet_says_nothing_on_the_way(tmp_path: Path):
    publications.make(tmp_path / "p")
    loud = call("--no-reasoner", str(tmp_path / "p"))
    quiet = call("--no-reasoner", "--quiet", str(tmp_path / "p"))
    assert "following the axioms" in loud.stderr
    assert quiet.stderr == ""
    assert quiet.exit_code == 0


def test_progress_is_told_step_by_step(tmp_path: Path):
    steps: list[str] = []
    reason(publications.make(tmp_path / "p"), (), steps.append)
    assert steps[0] == "reading axioms and facts"
    assert len(steps) >= 3


def test_plain_literal_types_are_known_to_the_view():
    knowledge = publications.knowledge(())
    assert RDF + "langString" not in {
        rng for ranges in knowledge.ranges.values() for rng, _ in ranges
    }


def test_no_type_is_left_to_a_reasoner_in_this_publication():
    knowledge = Knowledge.read(publications.context(publications.Publication.open(world.ROOT)))
    stated: dict[str, set[str]] = defaultdict(set)
    for fact in knowledge.facts:
        if fact.predicate == TYPE:
            stated[fact.name].add(fact.text)
    implied = {
        (node, cls)
        for node, classes in clashes.memberships(knowledge, knowledge.facts).items()
        for cls in classes
        if cls.startswith(world.MFK) and cls not in stated[node]
    }
    assert implied == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "planted",
    [
        '<id/action/signature> mfk:doneOn "2015-13-45"^^xsd:date .',
        '<id/action/x> mfk:doneOn "in autumn"^^xsd:date .',
        '<id/action/x> mfk:doneOn "P1D"^^xsd:duration .',
        '<id/action/x> mfk:doneOn "2015"^^xsd:gYear .',
        '<id/claim/x> mfk:ordinal "first"^^xsd:integer .',
    ],
)
def test_a_value_that_no_reasoner_can_read_does_not_stop_the_reasoners(
    tmp_path: Path, planted: str
):
    outcome = examine(publications.make(tmp_path / "p", data=planted + "\n"))
    assert [verdict.consistent for verdict in outcome.verdicts] == [True, True]
