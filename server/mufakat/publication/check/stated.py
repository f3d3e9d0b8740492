"""D08: supertypes and superproperties are in the data, so that no answer needs a reasoner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.namespaces import RDFS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding


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
                    value=ox.NamedNode(name),
                )
        for predicate in sorted(facts.keys() & properties.keys()):
            for above in sorted(properties[predicate]):
                for value in facts[predicate]:
                    if value not in facts.get(above, []):
                        yield context.finding(
                            "D08",
                            node,
                            f"{context.short(predicate)} is stated without {context.short(above)}.",
                            f"Add the same value with {context.short(above)}.",
                            path=predicate,
                            value=value,
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
