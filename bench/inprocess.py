"""The engine called directly, without a server: what serving and isolating it costs."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from bench import mix
from mufakat.engine.embedded import EmbeddedEngine
from mufakat.engine.formats import BY_NAME
from mufakat.engine.pool import Home, Pool
from mufakat.engine.pooled import PooledEngine, Worker
from mufakat.engine.types import QueryRequest

POINTS = 500
TINY = "ASK { <https://w3id.org/mufakat/id/state/s1> a <https://w3id.org/mufakat/ontology#State> }"


def measure(  # noqa: PLR0913 - a run has that many sides
    data: Path, packs: int, *, seed: int, passes: int, on_disk: bool, limit: float
) -> dict[str, Any]:
    """Load `data` and work through the list that one client asks of the servers.

    It runs in a process of its own, which gives its memory back; after `limit` seconds it is ended
    and the result says so.
    """
    command = [sys.executable, "-m", "bench.inprocess", str(data), str(packs), str(seed)]
    command += [str(passes), *(["--on-disk"] if on_disk else [])]
    try:
        done = subprocess.run(
            command,
            cwd=Path(__file__).resolve().parent.parent,
            capture_output=True,
            text=True,
            timeout=limit,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return {"missing": f"not finished within {limit:.0f} s"}
    except subprocess.CalledProcessError as error:
        return {"missing": f"failed: {error.stderr[-300:]}"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _loaded(data: Path, folder: str | None) -> ox.Store:
    store = ox.Store(folder)
    store.bulk_load(path=str(data), format=ox.RdfFormat.N_TRIPLES)
    return store


def _answer(store: ox.Store, text: str) -> None:
    result = store.query(text)
    if isinstance(result, ox.QueryTriples):
        ox.serialize(result, format=ox.RdfFormat.N_TRIPLES)
    else:
        result.serialize(format=ox.QueryResultsFormat.JSON)


def _work(store: ox.Store, questions: list[tuple[str, str]]) -> dict[str, Any]:
    times: dict[str, list[float]] = defaultdict(list)
    begin = time.perf_counter()
    for name, text in questions:
        asked = time.perf_counter()
        _answer(store, text)
        times[name].append((time.perf_counter() - asked) * 1000)
    seconds = time.perf_counter() - begin
    medians = {name: statistics.median(one) for name, one in times.items()}
    return {"per_second": len(questions) / seconds, "questions": medians}


def isolation() -> dict[str, float]:
    """Milliseconds of one small query in this process and in a worker process, medians."""
    store = ox.Store()
    store.update("INSERT DATA { " + TINY.partition("{")[2])
    direct = EmbeddedEngine(store, union_default_graph=False, version="1")
    home = Home(lambda *_: Worker(direct))
    try:
        home.wait()
        pooled = PooledEngine(Pool(home.address, 2), union_default_graph=False, version="1")
        found: dict[str, list[float]] = {"direct": [], "isolated": []}
        for _ in range(POINTS):
            for name, engine in (("direct", direct), ("isolated", pooled)):
                asked = time.perf_counter()
                engine.answer(QueryRequest(TINY), BY_NAME["json"])
                found[name].append((time.perf_counter() - asked) * 1000)
        pooled.close()
    finally:
        home.close()
    return {name: statistics.median(times) for name, times in found.items()}


def _measured() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("packs", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("passes", type=int)
    parser.add_argument("--on-disk", action="store_true")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(dir=options.data.parent) if options.on_disk else None
    try:
        begin = time.perf_counter()
        store = _loaded(options.data, folder)
        found = {"load_s": time.perf_counter() - begin}
        for fast in (True, False):
            questions = mix.work(options.packs, options.seed, options.passes, fast=fast)
            found["fast" if fast else "plain"] = _work(store, questions)  # type: ignore[assignment]
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found))


if __name__ == "__main__":
    _measured()
