"""Parts and totals: what a tree of places makes of the direct estimates of one measure and one actor.

A direct estimate is made from claims on that very place alone. Here they go in as panels and come out fitted, with
what the tree did to each as a line of the audit, and with what is elsewhere in a whole. How they are made to fit
stands in `parts`.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line
from app.domain.fusion import MICRO, Panel, Share
from app.domain.parts import Branch, Node, Overlap, Standing, settle
from app.domain.wording import to_count

__all__ = ["Fitted", "Node", "Overlap", "Parts", "Standing", "age_days", "fit", "node_of", "reasons"]

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


class Fitted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place in its tree: low ≤ best ≤ high in people, and in whole micro-units of y (`…_u`).

    `line` is final minus direct, and all of the figures where there was nothing direct. `best` is None where only
    bounds follow from the tree. `cut_by` is the whole that this part had to give way to.
    """

    place: str
    low: float
    best: float | None
    high: float
    low_u: int
    best_u: int | None
    high_u: int
    flags: tuple[str, ...]
    line: Line
    parts: Parts | None
    overlap: Overlap | None
    cut_by: str | None

    @property
    def people(self) -> tuple[int, int | None, int]:
        """Low, best and high in whole units, halves to even."""
        return round(self.low), None if self.best is None else round(self.best), round(self.high)


def node_of(place: str, parent: str | None, panel: Panel | None, assumptions: Assumptions) -> Node:
    """`parent` is what the place is part of; what it merely lies within takes no part in totals."""
    if panel is None:
        return Node(place=place, parent=parent)
    doublings = min(age_days(panel, assumptions) / assumptions.half_life_days, _DOUBLINGS_MAX)
    direct = Standing(
        kappa=panel.kappa,
        z=panel.z,
        m=panel.m,
        h=panel.h,
        h_low=panel.h_low,
        variance=panel.variance,
        variance_low=panel.variance_low,
        stale=2.0**doublings,
    )
    return Node(place=place, parent=parent, direct=direct)


def age_days(panel: Panel, assumptions: Assumptions) -> float:
    """How old the votes are by their shares, in days from the panel's own; of two sides of a day, the nearer's age."""
    sides = (
        [share for share in panel.shares if share.vote.day <= panel.day],
        [share for share in panel.shares if share.vote.day > panel.day],
    )
    return min(float(assumptions.age_days_max), *(_mean_age(side) for side in sides))


def _mean_age(shares: Sequence[Share]) -> float:
    whole = sum(share.share for share in shares)
    return sum(share.share * share.age_days for share in shares) / whole if whole > 0 else math.inf


def fit(nodes: Iterable[Node], asked: Collection[str] | None = None) -> dict[str, Fitted]:
    """Every place that has a figure or bounds, in order of place ids; where some are asked for, only those and what
    `reasons` needs besides. The nodes are whole trees, in any order, with direct estimates of one measure and actor; a
    place with no votes in it or below changes no figure of another's, and may be left out where its bounds are not
    asked. Raises Broken for a place that is there twice or lies in itself.
    """
    fitted = (
        _fitted(branch)
        for branch in settle(nodes)
        if asked is None or branch.node.place in asked or branch.overlap is not None or branch.cut_by is not None
    )
    return {one.place: one for one in fitted if one is not None}


def reasons(fitted: Mapping[str, Fitted], place: str) -> tuple[Overlap, ...]:
    """The overlaps that moved the best of a place, the nearest first."""
    found = []
    at: str | None = place
    while at is not None and (one := fitted.get(at)) is not None:
        if one.overlap is not None:
            found.append(one.overlap)
        at = one.cut_by
    return tuple(found)


def _fitted(branch: Branch) -> Fitted | None:
    if branch.high_y is None:
        return None
    low, best, high = (to_count(y, branch.kappa) for y in (branch.low_y, branch.best_y, branch.high_y))
    low_u, best_u, high_u = (round(y * MICRO) for y in (branch.low_y, branch.best_y, branch.high_y))
    direct = branch.node.direct
    was = [round(y * MICRO) for y in direct.ends] if direct is not None else [0, 0, 0]
    known = branch.standing is not None
    return Fitted(
        place=branch.node.place,
        low=low,
        best=best if known else None,
        high=high,
        low_u=low_u,
        best_u=best_u if known else None,
        high_u=high_u,
        flags=tuple(_flags(branch)),
        line=Line(kind=PLACES, low=low_u - was[0], best=best_u - was[1], high=high_u - was[2]),
        parts=_parts(branch),
        overlap=branch.overlap,
        cut_by=branch.cut_by,
    )


def _flags(branch: Branch) -> Iterator[str]:
    if branch.standing is None:
        yield BOUNDS_ONLY
    elif branch.node.direct is None:
        yield FROM_PARTS
    if branch.overlap is not None:
        yield PARTS_EXCEED_WHOLE


def _parts(branch: Branch) -> Parts | None:
    heard = branch.heard
    if not heard:
        return None
    whole = to_count(branch.best_y, branch.kappa)
    return Parts(whole=whole, sum_of_parts=min(whole, sum(to_count(part.best_y, branch.kappa) for part in heard)))
