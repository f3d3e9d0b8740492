"""How to cite an answer: as a sentence and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mufakat.views import dates

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything a reader needs to find the same answer again."""

    title: str
    publication: str
    version: str
    """The data version, shortened for print."""
    seen: date
    url: str
    key: str

    @property
    def sentence(self) -> str:
        """One sentence for a footnote."""
        return (
            f"“{self.title}”, {self.publication}, data version {self.version}, "
            f"seen {dates.human(self.seen.isoformat())}, {self.url}"
        )

    @property
    def bibtex(self) -> str:
        """A BibTeX entry; braces keep the capitals."""
        key = re.sub(r"[^a-z0-9]+", "-", self.key.lower()).strip("-")
        return (
            f"@misc{{{key}-{self.seen.year},\n"
            f"  title        = {{{_tex(self.title)}}},\n"
            f"  howpublished = {{{_tex(self.publication)}}},\n"
            f"  note         = {{Data version {self.version}}},\n"
            f"  year         = {{{self.seen.year}}},\n"
            f"  url          = {{{self.url}}},\n"
            f"  urldate      = {{{self.seen.isoformat()}}}\n"
            "}"
        )


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
