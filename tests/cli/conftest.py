"""The command line in this process, and a tiny publication to run it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mufakat.cli.group import group
from publication import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication in the working directory, and a cache of its own."""
    monkeypatch.setenv("MUFAKAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MUFAKAT_PUBLICATION", raising=False)
    tiny.write(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.fixture
def mufakat(folder: Path) -> Callable[..., Result]:  # noqa: ARG001 - it sets the working directory
    def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(group, list(arguments), input=stdin)

    return call
