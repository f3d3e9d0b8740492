"""Ten mistakes that curators make: each is found at its line, named and explained."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mufakat.publication import Publication
from mufakat.publication.check import run
from mufakat.publication.check.reporters import text as as_text

if TYPE_CHECKING:
    from planted.conftest import Planted

pytestmark = pytest.mark.slow  # each mistake is looked for in the whole publication

ACTIONS = "data/ttl/actions.ttl"
TIERS = "data/ttl/assessments.ttl"
BASE = "https://w3id.org/mufakat/"
MFK = BASE + "ontology#"
RATIFICATION = "id/action/tha/un-tip-protocol-2000/ratification"
SIGNATURE = "id/action/tha/un-tip-protocol-2000/signature"
RATING = re.compile(r"    mfk:rating <scheme/tip-tier/tier-1> ;")


def block(text: str, subject: str) -> tuple[int, int]:
    """Give where the statements about a subject begin and end."""
    start = text.index(f"\n<{subject}>\n") + 1
    return start, text.index("\n.\n", start) + 3


def edit(text: str, subject: str, pattern: str, new: str) -> str:
    """Change the lines of one subject that match."""
    start, end = block(text, subject)
    changed, number = re.subn(pattern, new, text[start:end], flags=re.MULTILINE)
    assert number, f"{pattern} is not said of {subject}"
    return text[:start] + changed + text[end:]


def line_of(text: str, subject: str, said: str = "") -> int:
    """Give the line of a subject, or of what is said of it."""
    start, end = block(text, subject)
    at = text.index(said, start, end) if said else start
    return text.count("\n", 0, at) + 1


@dataclass
class Mistake:
    """A change to one file and what has to be said about it."""

    name: str
    file: str
    subject: str
    pattern: str
    new: str
    check: str
    at: str
    """Text of the line that the finding names; empty for the line of the subject."""
    message: str
    mend: str


MISTAKES = [
    Mistake(
        "bad date",
        ACTIONS,
        SIGNATURE,
        r'mfk:doneOn "[^"]*"',
        'mfk:doneOn "2001-02-30"',
        "D04",
        "mfk:doneOn",
        "'2001-02-30', a day that does not exist",
        "YYYY-MM-DD",
    ),
    Mistake(
        "missing citation",
        ACTIONS,
        SIGNATURE,
        r"^    mfk:hasCitation .*\n",
        "",
        "D01",
        "",
        "The fact has no citation",
        "Add mfk:hasCitation",
    ),
    Mistake(
        "unknown term",
        ACTIONS,
        SIGNATURE,
        r"mfk:verification ",
        "mfk:verificatoin ",
        "L01",
        "mfk:verificatoin",
        "The term mfk:verificatoin is not declared",
        "Did you mean mfk:verification?",
    ),
    Mistake(
        "label missing",
        ACTIONS,
        SIGNATURE,
        r"^    rdfs:label .*\n",
        "",
        "D02",
        "",
        "The node has no English label",
        "rdfs:label",
    ),
    Mistake(
        "literal where an IRI belongs",
        ACTIONS,
        SIGNATURE,
        r"mfk:byState <[^>]*>",
        'mfk:byState "Thailand"',
        "D12",
        "mfk:byState",
        "has the text 'Thailand' where an IRI belongs",
        "Write the IRI of the node in angle brackets",
    ),
    Mistake(
        "ratification before signature",
        ACTIONS,
        RATIFICATION,
        r'(mfk:(?:doneOn|depositedOn)) "[^"]*"',
        r'\1 "2001-12-17"',
        "D04",
        "mfk:doneOn",
        "before its signature on 2001-12-18",
        "mfk:SourceConflict",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.name for mistake in MISTAKES])
def test_a_planted_mistake_is_found_at_its_line_and_explained(
    planted: Planted, mistake: Mistake
) -> None:
    text = edit(planted.read(mistake.file), mistake.subject, mistake.pattern, mistake.new)
    planted.write(mistake.file, text)
    code, found = planted.check()
    assert code == 1
    (finding,) = [one for one in found if one["id"] == mistake.check]
    assert finding["severity"] == "error"
    assert finding["file"] == mistake.file
    assert finding["line"] == line_of(text, mistake.subject, mistake.at)
    assert finding["node"] == BASE + mistake.subject
    assert mistake.message in finding["message"]
    assert mistake.mend in finding["mend"]


def test_two_ratifications_of_one_treaty_by_one_state(planted: Planted) -> None:
    text = planted.read(ACTIONS)
    start, end = block(text, RATIFICATION)
    second = text[start:end].replace(f"<{RATIFICATION}>", f"<{RATIFICATION}-2>")
    second = second.replace("Thailand ratifies", "Thailand once more ratifies")
    text = text[:end] + "\n" + second + text[end:]
    planted.write(ACTIONS, text)
    code, found = planted.check()
    assert code == 1
    assert {(one["id"], one["node"]) for one in found} == {
        ("D11", BASE + RATIFICATION),
        ("D11", BASE + RATIFICATION + "-2"),
    }
    finding = found[-1]
    assert finding["file"] == ACTIONS
    assert finding["line"] == line_of(text, finding["node"].removeprefix(BASE))
    assert "once" in finding["message"]
    assert "erge the two nodes" in finding["mend"]


def test_broken_turtle_names_line_and_column_and_hides_nothing_else(planted: Planted) -> None:
    text = edit(planted.read(ACTIONS), SIGNATURE, r'(rdfs:label "[^"]*)"@en ;', r"\1@en ;")
    planted.write(ACTIONS, text)
    code, found = planted.check()
    assert code == 1
    (finding,) = found
    assert finding["id"] == "D07"
    assert finding["file"] == ACTIONS
    assert finding["line"] == line_of(text, SIGNATURE, "rdfs:label")
    assert finding["column"] > 1
    assert "not Turtle" in finding["message"]
    assert "quote" in finding["mend"]
    assert f"{ACTIONS}:{finding['line']}:{finding['column']}: D07 error" in planted.text()


def test_a_retired_name_that_is_used(planted: Planted) -> None:
    old, new = "id/instrument/un-tip-protocol", "id/instrument/un-tip-protocol-2000"
    stone = (
        f'<{old}>\n    a owl:Thing ;\n    rdfs:label "UN Trafficking Protocol (retired)"@en ;\n'
        f"    dcterms:isReplacedBy <{new}> ;\n    owl:deprecated true ;\n.\n\n"
    )
    file = next(
        path.relative_to(planted.folder).as_posix()
        for path in sorted((planted.folder / "data").rglob("*.ttl"))
        if f"\n<{new}>\n" in path.read_text(encoding="utf-8")
    )
    text = planted.read(file)
    at = block(text, new)[0]
    planted.write(file, text[:at] + stone + text[at:])
    assert planted.check()[1] == []
    actions = edit(planted.read(ACTIONS), SIGNATURE, rf"<{new}>", f"<{old}>")
    planted.write(ACTIONS, actions)
    code, found = planted.check()
    assert code == 1
    (finding,) = [one for one in found if one["id"] == "D09"]
    assert finding["file"] == ACTIONS
    assert finding["line"] == line_of(actions, SIGNATURE, "mfk:onInstrument")
    assert finding["node"] == BASE + SIGNATURE
    assert f"{old} is retired" in finding["message"]
    assert finding["mend"] == f"Write {new} instead."


@pytest.mark.parametrize("tier", ["scheme/finding-value/yes", "scheme/tip-tier/tier-4"])
def test_a_tier_outside_the_scale(planted: Planted, tier: str) -> None:
    text = planted.read(TIERS)
    match = RATING.search(text)
    assert match
    changed = text[: match.start()] + f"    mfk:rating <{tier}> ;" + text[match.end() :]
    planted.write(TIERS, changed)
    code, found = planted.check()
    assert code == 1
    finding = next(one for one in found if one["path"] == MFK + "rating")
    assert finding["id"] in {"D11", "D02"}
    assert finding["file"] == TIERS
    assert finding["line"] == text.count("\n", 0, match.start()) + 1
    assert tier in finding["message"]
    assert finding["mend"]


def test_the_publication_as_it_stands_is_clean() -> None:
    publication = Publication.open(Path(__file__).parents[2])
    report = run(publication, cached=False)
    assert report.findings == (), as_text(report, publication.config)
