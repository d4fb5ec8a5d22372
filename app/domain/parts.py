"""The walks over a tree of places, up and down, in which estimates of wholes and of their parts come to fit.

Pure arithmetic on one measure and one actor. Siblings are taken to be disjoint, so parts never hold more than their
whole; what a whole holds beyond its parts is elsewhere in it, and moves nothing.

Where parts exceed their whole, best figures move by the weighted least-squares projection onto "whole ≥ sum of parts":
to the point of that half-space at which the sum of (moved by)² / W is smallest. It moves the whole up by its W and each
part down by its own, all times overlap / (W of the whole + the parts' W together). Above, the whole then counts as
known from both, with the harmonic sum of the two, so that one way up and one way down do for any depth. Two things
depart from it, to stay simple: a part stops at zero and its siblings carry the rest, while the whole's share stays; and
W of a whole that its parts exceed is taken between its own size and theirs, because a whole that is far too low would
look far too certain.

Sources: adjustment by condition equations (Gauss, Supplementum theoriae combinationis observationum, 1828); for totals
Wickramasuriya, Athanasopoulos and Hyndman, Optimal forecast reconciliation through trace minimization (2019).

Equal sets of nodes give equal figures to the last bit: sums run in the order of place ids. Each step goes over the
tree once, and none runs until something settles.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate

import msgspec

from app.domain.errors import Broken
from app.domain.wording import to_scale

_ROUNDING = 1e-9  # of the sum of the parts: an overlap below it is the last bits of equal numbers


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An estimate before the tree has its say. On the scale of y: best `m`, high `m + h`, low `m - h_low`, not below 0.

    `best` is `m` in people. `stale` ≥ 1 is the factor on its variance that lets the older of two estimates give way.
    """

    kappa: float
    z: float
    m: float
    best: float
    h: float
    h_low: float
    variance: float  # > 0
    variance_low: float
    stale: float

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, best and high on the scale of y."""
        return max(0.0, self.m - self.h_low), self.m, self.m + self.h

    def weight(self, other: float) -> float:
        """W in squared people, at the geometric mean of its own size and another."""
        return (self.best + self.kappa) * (other + self.kappa) * self.variance * self.stale


Ends = tuple[float, float | None, float]
"""Low, best and high; best is None where only bounds follow from the tree."""


class Overlap(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """By how many people the parts that have a figure exceeded their whole, before anything moved there."""

    whole: str
    parts: tuple[str, ...]
    people: float


class Shape(msgspec.Struct, frozen=True, gc=False):
    """Which places there are, each before its parts, and where the parts of each stand, in order of their ids.

    `at` has for each place where it stands.
    """

    places: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]
    at: Mapping[str, int]


def shape_of(parents: Mapping[str, str | None]) -> Shape:
    """Of whole trees; a parent that is no place itself is as good as none. Raises Broken for a place in itself."""
    below: dict[str | None, list[str]] = {}
    for place in sorted(parents):
        above = parents[place]
        below.setdefault(above if above in parents else None, []).append(place)
    places = below.get(None, [])
    for place in places:  # grows while it is read
        places += below.get(place, [])
    if len(places) < len(parents):
        raise Broken("A place is part of itself.")
    at = {place: number for number, place in enumerate(places)}
    return Shape(tuple(places), tuple(tuple(at[part] for part in below.get(place, ())) for place in places), at)


class Settled:
    """A tree whose figures fit each other: for each place of its shape one entry in every list.

    `standing` is direct, or from parts, or None; `best` and `low` are in people, `weight` is W. A place without
    `high_y` has neither figure nor bounds. `cut_by` is the whole that a part had to give way to.
    """

    def __init__(self, shape: Shape, direct: Sequence[Standing | None]) -> None:
        many = len(direct)
        self.shape = shape
        self.direct = direct
        self.standing = list(direct)
        self.best = [0.0] * many
        self.weight = [0.0] * many
        self.low = [0.0] * many
        self.low_y = [0.0] * many
        self.best_y = [0.0] * many
        self.high_y: list[float | None] = [None] * many
        self.overlap: dict[int, Overlap] = {}
        self.cut_by: dict[int, int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settled) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it is filled in as it goes

    def heard(self, at: int) -> list[int]:
        """The parts that have a figure."""
        return [part for part in self.shape.parts[at] if self.standing[part] is not None]

    def ends(self, place: str) -> Ends | None:
        """Low, best and high on the scale of y; None for a place that has neither figure nor bounds."""
        at = self.shape.at.get(place)
        high_y = self.high_y[at] if at is not None else None
        if at is None or high_y is None:
            return None
        return self.low_y[at], self.best_y[at] if self.standing[at] is not None else None, high_y


def settle(shape: Shape, direct: Sequence[Standing | None]) -> Settled:
    """Fit the direct estimates of the shape's places, None where nothing votes. Raises Broken for several classes."""
    kappas = {one.kappa for one in direct if one is not None}
    if len(kappas) > 1:
        raise Broken("Estimates of several classes were put into one tree.")
    settled = Settled(shape, direct)
    if kappas:  # without any estimate there is no scale, and no figure
        kappa = kappas.pop()
        _sum_up(settled, kappa)
        _cut_down(settled)
        _place_ends(settled, kappa)
        _bound_parts(settled, kappa)
    return settled


