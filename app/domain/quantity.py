"""A number as it was said: three figures of which any may be missing, and what kind of number it is."""

from typing import Literal

import msgspec

Nature = Literal["stock", "cumulative", "flow", "ratio"]
"""Present now; total so far; moved; per something."""

QuantityBasis = Literal["stated", "bound", "existence", "comparison", "vague_word", "derived"]


class Per(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a ratio is counted against: `amount` (at least 1) of another measure."""

    measure: str
    amount: int


class Quantity(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Whole units of the measure, none below zero, low ≤ best ≤ high; a missing figure is unknown, never zero.

    `nature` only where it departs from the measure's. `since` (EDTF) is the start of a running total. Reports that
    share a `movement` speak of one movement. `converted_from` holds the words of the unit that was converted.
    """

    measure: str
    low: int | None = None
    best: int | None = None
    high: int | None = None
    low_exclusive: bool = False
    high_exclusive: bool = False
    wording: str | None = None
    basis: QuantityBasis | None = None
    nature: Nature | None = None
    since: str | None = None
    per: Per | None = None
    inputs: tuple[str, ...] = ()
    movement: str | None = None
    converted_from: str | None = None
