"""Kinds of things: the classes of the publication's ontology and which lies below which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.web.pages_common import config, once, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mufakat.engine.types import Term

AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Kinds:
    """Own classes by local name, each with all classes above it."""

    parents: Mapping[str, frozenset[str]]

    def above(self, kind: str) -> frozenset[str]:
        """Give all classes above a class."""
        return self.parents.get(kind, frozenset())

    def lowest(self, found: Iterable[str]) -> list[str]:
        """Leave out the classes that lie above another of them."""
        given = set(found)
        over = {upper for kind in given for upper in self.above(kind)}
        return sorted(given - over)

    def of(self, iris: Iterable[str]) -> dict[str, str]:
        """Ask the kinds of things, the most particular one of each."""
        wanted = list(iris)
        stated: dict[str, set[str]] = {}
        terms = config().terms
        for start in range(0, len(wanted), AT_ONCE):
            values = " ".join(f"<{iri}>" for iri in wanted[start : start + AT_ONCE])
            for row in select(f"SELECT ?s ?t WHERE {{ VALUES ?s {{ {values} }} ?s a ?t }}"):
                thing, kind = row["s"], own_name(row["t"], terms)
                if isinstance(thing, ox.NamedNode) and kind:
                    stated.setdefault(thing.value, set()).add(kind)
        return {iri: self.lowest(found)[0] for iri, found in stated.items()}


def kinds() -> Kinds:
    """Read the class tree once for a data version."""
    return once("kinds", _read)


def _read() -> Kinds:
    terms = config().terms
    direct: dict[str, set[str]] = {}
    for row in select("SELECT ?c ?d WHERE { ?c rdfs:subClassOf ?d . FILTER(ISIRI(?d)) }"):
        low, high = own_name(row["c"], terms), own_name(row["d"], terms)
        if low and high:
            direct.setdefault(low, set()).add(high)
    closed: dict[str, frozenset[str]] = {}
    for kind, parents in direct.items():
        seen: set[str] = set()
        waiting = list(parents)
        while waiting:
            upper = waiting.pop()
            if upper not in seen:
                seen.add(upper)
                waiting.extend(direct.get(upper, ()))
        closed[kind] = frozenset(seen)
    return Kinds(closed)


def own_name(term: Term | None, terms: str) -> str:
    """Give the local name of a term of the publication's own ontology, else nothing."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(terms):
        return term.value.removeprefix(terms)
    return ""
