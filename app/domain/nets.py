"""What movements come to at a place between two days: its net, and what that does to the votes on it.

A place gains what comes to it or to a part of it, and loses what leaves; what moves inside it changes nothing. Of a
movement with an unknown end only the end that is known can tell, for the place named and not for what that is part of:
the other end may lie within the same whole.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from operator import attrgetter, sub

import msgspec

from app.domain.assumptions import Assumptions
from app.domain.carrying import Carry
from app.domain.fusion import Vote
from app.domain.movements import Movement, Movements
from app.domain.strands import Memory, unshared

Parents = Mapping[str, str] | Mapping[str, tuple[str, ...]]
"""What each place lies in: its parent in the tree, or all that it is part of or within.

With the tree alone, what comes to a vague region from elsewhere in its country would read as having left the country.
"""


class Net(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """In units of the measure, signed: below zero more left than came."""

    low: float
    best: float
    high: float


def net(
    place: str,
    movements: Sequence[Movement],
    *,
    part_of: Parents,
    first: date,
    last: date,
    assumptions: Assumptions,
) -> Net:
    """What `place` gained from the start of `first` to the end of `last`.

    A movement over a period counts for the part of its days that lies within.
    """
    moved = _between(touching(place, movements, part_of), first.toordinal() - 1, last.toordinal(), assumptions)
    half = assumptions.z * math.sqrt(moved.variance)
    return Net(low=moved.net - half, best=moved.net, high=moved.net + half)


def range_of(movement: Movement, assumptions: Assumptions) -> Net:
    """The movement itself with its interval, which is the net of a place that it alone reaches."""
    half = assumptions.z * assumptions.flow_error * movement.best
    return Net(low=max(0.0, movement.best - half), best=movement.best, high=movement.best + half)


class Touching(msgspec.Struct, frozen=True):
    """The movements that change a place, by their last days, each with the sign of what it does to it. From `over` on,
    the last of those days, no day changes anything any more.

    `firsts` and `lasts` are their first and last days (ordinals), none of them lasts longer than `days_max`. `net` has
    for each what it and all after it come to, `squares` the sum of their squares; behind the last there is nothing.
    """

    signed: tuple[tuple[int, Movement], ...] = ()
    firsts: tuple[int, ...] = ()
    lasts: tuple[int, ...] = ()
    days_max: int = 0
    net: tuple[float, ...] = (0.0,)
    squares: tuple[float, ...] = (0.0,)
    over: date = date.min


NOTHING_MOVED = Touching()


class Around(dict[str, frozenset[str]]):
    """By place the place itself and all that it lies in, at any depth; each is worked out once."""

    def __init__(self, part_of: Parents) -> None:
        super().__init__()
        self.part_of = part_of

    def __missing__(self, place: str) -> frozenset[str]:
        found = self[place] = frozenset(_around(place, self.part_of))
        return found


class Moved(msgspec.Struct, frozen=True):
    """The movements that count for a view. Those that change a place are looked for where it is asked: movements touch
    far more places than anybody's word is read of.
    """

    movements: Movements
    memory: Memory["Looked"]

    def touching(self, place: str) -> Touching:
        """Of one place the very same answer each time."""
        known = self.memory.of.touching
        found = known.get(place)
        if found is None:
            found = known[place] = _touching(_signed(place, self.movements.found, self.memory.of.around))
        return found

    @property
    def pooled(self) -> frozenset[str]:
        """The reports of movements that several speak of."""
        looked = self.memory.of
        if looked.pooled is None:
            several = (found.members for found in self.movements.found if len(found.members) > 1)
            looked.pooled = frozenset([one.report for members in several for one in members])
        return looked.pooled


class Looked(msgspec.Struct):
    """What was looked for among movements and what was found, in places as they lie."""

    around: Around
    touching: dict[str, Touching] = {}
    pooled: frozenset[str] | None = None


def moved_of(movements: Movements, part_of: Parents, *, like: Moved | None = None) -> Moved:
    """`like` are those of the same subject in the same places: only where a movement came or went is looked anew."""
    if like is None:
        return Moved(movements, Memory(Looked(Around(part_of))))
    known = like.memory.of
    come, gone = unshared(movements.found, like.movements.found)
    stirred = {place for one in (*come, *gone) for place in _reached(one, known.around)}
    touching = {place: found for place, found in known.touching.items() if place not in stirred}
    return Moved(movements, Memory(Looked(known.around, touching)))


def at_least(touching: Touching, *, day: date, assumptions: Assumptions) -> float | None:
    """Where nobody's word can be carried: the net arrivals by the end of `day`, a bound and no estimate.

    None where no more came than left, as far as is known.
    """
    moved = _between(touching, date.min.toordinal() - 1, day.toordinal(), assumptions)
    return moved.net if moved.net > 0 else None


def carries(votes: Iterable[Vote], touching: Touching, *, day: date, assumptions: Assumptions) -> dict[str, Carry]:
    """By report what the movements that touch its place do to each vote, read on `day`; the others are left out.

    They are those after the vote's day up to `day`: a stock dated on or after a movement already contains it. For a
    vote later than `day` those between are taken back.
    """
    found: dict[str, Carry] = {}
    if not touching.signed:
        return found
    for vote in votes:
        back = vote.day > day
        after, until = (day, vote.day) if back else (vote.day, day)
        moved = _between(touching, after.toordinal(), until.toordinal(), assumptions)
        if moved.net or moved.variance:
            found[vote.report] = Carry(net=-moved.net, variance=moved.variance) if back else moved
    return found


def touching(place: str, movements: Iterable[Movement], part_of: Parents) -> Touching:
    return _touching(_signed(place, sorted(movements, key=attrgetter("order")), Around(part_of)))


def _signed(place: str, movements: Iterable[Movement], around: Around) -> list[tuple[int, Movement]]:
    """Those that change the place, in the order in which they come."""
    return [(sign, movement) for movement in movements if (sign := sign_at(place, movement, around))]


def sign_at(place: str, movement: Movement, around: Around) -> int:
    """1 where the place gains what moved, -1 where it loses it, 0 where it is all the same."""
    from_, to = movement.from_, movement.to
    if from_ is None or to is None:
        return (to == place) - (from_ == place)
    return (place in around[to]) - (place in around[from_])


def _reached(movement: Movement, around: Around) -> frozenset[str]:
    """The places that gain or lose what moved."""
    from_, to = movement.from_, movement.to
    if from_ is None or to is None:
        return frozenset(end for end in (from_, to) if end is not None)
    return around[from_] ^ around[to]


def _around(end: str, part_of: Parents) -> set[str]:
    """The end and all that it lies in, at any depth."""
    waiting, passed = [end], {end}
    while waiting:
        above = part_of.get(waiting.pop(), ())
        found = {above} if isinstance(above, str) else {*above}
        waiting += found - passed
        passed |= found
    return passed


def _touching(signed: Sequence[tuple[int, Movement]]) -> Touching:
    if not signed:
        return NOTHING_MOVED
    firsts = tuple([moved.first_day.toordinal() for _, moved in signed])
    lasts = tuple([moved.last_day.toordinal() for _, moved in signed])
    latest_first = signed[::-1]
    net = list(accumulate([sign * moved.best for sign, moved in latest_first], initial=0.0))
    squares = list(accumulate([moved.best * moved.best for _, moved in latest_first], initial=0.0))
    return Touching(
        signed=tuple(signed),
        firsts=firsts,
        lasts=lasts,
        days_max=max(map(sub, lasts, firsts)) + 1,
        net=tuple(net[::-1]),
        squares=tuple(squares[::-1]),
        over=signed[-1][1].last_day,
    )


def _between(touching: Touching, after: int, until: int, assumptions: Assumptions) -> Carry:
    """What the movements come to after one day and up to another (ordinals), added up from the last on.

    Those that were over by the first are passed over; of those that lie behind it whole the sum is known, if all of
    them are over by the second.
    """
    start, whole = bisect_right(touching.lasts, after), len(touching.lasts)
    if until >= touching.over.toordinal():
        whole = bisect_right(touching.lasts, after + touching.days_max)
    net, squares = touching.net[whole], touching.squares[whole]
    for at in range(whole - 1, start - 1, -1):
        sign, movement = touching.signed[at]
        moved = movement.best * _part(touching.firsts[at], touching.lasts[at], after, until)
        net += sign * moved
        squares += moved * moved
    return Carry(net=net, variance=assumptions.flow_error**2 * squares)


def _part(first: int, last: int, after: int, until: int) -> float:
    """How much of a movement falls on these days, all its days counted alike."""
    days = min(last, until) - max(first, after + 1) + 1
    return max(0, days) / (last - first + 1)
