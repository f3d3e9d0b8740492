"""Prove what a publication promises: `run` gives a report, `reporters` write it."""

from mufakat.publication.check.catalogue import CATALOGUE
from mufakat.publication.check.findings import Finding, Report, Step
from mufakat.publication.check.runner import run

__all__ = ["CATALOGUE", "Finding", "Report", "Step", "run"]
