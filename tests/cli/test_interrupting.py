"""Ctrl-C at any moment ends a command the way a shell expects: code 130, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mufakat.cli.errors import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(sys.executable).with_name("mufakat")
ENTRIES = [[sys.executable, "-m", "mufakat"], [str(SCRIPT)]]
SHELLS_CODE = (INTERRUPTED, -signal.SIGINT)
"""A shell tells both as 130: an exit code, and death by the signal."""

LATE = """
import atexit, sys, time
atexit.register(lambda: (print("|end", file=sys.stderr), time.sleep(60)))
from mufakat.cli import main
main(["query"])
"""


def modules(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """Name each module at the moment that it is loaded."""
    assert process.stderr
    for line in process.stderr:
        yield line.decode().rpartition("|")[2].strip()


def interrupted_after(
    module: str, command: list[str], folder: Path, stdout: int = subprocess.DEVNULL
) -> tuple[int, str]:
    """Press Ctrl-C as soon as a module is loaded; give the exit code and what is said then."""
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    ) as process:
        patience = threading.Timer(60, process.kill)
        patience.start()
        try:
            assert module in modules(process), f"{module} was not loaded"
            process.send_signal(signal.SIGINT)
            assert process.stderr
            said = process.stderr.read()  # before the input ends, and with it what waits for it
            code = process.wait()
        finally:
            patience.cancel()
            process.kill()
        lines = said.decode().splitlines()
        return code, "\n".join(x for x in lines if not x.startswith("import time:"))


@pytest.fixture
def stuck() -> Iterator[int]:
    """A pipe that takes nothing more, so that whoever writes into it waits."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)
    yield writing
    os.close(writing)
    os.close(reading)


@pytest.mark.parametrize("entry", ENTRIES, ids=["module", "script"])
@pytest.mark.parametrize(
    "module",
    ["signal", "click.core", "mufakat.cli.group", "pyoxigraph", "mufakat.publication"],
)
def test_ctrl_c_while_modules_are_loaded_is_quiet(
    entry: list[str], module: str, folder: Path
) -> None:
    code, said = interrupted_after(module, [*entry, "sparql", "-"], folder)
    assert code in SHELLS_CODE
    assert said in ("", "Interrupted.")


def test_ctrl_c_before_help_is_quiet(folder: Path, stuck: int) -> None:
    code, said = interrupted_after("click.core", [*ENTRIES[0], "--help"], folder, stuck)
    assert code in SHELLS_CODE
    assert said == ""


def test_ctrl_c_is_left_to_whoever_chose_to_ignore_it(folder: Path) -> None:
    script = f"trap '' INT; exec {sys.executable} -m mufakat query"
    code, said = interrupted_after("click.core", ["/bin/sh", "-c", script], folder)
    assert (code, said) == (0, "")


def test_ctrl_c_at_the_very_end_is_quiet(folder: Path) -> None:
    code, said = interrupted_after("end", [sys.executable, "-c", LATE], folder)
    assert code in SHELLS_CODE
    assert said == ""
