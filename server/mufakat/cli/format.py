"""`mufakat format`: bring Turtle files into the house form, or say which are not in it."""

from __future__ import annotations

import difflib
import shutil
import sys
from pathlib import Path

import click

from mufakat.cli.errors import CANNOT_RUN, DONE, FINDINGS, render
from mufakat.errors import BadSetting, MufakatError, NotFound
from mufakat.publication import Publication
from mufakat.publication.config import FILE_NAME
from mufakat.publication.format import canonical

STANDARD_INPUT = Path("-")


@click.command(
    epilog="Examples: mufakat format data/ttl/actions.ttl; mufakat format --check",
)
@click.option(
    "--check", is_flag=True, help="Change nothing; exit 1 when a file is not in the form."
)
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@click.option("--drop-comments", is_flag=True, help="Let comments inside the file go.")
@click.option(
    "--publication",
    type=click.Path(path_type=Path),
    help="Folder whose mufakat.toml gives base and prefixes; found from the paths by default.",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
def command(
    *,
    check: bool,
    diff: bool,
    drop_comments: bool,
    publication: Path | None,
    paths: tuple[Path, ...],
) -> None:
    """Bring Turtle files into the house form.

    Without PATHS: every Turtle file of the publication. A dash reads standard input and writes
    standard output. In the house form one fact is one line; the triples stay the same.
    """
    opened = Publication.open(publication or _owner(paths))
    if paths == (STANDARD_INPUT,):
        text = sys.stdin.buffer.read()
        formatted = canonical(text, opened.config, file="-", drop_comments=drop_comments)
        click.echo(formatted, nl=False)
        return
    worst, changed = DONE, 0
    files = _files(paths) if paths else [f.path for f in opened.files("ontology", "shapes", "data")]
    for file in files:
        before = file.read_bytes()
        shown = opened.relative(file.resolve())
        try:
            after = canonical(before, opened.config, file=shown, drop_comments=drop_comments)
        except MufakatError as error:
            click.echo(render(error), err=True)
            worst = CANNOT_RUN
            continue
        if after.encode() == before:
            continue
        changed += 1
        if diff:
            _differ(before, after, shown)
        elif check:
            click.echo(f"{shown}: not in the house form; run: mufakat format {shown}")
        else:
            _replace(file.resolve(), after)
            click.echo(f"{shown}: formatted")
    click.echo(f"{len(files)} files, {changed} {'to format' if check or diff else 'formatted'}.")
    if changed and (check or diff):
        worst = max(worst, FINDINGS)
    sys.exit(worst)


def _replace(file: Path, text: str) -> None:
    """Put a text in a file's place at once, so that a full disk leaves the old one whole."""
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_bytes(text.encode())
        shutil.copymode(file, new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _differ(before: bytes, after: str, shown: str) -> None:
    old = before.decode("utf-8", "replace").splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, shown, f"{shown} (formatted)"):
        click.echo(line, nl=False)


def _owner(paths: tuple[Path, ...]) -> Path | None:
    """Find the publication that the first path lies in."""
    for path in paths[:1]:
        for folder in (path.resolve(), *path.resolve().parents):
            if (folder / FILE_NAME).is_file():
                return folder
    return None


def _files(paths: tuple[Path, ...]) -> list[Path]:
    if STANDARD_INPUT in paths:
        raise BadSetting(
            "A dash stands for standard input, and stands alone.",
            mend="Leave the other paths out, or the dash.",
        )
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(path.rglob("*.ttl"))
        elif path.is_file():
            files.append(path)
        else:
            raise NotFound(f"There is no file {path}.", mend="Check the spelling of the path.")
    return files
