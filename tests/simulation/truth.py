"""What was really there on each day: the one thing that no source and no estimate gets to see."""

import math
from random import Random

from tests.simulation.regimes import Regime


def truth_of(regime: Regime, chance: Random) -> tuple[int, ...]:
    """The number on each day from day 0 on, none below zero."""
    return _toll(regime, chance) if regime.running_total else _strength(regime, chance)


def log_uniform(chance: Random, low: float, high: float) -> float:
    return math.exp(chance.uniform(math.log(low), math.log(high)))


def _strength(regime: Regime, chance: Random) -> tuple[int, ...]:
    """A walk that now and then ramps, jumps or is withdrawn, one change at a time; who is gone may come back."""
    full = number = log_uniform(chance, *regime.size)
    steps: list[float] = []  # factors of the days to come
    days = []
    for _ in range(regime.days):
        days.append(round(number))
        if round(number) == 0:
            number = full * chance.uniform(0.3, 1.0) if chance.random() < regime.returns else 0.0
            continue
        if not steps:
            steps = _change(regime, chance)
            full = number
        number *= steps.pop() * math.exp(chance.gauss(0, regime.drift)) if steps else 1.0
    return tuple(days)


def _change(regime: Regime, chance: Random) -> list[float]:
    """What begins today, as one factor a day; most days it is the drift alone."""
    drawn = chance.random()
    if drawn < regime.withdrawals:
        days = chance.randint(3, 10)
        if chance.random() < 0.25:
            return [0.0, *[0.6] * (days - 1)]  # the last who leave are left for the end: steps are taken from there
        return [chance.uniform(0.05, 0.4) ** (1 / days)] * days
    drawn -= regime.withdrawals
    if drawn < regime.jumps:
        return [_factor(chance, regime.jump_size, up=0.6)]
    drawn -= regime.jumps
    if drawn < regime.ramps:
        days = chance.randint(*regime.ramp_days)
        return [_factor(chance, regime.ramp_size, up=0.65) ** (1 / days)] * days
    return [1.0]


def _factor(chance: Random, size: tuple[float, float], *, up: float) -> float:
    factor = log_uniform(chance, *size)
    return factor if chance.random() < up else 1 / factor


def _toll(regime: Regime, chance: Random) -> tuple[int, ...]:
    """A total that only grows: some tens a day, with weeks of pause, and weeks of three to eight times that."""
    usual, total = log_uniform(chance, 5, 80), chance.uniform(0, 100)
    pace, left = usual, 0
    days = []
    for _ in range(regime.days):
        days.append(round(total))
        if left == 0:
            pace, left = _pace(usual, chance)
        total += pace * log_uniform(chance, 0.5, 2.0)
        left -= 1
    return tuple(days)


def _pace(usual: float, chance: Random) -> tuple[float, int]:
    """How many a day, and for how many days."""
    drawn = chance.random()
    if drawn < 1 / 20:
        return usual * log_uniform(chance, 3, 8), chance.randint(5, 10)
    if drawn < 1 / 20 + 1 / 30:
        return 0.0, chance.randint(7, 20)
    return usual, 1
