"""What moved: the movements of every measure and actor asked for, as of any three times, and what they come to.

Pooled as they are for the estimates that they carry. What is in no movement is told beside, with its reason.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from app.database.many import among
from app.domain.errors import Fault, Malformed
from app.domain.flows import Flow
from app.domain.movements import Movement, Movements, movements_of
from app.domain.nets import Around, Net, net, range_of, sign_at
from app.domain.selection import Left
from app.domain.statements import AMBIGUOUS, Statement, Subject
from app.domain.streams import Traffic
from app.projections.asof import AsOf
from app.projections.estimates.cases import Naming, build_traffic, by_report, ends, of_reports, read_statements
from app.projections.estimates.explaining import LEFT_OUT_MAX, LeftOut
from app.projections.estimates.reading import World
from app.projections.generations import rows_of
from app.projections.registry import read_links
from app.projections.tables import developments, statements
from app.projections.versions import held_at

Order = tuple[str, str, str, str, str, int]
"""First and last day, measure, actor, and the first report with the ordinal of its statement: no two are equal."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Any of the names of a kind, all of them where none is given; days from the start of `first` to the end of `last`.

    A movement is of a place where it begins or ends there or in what lies in it.
    """

    measures: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    first: date = date.min
    last: date = date.max


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One movement with its interval. `effect`: whether the one place asked for gains (1) or loses (-1) what moved.

    It is 0 where all moves inside, or nobody said where the other end lies; None where no place, or several, are asked
    for. `cut`: only a part of its days is asked for.
    """

    subject: Subject
    movement: Movement
    range: Net
    effect: int | None
    cut: bool

    @property
    def order(self) -> Order:
        moved, first = self.movement, self.movement.members[0]
        days = moved.first_day.isoformat(), moved.last_day.isoformat()
        return *days, self.subject.measure, self.subject.actor, first.report, first.ordinal


class Moving(msgspec.Struct, frozen=True, kw_only=True):
    """`net` is what the one place gained of the one measure and actor in the days asked for.

    None where several are asked for, and where no movement tells anything of the place: that nobody said that any
    moved is not to say that none did.
    """

    items: tuple[Moved, ...]
    net: Net | None
    left_out: tuple[LeftOut, ...]
    left_out_truncated: bool


def asked_for(
    measures: Iterable[str] = (),
    actors: Iterable[str] = (),
    places: Iterable[str] = (),
    *,
    first: date | None = None,
    last: date | None = None,
) -> Asked:
    """Raises Malformed for a first day after the last."""
    if first is not None and last is not None and first > last:
        detail = "from lies after to"
        raise Malformed(detail, faults=[Fault(parameter="from", detail=detail)])
    return Asked(
        measures=tuple(sorted(set(measures))),
        actors=tuple(sorted(set(actors))),
        places=tuple(sorted(set(places))),
        first=first or date.min,
        last=last or date.max,
    )


def read_movements(connection: Connection, world: World, as_of: AsOf, asked: Asked) -> Moving:
    """In order of their days. None that begins after the view's day is among them, and of the others no later part."""
    last = min(asked.last, as_of.valid_at or date.max)
    asked = msgspec.structs.replace(asked, last=last)
    found = {
        subject: movements_of(traffic, as_of.view, world.grounds.assumptions)
        for subject, traffic in _read_traffics(connection, world, asked).items()
    }
    inside = {inner for place in asked.places for inner in world.within(place)}
    items = _items(found, world, asked, inside)
    left = _left_out(connection, world, found.values(), asked, inside)
    return Moving(
        items=tuple(items),
        net=_net(items, world, asked),
        left_out=tuple(left[:LEFT_OUT_MAX]),
        left_out_truncated=len(left) > LEFT_OUT_MAX,
    )


