"""Which literals are well-formed and how they compare: https://www.w3.org/TR/xmlschema11-2/."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.publication.graph import Term

ZONE: Final = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
NUMBER: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
FLOATS: Final = ("double", "float")
PATTERNS: Final = {
    "decimal": re.compile(NUMBER),
    "double": re.compile(NUMBER + r"(?:[eE][+-]?\d+)?|[+-]?INF|NaN"),
    "float": re.compile(NUMBER + r"(?:[eE][+-]?\d+)?|[+-]?INF|NaN"),
    "boolean": re.compile(r"true|false|0|1"),
    "gYear": re.compile(r"-?\d{4,}" + ZONE),
    "gYearMonth": re.compile(r"-?\d{4,}-(?:0[1-9]|1[0-2])" + ZONE),
    "anyURI": re.compile(r"[^\s<>\"{}|\\^`]*"),
    "language": re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"),
    "time": re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?" + ZONE),
}
DATE: Final = re.compile(rf"(-?\d{{4,}}-\d\d-\d\d)({ZONE})")
DATE_TIME: Final = re.compile(rf"(-?\d{{4,}}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?({ZONE})")


def has_datatype(term: Term, datatype: str) -> bool:
    """Tell whether a term is a well-formed literal of a datatype."""
    if not isinstance(term, ox.Literal) or term.datatype.value != datatype:
        return False
    if datatype == RDF + "langString":
        return bool(term.language)
    return not datatype.startswith(XSD) or well_formed(term.value, datatype[len(XSD) :])


def well_formed(text: str, name: str) -> bool:
    """Tell whether a text is in the lexical space of an XSD datatype; unknown ones admit all."""
    if name in INTEGERS:
        low, high = INTEGERS[name]
        if not re.fullmatch(r"[+-]?\d+", text):
            return False
        return (low is None or int(text) >= low) and (high is None or int(text) <= high)
    if name in ("date", "dateTime"):
        match = (DATE if name == "date" else DATE_TIME).fullmatch(text)
        if match is None:
            return False
        return _exists(match[1]) and (name == "date" or _time(match[2]))
    pattern = PATTERNS.get(name)
    return pattern is None or bool(pattern.fullmatch(text))


def _exists(day: str) -> bool:
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return len(day) != 10  # years before 1 or after 9999 are beyond Python's calendar
    return True


def _time(clock: str) -> bool:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours < 24 and minutes < 60 and seconds < 60


def compare(one: Term, other: Term) -> int | None:
    """Order two terms as SPARQL's `<` does: -1, 0, 1, or None when they cannot be compared."""
    if not isinstance(one, ox.Literal) or not isinstance(other, ox.Literal):
        return None
    left, right = _value(one), _value(other)
    if left is None or right is None or left[0] != right[0]:
        return None
    return int(left[1] > right[1]) - int(left[1] < right[1])


def _number(text: str, name: str) -> float | Decimal:
    return float(text.replace("INF", "inf")) if name in FLOATS else Decimal(text)


def _value(term: ox.Literal) -> tuple[str, Any] | None:
    """Give the kind of a literal and a value that Python orders alike."""
    datatype = term.datatype.value
    name = datatype.removeprefix(XSD)
    if name == datatype or term.language or not well_formed(term.value, name):
        return None
    readers: dict[str, Callable[[str], tuple[str, Any]]] = {
        "string": lambda text: ("string", text),
        "boolean": lambda text: ("boolean", text in ("true", "1")),
        "date": lambda text: _moment(text[:10] + "T00:00:00" + text[10:], "date"),
        "dateTime": lambda text: _moment(text, "dateTime"),
    }
    if name in INTEGERS or name in ("decimal", *FLOATS):
        number = _number(term.value, name)
        return ("number", Decimal(number) if isinstance(number, float) else number)
    reader = readers.get(name)
    return reader(term.value) if reader else None


def _moment(text: str, kind: str) -> tuple[str, datetime.datetime]:
    moment = datetime.datetime.fromisoformat(text)
    # with and without a zone there is no order that holds everywhere on earth
    return (kind + (" zoned" if moment.tzinfo else ""), moment)
