"""One table of settings, read from three places."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from mufakat.errors import BadSetting
from mufakat.settings import BY_NAME, SETTINGS, load, options, show


def test_without_anything_given_the_defaults_hold() -> None:
    settings = load({}, environ={})
    for setting in SETTINGS:
        assert getattr(settings, setting.name) == setting.default


def test_an_option_goes_before_a_variable_and_a_variable_before_the_file() -> None:
    file, environ = (
        {"port": 1, "timeout": 2, "queue": 3},
        {"MUFAKAT_PORT": "4", "MUFAKAT_TIMEOUT": "5"},
    )
    settings = load({"port": "6"}, file=file, environ=environ)
    assert (settings.port, settings.timeout, settings.queue) == (6, 5.0, 3)


def test_what_was_not_given_on_the_command_line_does_not_count() -> None:
    environ = {"MUFAKAT_ALLOW_SERVICE": "https://a.org/ https://b.org/"}
    settings = load({"port": None, "allow_service": ()}, environ=environ)
    assert settings.allow_service == ("https://a.org/", "https://b.org/")


@pytest.mark.parametrize("setting", [one for one in SETTINGS if one.low is not None])
def test_the_bounds_are_in_and_what_lies_beyond_is_out(setting: object) -> None:
    name, low, high = setting.name, setting.low, setting.high  # type: ignore[attr-defined]
    number = int if BY_NAME[name].kind == "integer" else float
    assert getattr(load({name: str(number(low))}, environ={}), name) == low
    beyond = [low - 1] + ([high + 1] if high is not None else [])
    for value in beyond:
        with pytest.raises(BadSetting) as caught:
            load({name: str(number(value))}, environ={})
        assert f"{low:g}" in caught.value.mend


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "many"),
        ("port", 80.5),
        ("port", True),
        ("timeout", "soon"),
        ("timeout", False),
        ("writable", "perhaps"),
        ("allow_service", 5),
        ("host", 5),
        ("default_graph", "all"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=name):
        load(file={name: value}, environ={})


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("ON", True), ("0", False), ("", False)]
)
def test_a_flag_has_many_spellings(text: str, value: bool) -> None:
    assert load(environ={"MUFAKAT_WRITABLE": text}).writable is value


def test_an_unknown_setting_in_the_file_is_told_with_the_known_ones() -> None:
    with pytest.raises(BadSetting, match="ports") as caught:
        load(file={"ports": 1}, environ={})
    assert "port" in caught.value.mend


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError):
        _ = load(environ={}).ports


def test_options_of_a_command_come_from_the_table() -> None:
    seen: dict[str, object] = {}

    @click.command()
    @options()
    def command(**given: object) -> None:
        seen.update(given)

    result = CliRunner().invoke(
        command, ["--port", "0", "--writable", "--allow-service", "https://a/"]
    )
    assert result.exit_code == 0
    assert set(seen) == set(BY_NAME)
    assert load(seen, environ={}).port == 0
    assert (seen["writable"], seen["allow_service"], seen["timeout"]) == (
        True,
        ("https://a/",),
        None,
    )
    text = CliRunner().invoke(command, ["--help"]).output
    for setting in SETTINGS:
        assert setting.option in text


def test_values_are_shown_as_people_write_them() -> None:
    assert [show(value) for value in (True, 30.0, (), ("a", "b"), "", 5)] == [
        "true",
        "30",
        "none",
        "a b",
        "none",
        "5",
    ]
