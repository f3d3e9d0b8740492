"""Every saved query gives the same rows on stores of other makers as on the embedded engine."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine import evaluate, tables
from mufakat.engine.formats import BY_NAME
from mufakat.engine.remote import RemoteEngine
from mufakat.engine.types import QueryRequest
from mufakat.publication import Publication
from tests.stores.asked import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.types import Rows
    from tests.stores.conftest import OtherStore

    Cases = Callable[[str], list[tuple[str, str, Rows]]]

pytestmark = pytest.mark.slow
SLUGS = sorted(Publication.open(None).queries)
INTEGERS = {
    f"http://www.w3.org/2001/XMLSchema#{name}"
    for name in ("integer", "int", "long", "decimal", "double", "float", "nonNegativeInteger")
}


def _value(term: object) -> object:
    """A term as what it means: stores may type a count as int or integer, 1 as 1.0."""
    if isinstance(term, ox.Literal):
        if term.datatype.value in INTEGERS:
            return float(term.value)
        return (term.value, term.language)
    return str(term)


def _bag(rows: Rows) -> Counter[tuple[object, ...]]:
    return Counter(tuple(_value(row.get(name)) for name in rows.vars) for row in rows.rows)


@pytest.fixture(scope="module")
def cases(publication: Publication, embedded: EmbeddedEngine) -> Cases:
    """What each saved query is asked, and what we answer; worked out once for all stores."""

    @cache
    def of(slug: str) -> list[tuple[str, str, Rows]]:
        asked = texts(publication.queries[slug], embedded)
        return [(label, text, embedded.select(text)) for text, label in asked.items()]

    return of


@pytest.mark.parametrize("slug", SLUGS)
def test_a_saved_query_gives_the_same_rows(
    slug: str, cases: Cases, other_store: OtherStore
) -> None:
    engine = RemoteEngine(
        [other_store.endpoint], union_default_graph=True, version="v", timeout=120
    )
    for label, text, ours in cases(slug):
        theirs = engine.select(text)
        assert ours.vars == theirs.vars, label
        assert _bag(ours) == _bag(theirs), label


@pytest.mark.parametrize("slug", SLUGS)
def test_no_row_hangs_on_how_virtuoso_plans(slug: str, cases: Cases, virtuoso: OtherStore) -> None:
    """Its planner draws samples, so another day it may join in another order: as written, here."""
    for label, text, ours in cases(slug):
        form = {"query": f'DEFINE sql:select-option "order"\n{text}'}
        request = urllib.request.Request(
            virtuoso.endpoint,
            urllib.parse.urlencode(form).encode(),
            {"Accept": tables.ACCEPT},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            theirs = tables.read(answer.headers["Content-Type"], answer.read())
        assert _bag(ours) == _bag(evaluate.rows(theirs)), label


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_an_answer_from_elsewhere_is_written_as_ours(
    name: str, embedded: EmbeddedEngine, other_store: OtherStore
) -> None:
    engine = RemoteEngine([other_store.endpoint], union_default_graph=True, version="v")
    query = (
        "PREFIX mfk: <https://w3id.org/mufakat/ontology#> "
        "SELECT ?state ?iso WHERE { ?state a mfk:State ; mfk:iso3 ?iso } ORDER BY ?iso"
    )
    fmt = BY_NAME[name]
    ours = embedded.answer(QueryRequest(query), fmt)
    theirs = engine.answer(QueryRequest(query), fmt)
    assert (theirs.media_type, theirs.body) == (ours.media_type, ours.body)
    assert theirs.body.count(b"tha") == 1
