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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec

from app.domain.errors import Broken
from app.domain.wording import MICRO, to_count, to_scale

_ROUNDING = 1e-9  # of the sum of the parts: an overlap below it is the last bits of equal numbers


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An estimate before the tree has its say. On the scale of y: best `m`, high `m + h`, low `m - h_low`, not below 0.

    `stale` ≥ 1 is the factor on its variance that lets the older of two estimates give way.
    """

    kappa: float
    z: float
    m: float
    h: float
    h_low: float
    variance: float  # > 0
    variance_low: float
    stale: float

    @property
    def best(self) -> float:
        return _count(self.m, self.kappa)

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, best and high on the scale of y."""
        return max(0.0, self.m - self.h_low), self.m, self.m + self.h

    def weight(self, other: float) -> float:
        """W in squared people, at the geometric mean of its own size and another."""
        return (self.best + self.kappa) * (other + self.kappa) * self.variance * self.stale


class Node(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place of the tree; `direct` is None where nothing votes. A parent that is no node itself is as good as none."""

    place: str
    parent: str | None
    direct: Standing | None = None


class Overlap(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """By how many people the parts that have a figure exceeded their whole, before anything moved there."""

    whole: str
    parts: tuple[str, ...]
    people: float


@dataclass(slots=True, kw_only=True)
class Branch:
    """The state of a place, filled in on the ways up and down; without `high_y` in the end it has no figure.

    `standing` is direct, or from parts; `best` and `low` are in people, `weight` is W. `room` is the most in people
    that words on wholes above leave it, where there are any. `parts` are in order of place ids, `heard` those of them
    that have a figure.
    """

    node: Node
    kappa: float
    standing: Standing | None
    parts: list["Branch"] = field(default_factory=list)
    heard: list["Branch"] = field(default_factory=list)
    best: float = 0.0
    weight: float = 0.0
    low: float = 0.0
    low_y: float = 0.0
    best_y: float = 0.0
    high_y: float | None = None
    room: float | None = None
    overlap: Overlap | None = None
    cut_by: str | None = None

    @property
    def people(self) -> tuple[int, int | None, int]:
        """Low, best and high in whole units, halves to even; best is None where only bounds follow from the tree."""
        low, high = (round(to_count(y, self.kappa)) for y in (self.low_y, self.high_y or 0.0))
        return low, round(to_count(self.best_y, self.kappa)) if self.standing is not None else None, high

    @property
    def units(self) -> tuple[int, int | None, int]:
        """The same in whole micro-units of y."""
        best = round(self.best_y * MICRO) if self.standing is not None else None
        return round(self.low_y * MICRO), best, round((self.high_y or 0.0) * MICRO)


def settle(nodes: Iterable[Node]) -> list[Branch]:
    """The places in order of place ids, each with its final figures, if it has any. Raises Broken for a place that is
    there twice or that lies in itself, and for estimates of several classes.
    """
    tree = _grow(nodes)
    upwards = tree[::-1]
    for branch in upwards:
        _sum_up(branch)
    for branch in tree:
        _cut_down(branch)
    for branch in upwards:
        _place_ends(branch)
    for branch in tree:
        _bound_parts(branch)
    tree.sort(key=_place)
    return tree


def _place(branch: Branch) -> str:
    return branch.node.place


def _grow(nodes: Iterable[Node]) -> list[Branch]:
    """Each place before its parts."""
    ordered = sorted(nodes, key=lambda node: node.place)
    kappas = {node.direct.kappa for node in ordered if node.direct is not None}
    if len(kappas) > 1:
        raise Broken("Estimates of several classes were put into one tree.")
    kappa = kappas.pop() if kappas else 1.0  # without any estimate there is no scale, and no figure
    branches = {node.place: Branch(node=node, kappa=kappa, standing=node.direct) for node in ordered}
    tree: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.node.parent) if branch.node.parent is not None else None
        (tree if above is None else above.parts).append(branch)
    for branch in tree:  # grows while it is read
        tree.extend(branch.parts)
    if len(tree) < len(ordered):
        raise Broken("A place is twice in its tree, or part of itself.")
    return tree


def _sum_up(branch: Branch) -> None:
    """Give a place its best and its weight, once its parts have theirs; a whole that they exceed is raised."""
    heard = branch.heard = [part for part in branch.parts if part.standing is not None]
    own = branch.standing
    if not heard:
        if own is not None:
            branch.best = own.best
            branch.weight = own.weight(branch.best)
        return
    total, give = sum([part.best for part in heard]), sum([part.weight for part in heard])
    if own is None:
        branch.standing = own = _from_parts(heard, total, branch.kappa)
        branch.best, branch.weight = total, own.weight(total)
        return
    branch.best = own.best
    overlap = total - branch.best
    if not _exceeds(overlap, total):
        branch.weight = own.weight(branch.best)
        return
    names = tuple(part.node.place for part in heard)
    branch.overlap = Overlap(whole=branch.node.place, parts=names, people=overlap)
    weight = own.weight(total)
    branch.best += overlap * (weight / (weight + give))
    branch.weight = weight / (1 + weight / give)


def _exceeds(overlap: float, total: float) -> bool:
    return overlap > _ROUNDING * total


def _from_parts(heard: Sequence[Branch], total: float, kappa: float) -> Standing:
    """The sum of the parts as an estimate of the whole: as fresh as the freshest of them."""
    variance = variance_low = 0.0
    stale, z = math.inf, 0.0
    for part in heard:
        size, one = ((part.best + kappa) / (total + kappa)) ** 2, part.standing
        if one is not None:
            variance += size * one.variance
            variance_low += size * one.variance_low
            stale, z = min(stale, one.stale), one.z
    return Standing(
        kappa=kappa,
        z=z,
        m=to_scale(total, kappa),
        h=z * math.sqrt(variance),
        h_low=z * math.sqrt(variance_low),
        variance=variance,
        variance_low=variance_low,
        stale=stale,
    )


def _cut_down(branch: Branch) -> None:
    """Cut the parts to the final best of their whole, in proportion to their weights, none below zero."""
    heard = branch.heard
    if not heard:
        return
    total = sum([part.best for part in heard])
    if not _exceeds(total - branch.best, total):
        return
    depth = _depth(heard, total - branch.best)
    for part in heard:
        cut = max(0.0, part.best - depth * part.weight)
        if cut < part.best:
            part.best, part.cut_by = cut, branch.node.place


def _depth(parts: Sequence[Branch], excess: float) -> float:
    """How much each part gives for each unit of its weight, so that all give `excess`; one at zero gives no more."""
    by_end = sorted(parts, key=lambda part: part.best / part.weight)  # stable: ties stay in the order of place ids
    # from the end, so that small weights are not lost beside large ones that are at zero
    weights = list(accumulate(part.weight for part in reversed(by_end)))[::-1]
    for part, weight in zip(by_end, weights, strict=True):
        if excess / weight <= part.best / part.weight:
            return excess / weight
        excess -= part.best
    return math.inf


def _place_ends(branch: Branch) -> None:
    """The interval around the final best, once the parts have theirs; a whole holds at least what its parts hold."""
    own = branch.standing
    if own is None:
        return
    kappa = branch.kappa
    branch.best_y = own.m if branch.best == own.best else to_scale(branch.best, kappa)
    branch.low_y = max(0.0, branch.best_y - own.h_low)
    branch.high_y = max(own.m, branch.best_y) + own.h  # a place that was cut may still be as large as was said
    branch.low = _count(branch.low_y, kappa)
    lows = sum([part.low for part in branch.parts])
    if lows > branch.low:
        branch.low_y = min(to_scale(lows, kappa), branch.best_y)
        branch.low = _count(branch.low_y, kappa)


def _bound_parts(branch: Branch) -> None:
    """No part is larger than what the least of its siblings leave of the most that the whole can be.

    What was heard of some parts says nothing of the most that is in the others: for those it takes a word on the whole.
    """
    if branch.high_y is None or not branch.parts:
        return
    kappa = branch.kappa
    most, lows = _count(branch.high_y, kappa), sum([part.low for part in branch.parts])
    room = branch.room if branch.node.direct is None else most
    for part in branch.parts:
        others = lows - part.low
        part.room = None if room is None else max(0.0, room - others)
        if part.high_y is None:
            part.high_y = None if part.room is None else to_scale(part.room, kappa)
        elif (left := max(0.0, most - others)) < _count(part.high_y, kappa):
            part.high_y = max(to_scale(left, kappa), part.best_y)


def _count(y: float, kappa: float) -> float:
    """People at y without the cap of `to_count`: what is cut to the largest number no longer adds up."""
    return kappa * math.expm1(min(y, 600.0))
