"""Statements that have to be looked at together, with the links that bear on them.

A strand that is made of the very same things as an earlier one needs no second look: an event changes one or two of
them, and a timeline has thousands.
"""

from collections.abc import Mapping, Sequence
from operator import is_
from typing import Generic, TypeVar

import msgspec

from app.domain.case import Case, View
from app.domain.echoes import Link
from app.domain.sources import Merged
from app.domain.statements import Statement

Said = Mapping[str, tuple[Statement, ...]]
T = TypeVar("T")


class Memory(Generic[T]):
    """What a result was made of, kept beside it for the next one like it.

    It is no part of what the result says: all memories are equal, and look alike.
    """

    def __init__(self, of: T) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Memory)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "Memory"


class Strand(msgspec.Struct, frozen=True):
    """`links` can tell on the statements; `linked` is what the reports at the ends of those say, on any key."""

    statements: tuple[Statement, ...]
    links: tuple[Link, ...] = ()
    linked: Said = {}

    def is_made_as(self, other: "Strand") -> bool:
        """Whether both are made of the very same things; whether others are equal is not looked into."""
        return self is other or (
            same_objects(self.statements, other.statements)
            and same_objects(self.links, other.links)
            and all(said is other.linked.get(report) for report, said in self.linked.items())
        )

    def is_within(self, view: View) -> bool:
        """Whether the view cuts nothing off: neither a word nor that one was taken back."""
        if view.reported is None:
            return True
        said = (*self.statements, *(one for found in self.linked.values() for one in found))
        return all(
            view.has(one.reported_day, one.position)
            and (one.retraction is None or view.has(one.retraction.day, one.retraction.position))
            for one in said
        )


class Naming:
    """Links by the reports that they name."""

    def __init__(self, links: Sequence[Link]) -> None:
        self._naming: dict[str, dict[int, Link]] = {}
        for at, link in enumerate(links):
            for report in (link.from_, link.to):
                self._naming.setdefault(report, {})[at] = link

    def strand(self, statements: Sequence[Statement], linked: Said, *, like: Strand | None = None) -> Strand:
        """With the links that name these reports, and those that name reports which those links name.

        Where no link does, `like` is taken if it is of the same statements.
        """
        own = [self._naming[one.report] for one in statements if one.report in self._naming]
        if not own:
            known = like is not None and not like.links and same_objects(like.statements, statements)
            return like if known and like is not None else Strand(tuple(statements))
        near = {end for links in own for link in links.values() for end in (link.from_, link.to)}
        found = {at: link for report in near for at, link in self._naming[report].items()}
        links = tuple(found[at] for at in sorted(found))
        ends = {end for link in links for end in (link.from_, link.to)}
        return Strand(tuple(statements), links, {end: linked.get(end, ()) for end in sorted(ends)})


def voices_of(case: Case, tied: Merged, *, like: Mapping[str, Strand] = {}) -> dict[str, Strand]:
    """What each origin says on the key, by its name; those that are `tied_in` the case are one voice.

    In the order in which they come in the case. `like` are those of an earlier case on the key.
    """
    found: dict[str, list[Statement]] = {}
    for one in case.statements:
        found.setdefault(tied.name(one.origin), []).append(one)
    naming = Naming(case.links)
    return {name: naming.strand(own, case.linked, like=like.get(name)) for name, own in found.items()}


def tied_in(case: Case) -> Merged:
    """The origins whose reports a link ties to each other."""
    if not case.links:
        return Merged()
    named = {end for link in case.links for end in (link.from_, link.to)}
    origins: dict[str, list[str]] = {}
    for one in (one for one in case.statements if one.report in named):
        origins.setdefault(one.report, []).append(one.origin)
    ends = ((origins.get(link.from_, ()), origins.get(link.to, ())) for link in case.links)
    return Merged((one, other) for ones, others in ends for one in ones for other in others)


def unshared(ones: Sequence[T], others: Sequence[T]) -> tuple[list[T], list[T]]:
    """What only the first, and what only the second has; equal is not the same here."""
    left, right = dict(zip(map(id, ones), ones, strict=True)), dict(zip(map(id, others), others, strict=True))
    return [left[one] for one in left.keys() - right.keys()], [right[one] for one in right.keys() - left.keys()]


def same_objects(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether both have the very same things in the same order."""
    return len(one) == len(other) and all(map(is_, one, other))
