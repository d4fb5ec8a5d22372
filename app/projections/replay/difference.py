"""What two generations hold against each other at one position: row for row, and key by key with the events behind it.

Both are read in one snapshot, and each as it was at the position, however far either has gone on since.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Subquery, Table, and_, case, false, func, null, or_, select

from app.domain.case import View
from app.domain.family import Family, Readings, read
from app.domain.panel import Figures
from app.domain.statements import Key, Subject
from app.projections.asof import AsOf, horizon
from app.projections.estimates.behind import Behind, events_behind
from app.projections.estimates.cases import Grounds, read_families, read_grounds
from app.projections.estimates.comparing import best_y, differs, is_estimated
from app.projections.generations import Generations, rows_of
from app.projections.projection import Projection
from app.projections.tables import estimates, statements
from app.projections.versions import held_at

SUBJECTS_AT_ONCE = 5
MOVES_MAX = 1000
EXPLAINED = 20
"""Of how many of the largest moves the events behind them are told."""
_OF_BUILD = {"timeline_id", "generation"}
"""The same in all rows of a build, and no part of what they say."""


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """A table at the position: how many rows stand, and how many are in the one generation alone."""

    table: str
    standing: int
    replayed: int
    only_standing: int
    only_replayed: int


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A key whose figures the replay reads otherwise. `events` are those that moved it differently, the most first."""

    measure: str
    unit: str
    actor: str
    place: str
    standing: Figures | None
    replayed: Figures | None
    shift: float
    events: tuple[Behind, ...] = ()

    @property
    def key(self) -> Key:
        return Key(measure=self.measure, actor=self.actor, place=self.place)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`equal`: row for row. `valid_at` are the two horizons, on which the keys were read. The largest moves first."""

    position: int
    equal: bool
    generations: tuple[dict[str, int], dict[str, int]]
    assumptions: tuple[str, str]
    valid_at: tuple[date | None, date | None]
    tables: tuple[Rows, ...]
    keys_read: int
    keys_moved: int
    moves: tuple[Moved, ...]
    moves_truncated: bool


def read_difference(
    connection: Connection,
    standing: Generations,
    replayed: Generations,
    projections: Sequence[Projection],
    position: int,
    *,
    beat: Callable[[], None] = lambda: None,
) -> Difference:
    """Both generations at the position, which both have reached. `beat` is called every now and then."""
    tables = []
    for projection in projections:
        for table in projection.tables:
            tables.append(_compare_rows(connection, table, standing, replayed, position))
            beat()
    equal = not any(one.only_standing or one.only_replayed for one in tables)
    pair = [_as_of(connection, one, position) for one in (standing, replayed)]
    alike = equal and standing.assumptions == replayed.assumptions
    keys_read = 0
    moves: list[Moved] = []
    for count, found in _compare_keys(connection, *pair, alike=alike):
        keys_read += count
        moves += found
        beat()
    moves.sort(key=lambda one: (-abs(one.shift), one.key))
    for at, one in enumerate(moves[:EXPLAINED]):
        events = events_behind(connection, one.key, standing, replayed, position)
        moves[at] = msgspec.structs.replace(one, events=tuple(events))
    return Difference(
        position=position,
        equal=equal,
        generations=(_numbers(standing, projections), _numbers(replayed, projections)),
        assumptions=(standing.assumptions.name, replayed.assumptions.name),
        valid_at=(pair[0].valid_at, pair[1].valid_at),
        tables=tuple(tables),
        keys_read=keys_read,
        keys_moved=len(moves),
        moves=tuple(moves[:MOVES_MAX]),
        moves_truncated=len(moves) > MOVES_MAX,
    )


def _numbers(meant: Generations, projections: Sequence[Projection]) -> dict[str, int]:
    return {one.name: meant.numbers[one.name] for one in projections}


def _as_of(connection: Connection, meant: Generations, position: int) -> AsOf:
    return AsOf(
        generations=meant,
        projection=estimates.info["projection"],
        valid_at=horizon(connection, meant, position),
        reported_by=None,
        known_at=None,
        position=position,
    )


def _compare_rows(
    connection: Connection, table: Table, standing: Generations, replayed: Generations, position: int
) -> Rows:
    """Everything that a row says but its generation; what came after the position is left out of both.

    Key by key: a row whose key stands in both and which says something else is in each of them alone. A standing
    estimate, which has no versions, is left to the revisions that lead to it where its key moved later in either.
    """
    one, other = (_at(table, meant, position) for meant in (standing, replayed))
    names = [column.name for column in table.primary_key if column.name not in _OF_BUILD]
    said = [column.name for column in one.c if column.name not in names]
    here, there = one.c[names[0]].is_not(None), other.c[names[0]].is_not(None)
    unlike = or_(*(one.c[name].is_distinct_from(other.c[name]) for name in said)) if said else false()
    apart = or_(~here, ~there, unlike)
    counted = (func.count().filter(which) for which in (here, there, and_(here, apart), and_(there, apart)))
    together = one.join(other, and_(*(one.c[name] == other.c[name] for name in names)), full=True)
    query = select(*counted).select_from(together)
    if "position" in one.c:
        query = query.where(*(or_(rows.c[names[0]].is_(None), rows.c.position <= position) for rows in (one, other)))
    found = connection.execute(query).one()
    return Rows(
        table=str(table.name),
        standing=found[0],
        replayed=found[1],
        only_standing=found[2],
        only_replayed=found[3],
    )


def _at(table: Table, meant: Generations, position: int) -> Subquery:
    """A version that was closed later was open then."""
    columns: list[ColumnElement[Any]] = [column for column in table.c if column.name not in {*_OF_BUILD, "position_to"}]
    where: list[ColumnElement[bool]] = [rows_of(table, meant)]
    if "position_to" in table.c:
        until = table.c.position_to
        columns.append(case((until > position, null()), else_=until).label("position_to"))
        where.append(table.c.position_from <= position)
    return select(*columns).where(*where).subquery()


_Side = tuple[Family, Grounds, View]


def _compare_keys(
    connection: Connection, standing: AsOf, replayed: AsOf, *, alike: bool
) -> Iterator[tuple[int, list[Moved]]]:
    """Batch by batch, how many keys have an estimate in either, and those whose figures differ.

    Of builds that are `alike`, the same rows under the same assumptions, one is read: figures follow from nothing else.
    """
    sides = [standing] if alike else [standing, replayed]
    grounds = [read_grounds(connection, one.generations, one.position) for one in sides]
    subjects = _subjects(connection, *sides)
    for start in range(0, len(subjects), SUBJECTS_AT_ONCE):
        batch = subjects[start : start + SUBJECTS_AT_ONCE]
        families = [read_families(connection, one, batch) for one in grounds]
        read, moves = 0, []
        for subject in batch:
            found = [
                (family[subject], known, side.view)
                for family, known, side in zip(families, grounds, sides, strict=True)
            ]
            count, moved = _compare(subject, found[0], found[-1])
            read += count
            moves += moved
        yield read, moves


def _compare(subject: Subject, standing: _Side, replayed: _Side) -> tuple[int, list[Moved]]:
    """Every place that either reading knows; the units are those of the replay."""
    asked = {
        whole
        for family, grounds, _ in (standing, replayed)
        for place in family.cases
        for whole in grounds.places.line_of(place)
    }
    was = _read(standing, asked)
    now = was if replayed is standing else _read(replayed, asked)
    known = [place for place in {**was.final, **now.final} if is_estimated(place, was, now)]
    measures = {**standing[1].measures, **replayed[1].measures}
    moves = [
        Moved(
            measure=subject.measure,
            unit=measures[subject.measure].unit,
            actor=subject.actor,
            place=place,
            standing=was.at(place).figures,
            replayed=now.at(place).figures,
            shift=best_y(now, place, replayed[1].assumptions) - best_y(was, place, standing[1].assumptions),
        )
        for place in known
        if differs(place, was, now)
    ]
    return len(known), moves


def _read(side: _Side, asked: set[str]) -> Readings:
    family, grounds, view = side
    return read(family, view, grounds.assumptions, retrospect=True, asked=asked)


def _subjects(connection: Connection, *both: AsOf) -> list[Subject]:
    query = (
        select(statements.c.measure, statements.c.actor)
        .where(or_(*(and_(rows_of(statements, one.generations), held_at(statements, one.position)) for one in both)))
        .distinct()
    )
    found = {Subject(measure=row.measure, actor=row.actor) for row in connection.execute(query)}
    return sorted(subject for subject in found if subject.countable)
