"""Write a report: for people, and in the four forms that other programs read."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pyoxigraph as ox

import mufakat
from mufakat.namespaces import SH, TYPE
from mufakat.publication.check.catalogue import CATALOGUE
from mufakat.publication.format import serialise

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.publication.check.findings import Finding, Report
    from mufakat.publication.config import Config

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
CATALOGUE_PAGE: Final = "docs/checks.md"


def text(report: Report, config: Config) -> str:
    """Write findings for a person, each with its advice, and a count per check at the end."""
    out = io.StringIO()
    for finding in report.findings:
        place = f"{finding.place}: " if finding.place else ""
        node = f" {config.shorten(finding.node)}" if finding.node else ""
        out.write(f"{place}{finding.id} {WORDS[finding.severity]}{node}\n")
        out.write(f"    {finding.message}\n    mend: {finding.mend}\n")
    for note in report.notes:
        out.write(f"note: {note}\n")
    if report.findings:
        out.write("\n")
        for check, count in report.counts.items():
            out.write(f"{count:6}  {check}  {CATALOGUE[check][1]}\n")
    warnings = len(report.findings) - report.errors
    seconds = sum(step.seconds for step in report.steps)
    verdict = "clean" if not report.findings else f"{report.errors} errors, {warnings} warnings"
    out.write(
        f"{verdict}: {report.files} files, {len(report.steps)} steps, {seconds:.1f} s,"
        f" content {report.version[:12]}\n"
    )
    return out.getvalue()


WORDS: Final = {"E": "error", "W": "warning"}


def as_json(report: Report, _config: Config) -> str:
    """Write everything as one JSON object."""
    content = {
        "conforms": report.conforms,
        "version": report.version,
        "files": report.files,
        "counts": report.counts,
        "findings": [
            {
                "id": finding.id,
                "severity": WORDS[finding.severity],
                "file": finding.file or None,
                "line": finding.line,
                "column": finding.column,
                "node": finding.node or None,
                "path": finding.path or None,
                "value": finding.value or None,
                "message": finding.message,
                "mend": finding.mend,
            }
            for finding in report.findings
        ],
        "steps": [
            {"ids": list(step.ids), "title": step.title, "seconds": round(step.seconds, 3)}
            for step in report.steps
        ],
        "notes": list(report.notes),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def junit(report: Report, _config: Config) -> str:
    """Write JUnit XML: a suite per check, a failing case per finding, one passing case if none."""
    root = ET.Element("testsuites", name="mufakat check", tests="0", failures=str(report.errors))
    total = 0
    for check, (_, promise) in CATALOGUE.items():
        found = [finding for finding in report.findings if finding.id == check]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"{check} {promise}",
            tests=str(len(found) or 1),
            failures=str(sum(finding.severity == "E" for finding in found)),
        )
        total += len(found) or 1
        if not found:
            ET.SubElement(suite, "testcase", classname=check, name=promise)
        for finding in found:
            case = ET.SubElement(
                suite, "testcase", classname=check, name=_plain(finding.node or finding.place)
            )
            if finding.file:
                case.set("file", finding.file)
                case.set("line", str(finding.line or 1))
            said = _plain(f"{finding.place}\n{finding.message}\nmend: {finding.mend}")
            if finding.severity == "E":
                failure = ET.SubElement(case, "failure", message=_plain(finding.message))
                failure.text = said
            else:
                ET.SubElement(case, "system-out").text = said
    root.set("tests", str(total))
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _plain(text_: str) -> str:
    """Drop what XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets)."""
    return "".join(c for c in text_ if c in "\t\n\r" or ord(c) >= 32)


def sarif(report: Report, _config: Config) -> str:
    """Write SARIF 2.1.0, which code hosts show beside the lines of a change."""
    rules = [
        {
            "id": check,
            "shortDescription": {"text": promise},
            "helpUri": f"https://w3id.org/mufakat/docs/checks#{check.lower()}",
            "defaultConfiguration": {"level": WORDS[severity]},
        }
        for check, (severity, promise) in CATALOGUE.items()
    ]
    run = {
        "tool": {
            "driver": {"name": "mufakat", "version": mufakat.__version__, "rules": rules},
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding) for finding in report.findings],
    }
    content = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _sarif_result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "level": WORDS[finding.severity],
        "message": {"text": f"{finding.message} {finding.mend}"},
    }
    location: dict[str, Any] = {}
    if finding.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": finding.file}}
        if finding.line:
            physical["region"] = {"startLine": finding.line}
            if finding.column:
                physical["region"]["startColumn"] = finding.column
        location["physicalLocation"] = physical
    if finding.node:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.node}]
    if location:
        result["locations"] = [location]
    return result


def shacl(report: Report, config: Config) -> str:
    """Write an sh:ValidationReport in Turtle; every finding is a result, not only the shapes'."""
    node = ox.BlankNode()
    triples = [ox.Triple(node, ox.NamedNode(TYPE), ox.NamedNode(SH + "ValidationReport"))]

    def say(
        subject: ox.BlankNode, name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal
    ) -> None:
        triples.append(ox.Triple(subject, ox.NamedNode(SH + name), value))

    # SHACL: a report conforms when it has no result at all, of whatever severity
    say(node, "conforms", ox.Literal(not report.findings))
    for finding in report.findings:
        result = ox.BlankNode()
        say(node, "result", result)
        triples.append(ox.Triple(result, ox.NamedNode(TYPE), ox.NamedNode(SH + "ValidationResult")))
        if ":" in finding.node and not finding.node.startswith("_:"):
            say(result, "focusNode", ox.NamedNode(finding.node))
        else:
            say(result, "focusNode", ox.Literal(finding.node or finding.file))
        if finding.path:
            say(result, "resultPath", ox.NamedNode(finding.path))
        if finding.value:
            say(result, "value", ox.Literal(finding.value))
        level = "Violation" if finding.severity == "E" else "Warning"
        say(result, "resultSeverity", ox.NamedNode(SH + level))
        say(
            result,
            "sourceConstraintComponent",
            ox.NamedNode(f"{config.base_iri}check/{finding.id}"),
        )
        place = f"{finding.place}: " if finding.place else ""
        words = f"{place}{finding.message} {finding.mend}"
        say(result, "resultMessage", ox.Literal(words, language="en"))
    return serialise(triples, config)


REPORTERS: Final[dict[str, Callable[[Report, Config], str]]] = {
    "text": text,
    "json": as_json,
    "junit": junit,
    "sarif": sarif,
    "shacl": shacl,
}
