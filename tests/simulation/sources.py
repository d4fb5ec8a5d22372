"""Those who speak of the truth, and how they put it: bias, noise, delay, rounding, hedges.

A source sees the truth of some days ago, gets it wrong in its own way and in the way all do, and words what it holds
for true. What it is worth is known to an analyst only roughly, as the letter and digit of a grade.
"""

import math
from random import Random
from typing import Any

import msgspec

from app.domain.quantity import Quantity
from tests.simulation.regimes import Regime

MEASURES = {False: "personnel", True: "killed"}


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """`bias` and `noise` are of the logarithm; `letter` is what the analyst made of them."""

    name: str
    interval: float
    bias: float
    noise: float
    letter: str


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, before anybody records it. Days from day 0; `origin` None: whoever prints it names nobody.

    `occurred` is None where no day was stated. `digit` None: not judged. `repeats`: printed before, by another outlet.
    `misquoted`: whoever prints it gives another number than was said.
    """

    report: str
    origin: str | None
    via: str | None
    quantity: Quantity
    occurred: int | None
    reported: int
    digit: int | None
    repeats: bool = False
    misquoted: bool = False


def origins_of(regime: Regime, chance: Random) -> list[Origin]:
    """The sources of one history, the wild one last."""
    common = chance.gauss(0, regime.together)
    found = []
    for at in range(regime.origins):
        error = regime.error * math.exp(chance.gauss(0, regime.unlike))
        found.append(
            Origin(
                name=f"origin-{at}",
                interval=regime.interval * math.exp(chance.gauss(0, 0.5)),  # some speak weekly, some monthly
                bias=common + chance.gauss(0, error * math.sqrt(regime.biased)),
                noise=error * math.sqrt(1 - regime.biased),
                letter=_letter(error, regime, chance),
            )
        )
    wild = chance.choice(regime.wild_letters)
    return [*found, Origin(name="wild", interval=regime.wild_interval, bias=0, noise=regime.wild_error, letter=wild)]


def _letter(error: float, regime: Regime, chance: Random) -> str:
    """An analyst ranks: the best tenth A, then three, three and a half, one and a half and one tenth for B to E.

    The bounds are where a log-normal error around 0.3 has these tenths; the judgement itself is off.
    """
    if chance.random() < regime.ungraded:
        return "F"
    judged = error * math.exp(chance.gauss(0, regime.misgraded))
    return next((letter for letter, most in zip("ABCD", (0.16, 0.26, 0.42, 0.57), strict=True) if judged < most), "E")


_LOOKS = ((2, 0.85, 0.3), (3, 1.0, 0.35), (4, 1.3, 0.25), (5, 1.8, 0.1))
"""A report's digit were it judged right, how much its noise is that of its origin, how often it is like that."""


def says(
    origin: Origin, day: int, truth: tuple[int, ...], regime: Regime, chance: Random
) -> tuple[Quantity, int | None, int | None]:
    """What the origin says of `day`: a quantity, the day if it states it, and the digit that an analyst gives."""
    seen = truth[max(0, day - chance.randint(0, regime.stale))]
    digit, factor, _ = chance.choices(_LOOKS, [look[2] for look in _LOOKS])[0]
    held = seen * math.exp(origin.bias + chance.gauss(0, origin.noise * factor))
    judged: int | None = None
    if chance.random() >= regime.ungraded:
        slip = chance.choice((-1, 1)) if chance.random() < 0.3 else 0
        judged = min(5, max(2, digit + slip))
    return word(held, regime, chance), (day if chance.random() < regime.dated else None), judged


def word(held: float, regime: Regime, chance: Random) -> Quantity:
    """The number that a speaker holds for true, in the words of a speaker."""
    measure, near = MEASURES[regime.running_total], _round(held, regime, chance)
    if near == 0:
        return Quantity(measure=measure, best=0)
    drawn = chance.random()
    if drawn < regime.at_least:
        return Quantity(measure=measure, low=_round(held, regime, chance, towards=math.floor))
    drawn -= regime.at_least
    if drawn < regime.up_to:
        return Quantity(measure=measure, high=_round(held, regime, chance, towards=math.ceil))
    drawn -= regime.up_to
    if drawn < regime.between:
        apart = math.exp(chance.uniform(0.1, 0.5))  # from 10,000-12,000 to 2,000-5,000
        low, high = _round(held / apart, regime, chance), _round(held * apart, regime, chance)
        return Quantity(measure=measure, low=min(low, high), high=max(low, high))
    drawn -= regime.between
    term = _vague(held, chance) if drawn < regime.word else None
    if term is not None:
        return Quantity(measure=measure, wording=term, basis="vague_word")
    return Quantity(measure=measure, best=near)


def _round(held: float, regime: Regime, chance: Random, towards: Any = round) -> int:
    """To one, two or three significant digits; nobody speaks of less than one."""
    digits = chance.choices((1, 2, 3), regime.digits)[0]
    if held < 0.5:
        return 0
    unit = 10.0 ** max(0, math.floor(math.log10(max(held, 1.0))) + 1 - digits)
    return max(1, int(towards(held / unit) * unit))


_VAGUE = (
    ("a handful", 3, 15),
    ("dozens", 24, 120),
    ("a small number", 10, 500),
    ("hundreds", 200, 1000),
    ("several hundred", 300, 900),
    ("more than a thousand", 1000, 2000),
    ("thousands", 2000, 12_000),
    ("several thousand", 3000, 9000),
    ("tens of thousands", 20_000, 90_000),
)
"""What English lets one say of a number, from and to."""


def _vague(held: float, chance: Random) -> str | None:
    fitting = [term for term, low, high in _VAGUE if low <= held <= high]
    return chance.choice(fitting) if fitting else None
