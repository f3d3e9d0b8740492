"""`mufakat serve`: pages, saved queries and a SPARQL endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mufakat import settings
from mufakat.cli.errors import render

if TYPE_CHECKING:
    from mufakat.errors import MufakatError


@click.command(
    epilog="Examples: mufakat serve; mufakat serve ./my-publication --port 0 --timeout 10",
)
@click.argument("publication", required=False, type=click.Path(path_type=Path))
@settings.options()
def command(publication: Path | None, **given: Any) -> None:
    """Serve a publication: pages, saved queries and a SPARQL endpoint.

    PUBLICATION is a folder; without it, the one in the working directory or the one carried with
    the program. The address is printed when the first answer can be given. Ends in good order on
    SIGTERM and Ctrl-C; takes in a changed PUBLICATION on SIGHUP without dropping a request.
    """
    from mufakat.publication import Publication  # noqa: PLC0415 - help must come at once
    from mufakat.web import server  # noqa: PLC0415

    opened = Publication.open(publication)
    chosen = settings.load(given, file=opened.config.server)
    server.run(opened, chosen, server.Voice(_tell, _complain))


def _tell(line: str) -> None:
    click.echo(line)


def _complain(error: MufakatError) -> None:
    click.echo(render(error), err=True)
