"""The form of a saved query: one field per parameter, filled with what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from mufakat.errors import BadParameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.publication.saved_parameters import Parameter

Control = Literal["select", "checks", "date", "number", "text"]
FEW: Final = 48
"""Up to this many choices a list of several is a row of boxes to tick."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the template draws it."""

    name: str
    label: str
    control: Control
    value: str
    choices: tuple[Choice, ...]
    hint: str
    error: str
    required: bool
    low: int | None = None
    high: int | None = None


def fields(
    parameters: Sequence[Parameter],
    asked: Mapping[str, Sequence[str]],
    offers: Mapping[str, Sequence[tuple[str, str]]],
    errors: Mapping[str, BadParameter],
) -> tuple[Field, ...]:
    """Make the fields; `offers` gives value and text of what a parameter may be set to."""
    return tuple(
        _field(p, asked.get(p.name), offers.get(p.name, ()), errors.get(p.name)) for p in parameters
    )


def _field(
    parameter: Parameter,
    asked: Sequence[str] | None,
    offers: Sequence[tuple[str, str]],
    error: BadParameter | None,
) -> Field:
    given = list(parameter.default) if asked is None else [part for part in asked if part]
    if parameter.type == "boolean":
        offers = (("true", "yes"), ("false", "no"))
    elif parameter.choices:
        offers = [(value, value) for value in parameter.choices]
    control = _control(parameter, len(offers))
    if error and control in ("number", "date"):
        control = "text"  # a browser would not show what does not fit the type
    chosen = _chosen(parameter, given)
    choices = [Choice(value, text, value in chosen) for value, text in offers]
    if control == "select" and (parameter.optional or not given):
        choices.insert(0, Choice("", "any" if parameter.optional else "choose …", not given))
    return Field(
        name=parameter.name,
        label=parameter.label,
        control=control,
        value=" ".join(given),
        choices=tuple(choices),
        hint=parameter.help,
        error=f"{_told(error)} {error.mend[:1].upper()}{error.mend[1:]}".strip() if error else "",
        required=not parameter.optional,
        low=parameter.minimum,
        high=parameter.maximum,
    )


def _control(parameter: Parameter, offers: int) -> Control:
    if offers:
        if not parameter.multiple:
            return "select"
        return "checks" if offers <= FEW else "text"
    if parameter.multiple:
        return "text"
    return {"date": "date", "integer": "number"}.get(parameter.type, "text")  # type: ignore[return-value]


def _chosen(parameter: Parameter, given: Sequence[str]) -> set[str]:
    """Spell given values the way the choices are spelt: short below `expand`, else whole."""
    parts = [part for value in given for part in value.replace(",", " ").split() or [value]]
    if not parameter.multiple:
        parts = list(given)
    return {part.removeprefix(parameter.expand) if parameter.expand else part for part in parts}


def _told(error: BadParameter) -> str:
    """Leave out the name of the parameter: the message stands beside its field."""
    told = error.detail.partition("): ")[2] or error.detail
    return told[0].upper() + told[1:]


def problems(
    parameters: Sequence[Parameter], asked: Mapping[str, Sequence[str]]
) -> dict[str, BadParameter]:
    """Find the parameters whose value does not fit, each with what is wrong."""
    found: dict[str, BadParameter] = {}
    for parameter in parameters:
        try:
            parameter.terms(asked.get(parameter.name))
        except BadParameter as error:
            found[parameter.name] = error
    return found
