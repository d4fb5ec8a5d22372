"""Trees of places to be fitted, and each place of a fitted one with all that can be asked of it."""

from collections.abc import Iterable

import msgspec

from app.domain.assumptions import DEFAULT
from app.domain.attribution import Line
from app.domain.hierarchy import Parts, flags_of, line_of, parts_of, people_of, standing_of, units_of
from app.domain.parts import Overlap, Settled, Standing, settle, shape_of
from app.domain.shares import Panel
from app.domain.wording import to_count


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A place, what it is part of, and the direct estimate, if anything votes."""

    place: str
    parent: str | None
    direct: Standing | None = None


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """A place in its tree: low, best and high in broken people, and all that the tree says of it."""

    place: str
    standing: Standing | None
    weight: float
    best_fitted: float
    low: float
    best: float | None
    high: float
    ends: tuple[float, float | None, float]
    units: tuple[int, int | None, int]
    people: tuple[int, int | None, int]
    flags: tuple[str, ...]
    line: Line
    parts: Parts | None
    overlap: Overlap | None
    cut_by: str | None


def node_of(place: str, parent: str | None, panel: Panel | None) -> Node:
    return Node(place=place, parent=parent, direct=standing_of(panel, DEFAULT) if panel is not None else None)


def settled(nodes: Iterable[Node]) -> Settled:
    nodes = list(nodes)
    shape = shape_of({node.place: node.parent for node in nodes})
    direct = {node.place: node.direct for node in nodes}
    return settle(shape, [direct[place] for place in shape.places])


def fit(nodes: Iterable[Node]) -> dict[str, Fitted]:
    """Every place that has a figure or bounds, in order of names."""
    tree = settled(nodes)
    found = (fitted_at(tree, place) for place in sorted(tree.shape.places))
    return {one.place: one for one in found if one is not None}


def fitted_at(tree: Settled, place: str) -> Fitted | None:
    ends, at = tree.ends(place), tree.shape.at[place]
    if ends is None:
        return None
    kappa = next(one.kappa for one in tree.standing if one is not None)
    low, best, high = (None if y is None else to_count(y, kappa) for y in ends)
    whole = tree.cut_by.get(at)
    return Fitted(
        place=place,
        standing=tree.standing[at],
        weight=tree.weight[at],
        best_fitted=tree.best[at],
        low=low or 0.0,
        best=best,
        high=high or 0.0,
        ends=ends,
        units=units_of(ends),
        people=people_of(ends, kappa),
        flags=flags_of(tree, place),
        line=line_of(tree, place),
        parts=parts_of(tree, place, kappa),
        overlap=tree.overlap.get(at),
        cut_by=tree.shape.places[whole] if whole is not None else None,
    )
