"""Compares answers with expected ones: sequences or bags of rows, and graphs, up to blank nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[tuple[str, Term], ...]


@dataclass(frozen=True)
class Table:
    """A SELECT answer: variables and rows without what is unbound."""

    variables: frozenset[str]
    rows: tuple[Row, ...]


Outcome = bool | Table | frozenset[ox.Triple]


def read_answer(body: bytes, media_type: str) -> Outcome:
    fmt = ox.QueryResultsFormat.from_media_type(media_type)
    if fmt:
        return _of_results(ox.parse_query_results(body, fmt))
    rdf = ox.RdfFormat.from_media_type(media_type)
    assert rdf, media_type
    return frozenset(
        _valued(quad.triple) for quad in ox.parse(body, rdf, base_iri="http://none.test/")
    )


def read_expected(path: Path, base: str) -> Outcome:
    """Read a result file: the SPARQL formats, RDF graphs, or tables written in RDF (RS)."""
    ending = path.suffix[1:]
    if ending in {"srx", "srj", "tsv"}:
        fmt = ox.QueryResultsFormat.from_extension(ending)
        assert fmt
        return _of_results(ox.parse_query_results(path.read_bytes(), fmt))
    triples = frozenset(map(_valued, read_graph(path, base)))
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    head = list(
        store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(RS + "ResultSet"))
    )
    return _of_result_set(store, head[0].subject) if head else triples


def _valued(triple: ox.Triple) -> ox.Triple:
    return ox.Triple(triple.subject, triple.predicate, by_value(triple.object))


def read_graph(path: Path, base: str) -> Iterable[ox.Triple]:
    fmt = ox.RdfFormat.from_extension(path.suffix[1:])
    assert fmt, path
    quads = ox.parse(path.read_bytes(), fmt, base_iri=base, rename_blank_nodes=True)
    return (quad.triple for quad in quads)


def by_value(term: Term) -> Term:
    """Write a number in one way for each value: the engine keeps values, not spellings."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return term
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if kind in {"decimal", "integer"}:
            return ox.Literal(str(Decimal(term.value).normalize() + 0), datatype=term.datatype)
        if kind in {"double", "float"}:
            number = float(term.value.replace("INF", "inf"))
            return ox.Literal(repr(number), datatype=term.datatype)
    except (InvalidOperation, ValueError):
        pass
    return term


def _of_results(results: ox.QuerySolutions | ox.QueryBoolean) -> Outcome:
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    rows = tuple(
        tuple((name, by_value(row[name])) for name in sorted(names) if row[name] is not None)
        for row in results
    )
    return Table(frozenset(names), rows)  # type: ignore[arg-type]


def _of_result_set(store: ox.Store, head: ox.NamedNode | ox.BlankNode | ox.Triple) -> Outcome:
    def values(subject: object, name: str) -> list[Term]:
        found = store.quads_for_pattern(subject, ox.NamedNode(RS + name), None)  # type: ignore[arg-type]
        return [quad.object for quad in found]

    boolean = values(head, "boolean")
    if boolean:
        return boolean[0].value == "true"  # type: ignore[union-attr]
    indexed = []
    for solution in values(head, "solution"):
        index = values(solution, "index")
        row = [
            (values(binding, "variable")[0].value, by_value(values(binding, "value")[0]))  # type: ignore[union-attr]
            for binding in values(solution, "binding")
        ]
        place = int(index[0].value) if index else 0  # type: ignore[union-attr]
        indexed.append((place, tuple(sorted(row, key=lambda pair: pair[0]))))
    indexed.sort(key=lambda pair: pair[0])
    names = frozenset(value.value for value in values(head, "resultVariable"))  # type: ignore[union-attr]
    return Table(names, tuple(row for _, row in indexed))


def without_repetition(outcome: Outcome) -> Outcome:
    """What REDUCED promises: how often a row is repeated is left open."""
    if isinstance(outcome, Table):
        return Table(outcome.variables, tuple(dict.fromkeys(outcome.rows)))
    return outcome


def same(found: Outcome, expected: Outcome, *, ordered: bool = False) -> bool:
    if isinstance(found, Table) and isinstance(expected, Table):
        if found.variables != expected.variables or len(found.rows) != len(expected.rows):
            return False
        if ordered:
            return _match(list(zip(found.rows, expected.rows, strict=True)), {})
        return _pair_off(found.rows, expected.rows)
    if isinstance(found, frozenset) and isinstance(expected, frozenset):
        return _isomorphic(found, expected)
    return found == expected


def _isomorphic(one: frozenset[ox.Triple], other: frozenset[ox.Triple]) -> bool:
    canonical = []
    for triples in (one, other):
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        canonical.append(dataset)
    return bool(canonical[0] == canonical[1])


def _shape(row: Row) -> tuple[tuple[str, Term | None], ...]:
    return tuple((n, None if isinstance(v, ox.BlankNode) else v) for n, v in row)


def _pair_off(found: Sequence[Row], expected: Sequence[Row]) -> bool:
    """Match two bags of rows one to one under one renaming of blank nodes."""
    if Counter(map(_shape, found)) != Counter(map(_shape, expected)):
        return False
    left = [row for row in found if _shape(row) != row]
    right = [row for row in expected if _shape(row) != row]
    return _search(left, right, {})


def _search(left: Sequence[Row], right: Sequence[Row], names: dict[str, str]) -> bool:
    if not left:
        return True
    first, rest = left[0], left[1:]
    for i, candidate in enumerate(right):
        if _shape(first) != _shape(candidate):
            continue
        renamed = _rename(first, candidate, names)
        if renamed is not None and _search(rest, [*right[:i], *right[i + 1 :]], renamed):
            return True
    return False


def _match(pairs: Sequence[tuple[Row, Row]], names: dict[str, str] | None) -> bool:
    for one, other in pairs:
        if names is None or _shape(one) != _shape(other):
            return False
        names = _rename(one, other, names)
    return names is not None


def _rename(one: Row, other: Row, names: dict[str, str]) -> dict[str, str] | None:
    names = dict(names)
    for (_, a), (_, b) in zip(one, other, strict=True):
        if isinstance(a, ox.BlankNode) and isinstance(b, ox.BlankNode):
            if names.setdefault(a.value, b.value) != b.value:
                return None
            if sum(value == b.value for value in names.values()) > 1:
                return None
    return names
