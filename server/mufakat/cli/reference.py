"""Writes docs/cli.md, docs/settings.md and docs/checks.md from the tables the program runs by.

`python -m mufakat.cli.reference docs` brings them up to date; a test compares them.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Final

import click

from mufakat.cli.group import COMMANDS, group
from mufakat.publication.check import CATALOGUE
from mufakat.settings import SETTINGS, show

CLI: Final = """# The command line

`mufakat COMMAND --help` says the same in the terminal. A publication is found in this order: the
folder that is named, `MUFAKAT_PUBLICATION`, the working directory when it has a `mufakat.toml`, the
publication carried with the program.

| exit code | meaning |
| --- | --- |
| 0 | done, and nothing stops a release |
| 1 | done, and something was found (`check`, `format --check`, `reason`) |
| 2 | could not run as asked: a wrong option, query, parameter, file or setting |
| 3 | ended by a limit of time, memory or size |
| 70 | a defect of the program; `MUFAKAT_DEBUG=1` shows where |
| 130 | interrupted with Ctrl-C |

Errors say what was wrong, where, and how to mend it, on standard error. What takes longer than a
second shows its steps there too.
"""
SETTINGS_HEAD: Final = """# Settings of the server

Each setting can be given in three places; the first found holds:

1. as an option of `mufakat serve`;
2. as an environment variable;
3. as a key of the table `[server]` in `mufakat.toml`, under its name in the first column.

A value outside its range is refused when the server starts.

| name | option | variable | default | range | what it does |
| --- | --- | --- | --- | --- | --- |
"""
CHECKS_HEAD: Final = """# The checks

What `mufakat check` proves. **E** stops a release (exit code 1), **W** is told. Each finding names
its check, file and line, the node, what is wrong and how to mend it; a count per check stands at
the end. `--format json|junit|sarif|shacl` writes the same for programs, `--reason` adds L07,
`--engines` adds Q03, FILES limit what is told to those files, and `--changed` to files that
were changed, or had findings, since the last whole run.

The shapes (D11) are validated by the program's own validator, which tests compare with pyshacl.
What passed once is remembered by the hash of its content in the user's cache folder
(`MUFAKAT_CACHE` names another); `--no-cache` looks at everything again.

| check | | promise |
| --- | --- | --- |
"""
CHECKS_FOOT: Final = """
Proven by the tests of this repository besides, because they need more than the publication:
L09 and S02 (every axiom and every shape catches its planted error), R02 (what a removed term
needs). Q02 and its golden results stand in [questions.md](questions.md).

## What a publication decides

`[check]` in `mufakat.toml` holds what is particular to a publication: `uncited` (classes whose
nodes need no citation), `questions` (competency questions that saved queries must answer),
`[check.shapes]` (rules of the shapes that belong to a check of their own) and `[check.external]`
(how publishers write their addresses: a beginning, and the whole as a pattern).
"""


def cli() -> str:
    """Write the page about the commands."""
    context = click.Context(group, info_name="mufakat")
    parts = [CLI]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            parts.append(_command(name, command, context))
    return "\n".join(parts)


def _command(name: str, command: click.Command, parent: click.Context) -> str:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(["mufakat", name, *command.collect_usage_pieces(context)])
    lines = [f"## mufakat {name}", "", COMMANDS[name], "", "```", usage, "```", ""]
    words = inspect.cleandoc(command.help or "")
    first, _, rest = words.partition("\n\n")
    lines += [rest if " ".join(first.split()) == COMMANDS[name] else words, ""]
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options and name != "serve":
        lines += ["| option | |", "| --- | --- |"]
        lines += [f"| {_names(one, context)} | {_cell(one.help or '')} |" for one in options]
        lines.append("")
    if name == "serve":
        lines += ["Its options are the settings of [settings.md](settings.md).", ""]
    examples = (command.epilog or "").partition(":")[2].strip()
    if examples:
        lines += ["```sh", *(one.strip() for one in examples.split("; ")), "```", ""]
    return "\n".join(lines)


def _names(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{one}`" for one in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    return f"{names} `{_cell(option.make_metavar(context))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def settings() -> str:
    """Write the page about the settings."""
    rows = [
        f"| `{one.name}` | `{one.option}` | `{one.variable}` | {_cell(show(one.default))} |"
        f" {_cell(one.range())} | {_cell(one.help)} |\n"
        for one in SETTINGS
    ]
    return SETTINGS_HEAD + "".join(rows)


def checks() -> str:
    """Write the page about the checks."""
    rows = [
        f'| <a id="{name.lower()}"></a>{name} | {level} | {promise} |\n'
        for name, (level, promise) in CATALOGUE.items()
    ]
    return CHECKS_HEAD + "".join(rows) + CHECKS_FOOT


PAGES: Final = {"cli.md": cli, "settings.md": settings, "checks.md": checks}


def write(folder: Path) -> list[Path]:
    """Write the pages into a folder; give those that changed."""
    changed = []
    for name, page in PAGES.items():
        file, text = folder / name, page()
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


if __name__ == "__main__":
    for file in write(Path(sys.argv[1])):
        click.echo(f"{file}: written")
