"""`mufakat backup`: write the state of a server that takes changes into one file."""

from __future__ import annotations

from pathlib import Path

import click

from mufakat.publication import Publication
from mufakat.publication.backup import backup

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog="Example: mufakat backup /var/lib/mufakat monday.nq.gz")
@click.argument("store", type=FOLDER)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("publication", required=False, type=FOLDER)
def command(store: Path, out: Path, publication: Path | None) -> None:
    """Write the state of STORE into OUT (gzipped N-Quads) and its checksum beside it.

    STORE is the folder given to `mufakat serve --store`. The server may go on meanwhile: whatever
    it acknowledged before is in the backup.
    """
    quads, version = backup(Publication.open(publication), store, out)
    click.echo(f"{out}: {quads:,} quads, data version {version[:16]}.")
