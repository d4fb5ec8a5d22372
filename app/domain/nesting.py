"""Which place lies in which: the tree along which totals run, and the vaguer relation that only says where.

A place is part of at most one other, and siblings share nothing. Within regions it may lie besides, as they overlap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.events import PlaceDefined


@dataclass(frozen=True, kw_only=True)
class Nesting:
    """`part_of` has no place that lies in itself; `lies_in` has for each all that it is part of or within."""

    part_of: Mapping[str, str] = field(default_factory=dict)
    lies_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _roots: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _inside: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def line_of(self, place: str) -> list[str]:
        """The place, what it is part of, and so on to the root of its tree."""
        line = [place]
        while (above := self.part_of.get(line[-1])) is not None:
            line.append(above)
        return line

    def root_of(self, place: str) -> str:
        """The tree that the place stands in, by its root."""
        root = self._roots.get(place)
        if root is None:
            root = self._roots[place] = self.line_of(place)[-1]
        return root

    def parts_of(self, place: str) -> list[str]:
        """Its direct parts, in order of names."""
        return sorted(part for part, whole in self.part_of.items() if whole == place)

    def inside(self, place: str) -> frozenset[str]:
        """The place and everything that lies in it at any depth."""
        found = self._inside.get(place)
        if found is None:
            found = self._inside[place] = frozenset(lying_in(self.lies_in, place))
        return found


def nesting_of(places: Mapping[str, PlaceDefined]) -> Nesting:
    parents = {name: body.part_of for name, body in places.items() if body.part_of is not None}
    return Nesting(
        part_of=_without_circles(parents),
        lies_in={name: (*((body.part_of,) if body.part_of else ()), *body.within) for name, body in places.items()},
    )


def _without_circles(parents: Mapping[str, str]) -> dict[str, str]:
    """No total runs in a circle, so its places are parts of nothing. The door lets none in; two writers at once may."""
    safe: set[str] = set()
    circles: set[str] = set()
    for place in parents:
        line: dict[str, None] = {}
        at: str | None = place
        while at is not None and at not in line and at not in safe and at not in circles:
            line[at] = None
            at = parents.get(at)
        if at in line:
            names = list(line)
            circles.update(names[names.index(at) :])
        safe.update(line.keys() - circles)
    return {place: above for place, above in parents.items() if place not in circles}


def lying_in(above: Mapping[str, Iterable[str]], name: str) -> set[str]:
    """`name` and everything that lies in it at any depth; `above` gives each name's direct containers."""
    below: dict[str, list[str]] = {}
    for inner, containers in above.items():
        for container in containers:
            below.setdefault(container, []).append(inner)
    inside, waiting = {name}, [name]
    while waiting:
        found = [inner for inner in below.get(waiting.pop(), ()) if inner not in inside]
        inside.update(found)
        waiting += found
    return inside
