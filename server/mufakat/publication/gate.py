"""The gate for changes: what the shapes do not accept does not come in.

Only the nodes that a change touches, and those that point at them, are looked at: everything else
passed when it came in. https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import Invalid
from mufakat.publication.graph import Graph
from mufakat.publication.shacl import Validator, as_rdf
from mufakat.publication.shacl.shapes import VIOLATION

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from mufakat.engine.delta import Delta
    from mufakat.publication.graph import Term
    from mufakat.publication.publication import Publication
    from mufakat.publication.shacl import Result

SHOWN: Final = 5
DEFAULT: Final = ox.DefaultGraph()


def validator(publication: Publication) -> Callable[[ox.Store, Delta], None] | None:
    """Make the gate of a publication; None when it has no shapes.

    The gate takes a store that already holds the change and what changed, and raises Invalid with
    the validation report (N-Triples) as its `report`. The default graph is what is validated.
    """
    if not publication.files("shapes"):
        return None

    @cache
    def shapes() -> Graph:
        graph = Graph()
        for file in publication.files("shapes"):
            graph.add(file.parse(publication.config.base_iri), file)
        return graph

    def validate(store: ox.Store, delta: Delta) -> None:
        touched = focus(store, delta)
        if touched:
            refuse(check(store, touched, shapes()), shapes())

    return validate


def focus(store: ox.Store, delta: Delta) -> set[ox.NamedNode]:
    """Name the nodes that a change can have made wrong: its subjects and who points at them."""
    subjects = {quad.subject for quad in delta.added | delta.removed}
    found = set(subjects)
    for subject in subjects:
        found |= {q.subject for q in store.quads_for_pattern(None, None, subject, DEFAULT)}
    return {node for node in found if isinstance(node, ox.NamedNode)}


def check(store: ox.Store, touched: set[ox.NamedNode], shapes: Graph) -> list[Result]:
    """Validate some nodes of a store's default graph; give the violations."""
    return [one for one in results(store, shapes, touched) if one.severity == VIOLATION]


def results(
    store: ox.Store, shapes: Graph, only: Collection[Term] | None = None
) -> Iterator[Result]:
    """Validate a store's default graph, or only some focus nodes; give results of any severity."""

    def ask(text: str, bindings: Mapping[ox.Variable, Term]) -> Iterable[ox.QuerySolution]:
        found = store.query(text, substitutions=dict(bindings))
        return found if isinstance(found, ox.QuerySolutions) else ()

    data = Graph(store.quads_for_pattern(None, None, None, DEFAULT))
    return Validator(shapes, data, ask, stored=True).validate(only)


def report(results: Iterable[Result], shapes: Graph) -> str:
    """Write a validation report as N-Triples."""
    text = ox.serialize(as_rdf(results, shapes), format=ox.RdfFormat.N_TRIPLES)
    return (text or b"").decode()


def refuse(results: list[Result], shapes: Graph) -> None:
    """Raise Invalid when there are violations."""
    if not results:
        return
    said = sorted(
        f"{result.focus}: {' '.join(message.value for message in result.messages[:1])}"
        for result in results
    )
    more = f" And {len(said) - SHOWN} more." if len(said) > SHOWN else ""
    error = Invalid(
        f"{len(said)} mistake{'s' if len(said) != 1 else ''}: {' '.join(said[:SHOWN])}{more}",
        mend="Nothing was changed. Mend what the report names and send the whole change again.",
        clause="https://www.w3.org/TR/shacl/#validation-report",
    )
    error.report = report(results, shapes)
    raise error
