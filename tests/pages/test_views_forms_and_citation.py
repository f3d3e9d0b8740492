"""The form of a question, and how its answer is cited."""

from __future__ import annotations

from datetime import date

import pytest

from mufakat.publication.saved_parameters import Parameter
from mufakat.views import forms
from mufakat.views.cite import Reference

STATES = (("tha", "Thailand"), ("sgp", "Singapore"))
EXPAND = "https://example.org/id/state/"


def field(parameter: Parameter, asked: list[str] | None = None) -> forms.Field:
    given = {} if asked is None else {parameter.name: asked}
    offers = {parameter.name: STATES} if parameter.iri_class else {}
    wrong = forms.problems([parameter], given)
    return forms.fields([parameter], given, offers, wrong)[0]


def state(
    *, optional: bool = False, multiple: bool = False, default: tuple[str, ...] = ()
) -> Parameter:
    return Parameter(
        "state", "State", "iri", default, optional, multiple, iri_class="https://example.org/State",
        expand=EXPAND,
    )  # fmt: skip


def test_one_of_a_class_is_a_choice_with_the_default_chosen() -> None:
    made = field(state(default=("tha",)))
    assert made.control == "select"
    assert [c.value for c in made.choices if c.chosen] == ["tha"]


def test_optional_choice_offers_any() -> None:
    made = field(state(optional=True))
    assert made.choices[0].text == "any"
    assert made.choices[0].chosen


def test_several_of_a_class_are_boxes_and_whole_iris_tick_them_too() -> None:
    made = field(state(optional=True, multiple=True), [EXPAND + "tha", "sgp"])
    assert made.control == "checks"
    assert all(c.chosen for c in made.choices)


@pytest.mark.parametrize(
    ("kind", "control"),
    [("date", "date"), ("integer", "number"), ("string", "text"), ("boolean", "select")],
)
def test_type_decides_the_control(kind: str, control: str) -> None:
    assert field(Parameter("p", "P", kind, optional=True)).control == control


def test_wrong_value_is_kept_and_explained_without_naming_the_parameter_again() -> None:
    made = field(Parameter("on", "On the day", "date", ("2015-01-01",)), ["2015-02-30"])
    assert made.value == "2015-02-30"
    assert made.error.startswith("'2015-02-30'")
    assert "YYYY-MM-DD" in made.error


def test_missing_value_of_a_parameter_without_default_is_an_error() -> None:
    assert "must be given" in field(state()).error


def test_reference_escapes_what_bibtex_reads_as_commands() -> None:
    reference = Reference(
        "Gaps & duties_1",
        "Mufakat: 100%",
        "abc123",
        date(2026, 11, 23),
        "http://x/q?a=1",
        "Mufakat-gaps",
    )
    assert "Gaps \\& duties\\_1" in reference.bibtex
    assert "100\\%" in reference.bibtex
    assert "url          = {http://x/q?a=1}" in reference.bibtex
    assert reference.bibtex.startswith("@misc{mufakat-gaps-2026,")
    assert "seen 23 November 2026" in reference.sentence
