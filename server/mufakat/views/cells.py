"""One RDF term as people read it: a link, a date, a number, a mark or a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import pyoxigraph as ox

from mufakat.namespaces import XSD
from mufakat.views import dates

if TYPE_CHECKING:
    from mufakat.views.names import Scope

Kind = Literal["link", "outside", "text", "number", "date", "mark", "badge", "flag", "none"]
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
NUMBERS: Final = frozenset(
    XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger",
                 "positiveInteger", "short", "byte", "unsignedInt")
)  # fmt: skip
DATES: Final = frozenset({XSD + "date", XSD + "dateTime"})
MARKS: Final = ("yes", "limited", "no", "unavailable")
VALUE_SCHEME: Final = "finding-value"
LONG_NAME: Final = 56
UNVERIFIED: Final = {"unverified": "unverified", "inferred": "inferred"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A term ready to be shown; `href` may stand with any kind."""

    kind: Kind
    text: str
    href: str = ""
    lang: str = ""
    machine: str = ""
    """The exact value: ISO date, full IRI, mark or rank."""
    title: str = ""
    under: str = ""
    """What stands small below it, such as the place in a source."""

    def __bool__(self) -> bool:
        """Tell whether there is anything to show."""
        return self.kind != "none"


EMPTY: Final = Cell("none", "")


def cell(term: Term | None, scope: Scope, precision: str = "day") -> Cell:
    """Show one term; `precision` is the slug of a date precision, for dates."""
    match term:
        case None:
            return EMPTY
        case ox.NamedNode():
            return of_iri(term.value, scope)
        case ox.Literal():
            return of_literal(term, precision)
        case _:
            return Cell("text", str(term))


def of_iri(iri: str, scope: Scope) -> Cell:
    """Show an IRI by its label, linked to its page here or to its address elsewhere."""
    href = scope.href(iri)
    if (value := scope.concept(iri, VALUE_SCHEME)) in MARKS:
        return Cell("mark", scope.text(iri), href or "", machine=str(value))
    if (value := scope.concept(iri, "verification")) is not None:
        flagged = value in UNVERIFIED
        return Cell("flag", scope.text(iri).lower(), href or "", machine="" if flagged else "good")
    rank = scope.rank(iri)
    if rank is not None:
        return Cell("badge", scope.text(iri), href or "", machine=str(min(max(rank, 1), 5)))
    if href is not None:
        return Cell("link", scope.text(iri), href, machine=iri)
    outside = re.match(r"https?://", iri)
    text = scope.text(iri) if iri in scope.names else shown_address(iri)
    return Cell("outside" if outside else "text", text, iri if outside else "", machine=iri)


def brief(term: Term | None, scope: Scope, precision: str = "day") -> Cell:
    """Show a term in a narrow place: a long name gives way to the short title, if there is one."""
    shown = cell(term, scope, precision)
    if shown.kind == "link" and len(shown.text) > LONG_NAME:
        short = scope.short(shown.machine)
        return replace(shown, text=short, title=shown.text) if len(short) < LONG_NAME else shown
    return shown


def of_literal(literal: ox.Literal, precision: str = "day") -> Cell:
    """Show a literal according to its datatype."""
    datatype, value = literal.datatype.value, literal.value
    if datatype in NUMBERS:
        return Cell("number", number(value), machine=value)
    if datatype in DATES:
        return Cell("date", dates.human(value, precision), machine=value, title=precision)
    if datatype == XSD + "boolean":
        return Cell("text", "yes" if value in ("true", "1") else "no", machine=value)
    if datatype == XSD + "anyURI" and re.match(r"https?://", value):
        return Cell("outside", shown_address(value), value, machine=value)
    return Cell("text", value, lang=literal.language or "", machine=value)


def number(value: str) -> str:
    """Group the digits of large whole numbers; leave years and everything else alone."""
    if re.fullmatch(r"-?\d{5,}", value):
        return f"{int(value):,}".replace(",", "\u202f")
    if re.fullmatch(r"-?\d+\.0+", value):
        return value.partition(".")[0]
    if re.fullmatch(r"-?\d+\.\d{5,}", value):
        return f"{float(value):.3f}".rstrip("0").rstrip(".")
    return value


def shown_address(url: str, limit: int = 60) -> str:
    """Shorten a web address for reading; the link keeps the whole."""
    bare = re.sub(r"^https?://(www\.)?", "", url).rstrip("/")
    return bare if len(bare) <= limit else bare[: limit - 1].rstrip("/") + "…"


def relabelled(shown: Cell, text: str, lang: str = "") -> Cell:
    """Give a link the text that the query itself supplied for it."""
    if shown.kind in ("link", "outside") and text:
        return replace(shown, text=text, lang=lang)
    return shown
