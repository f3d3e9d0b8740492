"""D09, D10 and R01: one name for one thing, and none that was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import DCTERMS, TYPE
from mufakat.publication.check.data import DEPRECATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.graph import Graph, Node

REPLACED: Final = DCTERMS + "isReplacedBy"


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
            yield _gone(context, "R01", node, predicate, gone, predicate)
        if predicate in (REPLACED, DCTERMS + "replaces"):
            continue
        for value in values:
            if isinstance(value, ox.NamedNode) and value.value in gone:
                check = "R01" if value.value.startswith(context.terms) else "D09"
                yield _gone(context, check, node, predicate, gone, value.value, value)


def _gone(  # noqa: PLR0913, PLR0917 - a finding has that many sides
    context: Context,
    check: str,
    node: Node,
    predicate: str,
    gone: dict[str, str],
    name: str,
    value: ox.NamedNode | None = None,
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
