"""`mufakat build` as a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publication import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Call = Callable[..., Result]


def test_a_release_is_written_and_its_content_named(mufakat: Call, tmp_path: Path) -> None:
    result = mufakat("build", str(tmp_path / "out"), "--check", "-q")
    assert result.exit_code == 0
    assert "RDFC-1.0 SHA-256 " in result.stdout
    assert (tmp_path / "out/SHA256SUMS").is_file()


def test_the_copied_pages_lead_to_each_other_and_to_the_live_address(
    mufakat: Call, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    at = "https://live.example/"
    result = mufakat("build", str(tmp_path / "out"), "-q", "--site", str(site), "--at", at)
    assert result.exit_code == 0
    pages = list(site.rglob("index.html"))
    assert site / "page/act/one/index.html" in pages
    assert f"{len(pages)} pages in {site}" in result.stdout
    for page in pages:
        for link in re.findall(
            r'\b(?:href|src|action)="([^"#]+)', page.read_text(encoding="utf-8")
        ):
            if not link.startswith(("https://", "http://", "mailto:", "data:")):
                assert (page.parent / link).resolve().is_file(), f"{page}: {link}"
                assert not link.startswith("/")
    home = (site / "index.html").read_text(encoding="utf-8")
    assert 'href="https://live.example/editor"' in home


def test_what_does_not_pass_the_checks_is_not_released(
    mufakat: Call, tmp_path: Path, folder: Path
) -> None:
    tiny.write(folder, data=tiny.DATA.replace('ex:locator "page 1"@en', 'rdfs:comment "x"@en'))
    result = mufakat("build", str(tmp_path / "out"), "--check", "-q")
    assert result.exit_code == 1
    assert "D01" in result.stdout
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_left_alone(mufakat: Call, folder: Path) -> None:
    result = mufakat("build", str(folder / "data"), "-q")
    assert result.exit_code == 2
    assert "no release" in result.stderr
