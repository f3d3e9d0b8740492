"""The command line: thin commands over the rooms below.

`main` is the way in, from the script as from `python -m mufakat`. Nothing is loaded here, so that
Ctrl-C is provided for within a millisecond.
"""

from __future__ import annotations

INTERRUPTED = 130
"""What a shell makes of a process that SIGINT ended, and the exit code of a command it ended."""


def main(arguments: list[str] | None = None) -> None:
    """Run the program with these arguments, or those it was called with; ends by SystemExit."""
    try:
        from mufakat.cli import ctrl_c  # noqa: PLC0415 - Ctrl-C would show a traceback above

        ctrl_c.ends()
        from mufakat.cli.group import group  # noqa: PLC0415
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    try:
        group(arguments, prog_name="mufakat")
    finally:
        ctrl_c.ends()
