"""From what a person types to an RDF term that SPARQL reads back unchanged.

Each value is checked against the type of its parameter and then written as one term. Nothing
a value contains can end that term early: IRIs with characters outside IRIREF are refused, and
strings are escaped by ECHAR. https://www.w3.org/TR/sparql11-query/#rIRIREF
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from pyoxigraph import NamedNode

from mufakat.namespaces import XSD

UNDEF: Final = "UNDEF"
MAX_LENGTH: Final = 2000

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ILLEGAL_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\\x7f-\x9f\ud800-\udfff]')
_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~/-]*")
_CURIE = re.compile(r"([A-Za-z][\w-]*):([A-Za-z0-9][A-Za-z0-9._~/-]*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


class TermError(ValueError):
    """A value that is no term of the wanted type; carries how to mend it."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.mend = mend


def iri(value: str, *, expand: str | None = None, prefixes: dict[str, str] | None = None) -> str:
    """Write an absolute IRI, or a short name put behind `expand` (lower-case, as slugs are)."""
    if expand and _SHORT.fullmatch(value):
        value = expand + value.lower()
    elif prefixes and (curie := _CURIE.fullmatch(value)) and curie[1] in prefixes:
        value = prefixes[curie[1]] + curie[2]
    if bad := _ILLEGAL_IN_IRI.search(value):
        raise TermError(
            f"{bad.group()!r} may not stand in an IRI", "percent-encode it or correct the IRI"
        )
    if not _ABSOLUTE.match(value):
        raise TermError(
            f"{value!r} is neither an absolute IRI nor a short name",
            f"give an IRI, or a name known under {expand}" if expand else "give an absolute IRI",
        )
    try:
        NamedNode(value)
    except ValueError as error:
        raise TermError(f"{value!r} is not an IRI: {error}", "correct the IRI") from error
    return f"<{value}>"


def day(value: str) -> str:
    """Write a real day of the calendar as an xsd:date literal."""
    mend = "write a day of the calendar as YYYY-MM-DD, for example 2015-11-21"
    if not _DATE.fullmatch(value):
        raise TermError(f"{value!r} is not a date", mend)
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise TermError(f"{value!r} is not in the calendar: {error}", mend) from error
    return f'"{value}"^^<{XSD}date>'


def integer(value: str, low: int | None = None, high: int | None = None) -> str:
    """Write a whole number within the bounds, in its canonical spelling."""
    if not _INTEGER.fullmatch(value):
        raise TermError(f"{value!r} is not a whole number", "write digits only, for example 2020")
    number = int(value)
    if (low is not None and number < low) or (high is not None and number > high):
        span = (
            f"between {low} and {high}"
            if None not in (low, high)
            else (f"at least {low}" if high is None else f"at most {high}")
        )
        raise TermError(f"{number} is out of range", f"give a whole number {span}")
    return str(number)


def boolean(value: str) -> str:
    """Write a truth value; form fields say on, yes or 1 for it."""
    low = value.lower()
    if low not in _TRUE | _FALSE:
        raise TermError(f"{value!r} is neither true nor false", "write true or false")
    return "true" if low in _TRUE else "false"


def string(value: str) -> str:
    r"""Write a plain string literal, escaped.

    A backslash before ``u`` is refused: section 19.2 of SPARQL 1.1 expands such escapes before
    the grammar is applied, and engines differ in whether an escaped backslash guards it.
    """
    if len(value) > MAX_LENGTH:
        raise TermError(f"{len(value)} characters are too many", f"keep within {MAX_LENGTH}")
    if bad := _CONTROL.search(value):
        raise TermError(f"{bad.group()!r} is no character of text", "leave control characters out")
    if re.search(r"\\[uU]", value):
        raise TermError(
            "a backslash followed by u would be read as a code point escape",
            "write the character itself",
        )
    return f'"{value.translate(_ESCAPES)}"'
