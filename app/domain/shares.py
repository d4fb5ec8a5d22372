"""An estimate on the scale of y, and what each vote has in it. Values alone: how they come about stands in `fusion`."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from app.domain.claims import Claim, Vote
from app.domain.wording import MICRO, rests_on_word, to_count


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


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """The votes on one side of the day, in key order, each list with one number for each: `w` are the shares within the
    whole panel, `r` the variances, `v` and `v_low` the parts of the panel's two. The nearest vote is `age_days` old;
    by their shares they are `lag_days` older in the mean. `near` are those of which any bit tells.
    """

    claims: tuple[Claim, ...]
    near: slice
    age_days: int
    lag_days: float
    w: Sequence[float]
    r: Sequence[float]
    v: Sequence[float]
    v_low: Sequence[float]

    @property
    def mean_age_days(self) -> float:
        """By the shares; infinite where the side has none to speak of."""
        return self.age_days + self.lag_days if sum(self.w) > 0 else float("inf")

    @property
    def shares(self) -> Iterable[Share]:
        for claim, w, r, v, v_low in zip(self.claims, self.w, self.r, self.v, self.v_low, strict=True):
            yield Share(
                vote=claim.vote,
                age_days=self.age_days + claim.lag_days,
                share=w,
                y=claim.y,
                r=r,
                v=v,
                v_low=v_low,
                carried=claim.carried,
            )

    def scaled(self, weight: float) -> "Side":
        """The side as it stands in a whole of which it has that weight."""
        squared = weight**2
        return msgspec.structs.replace(
            self,
            w=[weight * w for w in self.w],
            v=[squared * v for v in self.v],
            v_low=[squared * v for v in self.v_low],
        )


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate on the scale of y: best `m`, low `m - h_low` (not below 0), high `m + h`. It has one side, or in
    retrospect two: the votes up to the day, and those after it.

    `shared` is what all sources get wrong together, `stated` what the votes' errors and ages add, `s2` how far they
    disagree beyond that: `variance` = `shared` + `s2` * `stated` = `shared` + the sum of `v` + `agreement_floor`.
    In retrospect `two_sides` comes on top: what is open between the votes before the day and those after it.
    What ends in `_low` is the same for the lower side; it differs only for running totals, which age upward alone.
    """

    day: date
    kappa: float
    z: float
    sides: tuple[Side, ...]
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
    def shares(self) -> tuple[Share, ...]:
        """One for each vote, in key order."""
        return tuple(share for side in self.sides for share in side.shares)

    @property
    def votes(self) -> tuple[Vote, ...]:
        """In key order."""
        return tuple(claim.vote for side in self.sides for claim in side.claims)

    @property
    def low_y(self) -> float:
        return max(0.0, self.m - self.h_low)

    @property
    def zero_floor(self) -> float:
        """What the low end gains because nothing is below zero, in y."""
        return self.low_y - (self.m - self.h_low)

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, best and high on the scale of y."""
        return self.low_y, self.m, self.m + self.h

    @property
    def units(self) -> tuple[int, int, int]:
        """The same in whole micro-units of y: what the audit adds up to."""
        return self.low_u, self.best_u, self.high_u

    @property
    def low_u(self) -> int:
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
        return all(rests_on_word(vote.figure) for vote in self.votes)
