"""`mufakat bench`: run the measurements that come with the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import click

import mufakat
from mufakat.errors import NotFound, Unavailable


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Examples: mufakat bench; mufakat bench startup; mufakat bench throughput --seconds 2",
)
@click.argument("name", required=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def command(*, name: str | None, options: tuple[str, ...]) -> None:
    """Run the measurement NAME with its own OPTIONS, or list all of them.

    Peers are measured beside this program where they are installed. The measurements are part of
    the sources and not of the installed package.
    """
    folder = Path(mufakat.__file__).resolve().parents[2] / "bench"
    known = _measurements(folder)
    if not known:
        raise Unavailable(
            "The measurements are not part of an installed package.",
            mend="Run this in a checkout of the sources, installed with pip install -e .",
        )
    if name is None:
        width = max(map(len, known))
        for one, summary in known.items():
            click.echo(f"  {one.ljust(width)}  {summary}")
        return
    if name not in known:
        raise NotFound(
            f"There is no measurement called {name}.", mend="There are: " + ", ".join(known) + "."
        )
    call = [sys.executable, "-m", f"bench.{name}", *options]
    sys.exit(subprocess.run(call, cwd=folder.parent, check=False).returncode)


def _measurements(folder: Path) -> dict[str, str]:
    """Give the modules that can be run, with the first line of what each says of itself."""
    found = {}
    for file in sorted(folder.glob("*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(one, ast.FunctionDef) and one.name == "main" for one in module.body):
            found[file.stem] = (ast.get_docstring(module) or "").partition("\n")[0]
    return found
