"""The parts of a saved query that its header describes, read one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mufakat.publication import saved_lexer
from mufakat.publication.saved_parameters import TYPES, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mufakat.publication.saved_header import Header

VIEWS: Final = ("table", "matrix", "timeline", "chain", "map", "bar")
KEYS: Final = (
    "title", "question", "summary", "note", "parameters", "columns", "tags", "view",
    "answers", "reproduces", "example",
)  # fmt: skip
_PARAMETER_KEYS: Final = (
    "name", "label", "type", "default", "optional", "multiple", "help", "class", "scheme",
    "expand", "min", "max", "choices",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of the answer means, in words, and its unit where it has one."""

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Values to try the query with, and what must then come out: a golden file or a row count."""

    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    golden: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Reproduces:
    """The work, and the place in it, that the answer reproduces."""

    source: str
    place: str


def parameters(header: Header, query: str) -> tuple[Parameter, ...]:
    """Read the typed parameters; prefixes that the query declares may be used in the header."""
    prefixes = saved_lexer.prefixes(query)
    found: list[Parameter] = []
    for i in header.items("parameters"):
        at = ("parameters", str(i))
        header.only(_PARAMETER_KEYS, *at)
        kind = header.text(*at, "type")
        if kind not in TYPES:
            raise header.broken(
                f"Parameter type {kind} is unknown", "use one of: " + ", ".join(TYPES), *at, "type"
            )
        found.append(
            Parameter(
                name=header.text(*at, "name"),
                label=header.text(*at, "label"),
                type=kind,
                default=header.texts(*at, "default"),
                optional=header.flag(*at, "optional"),
                multiple=header.flag(*at, "multiple"),
                help=header.text(*at, "help", default=""),
                iri_class=_expanded(header, prefixes, *at, "class"),
                scheme=_expanded(header, prefixes, *at, "scheme"),
                expand=_expanded(header, prefixes, *at, "expand"),
                minimum=header.number(*at, "min"),
                maximum=header.number(*at, "max"),
                choices=header.texts(*at, "choices"),
                prefixes=tuple(sorted(prefixes.items())),
            )
        )
    return tuple(found)


def _expanded(header: Header, prefixes: dict[str, str], *path: str) -> str:
    """Read an IRI of the header, written in full or with a prefix the query declares."""
    value = header.text(*path, default="")
    head, colon, tail = value.partition(":")
    return prefixes[head] + tail if colon and head in prefixes else value


def columns(header: Header) -> tuple[Column, ...]:
    """Read what each column means."""
    return tuple(
        Column(
            header.text("columns", str(i), "name"),
            header.text("columns", str(i), "meaning"),
            header.text("columns", str(i), "unit", default=""),
        )
        for i in header.items("columns")
    )


def view(header: Header) -> tuple[str, dict[str, str]]:
    """Read the view by name, or by `kind` with the columns that play its roles."""
    if isinstance(header.tree.get("view"), dict):
        kind = header.text("view", "kind")
        roles = {
            role: header.text("view", role) for role in header.mapping("view") if role != "kind"
        }
    else:
        kind, roles = header.text("view", default="table"), {}
    if kind not in VIEWS:
        raise header.broken(f"View {kind} is unknown", "use one of: " + ", ".join(VIEWS), "view")
    return kind, roles


def reproduces(header: Header) -> Reproduces | None:
    """Read which table or passage of a work the answer reproduces, if any."""
    if "reproduces" not in header.tree:
        return None
    header.only(("source", "place"), "reproduces")
    return Reproduces(header.text("reproduces", "source"), header.text("reproduces", "place"))


def example(header: Header) -> Example:
    """Values to try the query with and what comes out."""
    header.only(("parameters", "golden", "rows"), "example")
    given = header.mapping("example", "parameters")
    return Example(
        {name: header.texts("example", "parameters", name) for name in given},
        header.text("example", "golden", default=""),
        header.number("example", "rows"),
    )
