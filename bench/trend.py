"""Whether a figure that was sampled over time grows: a slope, its error, and a verdict.

Samples of a server's memory hang together: a cache fills, data are loaded afresh, and the next
sample sees the same. So they are put into blocks of equal length and each block is one point, its
lower quartile: what is held for good, below what comes and goes with each change. A line is laid
through the points. The error is half the 95 % interval of the line's slope (Student's t).
"""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

WARMING: Final = 0.25
"""Part of the samples that is left out at the beginning."""
BLOCKS: Final = 12
FACTOR: Final = 2.228
"""Student's t for 95 % and as many degrees of freedom as there are blocks, less two."""
HOUR: Final = 3600

Verdict = Literal["FLAT", "GROWS", "UNDECIDED"]


@dataclass(frozen=True)
class Trend:
    """A line through samples, per hour."""

    slope: float
    error: float
    """Half of the interval in which the slope lies with 95 %."""
    level: float
    """Lower quartile of what was sampled after the warming-up."""

    def verdict(self, bound: float) -> Verdict:
        """Judge growth against the most that is borne in an hour.

        FLAT: with 95 % the slope is below the bound. GROWS: with 95 % there is growth, and perhaps
        more than the bound. UNDECIDED: the samples are too few or too rough to tell.
        """
        if self.slope + self.error <= bound:
            return "FLAT"
        return "GROWS" if self.slope > self.error else "UNDECIDED"

    def told(self, unit: str) -> str:
        """Write it for people."""
        return f"{self.level:.0f} {unit}, {self.slope:+.1f} ± {self.error:.1f} {unit}/h"


def trend(samples: Sequence[tuple[float, float]]) -> Trend:
    """Lay a line through samples of (seconds, figure).

    Raises:
        ValueError: there are fewer samples than blocks.
    """
    kept = samples[int(len(samples) * WARMING) :]
    if len(kept) < BLOCKS:
        raise ValueError(f"{len(samples)} samples tell of no trend")
    cuts = [round(len(kept) * i / BLOCKS) for i in range(BLOCKS + 1)]
    blocks = [kept[a:b] for a, b in itertools.pairwise(cuts)]
    times = [statistics.fmean(t for t, _ in block) / HOUR for block in blocks]
    levels = [_low([level for _, level in block]) for block in blocks]
    slope, intercept = statistics.linear_regression(times, levels)
    middle = statistics.fmean(times)
    rest = sum((y - slope * x - intercept) ** 2 for x, y in zip(times, levels, strict=True))
    spread = sum((x - middle) ** 2 for x in times)
    error = FACTOR * (rest / (BLOCKS - 2) / spread) ** 0.5
    return Trend(slope, error, _low([level for _, level in kept]))


def _low(levels: list[float]) -> float:
    return statistics.quantiles(levels, n=4)[0] if len(levels) > 1 else levels[0]
