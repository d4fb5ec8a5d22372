"""How the wording of a number is read: its centre, its error towards either side, and its place on the scale.

A point is off by what its rounding hides; a range is what its speaker holds for nine chances in ten; a bound lies
near the value that the speaker has in mind, with a loose side and a tight one. "More than" reads like "at least".

The scale is y = ln(1 + n/kappa): proportional above a few kappa, linear near zero, and 0 is a proper value of it.
"""

import math

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.errors import Broken
from app.domain.quantity import Quantity

MICRO = 1_000_000  # micro-units in one unit of y
COUNT_MAX = 2**53 - 1  # the largest count that an event can hold, and the largest that is given out


class Figure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one report states, in whole units, low ≤ best ≤ high, none below zero; `word`: a vague word, lower case.

    Beside a word a low is ignored ("more than several thousand" is the word), a best or a high outweighs the word.
    An exclusive bound reads like an inclusive one. A best of 0 is "none".
    """

    low: int | None = None
    best: int | None = None
    high: int | None = None
    word: str | None = None


def figure_of(quantity: Quantity) -> Figure:
    word = quantity.wording.strip().lower() if quantity.basis == "vague_word" and quantity.wording else None
    return Figure(low=quantity.low, best=quantity.best, high=quantity.high, word=word)


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A figure as a centre in whole or broken units, and the sd of its wording towards either side."""

    centre: float
    below: float
    above: float


def to_scale(count: float, kappa: float) -> float:
    return math.log1p(count / kappa)


def to_count(y: float, kappa: float) -> float:
    """The inverse of `to_scale`; at most COUNT_MAX, because a wide interval leaves every number that can be stored."""
    return min(kappa * math.expm1(min(y, 600.0)), float(COUNT_MAX))


def rests_on_word(figure: Figure) -> bool:
    return figure.word is not None and figure.best is None and figure.high is None


def can_count(figure: Figure, assumptions: Assumptions) -> bool:
    """Whether the figure has a number, or a word that the assumptions know."""
    if rests_on_word(figure):
        return figure.word in assumptions.words
    return figure.low is not None or figure.best is not None or figure.high is not None


def grain(count: int, assumptions: Assumptions) -> int:
    """The roundness of a stated number: the largest grain that divides it."""
    return max((size for size in assumptions.grains if count % size == 0), default=1)


def read_figure(figure: Figure, error: float, assumptions: Assumptions) -> Reading:
    """Centre and wording error of a figure that can count, `error` being its class's. Raises Broken for another."""
    low, best, high = figure.low, figure.best, figure.high
    if figure.word is not None:
        if rests_on_word(figure) and (word := assumptions.words.get(figure.word)):
            return Reading(centre=word.centre, below=word.spread, above=word.spread)
        low = None
    if best is not None:
        return _around(best, low, high, assumptions)
    if low is not None and high is not None:
        return _range(low, high, assumptions)
    shift, loose = error * assumptions.bound_shift, error * assumptions.bound_loose
    tight = error * assumptions.bound_tight
    if high is not None:
        return Reading(centre=high * math.exp(-shift), below=loose, above=tight)
    if low is not None:
        return Reading(centre=low * math.exp(shift), below=tight, above=loose)
    raise Broken("A figure without a number or a known word was counted as a vote.")


def _around(best: int, low: int | None, high: int | None, assumptions: Assumptions) -> Reading:
    if best == 0:
        return Reading(centre=0.0, below=0.0, above=0.0)
    rounding = grain(best, assumptions) / (math.sqrt(12) * best)  # sd of what rounding to the grain hides
    below = rounding if low is None else math.log(best / max(low, 1)) / assumptions.stated_z
    above = rounding if high is None else math.log(high / best) / assumptions.stated_z
    return Reading(centre=best, below=below, above=above)


def _range(low: int, high: int, assumptions: Assumptions) -> Reading:
    low = max(low, 1)  # zero has no logarithm
    if low >= high:
        return _around(high, None, None, assumptions)
    spread = math.log(high / low) / (2 * assumptions.stated_z)
    return Reading(centre=math.sqrt(low * high), below=spread, above=spread)


def variances(reading: Reading, error: float, kappa: float) -> tuple[float, float]:
    """The variance on the scale for a middle below the centre, and above; `error` with grade and likelihood in it."""
    steep = reading.centre / (reading.centre + kappa)  # how far the scale is proportional here
    flat = kappa / (reading.centre + kappa)
    below, above = (steep**2 * (error**2 + spread**2) + flat**2 for spread in (reading.below, reading.above))
    return below, above
