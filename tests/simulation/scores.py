"""How well intervals and best figures meet the truth, all on the scale of y.

Source of the interval score: Winkler 1972; Gneiting and Raftery 2007, section 6.2: the width, and for a truth outside
2/alpha times how far outside, so that neither narrow nor wide pays.
"""

import math
from collections.abc import Sequence
from statistics import fmean

import msgspec

from tests.simulation.baselines import Reading

ALPHA = 0.1
Z = 1.645


class Interval(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One reading beside the truth."""

    truth: float
    low: float
    best: float
    high: float

    @property
    def holds(self) -> bool:
        return self.low <= self.truth <= self.high

    @property
    def winkler(self) -> float:
        outside = max(self.low - self.truth, 0.0) + max(self.truth - self.high, 0.0)
        return self.high - self.low + 2 / ALPHA * outside

    @property
    def error(self) -> float:
        return abs(self.best - self.truth)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Means over many readings."""

    coverage: float
    winkler: float
    error: float

    def winkler_below(self, other: "Score") -> float:
        """By what part of the other's the interval score is lower."""
        return 1 - self.winkler / other.winkler

    def error_below(self, other: "Score") -> float:
        return 1 - self.error / other.error


def score_of(intervals: Sequence[Interval]) -> Score:
    return Score(
        coverage=fmean(one.holds for one in intervals),
        winkler=fmean(one.winkler for one in intervals),
        error=fmean(one.error for one in intervals),
    )


def widened(reading: Reading, truth: float, constant: float) -> Interval:
    """A baseline's interval: a constant to both sides, with its own spread in quadrature; never below nothing."""
    half = math.hypot(constant, Z * reading.spread)
    return Interval(truth=truth, low=max(0.0, reading.best - half), best=reading.best, high=reading.best + half)


def best_constant(readings: Sequence[tuple[Reading, float]]) -> float:
    """The constant, to a twentieth and at most 3, with which the readings score best; each stands beside its truth."""
    constants = (at / 20 for at in range(61))
    return min(constants, key=lambda constant: fmean(widened(one, y, constant).winkler for one, y in readings))
