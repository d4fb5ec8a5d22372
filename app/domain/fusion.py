"""How votes become one estimate: errors and ages to shares, shares to a best, disagreement to an interval.

Pure arithmetic on votes that were already selected, one per origin. What votes is decided elsewhere; so are movements,
retrospect, and totals with parts. Equal sets of votes give equal estimates to the last bit: every sum runs in the
order of `Vote.order`, never in the order of arrival.

Sources: Birge, The calculation of errors by the method of least squares (1932), for `s2`, here with a prior worth
`spread_prior` votes that scatter just as their grades say; the rest is the inverse-variance mean, discounted by age.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from app.domain.assumptions import Assumptions, MeasureClass
from app.domain.carrying import Carry
from app.domain.claims import Claim, Vote, claims_of, middle_of
from app.domain.errors import Broken
from app.domain.wording import Figure, can_count, rests_on_word, to_count, to_scale

__all__ = ["MICRO", "Figure", "Panel", "Share", "Vote", "can_count", "fuse", "to_count", "to_scale"]

MICRO = 1_000_000  # micro-units in one unit of y


class Share(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One vote within a panel: `r` is its variance, `v` and `v_low` are its parts of the panel's two variances.

    `carried` is the part of `y` that movements since the vote's day added to what was said.
    """

    vote: Vote
    age_days: int
    share: float
    y: float
    r: float
    v: float
    v_low: float
    carried: float = 0.0


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate on the scale of y: best `m`, low `m - h_low` (not below 0), high `m + h`; `shares` in key order.

    `shared` is what all sources get wrong together, `stated` what the votes' errors and ages add, `s2` how far they
    disagree beyond that: `variance` = `shared` + `s2` * `stated` = `shared` + the sum of `v` + `agreement_floor`.
    In retrospect `two_sides` comes on top: what is open between the votes before the day and those after it.
    What ends in `_low` is the same for the lower side; it differs only for running totals, which age upward alone.
    """

    day: date
    kappa: float
    z: float
    shares: tuple[Share, ...]
    m: float
    h: float
    h_low: float
    shared: float
    s2: float
    stated: float
    stated_low: float
    variance: float
    variance_low: float
    agreement_floor: float
    agreement_floor_low: float
    two_sides: float = 0.0

    @property
    def low_y(self) -> float:
        return max(0.0, self.m - self.h_low)

    @property
    def zero_floor(self) -> float:
        """What the low end gains because nothing is below zero, in y."""
        return self.low_y - (self.m - self.h_low)

    @property
    def low_u(self) -> int:
        """In whole micro-units of y, as are the next two: what the audit adds up to."""
        return round(self.low_y * MICRO)

    @property
    def best_u(self) -> int:
        return round(self.m * MICRO)

    @property
    def high_u(self) -> int:
        return round((self.m + self.h) * MICRO)

    @property
    def low(self) -> float:
        return to_count(self.low_y, self.kappa)

    @property
    def best(self) -> float:
        return to_count(self.m, self.kappa)

    @property
    def high(self) -> float:
        return to_count(self.m + self.h, self.kappa)

    @property
    def people(self) -> tuple[int, int, int]:
        """Low, best and high in whole units of the measure, halves to even."""
        return round(self.low), round(self.best), round(self.high)

    @property
    def from_words(self) -> bool:
        """Whether every vote rests on a vague word alone."""
        return all(rests_on_word(share.vote.figure) for share in self.shares)


def fuse(
    votes: Sequence[Vote],
    *,
    day: date,
    measure_class: str,
    running_total: bool,
    assumptions: Assumptions,
    carried: Mapping[str, Carry] | None = None,
) -> Panel | None:
    """The estimate for `day`; None without votes. The votes all lie on one side of `day`, each by a report of its own.
    `carried` has by report what movements between its day and `day` do to it.

    Raises Broken for a figure that cannot count, and for a running total in a class that admits none.
    """
    if not votes:
        return None
    seen = assumptions.classes[measure_class]
    per_day = seen.q_total if running_total else seen.q_stock
    if per_day is None:
        raise Broken(f"Class {measure_class} admits no running totals.")
    claims = claims_of(sorted(votes, key=lambda vote: vote.order), day, seen, assumptions, carried or {})
    middle = middle_of(claims)
    weights = [claim.freshness / claim.r(middle) for claim in claims]
    total = sum(weights)
    parts = [
        _Part(
            claim=claim,
            w=weight / total,
            r=claim.r(middle),
            aged=min(per_day * claim.age_days, assumptions.age_cap),
        )
        for claim, weight in zip(claims, weights, strict=True)
    ]
    return _panel(parts, day=day, seen=seen, running_total=running_total, assumptions=assumptions)


def older(
    panel: Panel, day: date, *, measure_class: str, running_total: bool, assumptions: Assumptions
) -> Panel | None:
    """The same votes read on a later day, where every age is past its cap and changes nothing more; else None.

    It is what `fuse` would give, to the bit.
    """
    seen = assumptions.classes[measure_class]
    per_day = (seen.q_total if running_total else seen.q_stock) or 0.0
    if day < panel.day or any(per_day * share.age_days < assumptions.age_cap for share in panel.shares):
        return None
    passed = (day - panel.day).days
    shares = tuple(replace(share, age_days=share.age_days + passed) for share in panel.shares)
    return replace(panel, day=day, shares=shares)


class _Part(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A claim with its share `w`, its variance `r` on the side of the middle, and the variance of its age."""

    claim: Claim
    w: float
    r: float
    aged: float

    def stated(self, *, with_age: bool) -> float:
        return self.w**2 * self.r + (self.w * self.aged if with_age else 0.0)


