"""What is now said of a past day: the votes up to it and the first votes after it, as one estimate.

Pure arithmetic on two panels that `fusion` made for the same day and the same key. Each side weighs by how little its
own variance is; what all sources get wrong together they get wrong on both sides, so that it counts once. Between the
sides the truth may have gone either way, and the farther apart they are, the wider is the interval.

A running total ages upward alone only in real time, where nobody has counted further yet. As soon as there are later
votes, both ends age on both sides alike: the more days lie between a count and the day, the less it tells of either.

Source: the inverse-variance mean of two estimates whose errors are their own, with half of what a jump at an unknown
day between them would add.
"""

import math

from msgspec.structs import replace

from app.domain.assumptions import Assumptions
from app.domain.shares import Panel


def look_back(earlier: Panel | None, later: Panel | None, assumptions: Assumptions) -> Panel | None:
    """One panel for the day of the two, `earlier` with no vote after it and `later` with none up to it.

    Without later votes the day is read as in real time. The shares are those within the whole, so they sum to 1.
    """
    if later is None:
        return earlier
    later = _both_ends_aged(later)
    return later if earlier is None else _joined(_both_ends_aged(earlier), later, assumptions)


def _both_ends_aged(panel: Panel) -> Panel:
    return replace(
        panel,
        sides=tuple(replace(side, v_low=side.v) for side in panel.sides),
        h_low=panel.h,
        stated_low=panel.stated,
        variance_low=panel.variance,
        agreement_floor_low=panel.agreement_floor,
    )


def _joined(earlier: Panel, later: Panel, assumptions: Assumptions) -> Panel:
    before, after = earlier.s2 * earlier.stated, later.s2 * later.stated
    w = after / (before + after)
    joint = before * after / (before + after)
    own = max(joint, assumptions.sides_floor * min(before, after))
    open_ = assumptions.sides_gap * w * (1 - w) * (earlier.m - later.m) ** 2
    stated = w**2 * earlier.stated + (1 - w) ** 2 * later.stated
    variance = earlier.shared + own + open_
    half = assumptions.z * math.sqrt(variance)
    floor = w**2 * earlier.agreement_floor + (1 - w) ** 2 * later.agreement_floor
    return replace(
        earlier,
        sides=(*(side.scaled(w) for side in earlier.sides), *(side.scaled(1 - w) for side in later.sides)),
        m=w * earlier.m + (1 - w) * later.m,
        h=half,
        h_low=half,
        s2=joint / stated,
        stated=stated,
        stated_low=stated,
        variance=variance,
        variance_low=variance,
        agreement_floor=floor,
        agreement_floor_low=floor,
        two_sides=(own - joint) + open_,
    )
