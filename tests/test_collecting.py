"""Every process that collects the tests gets the same names in the same order.

Two workers run the suite side by side and refuse to begin when their lists differ. A parameter
that is drawn from the clock, from an address in memory or from the order of a set makes them
differ on some days only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COLLECT = """
import sys, time
clock = time.time
time.time = lambda: clock() + float(sys.argv[1])
import pytest
options = ["--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
sys.exit(pytest.main([*options, *sys.argv[2:]]))
"""
LATER = 86_399.0  # seconds that the clock of the second process goes ahead


def collecting(folder: Path, *, seed: int, ahead: float) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.Popen(
        [sys.executable, "-c", COLLECT, str(ahead), str(folder)],
        cwd=ROOT,
        env=own | {"PYTHONHASHSEED": str(seed)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def names(folder: Path) -> tuple[list[str], list[str]]:
    """What two processes collect that share neither the clock nor the order of their sets."""
    pair = (collecting(folder, seed=1, ahead=0), collecting(folder, seed=2, ahead=LATER))
    told = [process.communicate(timeout=120)[0] for process in pair]
    for process, text in zip(pair, told, strict=True):
        assert process.returncode == 0, text[-2000:]
    first, second = ([line for line in text.splitlines() if "::" in line] for text in told)
    return first, second


@pytest.mark.slow
def test_two_processes_collect_the_same_tests() -> None:
    first, second = names(ROOT / "tests")
    assert first
    assert first == second


@pytest.mark.parametrize("drawn", ["__import__('time').time()", "''.join(set('abcdefgh'))"])
def test_a_name_that_is_drawn_anew_is_noticed(drawn: str, tmp_path: Path) -> None:
    case = f"import pytest\n@pytest.mark.parametrize('x', [{drawn}])\ndef test_it(x): pass\n"
    (tmp_path / "test_drawn.py").write_text(case, encoding="utf-8")
    first, second = names(tmp_path)
    assert len(first) == len(second) == 1
    assert first != second
