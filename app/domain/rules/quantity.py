"""Rules for one quantity: its figures, what they rest on, and how they agree with its measure."""

from collections.abc import Iterator
from itertools import pairwise

from app.domain.findings import Finding
from app.domain.measures import Measure
from app.domain.quantity import Quantity

_FIGURES = ("low", "best", "high")


def quantity_findings(quantity: Quantity, at: str) -> Iterator[Finding]:
    """What can be told without knowing the measure; `at` points to the quantity."""
    yield from _figures(quantity, at)
    if quantity.low_exclusive or quantity.high_exclusive:
        yield from _exclusives(quantity, at)
    if quantity.basis is not None:
        yield from _basis(quantity, at)
    if quantity.nature == "ratio" and quantity.per is None:
        yield Finding(pointer=f"{at}/per", detail="A ratio says per how much of what: `per` is missing.")
    if quantity.nature not in (None, "ratio") and quantity.per is not None:
        yield Finding(pointer=f"{at}/per", detail=f"Only a ratio is per something, and this is a {quantity.nature}.")
    if quantity.per is not None and quantity.per.amount < 1:
        yield Finding(pointer=f"{at}/per/amount", detail="A ratio is per 1 or more.")


_COUNTS = ("stock", "cumulative")


def measure_findings(quantity: Quantity, measure: Measure, at: str) -> Iterator[Finding]:
    """What shows only beside the definition of its measure; `at` points to the quantity.

    A rate of a measure that is no ratio has to say so, or it would be read as a count. What is there now and what there
    was so far are two counts: neither is a nature of the other's measure.
    """
    if quantity.nature is not None:
        if quantity.nature != measure.nature and quantity.nature in _COUNTS and measure.nature in _COUNTS:
            detail = f"{measure.measure} is a {measure.nature} measure and cannot be counted as {quantity.nature}."
            yield Finding(pointer=f"{at}/nature", detail=detail, hint=f"define a measure that is {quantity.nature}")
        return
    if measure.nature == "ratio" and quantity.per is None:
        yield Finding(pointer=f"{at}/per", detail=f"{measure.measure} is a ratio: `per` is missing.")
    if measure.nature != "ratio" and quantity.per is not None:
        yield Finding(
            pointer=f"{at}/nature",
            detail=f"A {measure.nature} has no `per`; a rate of {measure.measure} is a ratio and says so.",
            hint='set "nature": "ratio"',
        )


def _figures(quantity: Quantity, at: str) -> Iterator[Finding]:
    figures = (quantity.low, quantity.best, quantity.high)
    given = [(name, figure) for name, figure in zip(_FIGURES, figures, strict=True) if figure is not None]
    for name, figure in given:
        if figure < 0:
            yield Finding(pointer=f"{at}/{name}", detail="A count is not below zero.")
    for (name, figure), (other, larger) in pairwise(given):
        if figure > larger:
            detail = f"`{name}` ({figure}) is larger than `{other}` ({larger}); low ≤ best ≤ high."
            yield Finding(pointer=f"{at}/{name}", detail=detail)
    if not given and quantity.wording is None and quantity.basis not in ("vague_word", "existence"):
        yield Finding(
            pointer=at,
            detail="The quantity says nothing: `low`, `best`, `high`, or the `wording` that gives the direction.",
            hint='"up to N" sets high, "more than N" low, "about N" best',
        )


def _exclusives(quantity: Quantity, at: str) -> Iterator[Finding]:
    for bound, exclusive in (("low", quantity.low_exclusive), ("high", quantity.high_exclusive)):
        if not exclusive:
            continue
        value = getattr(quantity, bound)
        if value is None:
            detail = f"There is no `{bound}` that could be exclusive."
            yield Finding(pointer=f"{at}/{bound}_exclusive", detail=detail)
        elif any(getattr(quantity, name) == value for name in _FIGURES if name != bound):
            detail = f"`{bound}` is exclusive, so no other figure is {value} too."
            yield Finding(pointer=f"{at}/{bound}_exclusive", detail=detail)


def _basis(quantity: Quantity, at: str) -> Iterator[Finding]:
    if quantity.basis == "vague_word" and quantity.wording is None:
        yield Finding(pointer=f"{at}/wording", detail="A vague word is given as it was said: `wording` is missing.")
    if quantity.basis == "comparison" and not (quantity.low_exclusive or quantity.high_exclusive):
        yield Finding(
            pointer=f"{at}/basis",
            detail="A comparison gives an exclusive bound: more than N is `low` with `low_exclusive`.",
        )
    if quantity.basis == "derived" and not quantity.inputs:
        yield Finding(pointer=f"{at}/inputs", detail="A derived number names the reports that it was derived from.")
