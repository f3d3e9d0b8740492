"""What a check finds: a place, a node, what is wrong and how to mend it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["E", "W"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong; `E` stops a release, `W` is reported."""

    id: str
    """The check of the catalogue, such as `D01`."""
    severity: Severity = field(compare=False)
    file: str
    """Path below the publication's folder, or empty when no file is to blame."""
    line: int | None = field(compare=False)
    column: int | None = field(compare=False)
    node: str
    """The IRI of the node, or what else is at fault; may be empty."""
    message: str
    mend: str = field(compare=False)
    path: str = field(default="", compare=False)
    """The IRI of the property at fault, when one is."""
    value: str = field(default="", compare=False)
    """The value at fault, when one is."""

    @property
    def place(self) -> str:
        """Render `file:line:column` as far as known."""
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join([self.file, *numbers]) if self.file else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One check that was run: how long it took and how many findings it gave."""

    ids: tuple[str, ...]
    title: str
    seconds: float
    findings: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run found, in the order of file and line."""

    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    files: int
    version: str
    notes: tuple[str, ...] = ()
    """What was not checked and why, and figures that are neither right nor wrong."""

    @property
    def counts(self) -> dict[str, int]:
        """Count findings per check."""
        return dict(sorted(Counter(finding.id for finding in self.findings).items()))

    @property
    def errors(self) -> int:
        """Count the findings that stop a release."""
        return sum(finding.severity == "E" for finding in self.findings)

    @property
    def conforms(self) -> bool:
        """Tell whether nothing stops a release."""
        return not self.errors
