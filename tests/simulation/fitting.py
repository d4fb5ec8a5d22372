"""What the plain ways may learn before they are scored: a half-life where they have one, and the width of an interval.

Both are the best over all regimes on forty histories of each that are scored nowhere else. What a weighted mean would
be worth with another half-life is told beside it, each with a width of its own; it is not a baseline.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

import msgspec

from tests.simulation.baselines import HALF_LIVES, PLAIN, WEIGHTED, Way
from tests.simulation.scores import best_constant
from tests.simulation.trial import Beside, Trial

FITTED_SEEDS = range(1000, 1040)

EVERY_WAY: Mapping[str, Way] = {
    **PLAIN,
    **{f"{name} {days}": way for name, ways in WEIGHTED.items() for days, way in ways.items()},
}
"""Each way under a name of its own, those with a half-life once for each."""


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline as it is scored: the way that it reads, and the constant on both sides; 0: its spread alone."""

    reads: str
    constant: float


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """The baselines by name, and each weighted mean with its spread widened, and its error, by half-life."""

    baselines: Mapping[str, Fit]
    aged: Mapping[str, Mapping[int, Fit]]
    errors: Mapping[str, Mapping[int, float]]


def fitted_on(trials: Sequence[Trial]) -> Fitted:
    """On trials that were read in every way."""

    def beside(way: str) -> list[Beside]:
        return [one for trial in trials for one in trial.plain[way]]

    errors = {
        name: {days: fmean(abs(read.best - y) for read, y in beside(f"{name} {days}")) for days in HALF_LIVES}
        for name in WEIGHTED
    }

    def widened(way: str) -> Fit:
        return Fit(reads=way, constant=best_constant(beside(way)))

    baselines = {name: widened(name) for name in PLAIN}
    aged = {name: {days: widened(f"{name} {days}") for days in HALF_LIVES} for name in WEIGHTED}
    for name, by_days in errors.items():
        best = aged[name][min(by_days, key=by_days.__getitem__)]
        baselines[name] = Fit(reads=best.reads, constant=0.0)
        baselines[f"{name}, widened"] = best
    return Fitted(baselines=baselines, aged=aged, errors=errors)
