"""The commands, each loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import click

from mufakat.cli import ctrl_c
from mufakat.cli.errors import Reporting

if TYPE_CHECKING:
    from click import Command, Context, HelpFormatter

COMMANDS: Final = {
    "serve": "Serve a publication: pages, saved queries and a SPARQL endpoint.",
    "query": "Ask a saved query, or list them.",
    "sparql": "Ask a query of your own.",
    "check": "Prove what a publication promises, and say how to mend what is wrong.",
    "format": "Bring Turtle files into the house form.",
    "reason": "Prove consistency and the OWL profiles, and explain what contradicts.",
    "backup": "Write the state of a server that takes changes into one file.",
    "restore": "Make a store from a backup.",
    "load": "Put a release into another store, from which it can be served.",
    "build": "Write a release: dumps, checksums, descriptions.",
    "bench": "Measure speed, side by side with what is installed of the peers.",
}
"""Name and summary of each command; `mufakat.cli.<name>` holds it, as `command` or by its name."""


class Lazy(Reporting):
    """Imports the module of a command when the command is called, so that help comes at once."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands that this installation carries."""
        return [name for name in COMMANDS if find_spec(f"{__package__}.{name}")]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Load one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{__package__}.{cmd_name}")
        ctrl_c.interrupts()
        command: Command = getattr(module, "command", None) or getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the commands from the table, loading none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: mufakat query tip-tiers-2020",
)
@click.version_option(package_name="mufakat")
def group() -> None:
    """Publish a treaty regime as linked data and answer questions about it."""
