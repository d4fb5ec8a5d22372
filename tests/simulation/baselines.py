"""Five plain ways to read the same reports, each as strong as it can be made without becoming the panel.

The last has an interval of its own, its spread, which is nothing at all where one alone has spoken; so it stands here a
second time, its spread widened by the constant that the others are given.

All work on the scale of y, on which they are scored, and on the numbers as they were said: a bound is its number, a
range the middle of its logarithms, a vague word what the panel's own table says. The grade-and-age-weighted mean is
given the panel's own ladders and half-life. Relays are reports like others: only the chain tells them apart, and of
these five only the median of each origin's latest reads the chain.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median

import msgspec

from app.domain.assumptions import DEFAULT
from app.domain.fusion import to_scale
from app.domain.selection import View, stands
from app.domain.statements import Statement


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Best in y, and how far the reports lie apart where the baseline tells it, else 0."""

    best: float
    spread: float = 0.0


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One report as a plain reader has it."""

    origin: str
    y: float
    age: int
    error: float


def heard(statements: Sequence[Statement], view: View, kappa: float) -> list[Said]:
    """What stands in the view, in the order of the days that it is of; nothing for reports that state no number."""
    standing = sorted((one for one in statements if one.why is None and stands(one, view)), key=lambda one: one.order)
    return [
        Said(
            origin=one.origin,
            y=to_scale(_number(one), kappa),
            age=(view.day - one.vote_day).days,
            error=DEFAULT.letters[one.letter] * DEFAULT.digits[str(one.digit)],
        )
        for one in standing
        if one.vote_day is not None and one.vote_day <= view.day
    ]


def _number(one: Statement) -> float:
    figure = one.figure
    if figure.best is not None:
        return figure.best
    if figure.low is not None and figure.high is not None:
        return math.sqrt(max(figure.low, 1) * figure.high)
    if figure.word is not None:
        return DEFAULT.words[figure.word].centre
    return figure.high if figure.high is not None else figure.low or 0


def _latest(said: Sequence[Said]) -> Reading:
    return Reading(best=said[-1].y)


def _mean(said: Sequence[Said]) -> Reading:
    return Reading(best=fmean(one.y for one in said))


def _last_five(said: Sequence[Said]) -> Reading:
    return Reading(best=median(one.y for one in said[-5:]))


def _per_origin(said: Sequence[Said]) -> Reading:
    return Reading(best=median({one.origin: one.y for one in said}.values()))


def _weighted(said: Sequence[Said]) -> Reading:
    newest = min(one.age for one in said)
    weights = [2.0 ** ((newest - one.age) / DEFAULT.half_life_days) / one.error**2 for one in said]
    total = math.fsum(weights)
    best = math.fsum(weight * one.y for weight, one in zip(weights, said, strict=True)) / total
    squared = math.fsum(weight * (one.y - best) ** 2 for weight, one in zip(weights, said, strict=True)) / total
    return Reading(best=best, spread=math.sqrt(squared))


BASELINES: Mapping[str, Callable[[Sequence[Said]], Reading]] = {
    "latest": _latest,
    "mean": _mean,
    "median of the last five": _last_five,
    "median of each origin's latest": _per_origin,
    "mean weighted by grade and age": _weighted,
    "the same, widened": _weighted,
}
SPREAD_ALONE = "mean weighted by grade and age"
