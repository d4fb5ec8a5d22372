"""Places in their order: which lie in which, and the tree along which totals run."""

from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import Connection

from app.domain.events import PlaceDefined
from app.domain.nesting import lying_in
from app.projections.asof import AsOf
from app.projections.registry import read_definitions

DEPTH_MAX = 100
"""How deep a tree is shown: a client may nest deeper than a document can."""


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A place and its parts, by name; None where the tree goes on deeper than it is shown."""

    place: PlaceDefined
    parts: tuple["Branch", ...] | None


def read_tree(connection: Connection, asof: AsOf) -> tuple[Branch, ...]:
    """Every place once, below the one that it is part of; what is part of nothing is a root of its own."""
    return grow(read_places(connection, asof))


def read_places(connection: Connection, asof: AsOf) -> dict[str, PlaceDefined]:
    return read_definitions(connection, asof.generations, "place", PlaceDefined, at=asof.position)


def grow(places: Mapping[str, PlaceDefined]) -> tuple[Branch, ...]:
    below: dict[str | None, list[PlaceDefined]] = {}
    for _, place in sorted(places.items()):
        below.setdefault(place.part_of, []).append(place)
    return _branches(below, None, DEPTH_MAX) or ()


def _branches(
    below: Mapping[str | None, list[PlaceDefined]], name: str | None, depth: int
) -> tuple[Branch, ...] | None:
    found = below.get(name, [])
    if found and depth == 0:
        return None
    return tuple(Branch(place=place, parts=_branches(below, place.place, depth - 1)) for place in found)


def with_inner(places: Mapping[str, PlaceDefined], names: Iterable[str]) -> set[str]:
    """The names and every place that lies in one of them, as a part or within, at any depth."""
    above = {
        name: (*((place.part_of,) if place.part_of is not None else ()), *place.within)
        for name, place in places.items()
    }
    return {inner for name in names for inner in lying_in(above, name)}
