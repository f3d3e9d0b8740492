"""H01-H13: what the head of every ontology says about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import DCTERMS, OWL, VANN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.publication import SourceFile

REQUIRED: Final = {
    "H01": (DCTERMS + "title", "a title"),
    "H02": (DCTERMS + "description", "a description"),
    "H03": (DCTERMS + "abstract", "an abstract"),
    "H04": (DCTERMS + "creator", "a creator"),
    "H05": (DCTERMS + "license", "a licence"),
    "H06": (OWL + "versionIRI", "a version IRI"),
    "H07": (OWL + "versionInfo", "a version number"),
    "H09": (DCTERMS + "created", "a date of creation"),
    "H10": (DCTERMS + "issued", "a date of issue"),
    "H11": (VANN + "preferredNamespacePrefix", "a preferred prefix"),
    "H12": (DCTERMS + "bibliographicCitation", "a bibliographic citation"),
}


def headers(context: Context) -> Iterator[Finding]:
    """Check every node typed owl:Ontology in the ontology's files."""
    for node in context.ontology.instances(OWL + "Ontology"):
        file = context.where(context.ontology, node)
        if not context.wanted(file):
            continue
        yield from _present(context, node)
        yield from _version(context, node)
        yield from _identity(context, node, file)


def _present(context: Context, node: ox.NamedNode) -> Iterator[Finding]:
    facts = context.ontology.of(node)
    for check, (predicate, what) in REQUIRED.items():
        if not facts.get(predicate):
            yield context.finding(
                check,
                node,
                f"The ontology lacks {what}.",
                f"Add {context.short(predicate)} to its header.",
            )
    if facts.get(REQUIRED["H11"][0]) and not facts.get(VANN + "preferredNamespaceUri"):
        yield context.finding(
            "H11",
            node,
            "The ontology lacks a preferred namespace.",
            "Add vann:preferredNamespaceUri to its header.",
        )
    for term in facts.get(DCTERMS + "license", []):
        if not isinstance(term, ox.NamedNode):
            yield context.finding(
                "H05",
                node,
                "The licence is a text and not an IRI.",
                "Write the licence's own address in angle brackets.",
                path=DCTERMS + "license",
            )


def _version(context: Context, node: ox.NamedNode) -> Iterator[Finding]:
    versions = context.ontology.nodes(node, OWL + "versionIRI")
    if node.value in versions:
        yield context.finding(
            "H06",
            node,
            "The version IRI is the ontology's own IRI.",
            "Put the version number behind it.",
            path=OWL + "versionIRI",
        )
    numbers = [term.value for term in context.ontology.literals(node, OWL + "versionInfo")]
    first = all(re.fullmatch(r"0\..*|1\.0(\.0)?", number) for number in numbers)
    if not first and not context.ontology.of(node).get(OWL + "priorVersion"):
        yield context.finding(
            "H08",
            node,
            f"Version {', '.join(numbers)} does not name the version before it.",
            "Add owl:priorVersion with the version IRI of the release before.",
            path=OWL + "versionInfo",
        )


def _identity(context: Context, node: ox.NamedNode, file: SourceFile) -> Iterator[Finding]:
    below = node.value.removeprefix(context.config.base_iri)
    if below == node.value or not node.value.startswith("https://"):
        yield context.finding(
            "H13",
            node,
            f"The ontology's IRI does not begin with {context.config.base_iri}.",
            "Give it an IRI under the base of mufakat.toml, with https.",
        )
    elif re.search(r"\.\w+$", below):
        yield context.finding(
            "H13",
            node,
            "The ontology's IRI has a file ending.",
            "Leave the ending off; the server chooses the format.",
        )
    elif below not in {"ontology", f"ontology/{file.family}", file.family}:
        yield context.finding(
            "H13",
            node,
            f"The ontology's IRI does not fit its file {context.show(file)}.",
            f"Call it {context.config.base_iri}ontology/{file.family} or rename the file.",
        )
