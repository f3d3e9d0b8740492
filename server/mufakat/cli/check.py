"""`mufakat check`: prove what a publication promises, and say how to mend what is wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from mufakat.cli.errors import DONE, FINDINGS
from mufakat.cli.progress import Steps
from mufakat.errors import NotFound
from mufakat.publication import Publication
from mufakat.publication.check import CATALOGUE, run
from mufakat.publication.check.reporters import REPORTERS
from mufakat.publication.config import FILE_NAME


@click.command(
    epilog="Examples: mufakat check; mufakat check --reason --format sarif > check.sarif;"
    " mufakat check data/ttl/actions.ttl",
)
@click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PUBLICATION] [FILES]..."
)
@click.option(
    "--reason", is_flag=True, help="Run the reasoners too (L07); takes a Java from a wheel."
)
@click.option("--engines", is_flag=True, help="Ask every saved query of rdflib too (Q03).")
@click.option(
    "--changed",
    is_flag=True,
    help="Only files that were changed, or had findings, since the last whole run.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(REPORTERS)),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option("--no-cache", is_flag=True, help="Look at everything again, even what passed before.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
@click.option("--list", "listing", is_flag=True, help="List the checks and what each promises.")
def command(  # noqa: PLR0913 - one argument per option
    *,
    paths: tuple[Path, ...],
    reason: bool,
    engines: bool,
    changed: bool,
    form: str,
    no_cache: bool,
    quiet: bool,
    listing: bool,
) -> None:
    """Prove what a publication promises, and say how to mend what is wrong.

    Without arguments: the whole publication found from here. With FILES only what concerns them
    is told. Exits with 0 when nothing stops a release, with 1 when something does, with 2 when the
    check could not run.
    """
    if listing:
        for check, (severity, promise) in CATALOGUE.items():
            click.echo(f"{check}  {severity}  {promise}")
        return
    publication, files = _arguments(paths)
    with Steps(quiet=quiet) as steps:
        report = run(
            publication,
            paths=files,
            changed=changed,
            reason=reason,
            engines=engines,
            cached=not no_cache,
            progress=steps,
        )
    text = REPORTERS[form](report, publication.config)
    click.echo(_coloured(text) if form == "text" and sys.stdout.isatty() else text, nl=False)
    sys.exit(DONE if report.conforms else FINDINGS)


def _coloured(text: str) -> str:
    """Let places, errors and warnings stand out on a terminal."""
    shades = {"error": "red", "warning": "yellow"}

    def one(match: re.Match[str]) -> str:
        word = click.style(f"{match[2]} {match[3]}", fg=shades[match[3]], bold=True)
        return f"{click.style(match[1], bold=True)}{word}"

    return re.sub(r"^(\S*:? ?)([A-Z]\d\d) (error|warning)\b", one, text, flags=re.MULTILINE)


def _arguments(paths: tuple[Path, ...]) -> tuple[Publication, tuple[Path, ...]]:
    """Tell the publication (a folder with a mufakat.toml) from the files."""
    if paths and paths[0].is_dir() and (paths[0] / FILE_NAME).is_file():
        return Publication.open(paths[0]), paths[1:]
    if paths:
        if not paths[0].exists():
            raise NotFound(
                f"There is no file or folder {paths[0]}.", mend="Check the spelling of the path."
            )
        for folder in paths[0].resolve().parents:
            if (folder / FILE_NAME).is_file():
                return Publication.open(folder), paths
        return Publication.open(paths[0] if len(paths) == 1 else None), paths[1:]
    return Publication.open(), ()
