"""Every saved query gives the same rows on stores of other makers as on the embedded engine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine.formats import BY_NAME
from mufakat.engine.remote import RemoteEngine
from mufakat.engine.types import QueryRequest
from mufakat.publication import Publication

if TYPE_CHECKING:
    from tests.stores.conftest import OtherStore

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.engine.types import Rows

pytestmark = pytest.mark.slow
SLUGS = sorted(Publication.open(None).queries)
INTEGERS = {
    f"http://www.w3.org/2001/XMLSchema#{name}"
    for name in ("integer", "int", "long", "decimal", "double", "float", "nonNegativeInteger")
}


@pytest.fixture(scope="module")
def embedded(publication: Publication) -> EmbeddedEngine:
    return publication.engine()


def _value(term: object) -> object:
    """A term as what it means: stores may type a count as int or integer, 1 as 1.0."""
    if isinstance(term, ox.Literal):
        if term.datatype.value in INTEGERS:
            return float(term.value)
        return (term.value, term.language)
    return str(term)


def _bag(rows: Rows) -> Counter[tuple[object, ...]]:
    return Counter(tuple(_value(row.get(name)) for name in rows.vars) for row in rows.rows)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_saved_query_gives_the_same_rows(
    slug: str, publication: Publication, embedded: EmbeddedEngine, other_store: OtherStore
) -> None:
    engine = RemoteEngine(
        [other_store.endpoint], union_default_graph=True, version="v", timeout=120
    )
    text = publication.queries[slug].text
    if embedded.form(text) != "select":
        pytest.fail(f"{slug} is no SELECT query: compare its form here too")
    ours, theirs = embedded.select(text), engine.select(text)
    assert ours.vars == theirs.vars
    assert _bag(ours) == _bag(theirs)


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
