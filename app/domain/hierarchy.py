"""Parts and totals: what a tree of places makes of the direct estimates of one measure and one actor.

A direct estimate is made from claims on that very place alone. Here they go in as panels and come out fitted, with
what the tree did to each as a line of the audit, and with what is elsewhere in a whole. How they are made to fit
stands in `parts`.
"""

from collections.abc import Iterable

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line
from app.domain.parts import Ends, Overlap, Settled, Standing, to_people
from app.domain.shares import Panel
from app.domain.wording import MICRO, to_count

PLACES = "places"
"""The kind of line that says what the tree did to an estimate."""

FROM_PARTS, BOUNDS_ONLY, PARTS_EXCEED_WHOLE = "from_parts", "bounds_only", "parts_exceed_whole"

_DOUBLINGS_MAX = 800  # of W with age: 730 with the shipped set; more would leave what a float can hold


class Parts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Best figures after the fit. The whole is not less than the sum; the gap is elsewhere in the whole."""

    whole: float
    sum_of_parts: float

    @property
    def gap(self) -> float:
        return self.whole - self.sum_of_parts

    @property
    def people(self) -> tuple[int, int, int]:
        """Whole, sum of parts, and their difference, in whole units."""
        whole, parts = round(self.whole), round(self.sum_of_parts)
        return whole, parts, whole - parts


def standing_of(panel: Panel, assumptions: Assumptions) -> Standing:
    doublings = min(age_days(panel, assumptions) / assumptions.half_life_days, _DOUBLINGS_MAX)
    return Standing(
        kappa=panel.kappa,
        z=panel.z,
        m=panel.m,
        best=to_people(panel.m, panel.kappa),
        h=panel.h,
        h_low=panel.h_low,
        variance=panel.variance,
        variance_low=panel.variance_low,
        stale=2.0**doublings,
    )


def age_days(panel: Panel, assumptions: Assumptions) -> float:
    """How old the votes are by their shares, in days from the panel's own; of two sides of a day, the nearer's age."""
    return min(float(assumptions.age_days_max), *[side.mean_age_days for side in panel.sides])


def reasons(tree: Settled, place: str) -> tuple[Overlap, ...]:
    """The overlaps that moved the best of a place, the nearest first."""
    found = []
    at = tree.shape.at.get(place)
    while at is not None:
        if at in tree.overlap:
            found.append(tree.overlap[at])
        at = tree.cut_by.get(at)
    return tuple(found)


def told(line: Line, overlaps: Iterable[Overlap]) -> Line:
    """The line with the overlaps behind it in words."""
    words = "; ".join(
        f"overlap of {round(one.people):,} between {one.whole} and {', '.join(one.parts)}" for one in overlaps
    )
    return msgspec.structs.replace(line, detail=words) if words else line


def units_of(ends: Ends) -> tuple[int, int | None, int]:
    """Low, best and high in whole micro-units of y."""
    low, best, high = ends
    return round(low * MICRO), None if best is None else round(best * MICRO), round(high * MICRO)


def people_of(ends: Ends, kappa: float) -> tuple[int, int | None, int]:
    """The same in whole units of the measure, halves to even."""
    low, best, high = ends
    of_best = None if best is None else round(to_count(best, kappa))
    return round(to_count(low, kappa)), of_best, round(to_count(high, kappa))


def line_of(tree: Settled, place: str) -> Line:
    """Final minus direct, and all of the figures where there was nothing direct."""
    direct, ends = tree.direct[tree.shape.at[place]], tree.ends(place)
    was = units_of(direct.ends) if direct is not None else (0, 0, 0)
    now = units_of(ends) if ends is not None else (0, 0, 0)
    low, best, high = ((new or 0) - (old or 0) for old, new in zip(was, now, strict=True))
    return Line(kind=PLACES, low=low, best=best, high=high)


def flags_of(tree: Settled, place: str) -> tuple[str, ...]:
    at = tree.shape.at[place]
    flags = (
        (tree.standing[at] is None, BOUNDS_ONLY),
        (tree.standing[at] is not None and tree.direct[at] is None, FROM_PARTS),
        (at in tree.overlap, PARTS_EXCEED_WHOLE),
    )
    return tuple(flag for holds, flag in flags if holds)


def parts_of(tree: Settled, place: str, kappa: float) -> Parts | None:
    """None where none of its parts was heard of."""
    at = tree.shape.at[place]
    heard = [to_count(tree.best_y[part], kappa) for part in tree.heard(at)]
    if not heard:
        return None
    whole = to_count(tree.best_y[at], kappa)
    return Parts(whole=whole, sum_of_parts=min(whole, sum(heard)))
