"""Throughput and latency side by side: alternating rounds, the same texts, the same data.

`python -m bench.throughput --triples 20000 200000 --rounds 5`
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import mix, servers
from bench.data import Generator
from bench.load import Load, closed_loop

PLAIN_STORE = 'title = "Measurements"\nbase_iri = "https://w3id.org/mufakat/"\n'


def publication(folder: Path, data: Path) -> Path:
    """A publication folder that holds nothing but the generated data."""
    (folder / "data" / "ttl").mkdir(parents=True)
    for name in ("ontology", "shapes", "queries"):
        (folder / name).mkdir()
    (folder / "mufakat.toml").write_text(PLAIN_STORE)
    # N-Triples is Turtle.
    (folder / "data" / "ttl" / "measured.ttl").symlink_to(data)
    return folder


def _texts(packs: int, seed: int, *, fast: bool) -> Any:
    return (text for _, text in mix.stream(packs, seed, fast=fast))


def measure(triples: int, rounds: int, seconds: int, clients: int) -> dict[str, Any]:
    """Median questions per second of each contender and mode."""
    figures: dict[str, list[Load]] = {}
    facts: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        generator = Generator(triples)
        facts["triples"] = generator.write(folder / "data.nt")
        facts["packs"] = packs = generator.packs
        place = publication(folder / "publication", folder / "data.nt")
        contenders: dict[str, servers.Running] = {}
        starts = {
            "mufakat, no cache": lambda: servers.mufakat(place, options=("--cache-bytes", "0")),
            "mufakat": lambda: servers.mufakat(place),
            "oxigraph": lambda: servers.oxigraph(folder / "data.nt", folder),
            "rdflib-endpoint/oxigraph": lambda: servers.rdflib_endpoint(folder / "data.nt"),
            "rdflib-endpoint": lambda: servers.rdflib_endpoint(folder / "data.nt", "default"),
        }
        for key, start in starts.items():
            try:
                contenders[key] = stack.enter_context(start())
            except FileNotFoundError:
                print(f"{key}: not installed, left out", file=sys.stderr)
        facts["start"] = {k: r.seconds_to_first_answer for k, r in contenders.items()}
        facts["load"] = {k: r.load_seconds for k, r in contenders.items()}
        repeated = list(itertools.islice(_texts(packs, 7, fast=False), 40))
        for turn in range(rounds):
            for key, running in contenders.items():
                slow = key.startswith("rdflib")
                modes = {"cold plain": lambda t=turn: _texts(packs, 100 + t, fast=False)}
                if key != "mufakat, no cache":
                    modes["repeated"] = lambda: itertools.cycle(repeated)
                if key == "mufakat, no cache":
                    modes["cold fast"] = lambda t=turn: _texts(packs, 100 + t, fast=True)
                for mode, texts in modes.items():
                    if key == "mufakat" and mode == "cold plain":
                        continue
                    if slow and turn:
                        continue
                    load = closed_loop(running.endpoint, texts(), clients=clients, seconds=seconds)
                    figures.setdefault(f"{key} | {mode}", []).append(load)
                    print(f"{triples} round {turn + 1} {key} {mode}: {load}", file=sys.stderr)
        facts["memory_mib"] = {k: r.memory_mib() for k, r in contenders.items()}
    facts["figures"] = {
        key: {
            "per_second": statistics.median(one.per_second for one in loads),
            "p50": statistics.median(one.p50 for one in loads),
            "p99": statistics.median(one.p99 for one in loads),
            "failed": sum(one.failed for one in loads),
        }
        for key, loads in figures.items()
    }
    return facts


def main() -> None:
    """Prints a table for each size; the ratios are to Oxigraph's server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = []
    for triples in options.triples:
        facts = measure(triples, options.rounds, options.seconds, options.clients)
        results.append(facts)
        base = {
            mode: facts["figures"].get(f"oxigraph | {mode}", {}).get("per_second")
            for mode in ("cold plain", "repeated")
        }
        base["cold fast"] = base["cold plain"]
        print(f"\n{facts['triples']} triples, {options.clients} clients")
        print(f"{'server | mix':<44}{'per s':>10}{'p50 ms':>9}{'p99 ms':>9}{'failed':>8}{'x':>8}")
        for key, row in facts["figures"].items():
            against = base[key.split(" | ")[1]]
            ratio = f"{row['per_second'] / against:.2f}" if against else "-"
            print(
                f"{key:<44}{row['per_second']:>10.0f}{row['p50']:>9.2f}{row['p99']:>9.1f}"
                f"{row['failed']:>8}{ratio:>8}"
            )
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
