"""Seconds from calling a server to its first right answer, on the same data, side by side."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import pyoxigraph

from bench import servers
from mufakat.publication import Publication


def export(folder: Path) -> Path:
    """The carried publication as one N-Triples file, for the peers."""
    store = Publication.open(None).load_store()
    path = folder / "publication.nt"
    with path.open("wb") as out:
        triples = {q.triple for q in store}
        pyoxigraph.serialize(triples, out, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return path


def measure(rounds: int = 5) -> list[tuple[str, float, float, float]]:
    """Rows of (server, median, best and worst seconds), rounds interleaved."""
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = export(Path(folder))
        contenders = {
            "mufakat": lambda: servers.mufakat(None),
            "rdflib-endpoint": lambda: servers.rdflib_endpoint(data, "default"),
            "rdflib-endpoint/oxigraph": lambda: servers.rdflib_endpoint(data, "Oxigraph"),
            "oxigraph (load + serve)": lambda: servers.oxigraph(data, Path(folder)),
        }
        for turn in range(rounds):
            for name, start in contenders.items():
                try:
                    with start() as running:
                        took = running.seconds_to_first_answer + running.load_seconds
                        seconds.setdefault(name, []).append(took)
                except FileNotFoundError:
                    print(f"{name}: not installed, left out", file=sys.stderr)
                    continue
                print(f"round {turn + 1}: {name} {took:.2f} s", file=sys.stderr)
    return [(n, statistics.median(s), min(s), max(s)) for n, s in seconds.items()]


def main() -> None:
    """Prints the table, each server beside Mufakat."""
    rows = measure()
    own = next(row[1] for row in rows if row[0] == "mufakat")
    print(f"{'server':<28}{'median s':>10}{'best':>8}{'worst':>8}{'x mufakat':>11}")
    for name, median, best, worst in rows:
        print(f"{name:<28}{median:>10.2f}{best:>8.2f}{worst:>8.2f}{median / own:>11.1f}")


if __name__ == "__main__":
    main()
