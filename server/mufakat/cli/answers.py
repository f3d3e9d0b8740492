"""Asks a query and writes its answer: as a table for people, or in any format of the protocol."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click
import pyoxigraph as ox

from mufakat.engine.formats import FORMATS, KIND_OF_FORM, by_ending, for_form
from mufakat.engine.types import QueryRequest
from mufakat.errors import BadSetting
from mufakat.namespaces import RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mufakat.engine.types import Engine
    from mufakat.publication import Publication
    from mufakat.publication.saved import SavedQuery
    from mufakat.views.names import Named
    from mufakat.views.table import Table

TABLE: Final = "table"
SHEET: Final = "xlsx"
NAMES: Final = tuple(
    dict.fromkeys((TABLE, *(fmt.name for fmt in FORMATS), "ttl", "nt", "rdf", "trig", "nq", SHEET))
)
LABELS_AT_ONCE: Final = 5000
Command = TypeVar("Command", bound="Callable[..., object]")


def options(command: Command) -> Command:
    """Give a command the options of how its answer is written: --format and --output."""
    output = click.option(
        "--output", "-o", type=click.Path(path_type=Path), help="Write to a file."
    )
    form = click.option(
        "--format",
        "form",
        type=click.Choice(NAMES),
        default=TABLE,
        show_default=True,
        metavar="FORMAT",
        help="One of " + ", ".join(NAMES) + ".",
    )
    return form(output(command))


def write(  # noqa: PLR0913 - one argument per option
    publication: Publication,
    engine: Engine,
    text: str,
    *,
    form: str = TABLE,
    output: Path | None = None,
    query: SavedQuery | None = None,
) -> None:
    """Ask, and write the answer to a file or to standard output; raises MufakatError."""
    asked = engine.form(text)
    if asked == "select" and form in (TABLE, SHEET):
        table = _table(publication, engine, text, query)
        if form == SHEET:
            _send(_sheet(publication, engine, table, text, query), output, binary=True)
        elif output is None:
            _show(table, query)
        else:
            output.write_text(_plain(table), encoding="utf-8")
        return
    if asked == "ask" and form == TABLE:
        _send((b"yes\n" if engine.ask(text) else b"no\n"), output)
        return
    kind = KIND_OF_FORM[asked]
    wanted = "turtle" if form == TABLE else form
    fmt = by_ending(wanted, kind)
    if fmt is None:
        fitting = [one.name for one in for_form(asked)]
        if asked == "select":
            fitting = [TABLE, *fitting, SHEET]
        raise BadSetting(
            f"An answer to {asked.upper()} cannot be written as {form}.",
            mend="Give --format " + " or ".join(fitting) + ".",
        )
    answer = engine.answer(QueryRequest(text), fmt)
    _send(answer.body, output)


def _send(body: bytes, output: Path | None, *, binary: bool = False) -> None:
    if output is not None:
        output.write_bytes(body)
        return
    if binary and sys.stdout.isatty():
        raise BadSetting(
            "A workbook is no text for a terminal.", mend="Name a file with --output answer.xlsx."
        )
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    if not binary and sys.stdout.isatty() and not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def _table(publication: Publication, engine: Engine, text: str, query: SavedQuery | None) -> Table:
    from mufakat.views import table  # noqa: PLC0415 - other formats need no view
    from mufakat.views.names import Scope  # noqa: PLC0415

    found = engine.select(text)
    config = publication.config
    scope = Scope(config.base_iri, config.terms, _names(engine, found.rows, config.base_iri))
    columns = query.columns if query else ()
    meanings = {column.name: (column.meaning, column.unit) for column in columns}
    return table.build(found.vars, found.rows, scope, meanings)


def _names(engine: Engine, rows: Iterable[Mapping[str, object]], base: str) -> dict[str, Named]:
    """Look up the English labels of the publication's own nodes in an answer."""
    from mufakat.views.names import Named  # noqa: PLC0415

    iris = {
        term.value
        for row in rows
        for term in row.values()
        if isinstance(term, ox.NamedNode) and term.value.startswith(base)
    }
    names: dict[str, Named] = {}
    wanted = sorted(iris)
    for start in range(0, len(wanted), LABELS_AT_ONCE):
        nodes = " ".join(f"<{iri}>" for iri in wanted[start : start + LABELS_AT_ONCE])
        labels = engine.select(
            f"SELECT ?node ?label {{ VALUES ?node {{ {nodes} }} "
            f"?node <{RDFS}label>|<{SKOS}prefLabel> ?label FILTER (LANG(?label) = 'en') }}"
        )
        for row in labels.rows:
            node, label = row.get("node"), row.get("label")
            if isinstance(node, ox.NamedNode) and isinstance(label, ox.Literal):
                names[node.value] = Named(label.value)
    return names


def _sheet(
    publication: Publication,
    engine: Engine,
    table: Table,
    text: str,
    query: SavedQuery | None,
) -> bytes:
    from mufakat.views import spreadsheet  # noqa: PLC0415 - other formats need no workbook

    about = [
        ("Title", query.title if query else "Answer to a query"),
        ("Question", query.question if query else text),
        ("How to read it", query.note if query else ""),
        ("Publication", publication.config.title),
        ("Licence", publication.config.licence),
        ("Data version", engine.version),
    ]
    return spreadsheet.workbook(table, about, publication.config.base_iri)


def _show(table: Table, query: SavedQuery | None) -> None:
    """Draw a table; where nobody watches, columns are as wide as what stands in them."""
    from rich.console import Console  # noqa: PLC0415 - only people read it
    from rich.table import Table as Drawn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    if not console.is_terminal:
        sys.stdout.write(_plain(table))
        return
    drawn = Drawn(title=query.title if query else None, title_justify="left", header_style="bold")
    for heading in table.headings:
        unit = f" ({heading.unit})" if heading.unit else ""
        drawn.add_column(
            heading.title + unit, justify="right" if heading.style == "num" else "left"
        )
    for row in table.rows:
        drawn.add_row(*(Text(shown.text) for shown in row))
    console.print(drawn)
    console.print(_count(table), highlight=False)


def _plain(table: Table) -> str:
    """Write a table in aligned columns, two blanks between."""
    lines = [[heading.title for heading in table.headings]]
    lines += [[shown.text.replace("\n", " ") for shown in row] for row in table.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(table.headings))]
    text = [_aligned(line, widths) for line in lines]
    text.insert(1, _aligned(["-" * width for width in widths], widths))
    return "\n".join([*text, _count(table)]) + "\n"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = (text.ljust(width) for text, width in zip(line, widths, strict=True))
    return "  ".join(cells).rstrip()


def _count(table: Table) -> str:
    return f"{len(table.rows)} {'row' if len(table.rows) == 1 else 'rows'}"
