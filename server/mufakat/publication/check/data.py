"""D01, D02, D05, D06, D12: what every fact in the data carries, wherever it comes from."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDFS, SKOS, TYPE
from mufakat.publication.check.context import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding

UNCITED: Final = ("Citation", "Source", "Question")
SAME: Final = OWL + "sameAs"
DEPRECATED: Final = OWL + "deprecated"
NAMING_ONLY: Final = frozenset(
    {OWL + "versionIRI", OWL + "priorVersion", OWL + "backwardCompatibleWith"}
)


def cited(context: Context) -> Iterator[Finding]:
    """D01: facts name their evidence, and the evidence names a source and a place in it."""
    terms = context.terms
    exempt = {terms + name for name in context.config.check.get("uncited", UNCITED)}
    cites, source, locator = terms + "hasCitation", terms + "citesSource", terms + "locator"
    for node, facts in context.data.facts.items():
        file = context.where(context.data, node)
        if not isinstance(node, ox.NamedNode) or not context.wanted(file):
            continue
        types = [value for value in context.data.nodes(node, TYPE) if value.startswith(terms)]
        if terms + "Citation" in types:
            for predicate, what in ((source, "the source"), (locator, "the place in the source")):
                if not facts.get(predicate):
                    yield context.finding(
                        "D01",
                        node,
                        f"The citation does not name {what}.",
                        f"Add {context.short(predicate)}.",
                        path=predicate,
                    )
        elif not types or exempt.intersection(types) or DEPRECATED in facts:
            continue
        elif not facts.get(cites):
            yield context.finding(
                "D01",
                node,
                "The fact has no citation.",
                f"Add {context.short(cites)} to a citation with source and locator.",
                path=cites,
            )


def described(context: Context) -> Iterator[Finding]:
    """D02: every node of ours that is spoken of has a type and a label."""
    base = context.config.base_iri
    ignored = tuple(base + place for place in ("graph/", "query/"))
    told: set[str] = set()
    for graph in (context.data, context.ontology):
        for node, facts in graph.facts.items():
            file = context.where(graph, node)
            if not context.wanted(file):
                continue
            if isinstance(node, ox.NamedNode) and _of(node.value, base, ignored):
                yield from _bare(context, node)
            for predicate, values in facts.items():
                for value in values:
                    if (
                        isinstance(value, ox.NamedNode)
                        and _of(value.value, base, ignored)
                        and predicate not in NAMING_ONLY
                        and not value.value.startswith(context.terms)
                        and context.file_of(value) is None
                        and value.value not in told
                    ):
                        told.add(value.value)
                        yield context.finding(
                            "D02",
                            node,
                            f"{context.short(value.value)} is used and nowhere described.",
                            _nearest(context, value.value),
                            path=predicate,
                            value=value,
                        )


def _of(iri: str, base: str, ignored: tuple[str, ...]) -> bool:
    return iri.startswith(base) and not iri.startswith(ignored)


def _bare(context: Context, node: ox.NamedNode) -> Iterator[Finding]:
    described_in = [g for g in (context.data, context.ontology) if node in g.facts]
    if not any(graph.of(node).get(TYPE) for graph in described_in):
        yield context.finding(
            "D02", node, "The node has no type.", "Say what it is with a line that begins with 'a'."
        )
    labels = [
        label
        for graph in described_in
        for predicate in LABELS
        for label in graph.literals(node, predicate)
    ]
    if not any(label.language == "en" for label in labels):
        yield context.finding(
            "D02",
            node,
            "The node has no English label.",
            'Add a line such as rdfs:label "…"@en that names it for people.',
            path=RDFS + "label",
        )


def _nearest(context: Context, iri: str) -> str:
    import difflib  # noqa: PLC0415 - only to help with a mistake

    stem = iri.rpartition("/")[0]
    names = [
        node.value
        for graph in (context.data, context.ontology)
        for node in graph.facts
        if isinstance(node, ox.NamedNode) and node.value.startswith(stem)
    ]
    near = difflib.get_close_matches(iri, names, 1, 0.7)
    if near:
        return f"Did you mean {context.short(near[0])}? Else describe it with type and label."
    return "Describe it with a type and an English label, or correct the spelling."


def languages(context: Context) -> Iterator[Finding]:
    """D05: language tags are those that the publication lists."""
    known = {tag.lower() for tag in context.config.languages}
    for graph in (context.data, context.ontology):
        for node, facts in graph.facts.items():
            if not context.wanted(context.where(graph, node)):
                continue
            for predicate, values in facts.items():
                for value in values:
                    if not isinstance(value, ox.Literal) or not value.language:
                        continue
                    if value.language.lower() not in known:
                        yield context.finding(
                            "D05",
                            node,
                            f"The language {value.language} is not one of the publication's.",
                            "Correct the tag, or add the language to mufakat.toml.",
                            path=predicate,
                            value=value,
                        )


def outward(context: Context) -> Iterator[Finding]:
    """D06: links out have the spelling their publisher uses, and sameAs stands in mappings."""
    patterns = {
        start: re.compile(pattern)
        for start, pattern in context.config.check.get("external", {}).items()
    }
    for node, facts in context.data.facts.items():
        file = context.where(context.data, node)
        if not context.wanted(file):
            continue
        if SAME in facts and not file.family.startswith("mappings/"):
            yield context.finding(
                "D06",
                node,
                "owl:sameAs stands outside the mapping files.",
                "Move the line to a file under data/ttl/mappings/.",
                path=SAME,
            )
        for predicate, values in facts.items():
            for value in values:
                if not isinstance(value, ox.NamedNode):
                    continue
                for start, pattern in patterns.items():
                    if value.value.startswith(start) and not pattern.fullmatch(value.value):
                        yield context.finding(
                            "D06",
                            node,
                            f"{value.value} is not how its publisher writes such an address.",
                            f"It should match {pattern.pattern}",
                            path=predicate,
                            value=value,
                        )


def kinds(context: Context) -> Iterator[Finding]:
    """D12: an object property points at a node, a datatype property has a literal."""
    objects = {node.value for node in context.ontology.instances(OWL + "ObjectProperty")}
    literals = {node.value for node in context.ontology.instances(OWL + "DatatypeProperty")}
    for node, facts in context.data.facts.items():
        if not context.wanted(context.where(context.data, node)):
            continue
        for predicate, values in facts.items():
            for value in values:
                if predicate in objects and isinstance(value, ox.Literal):
                    yield context.finding(
                        "D12",
                        node,
                        f"{context.short(predicate)} has the text {value.value!r} where an IRI"
                        " belongs.",
                        "Write the IRI of the node in angle brackets, without quotes.",
                        path=predicate,
                        value=value,
                    )
                elif predicate in literals and isinstance(value, ox.NamedNode):
                    yield context.finding(
                        "D12",
                        node,
                        f"{context.short(predicate)} has an IRI where a text, number or date"
                        " belongs.",
                        "Write the value in quotes, with its language or datatype.",
                        path=predicate,
                        value=value,
                    )


def coverage(context: Context) -> None:
    """Note how many of the publication's languages the names of things are given in (D05)."""
    counts: dict[str, int] = defaultdict(int)
    for node in context.data.facts:
        tags = {
            label.language
            for predicate in (*LABELS, SKOS + "altLabel")
            for label in context.data.literals(node, predicate)
            if label.language
        }
        for tag in tags:
            counts[tag] += 1
    said = ", ".join(f"{tag} {number}" for tag, number in sorted(counts.items(), key=_by_number))
    if said:
        context.notes.append(f"Nodes with a name, by language: {said}.")


def _by_number(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
