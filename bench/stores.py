"""Stores of other makers that serve SPARQL: Fuseki and Virtuoso, loaded by their own bulk loaders.

`BENCH_FUSEKI` (or `MUFAKAT_FUSEKI_JAR`) names jena-fuseki-server-….jar; Virtuoso is `virtuoso-t`
with `isql-vt` on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.servers import free_port, load, needed, scratch, started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.servers import Running

HEAP = "4g"
"""Memory that Fuseki's Java may take; its indexes are mapped beside it."""
BUFFERS = 250_000
"""Pages of 8 KiB that Virtuoso may keep."""
GRAPH = "https://w3id.org/mufakat/graph/data/measured"
VIRTUOSO_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 40
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {data}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 40
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = {deadline}
[Plugins]
"""


def jar() -> str:
    """Path of Fuseki's jar.

    Raises:
        FileNotFoundError: it is not named, or Java is missing.
    """
    path = os.environ.get("BENCH_FUSEKI") or os.environ.get("MUFAKAT_FUSEKI_JAR", "")
    if not Path(path).is_file() or shutil.which("java") is None:
        raise FileNotFoundError("fuseki")
    return path


@contextmanager
def fuseki(data: Path, workdir: Path, *, deadline: float, limit: float) -> Iterator[Running]:
    """Fuseki on a TDB2 store that tdb2.tdbloader filled within `limit` seconds."""
    path = jar()
    with scratch(workdir, "fuseki") as store:
        loader = ["java", f"-Xmx{HEAP}", "-cp", path, "tdb2.tdbloader", "--loc", store]
        loaded = load([*loader, str(data)], limit)
        port = free_port()
        command = ["java", f"-Xmx{HEAP}", "-jar", path, "--localhost", "--tdb2"]
        command += [f"--timeout={deadline * 1000:.0f}", f"--loc={store}", f"--port={port}", "/ds"]
        address = f"http://127.0.0.1:{port}/ds/sparql"
        with started("fuseki", command, address, load_seconds=loaded) as running:
            yield running


def virtuoso_command(
    program: str, folder: Path, *, pages: int, data: Path, deadline: float
) -> tuple[list[str], int, int]:
    """Configures a Virtuoso in a folder: its command, its port for HTTP and that for SQL.

    Args:
        program: path of `virtuoso-t`.
        folder: where it keeps its files.
        pages: of 8 KiB, that it may keep in memory.
        data: the folder from which it may load files.
        deadline: seconds a query may take.
    """
    http, sql = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    sizes = {"buffers": pages, "dirty": pages * 3 // 4, "deadline": int(deadline)}
    ini.write_text(VIRTUOSO_INI.format(folder=folder, data=data, sql=sql, http=http, **sizes))
    return [program, "+foreground", "+configfile", str(ini)], http, sql


@contextmanager
def virtuoso(data: Path, workdir: Path, *, deadline: float, limit: float) -> Iterator[Running]:
    """Virtuoso, filled by its own bulk loader, then started anew."""
    program, isql = needed("virtuoso-t"), needed("isql-vt")
    pages = min(BUFFERS, max(20_000, data.stat().st_size // 4000))
    with scratch(workdir, "virtuoso") as folder:
        command, http, sql = virtuoso_command(
            program, Path(folder), pages=pages, data=data.parent, deadline=deadline
        )
        address = f"http://127.0.0.1:{http}/sparql"
        begin = time.monotonic()
        with started("virtuoso", command, address, limit=60, patience=60):
            _load(isql, sql, data, limit)
        loaded = time.monotonic() - begin
        with started("virtuoso", command, address, load_seconds=loaded) as running:
            yield running


def _load(isql: str, port: int, data: Path, limit: float) -> None:
    said = subprocess.run(
        [isql, str(port), "dba", "dba", "ERRORS=STDOUT"],
        input=f"ld_dir('{data.parent}', '{data.name}', '{GRAPH}');\n"
        "rdf_loader_run();\ncheckpoint;\n"
        "select count(*) from DB.DBA.load_list where ll_error is null and ll_state = 2;\n",
        check=True,
        capture_output=True,
        text=True,
        timeout=limit,
    ).stdout
    if "\n1\n" not in said:
        raise RuntimeError(f"virtuoso did not load {data.name}: {said[-500:]}")
