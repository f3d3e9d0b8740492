"""`mufakat load`: put a release into another store, from which it can then be served."""

from __future__ import annotations

from pathlib import Path

import click

from mufakat.errors import BadSetting
from mufakat.publication import Publication, texts
from mufakat.publication.loader import load


@click.command(
    epilog="Example: mufakat load http://127.0.0.1:3030/ds/data --default-graph",
)
@click.argument("graph_store")
@click.argument("publication", required=False, type=click.Path(path_type=Path))
@click.option(
    "--default-graph",
    is_flag=True,
    help="Put the union of all files into the store's own default graph too (Fuseki needs it; "
    "Virtuoso shows the union by itself).",
)
@click.option("--user", default="", help="Name, if the store asks for one.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File whose first line is the password.",
)
def command(
    graph_store: str,
    publication: Path | None,
    *,
    default_graph: bool,
    user: str,
    password_file: Path | None,
) -> None:
    """Put every graph of PUBLICATION into the store behind GRAPH_STORE.

    GRAPH_STORE is the address of its SPARQL 1.1 Graph Store HTTP Protocol service. Afterwards
    `mufakat serve --store` with the address of its query service answers from there.
    """
    if password_file and not user:
        raise BadSetting(
            "There is a password and nobody whose it is.", mend="Give the name with --user."
        )
    opened = Publication.open(publication)
    total = load(
        opened,
        graph_store,
        default_graph=default_graph,
        credentials=(user, _password(password_file)) if user else None,
        said=lambda name, triples: click.echo(f"{triples:>9,}  {name}", err=True),
    )
    click.echo(f"{total:,} triples loaded; data version {opened.version[:16]}.")


def _password(file: Path | None) -> str:
    """Read the first line of a file; without one, the password is empty."""
    if file is None:
        return ""
    lines = texts.read(file).splitlines()
    if not lines or not lines[0]:
        raise BadSetting(f"The first line of {file} is empty.", mend="Write the password there.")
    return lines[0]
