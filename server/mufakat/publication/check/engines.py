"""Q03: every saved query gives the same rows in rdflib as in pyoxigraph."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import rdflib

from mufakat.errors import BrokenFile
from mufakat.publication.check.catalogue import severity
from mufakat.publication.check.files import to_the_letter
from mufakat.publication.check.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.cache import Cache
    from mufakat.publication.check.context import Context

    Rows = Counter[tuple[str, ...]]

NUMBERS: Final = ("#integer", "#decimal", "#double")


def agree(context: Context, cache: Cache) -> Iterator[Finding]:
    """Ask each saved query, with the parameters of its example, of both engines."""
    graph: rdflib.Graph | None = None
    for file in context.publication.files("queries"):
        query = context.saved[file.name]
        content = f"{file.sha256} {context.publication.version}"
        if isinstance(query, BrokenFile) or not context.wanted(file) or query.form != "select":
            continue
        if cache.knows("Q03", content):
            continue
        graph = graph if graph is not None else _loaded(context)
        text = query.bind(query.example.parameters)
        ours, theirs = _of_oxigraph(context, text), _of_rdflib(graph, text)
        if ours == theirs:
            cache.learn("Q03", content)
            continue
        yield Finding(
            "Q03",
            severity("Q03"),
            context.show(file),
            None,
            None,
            query.slug,
            f"pyoxigraph gives {ours.total()} rows, rdflib {theirs.total()}. Only in the first:"
            f" {_one(ours - theirs)}. Only in the second: {_one(theirs - ours)}.",
            "Spell the query so that no engine can read it otherwise; mind order and blank values.",
        )


def _one(rows: Rows) -> str:
    return " | ".join(min(rows.elements(), default=("nothing",)))


def _loaded(context: Context) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    with to_the_letter():
        for file in context.publication.files("ontology", "data"):
            graph.parse(file.path, format="turtle", publicID=context.config.base_iri)
    return graph


def _of_oxigraph(context: Context, text: str) -> Rows:
    solutions = context.select(text)
    names = [variable.value for variable in solutions.variables]
    return Counter(tuple(_ours(row[name]) for name in names) for row in solutions)


def _of_rdflib(graph: rdflib.Graph, text: str) -> Rows:
    with to_the_letter():
        answer = graph.query(text)
        names = [str(name) for name in answer.vars or []]
        return Counter(
            tuple(_theirs(row[name]) for name in names)
            for row in answer
            if isinstance(row, rdflib.query.ResultRow)
        )


def _ours(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if isinstance(term, ox.Literal):
        return _plain(term.value, term.datatype.value, term.language)
    return "" if term is None else str(term)


def _theirs(term: rdflib.term.Node | None) -> str:
    if isinstance(term, rdflib.Literal):
        return _plain(str(term), str(term.datatype or ""), term.language)
    return "" if term is None else f"<{term}>"


def _plain(value: str, datatype: str, language: str | None) -> str:
    """Spell equal values alike: engines may write 1.0 or 1 for one decimal."""
    if datatype.endswith(NUMBERS):
        return str(Decimal(value).normalize())
    return f"{value}@{language.lower()}" if language else value
