"""Which graphs a query reads, and their merge where the default graph is made of several.

The engine reads several graphs as one without taking out what stands in more than one of them, so
that it would count a shared statement twice; a merge is a set.
https://www.w3.org/TR/sparql11-query/#specifyingDataset
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.engine.lexer import IN_WORD, LETTER, tokens
from mufakat.engine.prologue import absolute, declarations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.engine.lexer import Token
    from mufakat.engine.types import QueryRequest

_FROM: Final = re.compile(rf"(?i)(?<![{LETTER}:?$])FROM(?!{IN_WORD})")
"""What may be the keyword and is no part of a name, as `mfk:validFrom` has it."""

Graphs = tuple[list[str], list[str]]
"""IRIs of the graphs that make the default graph, and of the named ones."""


def chosen(request: QueryRequest, base_iri: str | None) -> Graphs | None:
    """Give the dataset that the protocol or else the query names; None when neither does."""
    if request.names_dataset:
        return list(request.default_graphs), list(request.named_graphs)
    if "from" not in request.text.lower() or not _FROM.search(request.text):
        return None
    stream = list(tokens(request.text))
    declared, start = declarations(stream)
    default: list[Token] = []
    named: list[Token] = []
    for i in range(start, len(stream) - 1):
        if stream[i].says("FROM"):
            is_named = stream[i + 1].says("NAMED") and i + 2 < len(stream)
            (named if is_named else default).append(stream[i + 1 + is_named])
    iris = absolute([*default, *named], declared, base_iri)
    return (iris[: len(default)], iris[len(default) :]) if iris else None


def merged(
    store: ox.Store, default: Iterable[ox.NamedNode], named: Iterable[ox.NamedNode]
) -> ox.Store:
    """Copy the graphs of a dataset into a store of their own, its default graph their merge."""
    copy = ox.Store()
    for name in default:
        quads = store.quads_for_pattern(None, None, None, name)
        copy.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    for name in named:
        copy.add_graph(name)
        copy.bulk_extend(store.quads_for_pattern(None, None, None, name))
    return copy
