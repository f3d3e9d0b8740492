"""The data files alone, read as they stand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from asking import BASE, ROOT


@pytest.fixture(scope="session")
def store() -> ox.Store:
    """Every data file in one default graph; nobody writes to it."""
    store = ox.Store()
    for path in sorted((ROOT / "data/ttl").rglob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    store.optimize()
    return store
