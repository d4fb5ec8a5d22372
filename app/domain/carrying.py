"""How a known movement carries an older vote forward: arithmetic on one vote, nothing of who moved where.

What was said stays what it was: its wording and grade set its error as before. The movements since only shift its
figure, and add the error with which movements are counted, capped so that no interval grows beyond what can be stored.
"""

import msgspec

from app.domain.assumptions import Assumptions


class Carry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the movements between a vote's day and the day asked for come to at its place, in units of the measure.

    `net` is signed; `variance` is the sum over the movements of their squared errors, in squared units.
    """

    net: float
    variance: float


def carry(centre: float, r: float, kappa: float, by: Carry, assumptions: Assumptions) -> tuple[float, float]:
    """The centre after the movements, never below zero, and the variance `r` on the scale with their error added.

    A `by` of zero gives back both to the bit.
    """
    carried = max(0.0, centre + by.net)
    return carried, r + min(assumptions.flow_variance_cap, by.variance / (carried + kappa) ** 2)
