"""Seconds from calling a server to its first right answer, on the same data, side by side."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph

from bench import servers, stores
from mufakat.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

LIMIT = 120
"""Seconds that loading and starting may take."""


def export(folder: Path) -> Path:
    """The carried publication as one N-Triples file, for the peers."""
    store = Publication.open(None).load_store()
    path = folder / "publication.nt"
    with path.open("wb") as out:
        triples = {q.triple for q in store}
        pyoxigraph.serialize(triples, out, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return path


def measure(rounds: int = 5, wanted: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Median, best and worst seconds by server, loading included; rounds are interleaved."""
    seconds: dict[str, list[float]] = {}
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = export(folder)
        bounds = {"deadline": 60.0, "limit": LIMIT}
        contenders: dict[str, Callable[[], AbstractContextManager[servers.Running]]] = {
            "mufakat": lambda: servers.mufakat(None),
            "oxigraph": lambda: servers.oxigraph(data, folder),
            "rdflib-endpoint": lambda: servers.rdflib_endpoint(data, "default"),
            "rdflib-endpoint/oxigraph": lambda: servers.rdflib_endpoint(data, "Oxigraph"),
            "virtuoso": lambda: stores.virtuoso(data, folder, **bounds),
            "fuseki": lambda: stores.fuseki(data, folder, **bounds),
        }
        for turn in range(rounds):
            for key, start in contenders.items():
                if key in missing or (wanted and key not in wanted):
                    continue
                try:
                    with start() as running:
                        took = running.seconds_to_first_answer + running.load_seconds
                except FileNotFoundError:
                    missing[key] = "not installed"
                except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                    missing[key] = f"did not start: {str(error).splitlines()[0]}"
                else:
                    seconds.setdefault(key, []).append(took)
                    print(f"round {turn + 1}: {key} {took:.2f} s", file=sys.stderr)
    found: dict[str, dict[str, Any]] = {
        key: {"median": statistics.median(s), "best": min(s), "worst": max(s), "rounds": len(s)}
        for key, s in seconds.items()
        if key not in missing
    }
    return found | {key: {"missing": why} for key, why in missing.items()}


def main() -> None:
    """Prints the table."""
    print(f"{'server':<28}{'median s':>10}{'best':>8}{'worst':>8}")
    for name, row in measure().items():
        if "missing" in row:
            print(f"{name:<28}  {row['missing']}")
        else:
            print(f"{name:<28}{row['median']:>10.2f}{row['best']:>8.2f}{row['worst']:>8.2f}")


if __name__ == "__main__":
    main()
