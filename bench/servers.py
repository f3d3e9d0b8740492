"""The servers that are measured: started on a free loopback port, ended by process id.

A peer that is not installed is reported as missing and left out; nothing is downloaded here.
`BENCH_PEERS` names the `bin` folder of a virtual environment that holds the peers
(`bench/requirements.txt`).
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK = urllib.parse.urlencode({"query": "ASK { ?s ?p ?o }"})


@dataclass
class Running:
    """A server that has given its first right answer."""

    name: str
    endpoint: str
    process: subprocess.Popen[bytes]
    seconds_to_first_answer: float
    load_seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def memory_mib(self) -> float:
        """Resident memory of the process and its children, shared pages counted once (PSS)."""
        return sum(_pss(pid) for pid in tree(self.process.pid)) / 1024

    def settle(self, seconds: float) -> None:
        """Waits, at most so long, until the server has stopped working on what nobody awaits."""
        end = time.monotonic() + seconds
        before = _ticks(self.process.pid)
        while time.monotonic() < end:
            time.sleep(0.5)
            now = _ticks(self.process.pid)
            if now - before < 0.1:
                return
            before = now


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def find(program: str) -> str | None:
    """Path of a peer's program, from BENCH_PEERS, beside this Python, or PATH."""
    folders = [os.environ.get("BENCH_PEERS", ""), str(Path(sys.executable).parent)]
    for folder in filter(None, folders):
        candidate = Path(folder) / program
        if candidate.exists():
            return str(candidate)
    return shutil.which(program)


def needed(program: str) -> str:
    """Path of a peer's program.

    Raises:
        FileNotFoundError: it is not installed.
    """
    path = find(program)
    if path is None:
        raise FileNotFoundError(program)
    return path


def load(command: list[str], limit: float) -> float:
    """Runs a store's own bulk loader for at most `limit` seconds; gives the seconds it took."""
    begin = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, timeout=limit)
    return time.monotonic() - begin


def scratch(workdir: Path, name: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for a store, removed at the end of the block even where files are left open."""
    return tempfile.TemporaryDirectory(dir=workdir, prefix=f"{name}-", ignore_cleanup_errors=True)


def tree(pid: int) -> list[int]:
    """Process ids of a process and all that came from it and live, parents first."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


def _pss(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    return 0.0


def _ticks(pid: int) -> float:
    """Seconds of processor time of a process and its children that live."""
    total = 0.0
    for one in tree(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def wait_for_answer(endpoint: str, process: subprocess.Popen[bytes], limit: float) -> None:
    """Returns when the endpoint answers an ASK with a body.

    Raises:
        RuntimeError: the process ended first, or `limit` seconds passed.
    """
    request = urllib.request.Request(
        f"{endpoint}?{ASK}", headers={"Accept": "application/sparql-results+json"}
    )
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"server ended with {process.returncode} before its first answer")
        with (
            suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(request, timeout=5) as answer,
        ):
            if answer.status == 200 and answer.read():
                return
        time.sleep(0.01)
    raise RuntimeError(f"no answer within {limit:.0f} s")


@contextmanager
def started(  # noqa: PLR0913 - what a server is and how long each part of its life may take
    name: str,
    command: list[str],
    endpoint: str,
    *,
    limit: float = 300,
    patience: float = 15,
    load_seconds: float = 0.0,
) -> Iterator[Running]:
    """Runs `command` until the block ends; the whole process group is ended by its id.

    It has `limit` seconds for its first answer and `patience` for ending in good order.
    """
    with tempfile.TemporaryFile() as log:
        begin = time.monotonic()
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            try:
                wait_for_answer(endpoint, process, limit)
            except RuntimeError as error:
                log.seek(0)
                tail = log.read()[-2000:].decode(errors="replace")
                raise RuntimeError(f"{name}: {error}\n{tail}") from error
            yield Running(name, endpoint, process, time.monotonic() - begin, load_seconds)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=patience)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=15)


@contextmanager
def mufakat(
    publication: Path | None,
    *,
    options: tuple[str, ...] = (),
    name: str = "mufakat",
    limit: float = 300,
) -> Iterator[Running]:
    """Mufakat on a publication folder, or on the one it carries."""
    port = free_port()
    command = [needed("mufakat"), "serve", *([str(publication)] if publication else [])]
    command += ["--port", str(port), *options]
    with started(name, command, f"http://127.0.0.1:{port}/sparql", limit=limit) as running:
        yield running


@contextmanager
def oxigraph(
    data: Path, workdir: Path, *, deadline: float | None = None, limit: float = 300
) -> Iterator[Running]:
    """Oxigraph's own server on a store that its own loader filled within `limit` seconds."""
    program = needed("oxigraph")
    with scratch(workdir, "oxigraph") as store:
        loaded = load([program, "load", "--location", store, "--file", str(data)], limit)
        port = free_port()
        command = [program, "serve-read-only", "--location", store]
        command += ["--bind", f"127.0.0.1:{port}"]
        command += ["--timeout-s", str(math.ceil(deadline))] if deadline else []
        address = f"http://127.0.0.1:{port}/query"
        with started("oxigraph", command, address, load_seconds=loaded) as running:
            yield running


@contextmanager
def rdflib_endpoint(
    data: Path, store: str = "Oxigraph", *, limit: float = 300
) -> Iterator[Running]:
    """rdflib-endpoint with one of its two stores (`default` or `Oxigraph`)."""
    program, port = needed("rdflib-endpoint"), free_port()
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--store", store]
    name = "rdflib-endpoint" if store == "default" else "rdflib-endpoint/oxigraph"
    address = f"http://127.0.0.1:{port}/"
    with started(name, [*command, str(data)], address, limit=limit) as running:
        yield running
