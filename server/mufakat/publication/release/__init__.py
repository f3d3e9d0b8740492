"""A release: dumps in every format, their checksums, and descriptions that are true of them."""

from mufakat.publication.release.dumps import FORMATS, Dump, write_dumps
from mufakat.publication.release.release import Release, build
from mufakat.publication.release.sssom import sssom
from mufakat.publication.release.void import Statistics, describe, measure

__all__ = [
    "FORMATS",
    "Dump",
    "Release",
    "Statistics",
    "build",
    "describe",
    "measure",
    "sssom",
    "write_dumps",
]
