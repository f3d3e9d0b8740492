"""`mufakat bench`: run the measurements that come with the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click

import mufakat
from mufakat.errors import NotFound, Unavailable


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Examples: mufakat bench; mufakat bench --quick; mufakat bench startup; "
    "mufakat bench --render build/bench.json",
)
@click.option("--list", "only_list", is_flag=True, help="List the single measurements.")
@click.argument("name", required=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def command(*, only_list: bool, name: str | None, options: tuple[str, ...]) -> None:
    """Measure everything that docs/performance.md tells, or the one thing called NAME.

    OPTIONS are the measurement's own; `mufakat bench -- --help` and `mufakat bench NAME --help`
    tell them. The whole takes up to 40 minutes on two cores, `--quick` about two. Peers are
    measured beside this program where they are installed. The measurements are part of the sources
    and not of the installed package.
    """
    folder = Path(mufakat.__file__).resolve().parents[2] / "bench"
    known = _measurements(folder)
    if not known:
        raise Unavailable(
            "The measurements are not part of an installed package.",
            mend="Run this in a checkout of the sources, installed with pip install -e .",
        )
    if only_list:
        width = max(map(len, known))
        for one, summary in known.items():
            click.echo(f"  {one.ljust(width)}  {summary}")
        return
    module = "bench"
    if name is not None and name.startswith("-"):
        options = (name, *options)
    elif name in known:
        module = f"bench.{name}"
    elif name is not None:
        raise NotFound(
            f"There is no measurement called {name}.", mend="There are: " + ", ".join(known) + "."
        )
    call = [sys.executable, "-m", module, *options]
    sys.exit(_finished(subprocess.Popen(call, cwd=folder.parent)))


def _finished(measurement: subprocess.Popen[bytes]) -> int:
    """Give the exit code of a measurement; Ctrl-C told it, too, and it ends its servers first."""
    while True:
        with suppress(KeyboardInterrupt), measurement:
            code = measurement.wait()
            return code if code >= 0 else 128 - code  # a signal, as shells tell it


def _measurements(folder: Path) -> dict[str, str]:
    """Give the modules that can be run, with the first line of what each says of itself."""
    found = {}
    for file in sorted(folder.glob("[!_]*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(one, ast.FunctionDef) and one.name == "main" for one in module.body):
            found[file.stem] = (ast.get_docstring(module) or "").partition("\n")[0]
    return found
