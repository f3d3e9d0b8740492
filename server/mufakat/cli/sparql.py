"""`mufakat sparql`: ask a query of your own."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from mufakat.cli import answers
from mufakat.errors import BadQuery, NotFound
from mufakat.publication import Publication, texts


@click.command(
    epilog="Examples: mufakat sparql 'SELECT ?state { ?state a mfk:State }';"
    " mufakat sparql question.rq --format csv; mufakat sparql - < question.rq",
)
@click.argument("query")
@answers.options
@click.option(
    "--publication", type=click.Path(path_type=Path), help="Folder to ask; found by default."
)
def command(*, query: str, form: str, output: Path | None, publication: Path | None) -> None:
    """Ask a SPARQL query: its text, the name of a file, or a dash for standard input.

    The prefixes of mufakat.toml need no declaration. Queries see the union of all files.
    """
    opened = Publication.open(publication)
    text = _text(query)
    answers.write(opened, opened.engine(), _with_prefixes(text, opened), form=form, output=output)


def _text(query: str) -> str:
    """Tell text from a file's name: a query has blanks or braces, the name of a file has none."""
    if query == "-":
        return texts.decode(sys.stdin.buffer.read(), "-")
    if not query.strip():
        raise BadQuery(
            "The query is empty.", mend="Put a query in quotes, or name a file; - reads it."
        )
    if re.search(r"[\s{}]", query) and not Path(query).is_file():
        return query
    try:
        return texts.read(Path(query))
    except OSError as error:
        raise NotFound(
            f"{query} is neither a query nor a file that can be read ({error.strerror}).",
            mend="Put the query in quotes, or check the path.",
        ) from None


def _with_prefixes(text: str, publication: Publication) -> str:
    """Declare, on the query's own first line, the prefixes it uses and does not declare."""
    declared = {prefix.lower() for prefix in re.findall(r"(?i)\bPREFIX\s+([\w-]*):", text)}
    used = set(re.findall(r"(?<![\w<:/#\"'])([A-Za-z][\w-]*):", text))
    head = " ".join(
        f"PREFIX {prefix}: <{iri}>"
        for prefix, iri in publication.config.prefixes.items()
        if prefix in used and prefix.lower() not in declared
    )
    return f"{head} {text}" if head else text
