"""Real stores of other makers, started for the tests on loopback and ended by process id."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import pytest

from bench.servers import free_port, started
from bench.stores import jar, virtuoso_command
from mufakat.publication import Publication
from mufakat.publication.loader import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.engine.embedded import EmbeddedEngine

WANTED = os.environ.get("MUFAKAT_REQUIRE_STORES", "")
REQUIRED = {"virtuoso", "fuseki"} if WANTED == "1" else set(WANTED.split())
START_LIMIT = 90


@dataclass(frozen=True)
class OtherStore:
    name: str
    endpoint: str


def _missing(store: str, what: str) -> NoReturn:
    if store in REQUIRED:
        pytest.fail(f"{what}, and MUFAKAT_REQUIRE_STORES={WANTED} forbids leaving it out")
    pytest.skip(f"NOT TESTED: {what}")


@pytest.fixture(scope="session")
def publication() -> Publication:
    return Publication.open(None)


@pytest.fixture(scope="session")
def embedded(publication: Publication) -> EmbeddedEngine:
    """Our own engine, which the others are held against."""
    return publication.engine()


@pytest.fixture(scope="session")
def virtuoso(
    publication: Publication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OtherStore]:
    program = shutil.which("virtuoso-t")
    if program is None:
        _missing("virtuoso", "Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    folder = tmp_path_factory.mktemp("virtuoso")
    command, http, _ = virtuoso_command(program, folder, pages=20_000, data=folder, deadline=120)
    endpoint = f"http://127.0.0.1:{http}/sparql"
    with started("virtuoso", command, endpoint, limit=START_LIMIT):
        load(
            publication,
            f"http://127.0.0.1:{http}/sparql-graph-crud-auth",
            default_graph=False,
            credentials=("dba", "dba"),
        )
        yield OtherStore("virtuoso", endpoint)


@pytest.fixture(scope="session")
def fuseki(publication: Publication) -> Iterator[OtherStore]:
    try:
        path = jar()
    except FileNotFoundError:
        _missing(
            "fuseki", "Fuseki is not there (set MUFAKAT_FUSEKI_JAR to jena-fuseki-server-….jar)"
        )
    port = free_port()
    command = ["java", "-Xmx768m", "-jar", path, "--localhost", "--mem", "--update"]
    command += ["--port", str(port), "/ds"]
    endpoint = f"http://127.0.0.1:{port}/ds/sparql"
    with started("fuseki", command, endpoint, limit=START_LIMIT):
        load(publication, f"http://127.0.0.1:{port}/ds/data", default_graph=True)
        yield OtherStore("fuseki", endpoint)


@pytest.fixture(params=["virtuoso", "fuseki"])
def other_store(request: pytest.FixtureRequest) -> OtherStore:
    store: OtherStore = request.getfixturevalue(request.param)
    return store
