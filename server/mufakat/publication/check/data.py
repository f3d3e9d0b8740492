"""D01-D12: what every fact in the data carries, wherever it comes from."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.publication.check.context import LABELS
from mufakat.publication.graph import DCTERMS, OWL, RDFS, SKOS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.graph import Graph, Node

UNCITED: Final = ("Citation", "Source", "Question")
SAME: Final = OWL + "sameAs"
DEPRECATED: Final = OWL + "deprecated"
REPLACED: Final = DCTERMS + "isReplacedBy"
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
                            value=value.value,
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
                            value=value.value,
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
                            value=value.value,
                        )


def stated(context: Context) -> Iterator[Finding]:
    """D08: supertypes and superproperties are in the data, so that no answer needs a reasoner."""
    classes = _closure(context, RDFS + "subClassOf")
    properties = _closure(context, RDFS + "subPropertyOf")
    for node, facts in context.data.facts.items():
        if not context.wanted(context.where(context.data, node)):
            continue
        types = set(context.data.nodes(node, TYPE))
        for name in sorted(types):
            for above in sorted(classes.get(name, set()) - types):
                yield context.finding(
                    "D08",
                    node,
                    f"The node is a {context.short(name)} but is not also called a"
                    f" {context.short(above)}.",
                    f"Add the line: a {context.short(above)} ;",
                    path=TYPE,
                    value=name,
                )
        for predicate in sorted(facts.keys() & properties.keys()):
            for above in sorted(properties[predicate]):
                for value in facts[predicate]:
                    if value not in facts.get(above, []):
                        shown = value.value if not isinstance(value, ox.Triple) else ""
                        yield context.finding(
                            "D08",
                            node,
                            f"{context.short(predicate)} is stated without {context.short(above)}.",
                            f"Add the same value with {context.short(above)}.",
                            path=predicate,
                            value=shown,
                        )


def _closure(context: Context, predicate: str) -> dict[str, set[str]]:
    """Give, for each term of ours, the terms of ours above it."""
    above: dict[str, set[str]] = {}
    for term in context.own_terms():
        reached: set[str] = set()
        ahead = [term.value]
        while ahead:
            for name in context.ontology.nodes(ox.NamedNode(ahead.pop()), predicate):
                if name.startswith(context.terms) and name not in reached:
                    reached.add(name)
                    ahead.append(name)
        if reached:
            above[term.value] = reached
    return above


def retired(context: Context) -> Iterator[Finding]:
    """D09 and R01: what is deprecated names its replacement and is used nowhere."""
    gone: dict[str, str] = {}
    for graph in (context.data, context.ontology):
        for node in graph.subjects(DEPRECATED):
            if not any(value.value == "true" for value in graph.literals(node, DEPRECATED)):
                continue
            replacements = graph.nodes(node, REPLACED)
            gone[node.value] = replacements[0] if replacements else ""
            if not replacements and context.wanted(context.where(graph, node)):
                yield context.finding(
                    "R01",
                    node,
                    "What is deprecated does not say what replaces it.",
                    "Add dcterms:isReplacedBy.",
                    path=DEPRECATED,
                )
    if gone:
        for graph in (context.data, context.ontology):
            for node in graph.facts:
                if node.value not in gone and context.wanted(context.where(graph, node)):
                    yield from _speaks_of(context, graph, node, gone)


def _speaks_of(
    context: Context, graph: Graph, node: Node, gone: dict[str, str]
) -> Iterator[Finding]:
    for predicate, values in graph.of(node).items():
        if predicate in gone:
            yield _gone(context, "R01", node, predicate, gone, predicate, "")
        if predicate in (REPLACED, DCTERMS + "replaces"):
            continue
        for value in values:
            if isinstance(value, ox.NamedNode) and value.value in gone:
                check = "R01" if value.value.startswith(context.terms) else "D09"
                yield _gone(context, check, node, predicate, gone, value.value, value.value)


def _gone(  # noqa: PLR0913, PLR0917 - a finding has that many sides
    context: Context,
    check: str,
    node: Node,
    predicate: str,
    gone: dict[str, str],
    name: str,
    value: str,
) -> Finding:
    instead = gone[name]
    return context.finding(
        check,
        node,
        f"{context.short(name)} is retired.",
        f"Write {context.short(instead)} instead." if instead else "Write what replaces it.",
        path=predicate,
        value=value,
    )


def twins(context: Context) -> Iterator[Finding]:
    """D10: two names for what is said in exactly the same words are one thing too many."""
    seen: dict[frozenset[tuple[str, str]], Node] = {}
    ignored = {context.terms + "hasCitation"}
    for node, facts in context.data.facts.items():
        if not isinstance(node, ox.NamedNode) or DEPRECATED in facts:
            continue
        if context.terms + "Citation" in context.data.nodes(node, TYPE):
            continue  # one place may bear out many facts, and each fact has its own citation
        key = frozenset(
            (predicate, str(value))
            for predicate, values in facts.items()
            if predicate not in ignored
            for value in values
        )
        first = seen.setdefault(key, node)
        if first is not node and len(key) > 2 and context.wanted(context.where(context.data, node)):
            yield context.finding(
                "D10",
                node,
                f"The node says exactly what {context.short(first.value)} says.",
                "Keep one and give it both citations, or say in the label what differs.",
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
                        value=value.value,
                    )
                elif predicate in literals and isinstance(value, ox.NamedNode):
                    yield context.finding(
                        "D12",
                        node,
                        f"{context.short(predicate)} has an IRI where a text, number or date"
                        " belongs.",
                        "Write the value in quotes, with its language or datatype.",
                        path=predicate,
                        value=value.value,
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
