"""Measures everything that docs/performance.md tells, side by side with its peers.

The figures are kept as JSON; `--render` writes them into the document and draws its plots.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import goals, inprocess, render, servers, startup
from bench.plan import plan
from bench.throughput import CONTENDERS, Size, say

SIZES = (20_000, 200_000, 2_000_000)
QUICK = (20_000,)
ROOT = Path(__file__).resolve().parent.parent
EPILOG = (
    "The whole takes up to 40 minutes on two cores, --quick about 2; 20,000,000 triples are a run "
    "of their own (20 minutes, 20 GiB of memory and 15 of disk). BENCH_PEERS names the bin folder "
    "of an environment with bench/requirements.txt, BENCH_FUSEKI Fuseki's jar; wrk, virtuoso-t and "
    "isql-vt are looked for on the path. A peer that is not there is reported as missing."
)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = ""
    with suppress(OSError):
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        model = found.group(1) if found else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Versions of the contenders; what is not installed is left out."""
    found = {"Python": platform.python_version()}
    for name in ("mufakat", "pyoxigraph", "granian"):
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    with suppress(OSError, subprocess.CalledProcessError):
        head = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
        found["commit"] = subprocess.check_output(
            head, text=True, stderr=subprocess.DEVNULL
        ).strip()
    program = servers.find("oxigraph")
    if program:
        found["oxigraph"] = _said([program, "--version"])
    program = servers.find("rdflib-endpoint")
    python = Path(program).with_name("python") if program else None
    if python and python.exists():
        for name in ("rdflib-endpoint", "rdflib", "oxrdflib"):
            line = f"import importlib.metadata as m; print(m.version('{name}'))"
            found[name] = _said([str(python), "-c", line])
    if shutil.which("virtuoso-t"):
        found["virtuoso"] = _said(["virtuoso-t", "-?"], r"Version (\S+)")
    jar = re.search(
        r"([\d.]+\d)\.jar$",
        os.environ.get("BENCH_FUSEKI", os.environ.get("MUFAKAT_FUSEKI_JAR", "")),
    )
    if jar:
        found["fuseki"] = jar.group(1)
    return found


def _said(command: list[str], pattern: str = r"(\d\S*)") -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All of it, as what is kept."""
    began = time.monotonic()
    result: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "versions": versions(),
        "isolation_ms": inprocess.isolation(),
        "startup": {},
        "sizes": [],
    }
    if not options.no_startup:
        rounds = 1 if options.quick else options.rounds or 5
        result["startup"] = startup.measure(rounds, options.contenders)
    for triples in options.triples:
        chosen = plan(triples, options.rounds, quick=options.quick)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=options.workdir) as name:
            size = Size(Path(name) / "size", triples, chosen, options.contenders)
            result["sizes"].append(size.measure())
        say(f"{triples:,} triples done after {(time.monotonic() - began) / 60:.1f} minutes")
        result["seconds"] = round(time.monotonic() - began)
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    return result


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("mufakat bench", description=__doc__, epilog=EPILOG)
    parser.add_argument("--triples", type=int, nargs="+", help="sizes, instead of 20 k, 200 k, 2 M")
    parser.add_argument("--rounds", type=int, help="alternating rounds, instead of five")
    parser.add_argument("--quick", action="store_true", help="show in two minutes that all works")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, help="only these")
    parser.add_argument("--no-startup", action="store_true", help="leave out the start-up times")
    parser.add_argument("--workdir", type=Path, help="where data and stores are put meanwhile")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", metavar="FILE")
    parser.add_argument(
        "--render",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="measure nothing: write kept figures into docs/performance.md (later files add sizes)",
    )
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.triples = options.triples or list(QUICK if options.quick else SIZES)
    quick = ("mufakat", "oxigraph")
    options.contenders = tuple(options.contenders or (quick if options.quick else CONTENDERS))
    return options


def main() -> None:
    """Measures, or renders what was measured."""
    options = parsed()
    # Ending in good order ends the servers that were started, too.
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda number, _: sys.exit(128 + number))
    if options.render:
        result = render.merged([json.loads(file.read_text()) for file in options.render])
        render.write(result, options.docs)
    else:
        result = measure(options)
    print(goals.table(result))
    if not options.render:
        print(f"\nKept in {options.json}; --render {options.json} writes the document.")


if __name__ == "__main__":
    main()
