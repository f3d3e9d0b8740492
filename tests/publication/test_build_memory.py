"""A release of more data takes more room on the disk, and hardly more memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.data import Generator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is looked up in /proc"),
]
BUILD = """
import sys
from pathlib import Path
from mufakat.publication import Publication
from mufakat.publication.release import build
folder = Path(sys.argv[1])
build(Publication.open(folder), folder / "out")
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
MIB = 1 << 20


def peak(folder: Path, triples: int) -> int:
    """Build a release of so many triples; give the bytes it took at most."""
    (folder / "data/ttl").mkdir(parents=True)
    Generator(triples).write(folder / "data/ttl/facts.ttl")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], stdout=subprocess.PIPE, check=True, timeout=240
    )
    return int(done.stdout) * 1024


def test_release_of_more_data_takes_little_more_memory(tmp_path: Path) -> None:
    few, many = peak(tmp_path / "few", 10_000), peak(tmp_path / "many", 80_000)
    assert many - few < 48 * MIB  # ordering holds 32; all of the quads would be 150
