"""Real stores of other makers, started for the tests on loopback and ended by process id."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.servers import free_port
from bench.stores import VIRTUOSO_INI
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


def _missing(store: str, what: str) -> None:
    if store in REQUIRED:
        pytest.fail(f"{what}, and MUFAKAT_REQUIRE_STORES={WANTED} forbids leaving it out")
    pytest.skip(f"NOT TESTED: {what}")


@contextmanager
def _running(command: list[str], address: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_LIMIT
        while True:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5).close()
                break
            if time.monotonic() > end or process.poll() is not None:
                pytest.fail(f"{command[0]} did not answer at {address}")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def publication() -> Publication:
    return Publication.open(None)


@pytest.fixture(scope="session")
def embedded(publication: Publication) -> EmbeddedEngine:
    """Our own engine, which the others are held against."""
    return publication.engine()


@pytest.fixture(scope="session")
def virtuoso(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> OtherStore:  # type: ignore[misc]
    program = shutil.which("virtuoso-t")
    if program is None:
        _missing("virtuoso", "Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    folder = tmp_path_factory.mktemp("virtuoso")
    http = free_port()
    ini = folder / "virtuoso.ini"
    sizes = {"buffers": 20_000, "dirty": 15_000, "data": folder, "deadline": 120}
    ini.write_text(VIRTUOSO_INI.format(folder=folder, sql=free_port(), http=http, **sizes))
    endpoint = f"http://127.0.0.1:{http}/sparql"
    with _running([str(program), "+foreground", "+configfile", str(ini)], endpoint):
        load(
            publication,
            f"http://127.0.0.1:{http}/sparql-graph-crud-auth",
            default_graph=False,
            credentials=("dba", "dba"),
        )
        yield OtherStore("virtuoso", endpoint)  # type: ignore[misc]


@pytest.fixture(scope="session")
def fuseki(publication: Publication) -> OtherStore:  # type: ignore[misc]
    jar = os.environ.get("MUFAKAT_FUSEKI_JAR", "")
    if not Path(jar).is_file() or shutil.which("java") is None:
        _missing(
            "fuseki", "Fuseki is not there (set MUFAKAT_FUSEKI_JAR to jena-fuseki-server-….jar)"
        )
    port = free_port()
    command = ["java", "-Xmx768m", "-jar", jar, "--localhost", "--mem", "--update"]
    command += ["--port", str(port), "/ds"]
    endpoint = f"http://127.0.0.1:{port}/ds/sparql"
    with _running(command, endpoint):
        load(publication, f"http://127.0.0.1:{port}/ds/data", default_graph=True)
        yield OtherStore("fuseki", endpoint)  # type: ignore[misc]


@pytest.fixture(params=["virtuoso", "fuseki"])
def other_store(request: pytest.FixtureRequest) -> OtherStore:
    store: OtherStore = request.getfixturevalue(request.param)
    return store
