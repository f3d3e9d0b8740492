"""Stores of other makers that serve SPARQL: Fuseki and Virtuoso, loaded by their own bulk loaders.

`BENCH_FUSEKI` (or `MUFAKAT_FUSEKI_JAR`) names jena-fuseki-server-….jar; Virtuoso is `virtuoso-t`
with `isql-vt` on the path.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bench.servers import free_port, started, wait_for_answer

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
    store = Path(tempfile.mkdtemp(dir=workdir, prefix="fuseki-"))
    try:
        begin = time.monotonic()
        loader = ["java", f"-Xmx{HEAP}", "-cp", path, "tdb2.tdbloader", "--loc", str(store)]
        subprocess.run([*loader, str(data)], check=True, capture_output=True, timeout=limit)
        loaded = time.monotonic() - begin
        port = free_port()
        command = ["java", f"-Xmx{HEAP}", "-jar", path, "--localhost", "--tdb2"]
        command += [f"--timeout={deadline * 1000:.0f}", f"--loc={store}", f"--port={port}", "/ds"]
        address = f"http://127.0.0.1:{port}/ds/sparql"
        with started("fuseki", command, address, load_seconds=loaded) as running:
            yield running
    finally:
        shutil.rmtree(store, ignore_errors=True)


@contextmanager
def virtuoso(data: Path, workdir: Path, *, deadline: float, limit: float) -> Iterator[Running]:
    """Virtuoso, filled by its own bulk loader, then started anew."""
    program, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or isql is None:
        raise FileNotFoundError("virtuoso")
    folder = Path(tempfile.mkdtemp(dir=workdir, prefix="virtuoso-"))
    http, sql = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    pages = min(BUFFERS, max(20_000, data.stat().st_size // 4000))
    text = VIRTUOSO_INI.format(
        folder=folder,
        sql=sql,
        http=http,
        buffers=pages,
        dirty=pages * 3 // 4,
        data=data.parent,
        deadline=int(deadline),
    )
    ini.write_text(text)
    command = [str(program), "+foreground", "+configfile", str(ini)]
    address = f"http://127.0.0.1:{http}/sparql"
    try:
        begin = time.monotonic()
        loading = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_answer(address, loading, 60)
            _load(isql, sql, data, limit)
        finally:
            loading.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                loading.wait(60)
            if loading.poll() is None:
                loading.kill()
                loading.wait()
        loaded = time.monotonic() - begin
        with started("virtuoso", command, address, load_seconds=loaded) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