def _sum_up(tree: Settled, kappa: float) -> None:
    """Give each place its best and its weight, once its parts have theirs; a whole that they exceed is raised."""
    best, weight, standing, parts = tree.best, tree.weight, tree.standing, tree.shape.parts
    for at in range(len(parts) - 1, -1, -1):
        own = standing[at]
        heard = [part for part in parts[at] if standing[part] is not None] if parts[at] else None
        if not heard:
            if own is not None:
                best[at] = said = own.best
                weight[at] = own.weight(said)
            continue
        total = sum([best[part] for part in heard])
        if own is None:
            standing[at] = own = _from_parts(tree, heard, total, kappa)
            best[at], weight[at] = total, own.weight(total)
            continue
        best[at] = said = own.best
        overlap = total - said
        if overlap > _ROUNDING * total:
            _raise(tree, at, heard, total)
        else:
            weight[at] = own.weight(said)


def _raise(tree: Settled, at: int, heard: Sequence[int], total: float) -> None:
    """A whole that is less than its parts."""
    own, give = tree.standing[at], sum([tree.weight[part] for part in heard])
    if own is None:
        return
    places, overlap = tree.shape.places, total - tree.best[at]
    tree.overlap[at] = Overlap(whole=places[at], parts=tuple(places[part] for part in heard), people=overlap)
    weight = own.weight(total)
    tree.best[at] += overlap * (weight / (weight + give))
    tree.weight[at] = weight / (1 + weight / give)


def _from_parts(tree: Settled, heard: Sequence[int], total: float, kappa: float) -> Standing:
    """The sum of the parts as an estimate of the whole: as fresh as the freshest of them."""
    variance = variance_low = z = 0.0
    stale = math.inf
    for part in heard:
        one, size = tree.standing[part], ((tree.best[part] + kappa) / (total + kappa)) ** 2
        if one is not None:
            variance += size * one.variance
            variance_low += size * one.variance_low
            stale, z = min(stale, one.stale), one.z
    m, h = to_scale(total, kappa), z * math.sqrt(variance)
    return Standing(
        kappa=kappa,
        z=z,
        m=m,
        best=to_people(m, kappa),
        h=h,
        h_low=h if variance_low == variance else z * math.sqrt(variance_low),
        variance=variance,
        variance_low=variance_low,
        stale=stale,
    )


def _cut_down(tree: Settled) -> None:
    """Cut the parts to the final best of their whole, in proportion to their weights, none below zero."""
    best, parts = tree.best, tree.shape.parts
    for at, own in enumerate(parts):
        if not own or tree.standing[at] is None:
            continue
        total = sum([best[part] for part in own])  # of a part without a figure it is 0
        excess = total - best[at]
        if excess > _ROUNDING * total:
            heard = tree.heard(at)
            depth = _depth([(best[part], tree.weight[part]) for part in heard], excess)
            for part in heard:
                cut = max(0.0, best[part] - depth * tree.weight[part])
                if cut < best[part]:
                    best[part], tree.cut_by[part] = cut, at


def _depth(parts: Sequence[tuple[float, float]], excess: float) -> float:
    """How much each part (best, weight) gives for each unit of its weight, so that all give `excess`; one at zero gives
    no more.
    """
    by_end = sorted(parts, key=lambda part: part[0] / part[1])  # stable: ties stay in the order of place ids
    # from the end, so that small weights are not lost beside large ones that are at zero
    weights = list(accumulate(weight for _, weight in reversed(by_end)))[::-1]
    for (best, own), weight in zip(by_end, weights, strict=True):
        if excess / weight <= best / own:
            return excess / weight
        excess -= best
    return math.inf


def _place_ends(tree: Settled, kappa: float) -> None:
    """The interval around the final best, once the parts have theirs; a whole holds at least what its parts hold."""
    low, parts = tree.low, tree.shape.parts
    for at in range(len(parts) - 1, -1, -1):
        own = tree.standing[at]
        if own is None:
            continue
        best_y = own.m if tree.best[at] == own.best else to_scale(tree.best[at], kappa)
        low_y = max(0.0, best_y - own.h_low)
        low[at] = to_people(low_y, kappa)
        if parts[at]:
            lows = sum([low[part] for part in parts[at]])
            if lows > low[at]:
                low_y = min(to_scale(lows, kappa), best_y)
                low[at] = to_people(low_y, kappa)
        tree.best_y[at], tree.low_y[at] = best_y, low_y
        tree.high_y[at] = max(own.m, best_y) + own.h  # a place that was cut may still be as large as was said


def _bound_parts(tree: Settled, kappa: float) -> None:
    """No part is larger than what the least of its siblings leave of the most that the whole can be.

    What was heard of some parts says nothing of the most that is in the others: for those it takes a word on the whole.
    `room` is the most in people that words on wholes above leave a place, where there are any.
    """
    low, high_y = tree.low, tree.high_y
    room: dict[int, float] = {}
    for at, parts in enumerate(tree.shape.parts):
        high = high_y[at]
        if not parts or high is None:
            continue
        most, lows = to_people(high, kappa), sum([low[part] for part in parts])
        own = room.get(at) if tree.direct[at] is None else most
        for part in parts:
            others = lows - low[part]
            if own is not None:
                room[part] = max(0.0, own - others)
            said = high_y[part]
            if said is None:
                high_y[part] = to_scale(room[part], kappa) if part in room else None
            elif (left := max(0.0, most - others)) < to_people(said, kappa):
                high_y[part] = max(to_scale(left, kappa), tree.best_y[part])


def to_people(y: float, kappa: float) -> float:
    """People at y without the cap of `to_count`: what is cut to the largest number no longer adds up."""
    return kappa * math.expm1(min(600.0, y))
