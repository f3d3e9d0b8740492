"""Closed-loop and open-loop load on a loopback endpoint, bounded in time."""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.parse
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.client import FIRST_ADDRESS, GRAPH, ROWS, request

if TYPE_CHECKING:
    from collections.abc import Iterable

WRK = shutil.which("wrk")
_UNIT = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Load:
    """What a load run measured; latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float
    failed: int


def _milliseconds(text: str) -> float:
    found = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text)
    if found is None:  # not one answer came
        return math.inf
    return float(found.group(1)) * _UNIT[found.group(2)]


def closed_loop(
    endpoint: str, queries: Iterable[str], *, clients: int, seconds: int, many: int = 3000
) -> Load:
    """`clients` connections that each ask the next question when the last is answered (wrk).

    Raises:
        FileNotFoundError: wrk is not installed.
    """
    if WRK is None:
        raise FileNotFoundError("wrk")
    path = urllib.parse.urlsplit(endpoint).path
    with tempfile.NamedTemporaryFile("w", suffix=".paths") as file:
        for text in itertools.islice(queries, many):
            file.write(path + "?" + urllib.parse.urlencode({"query": text}) + "\n")
        file.flush()
        run = subprocess.run(
            [
                WRK,
                "-t1" if clients == 1 else "-t2",
                f"-c{clients}",
                f"-d{seconds}s",
                "--latency",
                "--timeout=30s",
                "-s",
                str(Path(__file__).with_name("replay.lua")),
                endpoint,
            ],
            env={**os.environ, "BENCH_PATHS": file.name, "BENCH_ACCEPT": f"{ROWS}, {GRAPH}"},
            capture_output=True,
            text=True,
            check=True,
        )
    return told(run.stdout)


def told(out: str) -> Load:
    """Read what wrk prints."""
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    sockets = re.search(r"Socket errors: .*?read (\d+), write (\d+), timeout (\d+)", out)
    # Shares of requests, with two places, stand further up.
    found = dict(re.findall(r"^ +(50|99)% +(\S+)", out, re.MULTILINE))
    return Load(
        per_second=float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),  # type: ignore[union-attr]
        p50=_milliseconds(found["50"]),
        p99=_milliseconds(found["99"]),
        failed=int(failed.group(1) if failed else 0)
        + (sum(map(int, sockets.groups())) if sockets else 0),
    )


async def _ask(host: str, port: int, said: bytes, number: int) -> bool:
    source = (f"127.0.0.{FIRST_ADDRESS + number % 200}", 0)
    reader, writer = await asyncio.open_connection(host, port, local_addr=source)
    try:
        writer.write(said)
        await writer.drain()
        head = await reader.readline()
        await reader.read()
        return b" 200 " in head
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _open_loop(
    endpoint: str, queries: Iterable[str], rate: float, seconds: float, deadline: float
) -> Load:
    parts = urllib.parse.urlsplit(endpoint)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    latencies: list[float] = []
    failures = 0

    async def one(said: bytes, number: int, due: float) -> None:
        nonlocal failures
        right = False
        with suppress(OSError, TimeoutError):
            right = await asyncio.wait_for(_ask(host, port, said, number), deadline)
        failures += not right
        latencies.append((time.perf_counter() - due) * 1000)

    closing = "Connection: close\r\n"
    asked = [
        request(endpoint, text, more=closing)
        for text in itertools.islice(queries, int(rate * seconds))
    ]
    begin = time.perf_counter()
    tasks = []
    for number, said in enumerate(asked):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(said, number, due)))
    await asyncio.gather(*tasks)
    took = time.perf_counter() - begin
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return Load((len(latencies) - failures) / took, cuts[49], cuts[98], failures)


def open_loop(
    endpoint: str, queries: Iterable[str], *, rate: float, seconds: float, deadline: float = 60
) -> Load:
    """`rate` questions a second, whether or not earlier ones are answered.

    Latency is counted from when the question was due, so that a server that stalls is charged for
    those who wait (no coordinated omission). A failed question counts as long as it took to fail.
    """
    return asyncio.run(_open_loop(endpoint, queries, rate, seconds, deadline))
