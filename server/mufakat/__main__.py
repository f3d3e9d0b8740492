"""`python -m mufakat` is `mufakat`."""

from mufakat.cli import main

main()
