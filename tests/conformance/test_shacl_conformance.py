"""The W3C's tests for SHACL Core and SHACL-SPARQL, through the gate and with pyshacl beside it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from expected import marked
from manifest import BASE, DATA
from shacl_suite import cases, comparable, has_messages, listed

from mufakat.publication import gate
from mufakat.publication.graph import Graph
from mufakat.publication.shacl import ShapeError, Validator

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shacl_suite import Case

    from mufakat.publication.shacl import Result

CORE: Final = 98
SPARQL: Final = 23
UNLISTED: Final = {"sparql/component/nodeValidator-001"}
"""Proposed, and included by no manifest of the suite; it is run all the same."""
GATE: Final[dict[str, str]] = {
    "core/property/datatype-ill-formed": (
        "pyoxigraph stores types derived from xsd:integer as xsd:integer: a 55 of that type cannot"
        " be told from an xsd:byte, and 300 is reported as an xsd:integer"
    ),
}
"""Tests that fail over a store, by name, with the cause in pyoxigraph 0.5.13."""
PYSHACL: Final[dict[str, str]] = {
    "core/property/datatype-001": "rdflib rewrites 2011-01-01 as an xsd:dateTime to have a time",
    "core/property/uniqueLang-002": "sh:uniqueLang 1 is taken for true, which only true is",
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph is not supported",
}
"""Tests that the second opinion does not pass, by name, with the cause in pyshacl 0.40.1."""


def test_every_entry_of_the_suite_is_run() -> None:
    names = [case.id for case in cases()]
    assert len(names) == len(set(names)) == CORE + SPARQL
    assert sum(name.startswith("core/") for name in names) == CORE
    assert set(names) - listed() == UNLISTED
    assert listed() <= set(names)


@pytest.mark.parametrize("case", marked(cases(), {}))
def test_files_are_reported_as_the_suite_prescribes(case: Case) -> None:
    shapes, data = Graph(case.triples("shapes")), Graph(case.triples("data"))
    agree(case, shapes, Validator(shapes, data).validate())


@pytest.mark.parametrize("case", marked(cases(), GATE))
def test_the_gate_reports_what_the_suite_prescribes(case: Case) -> None:
    store = ox.Store()
    store.extend(case.triples("data"))
    shapes = Graph(case.triples("shapes"))
    agree(case, shapes, gate.results(store, shapes))


def agree(case: Case, shapes: Graph, results: Iterable[Result]) -> None:
    """Hold results, written and read as a report, against the expected report or failure."""
    if case.expected is None:
        with pytest.raises(ShapeError) as refused:
            list(results)
        assert refused.value.node is not None
        return
    report = gate.report(results, shapes)
    same(case.expected, ox.parse(report, format=ox.RdfFormat.N_TRIPLES))


def same(expected: tuple[ox.Triple, ...], found: Iterable[ox.Quad]) -> None:
    messages = has_messages(expected)
    assert comparable(found, messages=messages) == comparable(expected, messages=messages)


def parsed(path: Path) -> rdflib.Graph:
    base = BASE + str(path.relative_to(DATA))
    return rdflib.Graph().parse(path, format="turtle", publicID=base)


@pytest.mark.slow
@pytest.mark.parametrize("case", marked(cases(), PYSHACL))
def test_pyshacl_reports_what_the_suite_prescribes(case: Case) -> None:
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    data = parsed(case.data)
    shapes = data if case.shapes == case.data else parsed(case.shapes)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    if case.expected is None:
        assert isinstance(report, Exception)
        return
    assert isinstance(report, rdflib.Graph)
    same(case.expected, ox.parse(report.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))
