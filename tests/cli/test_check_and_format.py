"""`mufakat check` and `mufakat format` as commands: exit codes, forms of the report, progress."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from mufakat.publication.check import CATALOGUE
from publication import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Call = Callable[..., Result]

SH = "http://www.w3.org/ns/shacl#"
FACTS = "data/ttl/acts.ttl"


@pytest.fixture
def spoilt(folder: Path) -> Path:
    """One error and one warning."""
    data = tiny.DATA.replace('"Book"@en', '"Book"@en, "Buch"@de').replace(
        'ex:locator "page 1"@en', 'rdfs:comment "page 1 & more"@en'
    )
    tiny.write(folder, data=data)
    return folder


def test_a_clean_publication_exits_with_0(mufakat: Call) -> None:
    result = mufakat("check")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("clean: 4 files, ")


@pytest.mark.usefixtures("spoilt")
def test_findings_are_told_with_place_node_and_advice(mufakat: Call) -> None:
    result = mufakat("check", "-q")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if " D01 error " in line)
    assert lines[at].startswith(f"{FACTS}:")
    assert lines[at].endswith(" id/citation/one")
    assert lines[at + 1] == "    The citation does not name the place in the source."
    assert lines[at + 2] == "    mend: Add ex:locator."
    assert "     1  D01  " + CATALOGUE["D01"][1] in lines


@pytest.mark.usefixtures("spoilt")
def test_json_holds_the_same(mufakat: Call) -> None:
    content = json.loads(mufakat("check", "-q", "--format", "json").stdout)
    assert content["conforms"] is False
    assert content["counts"]["D05"] == 1
    finding = next(one for one in content["findings"] if one["id"] == "D01")
    assert finding["node"] == tiny.BASE + "id/citation/one"
    assert finding["line"] > 1


@pytest.mark.usefixtures("spoilt")
def test_junit_fails_on_errors_alone(mufakat: Call) -> None:
    text = mufakat("check", "-q", "--format", "junit").stdout
    root = ET.fromstring(text)  # noqa: S314 - written by this program
    suites = {suite.get("name", "")[:3]: suite for suite in root}
    assert set(suites) == set(CATALOGUE)
    assert suites["D01"].get("failures") == "1"
    failure = suites["D01"].find("testcase/failure")
    assert failure is not None
    assert "Add ex:locator" in str(failure.text)
    assert suites["D05"].get("failures") == "0"
    assert suites["D05"].find("testcase/system-out") is not None
    assert int(root.get("tests", "0")) == len(root.findall("testsuite/testcase"))


@pytest.mark.usefixtures("spoilt")
def test_sarif_points_at_lines_and_names_its_rules(mufakat: Call) -> None:
    content = json.loads(mufakat("check", "-q", "--format", "sarif").stdout)
    assert content["version"] == "2.1.0"
    (run,) = content["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert all(
        place["artifactLocation"]["uri"] and place["region"]["startLine"] for place in places
    )


@pytest.mark.usefixtures("spoilt")
def test_the_shacl_report_is_rdf_and_does_not_conform(mufakat: Call) -> None:
    text = mufakat("check", "-q", "--format", "shacl").stdout
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.TURTLE)
    asked = f"SELECT ?n {{ ?r <{SH}conforms> false ; <{SH}result> ?n . ?n <{SH}focusNode> ?f ; "
    asked += f"<{SH}resultMessage> ?m ; <{SH}resultSeverity> ?s }}"
    found = store.query(asked)
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == len(
        json.loads(mufakat("check", "-q", "--format", "json").stdout)["findings"]
    )


@pytest.mark.usefixtures("spoilt")
def test_a_named_file_limits_what_is_told(mufakat: Call) -> None:
    assert mufakat("check", "-q", "shapes/core.ttl").exit_code == 0
    assert mufakat("check", "-q", FACTS).exit_code == 1


def test_a_folder_is_a_publication(mufakat: Call, folder: Path) -> None:
    assert mufakat("check", "-q", str(folder)).exit_code == 0


def test_a_folder_with_nothing_in_it_cannot_be_checked(mufakat: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = mufakat("check", "-q", str(tmp_path / "empty"))
    assert result.exit_code == 2
    assert "nothing to check" in result.stderr


def test_a_file_of_no_publication_cannot_be_checked(mufakat: Call) -> None:
    result = mufakat("check", "-q", "nowhere.ttl")
    assert result.exit_code == 2
    assert "nowhere.ttl" in result.stderr


def test_the_catalogue_is_listed(mufakat: Call) -> None:
    assert f"D01  E  {CATALOGUE['D01'][1]}" in mufakat("check", "--list").stdout


def test_progress_is_told_once_it_takes_a_second(
    mufakat: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mufakat.cli.progress.PATIENCE", 0.0)
    assert "data against shapes" in mufakat("check").stderr
    assert mufakat("check", "-q").stderr == ""


def test_format_check_names_the_file_and_changes_nothing(mufakat: Call, folder: Path) -> None:
    assert mufakat("format", "--check").exit_code == 0
    text = (folder / FACTS).read_text(encoding="utf-8").replace("    ", "\t")
    (folder / FACTS).write_text(text, encoding="utf-8")
    result = mufakat("format", "--check")
    assert result.exit_code == 1
    assert f"{FACTS}: not in the house form; run: mufakat format {FACTS}" in result.stdout
    assert (folder / FACTS).read_text(encoding="utf-8") == text
    assert mufakat("format", "--diff").exit_code == 1


def test_format_writes_the_house_form(mufakat: Call, folder: Path) -> None:
    before = (folder / FACTS).read_text(encoding="utf-8")
    (folder / FACTS).write_text(before.replace("    ", "\t"), encoding="utf-8")
    assert mufakat("format", FACTS).exit_code == 0
    assert (folder / FACTS).read_text(encoding="utf-8") == before


def test_format_refuses_to_lose_a_comment(mufakat: Call, folder: Path) -> None:
    before = (folder / FACTS).read_text(encoding="utf-8") + "# mind this\n"
    (folder / FACTS).write_text(before, encoding="utf-8")
    result = mufakat("format")
    assert result.exit_code == 2
    assert "# mind this" in result.stderr
    assert (folder / FACTS).read_text(encoding="utf-8") == before
    assert mufakat("format", "--drop-comments").exit_code == 0


def test_format_of_broken_turtle_names_the_place_and_goes_on(mufakat: Call, folder: Path) -> None:
    (folder / FACTS).write_text("<a> <b> .\n", encoding="utf-8")
    result = mufakat("format", "--check")
    assert result.exit_code == 2
    assert f"where: {FACTS}:1:" in result.stderr
    assert "3 files, 0 to format" in result.stdout


def test_format_filters_standard_input(mufakat: Call) -> None:
    result = mufakat("format", "-", stdin="<urn:b> a <urn:c> . <urn:a> a <urn:c> .")
    assert result.stdout.endswith("<urn:a>\n    a <urn:c> ;\n.\n\n<urn:b>\n    a <urn:c> ;\n.\n")
