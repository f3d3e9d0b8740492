"""Every command explains itself, at once, and the pages about them are true."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mufakat.cli import reference
from mufakat.cli.group import COMMANDS, group
from mufakat.settings import SETTINGS

NAMES = group.list_commands(click.Context(group))
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_summary_help_and_an_example(name: str) -> None:
    result = CliRunner().invoke(group, [name, "--help"])
    assert result.exit_code == 0
    assert COMMANDS[name]
    assert "Example" in result.output
    assert f"mufakat {name}" in result.output


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_every_command_has_a_help_text(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


@pytest.mark.parametrize("page", reference.PAGES)
def test_the_reference_pages_are_up_to_date(page: str) -> None:
    wanted = reference.PAGES[page]()
    assert (DOCS / page).read_text(encoding="utf-8") == wanted, (
        "run: python -m mufakat.cli.reference docs"
    )


def test_the_page_about_settings_names_each_in_all_three_places() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.name}` | `{setting.option}` | `{setting.variable}` |" in text


def test_help_loads_no_engine() -> None:
    code = (
        "import sys; from mufakat.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {'pyoxigraph', 'rdflib', 'flask', 'rich', 'owlready2'}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.endswith("[]\n")


def test_an_unknown_command_is_refused_with_exit_code_2() -> None:
    assert CliRunner().invoke(group, ["fly"]).exit_code == 2
