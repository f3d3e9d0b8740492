"""What a store holds, counted and read through an engine.

A release is measured from its files; a server is measured by SPARQL, so that what it says of itself
stays true in front of another maker's store and after a change. Both give the same `Statistics`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import Overloaded
from mufakat.namespaces import TYPE
from mufakat.publication.release.dumps import canonicalised
from mufakat.publication.release.void import LINKS, Statistics, examples, place

if TYPE_CHECKING:
    from mufakat.engine.types import Engine, Term

ATTEMPTS: Final = 5
"""How often a reading that a change came into is begun anew."""
GRAPHS: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
ONE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH %s { ?s ?p ?o } }"
DEFAULT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
EVERYWHERE: Final = (
    "{ SELECT DISTINCT ?s ?p ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?any { ?s ?p ?o } } } }"
)
"""All statements once, where the default graph is not the union of the others."""
WITHIN: Final = (
    "{{ SELECT DISTINCT ?s ?p ?o WHERE {{ GRAPH ?any {{ ?s ?p ?o }}"
    ' FILTER(STRSTARTS(STR(?any), "{within}")) }} }}'
)
"""All statements of some graphs once: other makers' stores keep graphs of their own beside ours."""


def measure(engine: Engine, base_iri: str, within: str = "") -> Statistics:
    """Count everything that a description states; raises what the engine raises.

    `within` is how the graphs that count begin; without it all of them do.
    """
    data = "?s ?p ?o" if engine.union_default_graph else EVERYWHERE
    if within:
        data = WITHIN.format(within=within)
    own = f'FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{base_iri}id/"))'

    def ask(select: str, rest: str = "", group: str = "") -> list[dict[str, Term]]:
        return engine.select(f"SELECT {select} WHERE {{ {data} {rest} }} {group}").rows

    totals = ask(
        "(COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
    )[0]
    found = Statistics(
        triples=_number(totals, "triples"),
        subjects=_number(totals, "subjects"),
        objects=_number(totals, "objects"),
        entities=_number(ask("(COUNT(DISTINCT ?s) AS ?n)", own)[0], "n"),
    )
    typed = f"FILTER(?p = <{TYPE}> && isIRI(?o))"
    found.properties = _counted(ask("?p (COUNT(*) AS ?n)", "", "GROUP BY ?p"), "p")
    found.classes = _counted(ask("?o (COUNT(DISTINCT ?s) AS ?n)", typed, "GROUP BY ?o"), "o")
    counted = _counted(engine.select(GRAPHS).rows, "g")
    found.graphs = Counter({name: n for name, n in counted.items() if name.startswith(within)})
    links = ", ".join(f"<{iri}>" for iri in LINKS)
    out = f'FILTER(?p IN ({links}) && isIRI(?o) && !STRSTARTS(STR(?o), "{base_iri}"))'
    found.links = Counter((_text(row, "p"), place(_text(row, "o"))) for row in ask("?p ?o", out))
    firsts = ask("?o (MIN(STR(?s)) AS ?first)", f"{typed} {own}", "GROUP BY ?o")
    found.examples = examples(_text(row, "first") for row in firsts if "first" in row)
    return found


def read(engine: Engine, within: str = "") -> tuple[str, list[ox.Quad]]:
    """Read all statements, canonical and in order, and the version they belong to.

    Raises Overloaded when the data changed each time while they were read.
    """
    for _ in range(ATTEMPTS):
        version = engine.version
        quads = _read(engine, within)
        if engine.version == version:
            # Some stores keep 5.0 and 5 apart, ours keeps the number: one spelling for all dumps.
            store = ox.Store()
            store.extend(quads)
            return version, canonicalised(store)
    raise Overloaded(
        "The data changes faster than it can be written out.", mend="Try again when it is quieter."
    )


def _read(engine: Engine, within: str) -> list[ox.Quad]:
    graphs = [row["g"] for row in engine.select(GRAPHS).rows if "g" in row]
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, graph)
        for graph in graphs
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(within)
        for t in engine.construct(ONE % graph)
    ]
    if not (engine.union_default_graph or within):
        default = engine.construct(DEFAULT)
        quads += [ox.Quad(t.subject, t.predicate, t.object) for t in default]
    return quads


def _counted(rows: list[dict[str, Term]], name: str) -> Counter[str]:
    return Counter({_text(row, name): _number(row, "n") for row in rows if name in row})


def _number(row: dict[str, Term], name: str) -> int:
    return int(_text(row, name))


def _text(row: dict[str, Term], name: str) -> str:
    term = row[name]
    assert isinstance(term, (ox.NamedNode, ox.Literal))  # noqa: S101 - as the query asked
    return term.value
