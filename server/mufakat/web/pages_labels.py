"""Names of things for pages: one query for all that a page mentions, kept per data version."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.views.names import KNOWN, Named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mufakat.engine.types import Engine

AT_ONCE: Final = 300
MOST: Final = 50_000
"""Names kept; a longer list begins anew, so that memory stays bounded."""
_LABELS: Final = (
    KNOWN["skos"] + "prefLabel",
    KNOWN["rdfs"] + "label",
    KNOWN["dcterms"] + "title",
)


class Labels:
    """Looks names up through the engine; what it has seen once it knows."""

    def __init__(self, engine: Engine, terms: str, language: str = "en") -> None:
        self._engine = engine
        self._language = language
        self._short = (terms + "shortTitle", terms + "abbreviation")
        self._rank = terms + "rank"
        self._version = engine.version
        self._known: dict[str, Named | None] = {}
        self._lock = Lock()

    def of(self, iris: Iterable[str]) -> Mapping[str, Named]:
        """Give the names of those IRIs that have one."""
        wanted = list(dict.fromkeys(iris))
        with self._lock:
            if self._version != self._engine.version or len(self._known) > MOST:
                self._version = self._engine.version
                self._known = {}
            known = self._known
        missing = [iri for iri in wanted if iri not in known]
        for start in range(0, len(missing), AT_ONCE):
            known.update(self._ask(missing[start : start + AT_ONCE]))
        return {iri: named for iri in wanted if (named := known.get(iri))}

    def _ask(self, iris: list[str]) -> dict[str, Named | None]:
        properties = (*_LABELS, *self._short, self._rank)
        rows = self._engine.select(
            "SELECT ?iri ?p ?o WHERE { VALUES ?iri { "
            + " ".join(f"<{iri}>" for iri in iris)
            + " } VALUES ?p { "
            + " ".join(f"<{iri}>" for iri in properties)
            + " } ?iri ?p ?o }"
        ).rows
        found: dict[str, dict[str, list[ox.Literal]]] = {}
        for row in rows:
            iri, p, o = row["iri"], row["p"], row["o"]
            if not isinstance(iri, ox.NamedNode) or not isinstance(p, ox.NamedNode):
                continue
            if isinstance(o, ox.Literal):
                found.setdefault(iri.value, {}).setdefault(p.value, []).append(o)
        return {iri: self._named(found[iri]) if iri in found else None for iri in iris}

    def _named(self, values: Mapping[str, list[ox.Literal]]) -> Named:
        ranks = values.get(self._rank, [])
        rank = int(ranks[0].value) if ranks and ranks[0].value.isdigit() else None
        return Named(self._pick(values, _LABELS), self._pick(values, self._short), rank)

    def _pick(self, values: Mapping[str, list[ox.Literal]], properties: Iterable[str]) -> str:
        """Choose by language first (ours, none, any), then by property."""
        choice = [
            (self._distance(literal.language), order, literal.value)
            for order, name in enumerate(properties)
            for literal in values.get(name, ())
        ]
        return min(choice)[2] if choice else ""

    def _distance(self, language: str | None) -> int:
        if language == self._language:
            return 0
        return 1 if not language else 2
