"""A copy of the real publication to plant mistakes into, and what was wrong with it before."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from mufakat.cli.group import group
from mufakat.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("ontology", "shapes", "data", "queries", "mufakat.toml")


@dataclass
class Planted:
    """The copy; `check` runs the command on it and gives what it found beyond what was there."""

    folder: Path
    before: list[dict[str, Any]]

    def read(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def check(self) -> tuple[int, list[dict[str, Any]]]:
        result = CliRunner().invoke(group, ["check", str(self.folder), "--format", "json", "-q"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        known = {_key(finding) for finding in self.before}
        findings = json.loads(result.stdout)["findings"]
        return result.exit_code, [one for one in findings if _key(one) not in known]

    def text(self) -> str:
        return CliRunner().invoke(group, ["check", str(self.folder), "-q"]).stdout


def _key(finding: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(finding[name] for name in ("id", "file", "node", "path", "message"))


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("planted") / "publication"
    folder.mkdir()
    source = Publication.open(Path(__file__).parents[2]).folder
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, folder / part)
        else:
            shutil.copy(source / part, folder / part)
    planted = Planted(folder, [])
    before = os.environ.get("MUFAKAT_CACHE")
    os.environ["MUFAKAT_CACHE"] = str(folder.parent / "cache")
    planted.before = planted.check()[1]
    if before is None:
        del os.environ["MUFAKAT_CACHE"]
    else:
        os.environ["MUFAKAT_CACHE"] = before
    return planted


@pytest.fixture
def planted(original: Planted, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    """The copy, put right again after the test; what passed once is remembered between tests."""
    monkeypatch.setenv("MUFAKAT_CACHE", str(original.folder.parent / "cache"))
    written: dict[str, str] = {}

    class Restoring(Planted):
        def write(self, file: str, text: str) -> None:
            written.setdefault(file, self.read(file))
            super().write(file, text)

    yield Restoring(original.folder, original.before)
    for file, text in written.items():
        original.write(file, text)
