"""A vote on the scale: its place there and its error, before it is weighed against others.

Pure arithmetic on what one origin said and how it is graded; what the votes come to together is worked out in `fusion`.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from app.domain.assumptions import Assumptions, MeasureClass
from app.domain.carrying import Carry, carry
from app.domain.wording import Figure, read_figure, to_scale, variances


class Vote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The word of one origin. `likelihood` is the factor on its error; `reported` is not before `day`."""

    report: str
    figure: Figure
    letter: str
    digit: int
    likelihood: float = 1.0
    day: date
    reported: date

    @property
    def order(self) -> tuple[date, date, str]:
        return (self.day, self.reported, self.report)


class Read(msgspec.Struct, frozen=True, gc=False):
    """A vote before any movement carries it: its centre in units of the measure, its place on the scale, its variances
    on either side of that.
    """

    centre: float
    y: float
    below: float
    above: float


class Claim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vote on the scale, whatever the day that it is read on: its two possible variances, and its freshness beside
    the nearest vote of its side (1), which is `lag_days` nearer.

    `carried` is the part of `y` that movements added to what was said.
    """

    vote: Vote
    read: Read
    lag_days: int
    y: float
    r_below: float
    r_above: float
    freshness: float
    carried: float

    def r(self, middle: float) -> float:
        return self.r_below if middle < self.y else self.r_above


def claims_of(
    votes: Sequence[Vote],
    nearest: date,
    seen: MeasureClass,
    assumptions: Assumptions,
    carried: Mapping[str, Carry],
    *,
    known: Sequence[Claim] = (),
) -> list[Claim]:
    """One for each vote, in their order; `nearest` is the day of those that lie nearest to the day read.

    `known` are claims on the same key under the same assumptions: a vote that is among theirs is not read again.
    """
    before = {claim.vote.report: claim for claim in known}
    claims = []
    for vote in votes:
        like = before.get(vote.report)
        read = like.read if like is not None and like.vote == vote else _read(vote, seen, assumptions)
        y, below, above = read.y, read.below, read.above
        if carried and (by := carried.get(vote.report)) is not None:
            _, below = carry(read.centre, below, seen.kappa, by, assumptions)
            count, above = carry(read.centre, above, seen.kappa, by, assumptions)
            y = to_scale(count, seen.kappa)
        lag = abs((nearest - vote.day).days)
        claims.append(
            Claim(
                vote=vote,
                read=read,
                lag_days=lag,
                y=y,
                r_below=below,
                r_above=above,
                # beside the nearest vote and not the day: votes of thirty years ago would all underflow to nothing
                freshness=2.0 ** (-lag / assumptions.half_life_days),
                carried=y - read.y,
            )
        )
    return claims


def _read(vote: Vote, seen: MeasureClass, assumptions: Assumptions) -> Read:
    reading = read_figure(vote.figure, seen.error, assumptions)
    grade = assumptions.letters[vote.letter] * assumptions.digits[_DIGITS[vote.digit]]
    below, above = variances(reading, seen.error * grade * vote.likelihood, seen.kappa)
    return Read(reading.centre, to_scale(reading.centre, seen.kappa), below, above)


_DIGITS = tuple(map(str, range(7)))
"""How the assumptions name the digits."""


def middle_of(claims: Sequence[Claim]) -> float:
    """The weighted median of y; where the weight falls in exact halves, the mean of the two at the cut."""
    if len(claims) == 1:
        return claims[0].y
    ranked = sorted(claims, key=lambda claim: (claim.y, claim.vote.order))
    weights = [2 * claim.freshness / (claim.r_below + claim.r_above) for claim in ranked]
    half, passed = math.fsum(weights) / 2, 0.0
    for at, weight in enumerate(weights[:-1]):
        passed += weight
        # tolerant, so that equal grades on both sides halve the weight whatever the last bit says
        if math.isclose(passed, half, rel_tol=1e-12):
            return (ranked[at].y + ranked[at + 1].y) / 2
        if passed > half:
            return ranked[at].y
    return ranked[-1].y
