"""The whole measurement, in its smallest form: this server alone, two thousand triples."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bench import load
from waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
def test_one_command_measures_and_keeps_everything(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "bench.json"
    command = [sys.executable, "-m", "bench", "--quick", "--triples", "2000", "--no-startup"]
    command += ["--contenders", "mufakat", "--json", str(file), "--workdir", str(tmp_path)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    kept = json.loads(file.read_text())
    (size,) = kept["sizes"]
    assert 2000 <= size["triples"] < 4000
    assert size["contenders"]["mufakat"]["memory_mib"] > 10
    assert size["contenders"]["mufakat"]["first_answer_s"] > 0
    assert size["contenders"]["mufakat"]["differing_answers"] == 0
    runs = {(one["loop"], one["mode"], one.get("clients")): one for one in size["runs"]}
    for clients in (1, 8, 32):
        assert runs["closed", "plain", clients]["answered"] > 0
        assert runs["closed", "fast", clients]["failed"] == 0
    assert runs["closed", "repeated", 8]["per_second"] > runs["closed", "plain", 8]["per_second"]
    assert runs["open", "fast", None]["failed"] == 0
    assert size["in_process"]["disk"]["plain"]["questions"].keys() == (
        runs["closed", "plain", 1]["questions"].keys()
    )
    assert kept["machine"]["cores"]
    assert kept["versions"]["pyoxigraph"]
    assert "isolation" in done.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "told"),
    [
        ([sys.executable, "-m", "bench"], signal.SIGTERM),
        ([str(Path(sys.executable).with_name("mufakat")), "bench", "--"], signal.SIGINT),
    ],
    ids=["module by SIGTERM", "command by Ctrl-C"],
)
def test_a_measurement_that_is_told_to_end_leaves_no_server_and_no_folder(
    tmp_path: Path, program: list[str], told: signal.Signals
) -> None:
    command = [*program, "--triples", "20000", "--no-startup"]
    command += ["--contenders", "mufakat", "--workdir", str(tmp_path)]
    command += ["--json", str(tmp_path / "bench.json")]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        any("mufakat, fast" in line for line in process.stderr)
        running = leaders(tmp_path)
        os.killpg(process.pid, told)  # as a terminal does
        process.stderr.read()
        assert process.wait(60) == 128 + told
    assert running
    wait_until(lambda: not leaders(tmp_path), "servers outlive their measurement", 10)
    assert list(tmp_path.iterdir()) == []


def leaders(folder: Path) -> list[int]:
    """Process ids of what leads a process group and works in a folder."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            number = int(place.name)
            command = (place / "cmdline").read_bytes()
            if os.getpgid(number) == number and b"serve" in command and bytes(folder) in command:
                found.append(number)
    return found


WRK = """Running 3s test @ http://127.0.0.1:8000/sparql
  2 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   440.12us  312.00us   9.10ms   97.50%
    Req/Sec     8.41k   310.00     9.02k    66.99%
  Latency Distribution
     50%  500.00us
     75%  520.00us
     90%  700.00us
     99%    2.35ms
  50312 requests in 3.00s, 40.11MB read
  Socket errors: connect 0, read 1, write 2, timeout 3
  Non-2xx or 3xx responses: 4
Requests/sec:  16728.84
Transfer/sec:     13.34MB
"""


def test_figures_of_wrk_are_read_from_their_own_lines() -> None:
    assert load.told(WRK) == load.Load(16728.84, 0.5, 2.35, 10)
