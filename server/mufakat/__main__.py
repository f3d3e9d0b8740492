"""`python -m mufakat` is `mufakat`."""

from mufakat.cli import main

main(prog_name="mufakat")
