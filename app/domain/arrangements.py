"""Arrangements: so many of one thing for so many of another, and what that comes to for an estimate of the day.

What comes out is derived and has the stance of the report: planned interpreters are no interpreters who are there. It
never votes, and never becomes presence. People come whole, and a group that is begun needs its own: everything is
rounded up.
"""

from typing import Literal

import msgspec

from app.domain.events import DevelopmentReported
from app.domain.keys import AMBIGUOUS
from app.domain.quantity import Quantity

Why = Literal["no_estimate", "no_number", "no_actor", "ambiguous_actor", "ambiguous_place"]
DAYS = "days"
"""A rate is counted against these, and implies nothing of an amount."""


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """Whole units; None: unknown."""

    low: int | None = None
    best: int | None = None
    high: int | None = None


def is_arrangement(quantity: Quantity, nature: str) -> bool:
    return nature == "ratio" and quantity.per is not None and quantity.per.measure != DAYS


def implied(quantity: Quantity, base: Amount) -> Amount:
    """What a ratio comes to for a base; an end that the report left open stays so, and its best stands for an end."""
    per = quantity.per
    if per is None:
        raise ValueError(f"{quantity.measure} is no ratio")
    best = quantity.best
    low = quantity.low if quantity.low is not None else best
    high = quantity.high if quantity.high is not None else best
    return Amount(
        low=_share(base.low, low, per.amount),
        best=_share(base.best, best, per.amount),
        high=_share(base.high, high, per.amount),
    )


def whose(body: DevelopmentReported) -> str | None:
    """Of whom the amount is: of those for whom it is arranged, else of those of whom it is said.

    `AMBIGUOUS` where these are several, None where nobody is named.
    """
    for role in ("recipient", "object", "subject"):
        names = {one.actor for one in body.actors if one.role == role}
        if names:
            return next(iter(names)) if len(names) == 1 else AMBIGUOUS
    return None


def where(body: DevelopmentReported) -> tuple[str, ...]:
    """The places at which it holds; none where the report names none."""
    return tuple(dict.fromkeys(one.place for one in body.places if one.place is not None and one.role == "at"))


def _share(base: int | None, of: int | None, amount: int) -> int | None:
    return None if base is None or of is None else -(-base * of // amount)
