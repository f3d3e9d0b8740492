"""Growth is told from noise and from the teeth of a saw, and a run that tells nothing says so."""

from __future__ import annotations

import random

import pytest

from bench.trend import trend

HALF_AN_HOUR = range(0, 1800, 2)


def samples(
    per_hour: float, *, noise: float = 1.0, teeth: float = 0.0
) -> list[tuple[float, float]]:
    chance = random.Random(7)  # noqa: S311 - a test's noise, not a secret
    return [
        (t, 150 + per_hour * t / 3600 + teeth * (t % 120) / 120 + chance.gauss(0, noise))
        for t in HALF_AN_HOUR
    ]


def test_a_line_is_found_as_it_was_laid() -> None:
    found = trend([(t, 100 + 10 * t / 3600) for t in HALF_AN_HOUR])
    assert found.slope == pytest.approx(10, rel=0.01)
    assert found.error < 0.1


def test_what_happens_while_it_warms_up_does_not_count() -> None:
    cold = [(t, level - 100 * (t < 400)) for t, level in samples(0)]
    assert trend(cold).verdict(20) == "FLAT"


@pytest.mark.parametrize(
    ("per_hour", "verdict"), [(0, "FLAT"), (-50, "FLAT"), (40, "GROWS"), (88, "GROWS")]
)
def test_growth_is_told_from_noise(per_hour: float, verdict: str) -> None:
    assert trend(samples(per_hour)).verdict(20) == verdict


@pytest.mark.parametrize(("per_hour", "verdict"), [(0, "FLAT"), (60, "GROWS")])
def test_growth_is_told_from_the_teeth_of_a_saw(per_hour: float, verdict: str) -> None:
    assert trend(samples(per_hour, teeth=10)).verdict(20) == verdict


def test_rough_samples_leave_it_undecided() -> None:
    assert trend(samples(10, noise=100)).verdict(20) == "UNDECIDED"


def test_the_error_holds_the_right_slope() -> None:
    found = trend(samples(30, noise=8))
    assert abs(found.slope - 30) < found.error * 1.5
    assert 0 < found.error < 30


def test_too_few_samples_tell_of_no_trend() -> None:
    with pytest.raises(ValueError, match="no trend"):
        trend(samples(0)[:10])
