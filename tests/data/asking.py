"""Questions to the data files, answered in plain strings."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/mufakat/"
PREFIXES = f"""
BASE <{BASE}>
PREFIX mfk: <{BASE}ontology#>
PREFIX mfkd: <{BASE}id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
PAPER_000 = f"<{BASE}id/source/paper-000>"
PAPER_001 = f"<{BASE}id/source/paper-001>"
TEN = {"BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM"}


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Rows as plain strings, IRIs shortened to what follows the base."""

    def text(term: object) -> str:
        return "" if term is None else str(getattr(term, "value", term)).removeprefix(BASE)

    answer = store.query(PREFIXES + query)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(text(row[v]) for v in answer.variables) for row in answer]


def one(store: ox.Store, query: str) -> str:
    """The only cell of a query with one row and one column."""
    ((cell,),) = rows(store, query)
    return cell


def count(store: ox.Store, pattern: str, of: str = "?n") -> int:
    return int(one(store, f"SELECT (COUNT(DISTINCT {of}) AS ?k) WHERE {{ {pattern} }}"))


def answers(store: ox.Store, pattern: str, *names: str) -> list[tuple[str, ...]]:
    """The different answers of a pattern, sorted."""
    columns = " ".join(f"?{name}" for name in names)
    return sorted(rows(store, f"SELECT DISTINCT {columns} WHERE {{ {pattern} }}"))


def column(store: ox.Store, pattern: str, name: str) -> set[str]:
    return {row[0] for row in answers(store, pattern, name)}
