"""A real server for tests: its own process, a free port, ended by its process id."""

from __future__ import annotations

import http.client
import os
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


TOKEN = "0123456789abcdef0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def publish(
    folder: Path,
    facts: str = "",
    *,
    shapes: str = "",
    base_iri: str = "http://example.org/",
    default_graph: str = "union",
) -> Path:
    """Write a publication that holds these facts and shapes, in Turtle, and nothing else."""
    (folder / "data/ttl").mkdir(parents=True)
    (folder / "data/ttl/facts.ttl").write_text(facts)
    if shapes:
        (folder / "shapes").mkdir()
        (folder / "shapes/shapes.ttl").write_text(shapes)
    (folder / "mufakat.toml").write_text(
        f'title = "Facts"\nbase_iri = "{base_iri}"\ndefault_graph = "{default_graph}"\n'
    )
    return folder


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


@dataclass
class Server:
    """Where a server listens, and requests to it."""

    address: str
    process: subprocess.Popen[str]

    @property
    def version(self) -> str:
        """The version of the data, as the server tells it."""
        return str(self.ask("/ready").headers["Data-Version"])

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


@contextmanager
def serving(folder: Path | str, *options: Any, wait: float = 60) -> Iterator[Server]:
    """Run `mufakat serve` on a folder until the block ends."""
    command = [sys.executable, "-m", "mufakat", "serve", str(folder), "--port", "0"]
    command += [str(option) for option in options]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MUFAKAT_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout
            until = time.monotonic() + wait
            line = ""
            while " at http" not in line and time.monotonic() < until:
                if select.select([process.stdout], [], [], 0.5)[0]:
                    line = process.stdout.readline()
                    if not line:
                        break
            assert " at http" in line, "the server did not start"
            yield Server(line.split()[-1].rstrip("/"), process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def writable(folder: Path, *options: Any) -> Iterator[Server]:
    """Run `mufakat serve` on a folder until the block ends; whoever has TOKEN may write."""
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    with serving(folder, "--writable", "--token-file", token, *options) as server:
        yield server
