"""What deploy/ and docs/deployment.md tell people to run is what the program understands."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from mufakat.cli.group import group
from mufakat.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy/mufakat@.service"
GUIDE = ROOT / "docs/deployment.md"


def commands() -> list[list[str]]:
    """Every call of the program in the unit and in the guide, as words."""
    text = UNIT.read_text() + GUIDE.read_text().replace("\\\n", " ")
    return [
        line.split()
        for line in re.findall(r"\bmufakat ((?:serve|load|build|backup) [^`\n]*)", text)
    ]


def test_every_option_told_is_one_the_command_has() -> None:
    assert len(commands()) > 6
    for command, *words in commands():
        told = CliRunner().invoke(group, [command, "--help"]).output
        for word in words:
            if word.startswith("--"):
                assert re.search(rf"{word}\b", told), f"mufakat {command} has no {word}"


def test_every_variable_told_is_a_setting() -> None:
    known = {setting.variable for setting in SETTINGS}
    told = set(re.findall(r"MUFAKAT_[A-Z_]+", GUIDE.read_text())) - {"MUFAKAT_REQUIRE_NGINX"}
    assert told
    assert told <= known


def test_every_file_and_address_told_is_there() -> None:
    for name in re.findall(r"\]\((\.\./)?([\w./@-]+)\)", GUIDE.read_text()):
        path = ROOT / name[1] if name[0] else ROOT / "docs" / name[1]
        assert path.exists(), path


def test_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED: systemd-analyze is not installed")
    copy = tmp_path / "mufakat@8001.service"
    copy.write_text(UNIT.read_text().replace("/opt/mufakat/.venv/bin/mufakat", "/bin/true"))
    done = subprocess.run(
        [program, "verify", str(copy)], capture_output=True, text=True, check=False
    )
    assert "mufakat@8001" not in done.stderr, done.stderr
