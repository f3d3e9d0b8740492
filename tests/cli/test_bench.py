"""`mufakat bench` finds the measurements that come with the sources, and hands on their verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import mufakat as package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Call = Callable[..., Result]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one measurement, and with one that stands for all of them."""
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "one.py").write_text(
        '"""Measures nothing."""\nimport sys\ndef main(): sys.exit(int(sys.argv[2]))\nmain()\n',
        encoding="utf-8",
    )
    (folder / "__main__.py").write_text(
        "import sys\ndef main(): sys.exit(40 + len(sys.argv))\nmain()\n", encoding="utf-8"
    )
    monkeypatch.setattr(package, "__file__", str(tmp_path / "server/mufakat/__init__.py"))
    return folder


def test_the_measurements_are_listed_with_what_they_measure(mufakat: Call) -> None:
    result = mufakat("bench", "--list")
    assert result.exit_code == 0
    names = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines()}
    assert {"startup", "soak"} <= names.keys()
    assert all(names.values())


@pytest.mark.usefixtures("planted")
def test_a_measurement_is_run_with_its_options_and_its_exit_code(mufakat: Call) -> None:
    assert mufakat("bench", "--list").stdout == "  one  Measures nothing.\n"
    assert mufakat("bench", "one", "--code", "7").exit_code == 7


@pytest.mark.usefixtures("planted")
def test_without_a_name_all_of_it_is_run_and_gets_the_options(mufakat: Call) -> None:
    assert mufakat("bench").exit_code == 41
    assert mufakat("bench", "--quick").exit_code == 42
    assert mufakat("bench", "--json", "file", "--quick").exit_code == 44


def test_an_unknown_measurement_is_told_with_the_known_ones(mufakat: Call) -> None:
    result = mufakat("bench", "luck")
    assert result.exit_code == 2
    assert "startup" in result.stderr


def test_an_installed_package_says_where_the_measurements_are(
    mufakat: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "__file__", str(tmp_path / "a/b/__init__.py"))
    result = mufakat("bench")
    assert result.exit_code == 2
    assert "checkout" in result.stderr
