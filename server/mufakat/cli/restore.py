"""`mufakat restore`: make a folder for `mufakat serve --store` from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from mufakat.publication import Publication
from mufakat.publication.backup import restore

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog="Example: mufakat restore monday.nq.gz /var/lib/mufakat-new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("store", type=FOLDER)
@click.argument("publication", required=False, type=FOLDER)
def command(file: Path, store: Path, publication: Path | None) -> None:
    """Make STORE, a new folder, hold what the backup FILE holds.

    The checksum beside FILE is compared first, when it is there. Afterwards `mufakat serve
    --writable --store STORE` answers from it.
    """
    quads, version = restore(Publication.open(publication), file, store)
    click.echo(f"{store}: {quads:,} quads, data version {version[:16]}.")
