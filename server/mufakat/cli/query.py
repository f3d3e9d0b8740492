"""`mufakat query`: ask a saved query, or list them."""

from __future__ import annotations

import difflib
import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mufakat.cli import answers
from mufakat.errors import BadParameter, BadSetting, UnknownQuery
from mufakat.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mufakat.publication.saved import SavedQuery


@click.command(
    epilog="Examples: mufakat query; mufakat query parties-on-date --as-of 2010-01-01"
    " --set treaty=untoc-2000 --format csv",
)
@click.argument("name", required=False)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="PARAMETER=VALUE",
    help="Give a parameter a value; several times for several values.",
)
@click.option("--as-of", metavar="DATE", help="The day to answer for; the same as --set asOf=DATE.")
@answers.options
@click.option("--show", is_flag=True, help="Show the question, its parameters and the query text.")
@click.option(
    "--publication", type=click.Path(path_type=Path), help="Folder to ask; found by default."
)
def command(  # noqa: PLR0913 - one argument per option
    *,
    name: str | None,
    given: tuple[str, ...],
    as_of: str | None,
    form: str,
    output: Path | None,
    show: bool,
    publication: Path | None,
) -> None:
    """Ask the saved query NAME, or list all of them.

    Values are bound as RDF terms. A state, a treaty or another thing is named by its short name
    (tha, untoc-2000) or by its IRI; an empty value means any.
    """
    opened = Publication.open(publication)
    if name is None:
        if given or as_of is not None or output or show or form not in (answers.TABLE, "json"):
            raise BadSetting(
                "These options are about one question, and none is named.",
                mend="Write its name behind `mufakat query`; without options that lists all.",
            )
        _list(opened.queries, form)
        return
    if name not in opened.queries:
        raise _unknown(name, opened.queries)
    query = opened.queries[name]
    values = _values(query, given, as_of)
    if show:
        click.echo(_told(query))
        click.echo(query.bind(values).strip())
        return
    text = query.bind(values)
    answers.write(opened, opened.engine(), text, form=form, output=output, query=query)


def _values(query: SavedQuery, given: tuple[str, ...], as_of: str | None) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in given:
        parameter, equals, value = pair.partition("=")
        if not equals:
            raise BadParameter(
                f"--set {pair} does not name a parameter and a value.",
                mend="Write it as --set parameter=value.",
            )
        values.setdefault(parameter, []).append(value)
    if as_of is not None:
        if not any(parameter.name == "asOf" for parameter in query.parameters):
            raise BadParameter(
                f"The query {query.slug} does not ask for a day.", mend="Leave --as-of out."
            )
        values["asOf"] = [as_of]
    return values


def _unknown(name: str, queries: Mapping[str, SavedQuery]) -> UnknownQuery:
    near = difflib.get_close_matches(name, queries, 3, 0.5)
    return UnknownQuery(
        f"No saved query is called {name}.",
        mend=("Did you mean " + " or ".join(near) + "? " if near else "")
        + "mufakat query lists all of them.",
    )


def _list(queries: Mapping[str, SavedQuery], form: str) -> None:
    if form == "json":
        content = [
            {
                "name": query.slug,
                "theme": query.theme,
                "title": query.title,
                "question": query.question,
                "parameters": {
                    p.name: {"type": p.type, "default": p.default} for p in query.parameters
                },
                "tags": query.tags,
            }
            for query in queries.values()
        ]
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return
    width = max((len(name) for name in queries), default=0)
    for theme, members in groupby(queries.values(), key=lambda query: query.theme):
        click.echo(click.style(theme, bold=True))
        for query in members:
            click.echo(f"  {query.slug.ljust(width)}  {query.question}")
    click.echo(f"{len(queries)} questions; mufakat query NAME asks one, --show explains it.")


def _told(query: SavedQuery) -> str:
    lines = [query.title, "", query.question, "", query.summary, "", f"Note: {query.note}", ""]
    for parameter in query.parameters:
        default = " ".join(parameter.default) or ("any" if parameter.optional else "none")
        lines.append(f"  --set {parameter.name}=…  {parameter.label} ({parameter.type}; {default})")
    return "\n".join([*lines, ""])
