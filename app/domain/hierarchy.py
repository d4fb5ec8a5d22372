"""Parts and totals: what a tree of places makes of the direct estimates of one measure and one actor.

A direct estimate is made from claims on that very place alone. Here they go in as panels and come out fitted, with
what the tree did to each as a line of the audit, and with what is elsewhere in a whole. How they are made to fit
stands in `parts`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.attribution import Line
from app.domain.parts import Branch, Node, Overlap, Standing, settle
from app.domain.shares import Panel
from app.domain.wording import MICRO, to_count

__all__ = [
    "Fitted",
    "Node",
    "Overlap",
    "Parts",
    "Standing",
    "age_days",
    "fit",
    "fitted_of",
    "line_of",
    "node_of",
    "reasons",
    "told",
]

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
    return min(float(assumptions.age_days_max), *(side.mean_age_days for side in panel.sides))


def fit(nodes: Iterable[Node]) -> dict[str, Fitted]:
    """Every place that has a figure or bounds, in order of place ids. The nodes are whole trees, in any order, with
    direct estimates of one measure and actor; a place with no votes in it or below changes no figure of another's, and
    may be left out where its bounds are not asked. Raises Broken for a place that is there twice or lies in itself.
    """
    return {branch.node.place: fitted_of(branch) for branch in settle(nodes) if branch.high_y is not None}


class _Reason(Protocol):
    @property
    def overlap(self) -> Overlap | None: ...
    @property
    def cut_by(self) -> str | None: ...


def reasons(tree: Mapping[str, _Reason], place: str) -> tuple[Overlap, ...]:
    """The overlaps that moved the best of a place, the nearest first."""
    found = []
    at: str | None = place
    while at is not None and (one := tree.get(at)) is not None:
        if one.overlap is not None:
            found.append(one.overlap)
        at = one.cut_by
    return tuple(found)


def told(line: Line, tree: Mapping[str, _Reason], place: str) -> Line:
    """The line with the overlaps behind it in words."""
    overlaps = reasons(tree, place)
    if not overlaps:
        return line
    words = "; ".join(
        f"overlap of {round(one.people):,} between {one.whole} and {', '.join(one.parts)}" for one in overlaps
    )
    return msgspec.structs.replace(line, detail=words)


def line_of(branch: Branch) -> Line:
    """Final minus direct."""
    direct = branch.node.direct
    was = [round(y * MICRO) for y in direct.ends] if direct is not None else [0, 0, 0]
    low_u, best_u, high_u = branch.units
    return Line(kind=PLACES, low=low_u - was[0], best=(best_u or 0) - was[1], high=high_u - was[2])


def fitted_of(branch: Branch) -> Fitted:
    """A place that has a figure or bounds."""
    low, best, high = (to_count(y, branch.kappa) for y in (branch.low_y, branch.best_y, branch.high_y or 0.0))
    low_u, best_u, high_u = branch.units
    return Fitted(
        place=branch.node.place,
        low=low,
        best=best if branch.standing is not None else None,
        high=high,
        low_u=low_u,
        best_u=best_u,
        high_u=high_u,
        flags=tuple(_flags(branch)),
        line=line_of(branch),
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
