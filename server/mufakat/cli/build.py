"""`mufakat build`: write a release."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from mufakat.cli.errors import DONE, FINDINGS
from mufakat.cli.progress import Steps
from mufakat.errors import BadSetting
from mufakat.publication import Publication


@click.command(
    epilog="Examples: mufakat build release; mufakat build release --check"
    " --site pages --at https://example.org/mufakat/",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("publication", required=False, type=click.Path(path_type=Path))
@click.option("--at", default="", metavar="URL", help="Address the release will lie at.")
@click.option("--check", is_flag=True, help="Check first, and write nothing when errors are found.")
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    help="Copy all pages into this folder, to be browsed without a server.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
def command(  # noqa: PLR0913 - one argument per option
    *, out: Path, publication: Path | None, at: str, check: bool, site: Path | None, quiet: bool
) -> None:
    """Write a release of PUBLICATION into the folder OUT.

    Dumps in six formats (N-Quads first), VoID and DCAT, mappings as SSSOM, the
    sources, and SHA-256 sums of all. The same content gives the same bytes.
    """
    from mufakat.publication.release import build  # noqa: PLC0415 - help must come at once

    address = _address(at)
    opened = Publication.open(publication)
    with Steps(quiet=quiet) as steps:
        if check:
            from mufakat.publication.check import run  # noqa: PLC0415
            from mufakat.publication.check.reporters import text  # noqa: PLC0415

            report = run(opened, progress=steps)
            if not report.conforms:
                click.echo(text(report, opened.config), nl=False)
                sys.exit(FINDINGS)
        release = build(opened, out, at=address, tell=steps)
        if site is not None:
            from mufakat.cli.static_copy import copy  # noqa: PLC0415

            copied = copy(opened, site, live=at, tell=steps)
            click.echo(f"{copied.pages} pages in {site}")
            for path in copied.missing:
                click.echo(f"a link leads nowhere: {path}", err=True)
    click.echo(f"{len(release.files)} files in {release.folder}")
    click.echo(f"{release.triples} triples, content {release.version}")
    click.echo(f"RDFC-1.0 SHA-256 {release.canonical}")
    sys.exit(DONE)


def _address(at: str) -> str:
    """Give the address of a folder; raises BadSetting when it is none."""
    if at and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", at):
        raise BadSetting(
            f"--at {at!r} is no web address.", mend="Write it like https://example.org/releases/1/."
        )
    return at if not at or at.endswith("/") else at + "/"
