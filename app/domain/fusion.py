"""How votes become one estimate: errors and ages to shares, shares to a best, disagreement to an interval.

Pure arithmetic on votes that were already selected, one per origin. What votes is decided elsewhere; so are movements,
retrospect, and totals with parts. Equal sets of votes give equal estimates to the last bit: every sum runs in the
order of `Vote.order`, never in the order of arrival.

It goes in two steps, because most of it rests on no day. `weigh` sets the votes against each other: a vote loses as
much by a week as the one beside it, so shares and best stay what they are until somebody speaks again. `aged` reads
what was weighed on a day, from which the width of the interval follows.

Sources: Birge, The calculation of errors by the method of least squares (1932), for `s2`, here with a prior worth
`spread_prior` votes that scatter just as their grades say; the rest is the inverse-variance mean, discounted by age.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions, MeasureClass
from app.domain.carrying import Carry
from app.domain.claims import Claim, Vote, claims_of, middle_of
from app.domain.errors import Broken
from app.domain.shares import Panel, Share, Side
from app.domain.wording import MICRO, Figure, can_count, to_count, to_scale

__all__ = [
    "MICRO",
    "Figure",
    "Panel",
    "Share",
    "Vote",
    "Weighed",
    "aged",
    "can_count",
    "to_count",
    "to_scale",
    "weigh",
]


FADED = 2.0**-64
"""Of a vote that is less fresh than this beside the nearest one no bit of a variance tells: a double holds 53 of them.
It is a vote and has its share, but nothing is worked out of it for each day anew."""

LOST = 2.0**-80
"""What is less than this changes no sum of shares, or of what they weigh: those are of the size of 1 and more."""


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """Votes on one side of the days that may be read, set against each other: `w` sums to 1, `r` is on the side of the
    middle, `m` is their best, `effective` how many they are in effect. `nearest` is the day of the nearest,
    `lag_days` how much farther they are in the mean. `near` are all but the faded ones.
    """

    nearest: date
    lag_days: float
    near: slice
    claims: tuple[Claim, ...]
    w: tuple[float, ...]
    r: tuple[float, ...]
    m: float
    effective: float

    def rests_on_letter(self, report: str, assumptions: Assumptions) -> bool:
        """Whether any figure can become another by another letter of this report, be it the best for the worst."""
        letters = assumptions.letters.values()
        most = (max(letters) / min(letters)) ** 2
        return any(
            share * most * (1 + claim.lag_days + abs(claim.y - self.m)) > LOST
            for claim, share in zip(self.claims, self.w, strict=True)
            if claim.vote.report == report
        )


def weigh(
    votes: Sequence[Vote],
    *,
    later: bool,
    seen: MeasureClass,
    assumptions: Assumptions,
    carried: Mapping[str, Carry],
    known: Sequence[Claim] = (),
) -> Weighed:
    """At least one vote; `later` where all of them lie after the day read, and the first of them is the nearest.

    `known` as in `claims_of`.
    """
    votes = sorted(votes, key=_order)
    nearest = votes[0].day if later else votes[-1].day
    claims = claims_of(votes, nearest, seen, assumptions, carried, known=known)
    near = _near(claims, later=later)
    middle = middle_of(claims[near])
    r = [claim.r(middle) for claim in claims]
    weights = [claim.freshness / own for claim, own in zip(claims, r, strict=True)]
    total = sum(weights)
    w = [weight / total for weight in weights]
    return Weighed(
        nearest=nearest,
        lag_days=sum([share * claim.lag_days for share, claim in zip(w, claims, strict=True)]) / sum(w),
        near=near,
        claims=tuple(claims),
        w=tuple(w),
        r=tuple(r),
        m=sum([share * claim.y for share, claim in zip(w, claims, strict=True)]),
        effective=1 / sum([share * share for share in w]),
    )


def _near(claims: Sequence[Claim], *, later: bool) -> slice:
    """Those that have not faded: the last ones before a day, the first ones after it."""
    faded = sum(1 for claim in claims if claim.freshness < FADED)
    return slice(0, len(claims) - faded) if later else slice(faded, len(claims))


def _order(vote: Vote) -> tuple[date, date, str]:
    return vote.order


def aged(weighed: Weighed, day: date, *, seen: MeasureClass, running_total: bool, assumptions: Assumptions) -> Panel:
    """The votes as they read on a day of their side. Raises Broken for a running total in a class that has none."""
    per_day = seen.q_total if running_total else seen.q_stock
    if per_day is None:
        raise Broken(f"A {seen} admits no running totals.")
    near, m, cap = weighed.near, weighed.m, assumptions.age_cap
    claims, w, r = weighed.claims[near], weighed.w[near], weighed.r[near]
    age = abs((day - weighed.nearest).days)
    old = [min(per_day * (age + claim.lag_days), cap) for claim in claims]
    own = [share * share * error for share, error in zip(w, r, strict=True)]
    with_age = [part + share * worn for part, share, worn in zip(own, w, old, strict=True)]
    far = [
        min(assumptions.spread_cap, (claim.y - m) ** 2 / (error + worn))
        for claim, error, worn in zip(claims, r, old, strict=True)
    ]
    spread = _spread(w, far, weighed.effective, assumptions)
    shared = seen.shared * seen.shared
    high = _towards(with_age, w, far, spread, shared)
    # what was counted by an earlier day is still counted: a running total can only have grown since
    low = _towards(own, w, far, spread, shared) if running_total else high
    return Panel(
        day=day,
        kappa=seen.kappa,
        z=assumptions.z,
        sides=(_side(weighed, age, high.parts, low.parts),),
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


def _side(weighed: Weighed, age: int, high: list[float], low: list[float]) -> Side:
    """`high` and `low` are the parts that the near votes have in the variances; of the faded ones nothing is left."""
    v, v_low = ([0.0] * len(weighed.claims) for _ in range(2))
    v[weighed.near], v_low[weighed.near] = high, low
    return Side(
        claims=weighed.claims,
        near=weighed.near,
        age_days=age,
        lag_days=weighed.lag_days,
        w=weighed.w,
        r=weighed.r,
        v=v,
        v_low=v_low,
    )


class _Spread(msgspec.Struct, frozen=True, gc=False):
    """How far the votes disagree: what they have in effect and the prior together, and the factor before its floor."""

    prior: float
    effective: float
    freedom: float
    ratio: float
    factor: float


def _spread(w: Sequence[float], far: Sequence[float], effective: float, assumptions: Assumptions) -> _Spread:
    prior = assumptions.spread_prior
    freedom = prior + effective - 1
    scatter = sum([share * chi for share, chi in zip(w, far, strict=True)])
    ratio = (prior + effective * scatter) / freedom
    return _Spread(prior, effective, freedom, ratio, max(assumptions.spread_floor, ratio))


class _Towards(msgspec.Struct, frozen=True):
    """The variance towards one end of the interval, and what it is made of."""

    stated: float
    variance: float
    parts: list[float]
    floor: float


def _towards(
    own: Sequence[float], w: Sequence[float], far: Sequence[float], spread: _Spread, shared: float
) -> _Towards:
    """A vote answers for its own error, and for its share of the disagreement: the parts add up to the whole."""
    stated = sum(own)
    prior, open_ = spread.prior, stated * spread.effective
    freedom = spread.freedom
    parts = [
        (variance * prior + open_ * share * chi) / freedom for variance, share, chi in zip(own, w, far, strict=True)
    ]
    floor = (spread.factor - spread.ratio) * stated
    return _Towards(stated, shared + spread.factor * stated, parts, floor)