class _Spread(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How far the votes disagree: `chi` of each, how many they are in effect, and the factor before its floor."""

    chi: list[float]
    effective: float
    freedom: float
    ratio: float
    factor: float


def _spread(parts: list[_Part], m: float, assumptions: Assumptions) -> _Spread:
    chi = [min(assumptions.spread_cap, (part.claim.y - m) ** 2 / (part.r + part.aged)) for part in parts]
    effective = 1 / sum(part.w**2 for part in parts)
    freedom = assumptions.spread_prior + effective - 1
    scatter = sum(part.w * own for part, own in zip(parts, chi, strict=True))
    ratio = (assumptions.spread_prior + effective * scatter) / freedom
    factor = max(assumptions.spread_floor, ratio)
    return _Spread(chi=chi, effective=effective, freedom=freedom, ratio=ratio, factor=factor)


class _Side(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The variance towards one end of the interval, and what it is made of."""

    stated: float
    variance: float
    parts: list[float]
    floor: float


def _side(parts: list[_Part], spread: _Spread, *, shared: float, with_age: bool, assumptions: Assumptions) -> _Side:
    """A vote answers for its own error, and for its share of the disagreement: the parts add up to the whole."""
    own = [part.stated(with_age=with_age) for part in parts]
    stated = sum(own)
    v = [
        (variance * assumptions.spread_prior + stated * spread.effective * part.w * chi) / spread.freedom
        for part, variance, chi in zip(parts, own, spread.chi, strict=True)
    ]
    floor = (spread.factor - spread.ratio) * stated
    return _Side(stated=stated, variance=shared + spread.factor * stated, parts=v, floor=floor)


def _panel(
    parts: list[_Part], *, day: date, seen: MeasureClass, running_total: bool, assumptions: Assumptions
) -> Panel:
    m = sum(part.w * part.claim.y for part in parts)
    spread, shared = _spread(parts, m, assumptions), seen.shared**2
    high = _side(parts, spread, shared=shared, with_age=True, assumptions=assumptions)
    # what was counted by an earlier day is still counted: a running total can only have grown since
    low = _side(parts, spread, shared=shared, with_age=not running_total, assumptions=assumptions)
    return Panel(
        day=day,
        kappa=seen.kappa,
        z=assumptions.z,
        shares=tuple(
            Share(
                vote=part.claim.vote,
                age_days=part.claim.age_days,
                share=part.w,
                y=part.claim.y,
                r=part.r,
                v=v,
                v_low=v_low,
                carried=part.claim.carried,
            )
            for part, v, v_low in zip(parts, high.parts, low.parts, strict=True)
        ),
        m=m,
        h=assumptions.z * math.sqrt(high.variance),
        h_low=assumptions.z * math.sqrt(low.variance),
        shared=shared,
        s2=spread.factor,
        stated=high.stated,
        stated_low=low.stated,
        variance=high.variance,
        variance_low=low.variance,
        agreement_floor=high.floor,
        agreement_floor_low=low.floor,
    )
