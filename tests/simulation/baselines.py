"""Five plain ways to read the same reports, each as strong as it can be made without becoming the panel.

All see every report in the view, repeats too, save what is linked there as a misquote. They work on the scale of y, on
which they are scored, and on the numbers as they were said: a bound is its number, a range the middle of its
logarithms, a vague word what the panel's own table says. "Latest" and "last" are by the day of print. Only the median
of each origin's latest reads the chain, and takes as latest what is of the latest day.

The mean weighted by grade and age is one over the variance of the grade, by the panel's own ladder, halved for so many
days of age. It stands here in two readings: one with what a ledger makes of a report, its grade along the whole chain
and the day that it is of, and one that keeps a list of prints, with the outlet's letter and the day of print. Its
half-life is chosen like the other constants: the best on histories that are scored nowhere else. It has an interval of
its own, its spread, which is nothing at all where one alone has spoken; so each also counts a second time, its spread
widened by the constant that the others are given.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import mul
from statistics import fmean, median

import msgspec

from app.domain.assumptions import DEFAULT
from app.domain.fusion import to_scale
from app.domain.selection import Case, View, stands
from app.domain.statements import Statement


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Best in y, and how far the reports lie apart where the baseline tells it, else 0."""

    best: float
    spread: float = 0.0


class Graded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a report weighs: its age in days and the error of its grade."""

    age: int
    error: float


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One report as a plain reader has it: `report` is what the ledger makes of it, `print` what the outlet shows."""

    origin: str
    y: float
    report: Graded
    print: Graded


def heard(case: Case, letters: Mapping[str, str], view: View, kappa: float) -> list[Said]:
    """What stands in the view, in the order of print; nothing for reports that state no number, or are known there to
    misquote another that stands.
    """
    standing = [one for one in case.statements if stands(one, view)]
    held = {one.report for one in standing}
    misquotes = {link.from_ for link in case.links if link.relation == "misquotes" and link.to in held}
    return [
        Said(
            origin=one.origin,
            y=to_scale(_number(one), kappa),
            report=Graded(age=(view.day - one.vote_day).days, error=_error(one.letter, one)),
            print=Graded(age=(view.day - one.reported_day).days, error=_error(letters[one.publisher], one)),
        )
        for one in sorted(standing, key=_printed)
        if one.why is None and one.report not in misquotes and one.vote_day and one.reported_day
    ]


def _printed(one: Statement) -> tuple[int, str]:
    return (one.reported_day.toordinal() if one.reported_day is not None else 0), one.report


def _error(letter: str, one: Statement) -> float:
    return DEFAULT.letters[letter] * DEFAULT.digits[str(one.digit)]


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
    """By the day that it is of, then by print: else a late reprint would displace a newer word."""
    return Reading(best=median({one.origin: one.y for one in sorted(said, key=_of)}.values()))


def _of(one: Said) -> int:
    return -one.report.age


def _weighted(graded: Callable[[Said], Graded], half_life: int, said: Sequence[Said]) -> Reading:
    found = [graded(one) for one in said]
    newest = min(one.age for one in found)
    weights = [2.0 ** ((newest - one.age) / half_life) / one.error**2 for one in found]
    total = math.fsum(weights)
    best = math.fsum(map(mul, weights, [one.y for one in said])) / total
    squared = math.fsum(map(mul, weights, [(one.y - best) ** 2 for one in said])) / total
    return Reading(best=best, spread=math.sqrt(squared))


Way = Callable[[Sequence[Said]], Reading]

PLAIN: Mapping[str, Way] = {
    "latest": _latest,
    "mean": _mean,
    "median of the last five": _last_five,
    "median of each origin's latest": _per_origin,
}
HALF_LIVES = (2, 3, 5, 10, 20, 30)
WEIGHTED: Mapping[str, Mapping[int, Way]] = {
    "graded, aged mean of reports": {days: partial(_weighted, lambda one: one.report, days) for days in HALF_LIVES},
    "graded, aged mean of prints": {days: partial(_weighted, lambda one: one.print, days) for days in HALF_LIVES},
}
