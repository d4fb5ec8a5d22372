"""Two readings of one key against each other: whether it is estimated at all, whether it moves, and how far."""

from app.domain.assumptions import DEFAULT, Assumptions
from app.domain.family import Readings
from app.domain.fusion import MICRO, to_count, to_scale


def is_estimated(place: str, *readings: Readings) -> bool:
    """Whether the place has a figure, by votes of its own or as the sum of its parts: bounds are no estimate."""
    found = [one.at(place).figures for one in readings]
    return any(figures is not None and figures.best is not None for figures in found)


def differs(place: str, one: Readings, other: Readings) -> bool:
    return one.at(place).figures != other.at(place).figures


def best_y(readings: Readings, place: str, assumptions: Assumptions) -> float:
    """Where best lies on the scale of the shipped set: other numbers may stretch it, and moves have to be compared."""
    figures, class_ = readings.at(place).figures, readings.family.traffic.measure_class
    if figures is None or figures.best_u is None:
        return 0.0
    kappa, shipped = assumptions.classes[class_].kappa, DEFAULT.classes[class_].kappa
    y = figures.best_u / MICRO
    return y if kappa == shipped else to_scale(to_count(y, kappa), shipped)
