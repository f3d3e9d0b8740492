"""Typed parameters of a saved query: what they accept and the terms they become."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mufakat.errors import BadParameter
from mufakat.publication import saved_terms as terms

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES: Final = ("iri", "date", "string", "integer", "boolean")
MAX_VALUES: Final = 100
_LISTED: Final = frozenset({"iri", "date", "integer"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name is the variable of its data blocks."""

    name: str
    label: str
    type: str
    default: tuple[str, ...] = ()
    optional: bool = False
    multiple: bool = False
    help: str = ""
    iri_class: str = ""
    """IRI of the class whose members may be chosen."""
    scheme: str = ""
    """IRI of the concept scheme whose concepts may be chosen."""
    expand: str = ""
    """What a short name is put behind, for example the base of all states."""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()

    def terms(self, values: Sequence[str] | None) -> tuple[str, ...]:
        """Serialise what was given; `None` means not given, a blank means any.

        Raises `BadParameter` with the offending value and how to mend it.
        """
        if values is None:
            given = list(self.default)
            if not given and not self.optional:
                raise self._bad("has no default and must be given", "give a value")
        else:
            given = [part for value in values for part in self._parts(value)]
            if not given and not self.optional:
                raise self._bad("is empty", "give a value, or leave it out for its default")
        if not given:
            return (terms.UNDEF,)
        if len(given) > 1 and not self.multiple:
            raise self._bad(f"takes one value and got {len(given)}", "give it once")
        if len(given) > MAX_VALUES:
            raise self._bad(f"got {len(given)} values", f"give at most {MAX_VALUES}")
        return tuple(dict.fromkeys(self.term(value) for value in given))

    def term(self, value: str) -> str:
        """Serialise one value."""
        if self.choices and value not in self.choices:
            raise self._bad(f"{value!r} is not on offer", "choose " + ", ".join(self.choices))
        try:
            match self.type:
                case "iri":
                    return terms.iri(value, expand=self.expand, prefixes=dict(self.prefixes))
                case "date":
                    return terms.day(value)
                case "integer":
                    return terms.integer(value, self.minimum, self.maximum)
                case "boolean":
                    return terms.boolean(value)
                case _:
                    return terms.string(value)
        except terms.TermError as error:
            raise self._bad(str(error), error.mend) from error

    def _parts(self, value: str) -> list[str]:
        """Split one given text: lists may be written with commas or blanks between."""
        if self.type == "string":
            return [value] if value.strip() else []
        value = value.strip()
        if self.multiple and self.type in _LISTED:
            return [part for part in re.split(r"[,;\s]+", value) if part]
        return [value] if value else []

    def _bad(self, problem: str, mend: str) -> BadParameter:
        return BadParameter(f"Parameter {self.name} ({self.label}): {problem}.", mend=mend + ".")
