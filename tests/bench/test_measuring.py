"""The whole measurement, in its smallest form: this server alone, two thousand triples."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