def _read_traffics(connection: Connection, world: World, asked: Asked) -> dict[Subject, Traffic]:
    """What moved never votes, so that votes need not be read; what leaves open whom it counts may be of any actor."""
    grounds = world.grounds
    where = ~statements.c.may_vote
    if asked.measures:
        where &= among(statements.c.measure, asked.measures)
    if asked.actors:
        where &= among(statements.c.actor, (*asked.actors, AMBIGUOUS))
    said: dict[Subject, list[Statement]] = {}
    for one in read_statements(connection, grounds.generations, where, at=grounds.position):
        if one.way is not None:
            said.setdefault(one.key.subject, []).append(one)
    reports = {one.report for own in said.values() for one in own}
    links = read_links(connection, grounds.generations, reports, at=grounds.position)
    linked = by_report(_read(connection, world, ends(links))) if links else {}
    naming = Naming(links)
    return {
        subject: build_traffic(own, naming, linked, grounds.measures.get(subject.measure), grounds.kin)
        for subject, own in sorted(said.items())
    }


def _read(connection: Connection, world: World, reports: Iterable[str]) -> list[Statement]:
    return read_statements(connection, world.grounds.generations, of_reports(reports), at=world.grounds.position)


def _items(found: Mapping[Subject, Movements], world: World, asked: Asked, inside: set[str]) -> list[Moved]:
    place, around = asked.places[0] if len(asked.places) == 1 else None, Around(world.grounds.places.lies_in)
    items = [
        Moved(
            subject=subject,
            movement=one,
            range=range_of(one, world.grounds.assumptions),
            effect=sign_at(place, one, around) if place is not None else None,
            cut=one.first_day < asked.first or one.last_day > asked.last,
        )
        for subject, own in found.items()
        for one in own.found
        if _overlap(one.first_day, one.last_day, asked) and (not asked.places or {one.from_, one.to} & inside)
    ]
    return sorted(items, key=lambda item: item.order)


def _overlap(first: date, last: date, asked: Asked) -> bool:
    return first <= asked.last and last >= asked.first


def _net(items: Iterable[Moved], world: World, asked: Asked) -> Net | None:
    if not len(asked.measures) == len(asked.actors) == len(asked.places) == 1:
        return None
    telling = [item.movement for item in items if item.effect or None not in {item.movement.from_, item.movement.to}]
    if not telling:
        return None
    return net(
        asked.places[0],
        telling,
        part_of=world.grounds.places.lies_in,
        first=asked.first,
        last=asked.last,
        assumptions=world.grounds.assumptions,
    )


def _left_out(
    connection: Connection, world: World, found: Iterable[Movements], asked: Asked, inside: set[str]
) -> list[LeftOut]:
    """Those that would be among the movements asked for; what has no day, whatever the days asked for."""
    left = [one for own in found for one in own.left_out if _is_due(one.statement, asked)]
    vague = {one.statement.report for one in left if AMBIGUOUS in _names(one.statement)}
    vague = _naming(connection, world, vague, asked, inside) if vague else vague
    told = {
        LeftOut(report=one.statement.report, why=one.why, by=one.by)
        for one in left
        if _speaks_of(one, inside, vague, asked)
    }
    return sorted(told, key=lambda one: (one.report, one.why, one.by or ""))


def _is_due(one: Statement, asked: Asked) -> bool:
    return not isinstance(one, Flow) or one.vote_day is None or _overlap(*one.days, asked)


def _names(one: Statement) -> set[str | None]:
    """Whom it counts, and where from and where to."""
    return {one.key.actor, *((one.way.from_, one.way.to) if one.way is not None else ())}


def _speaks_of(left: Left, inside: set[str], vague: set[str], asked: Asked) -> bool:
    names = _names(left.statement)
    if AMBIGUOUS in names:
        return left.statement.report in vague
    return not asked.places or bool(names & inside)


def _naming(
    connection: Connection, world: World, reports: Iterable[str], asked: Asked, inside: Iterable[str]
) -> set[str]:
    """Which of these reports name any of the actors and any of the places at all."""
    query = select(developments.c.report).where(
        rows_of(developments, world.grounds.generations),
        held_at(developments, world.grounds.position),
        among(developments.c.report, reports),
    )
    if asked.actors:
        query = query.where(developments.c.actors.overlap(sorted(asked.actors)))
    if asked.places:
        query = query.where(developments.c.places.overlap(sorted(inside)))
    return set(connection.scalars(query))
