"""The data files alone, read as they stand."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

DATA = Path(__file__).parents[2] / "data/ttl"
BASE = "https://w3id.org/mufakat/"


@pytest.fixture(scope="session")
def store() -> ox.Store:
    """Every data file in one default graph; nobody writes to it."""
    store = ox.Store()
    for path in sorted(DATA.rglob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    store.optimize()
    return store
