"""When anything that bears on a key changed, along each of the three times."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.database.many import among
from app.domain import events as e
from app.domain.family import Family
from app.domain.independence import CONFIRMED
from app.domain.statements import Key, Statement
from app.projections.asof import AsOf, horizon
from app.projections.estimates.cases import read_family, read_grounds
from app.projections.generations import Generations, rows_of
from app.projections.registry import select_naming
from app.projections.tables import definitions, links, statements


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A state on the way, and the position of the event that led to it: on `eve` before it, on `day` after it.

    The eve is not the day of the moment before: an event that does not bear on the key may have moved the horizon.
    """

    position: int
    family: Family
    eve: date | None
    day: date | None
    reported: tuple[date, int] | None


def along_ledger(connection: Connection, key: Key, start: AsOf, end: AsOf) -> list[Moment]:
    """Each on its own horizon, also where that of the start is reached again in the end; else on the day held."""
    follows = all(
        one.valid_at == horizon(connection, one.generations, one.position, one.reported_by) for one in (start, end)
    )
    fixed = start.valid_at if start.valid_at == end.valid_at and not follows else None
    moments = []
    newest, grounds = -1, None
    defining = _defining(connection, end.generations)
    for position in _touching(connection, key, end.generations):
        if start.position < position <= end.position:
            since = bisect_right(defining, position)
            if grounds is None or since != newest:  # names are read anew only where some were defined
                newest, grounds = since, read_grounds(connection, end.generations, position)
            grounds = msgspec.structs.replace(grounds, position=position)
            moments.append(
                Moment(
                    position=position,
                    family=read_family(connection, grounds, key.subject).around(key.place),
                    eve=fixed or horizon(connection, end.generations, position - 1, end.reported_by),
                    day=fixed or horizon(connection, end.generations, position, end.reported_by),
                    reported=end.reported,
                )
            )
    return moments


def _defining(connection: Connection, generations: Generations) -> list[int]:
    """Where anything that `Grounds` has was defined, linked or unlinked, in order."""
    positions = _among_sources(connection, generations) | _redefined(
        connection, generations, definitions.c.kind != "grade"
    )
    return sorted(position for position in positions if position is not None)


def along_reporting(connection: Connection, family: Family, start: AsOf, end: AsOf) -> list[Moment]:
    """What has no day counts without a limit alone: all of it at once, at the end."""
    fixed = start.valid_at if start.valid_at == end.valid_at else None

    @cache
    def latest(reported_by: date) -> date | None:
        return fixed or horizon(connection, end.generations, end.position, reported_by)

    moments = []
    reached = None
    for day, position in sorted(_cuts(family)):
        if _within((day, position), start, end):
            # before the first of all days nothing was said
            eve = latest(day if day in {reached, date.min} else day - timedelta(days=1))
            moments.append(Moment(position=position, family=family, eve=eve, day=latest(day), reported=(day, position)))
            reached = day
    undated = [one.position for one in _all_said(family) if one.reported_day is None]
    if undated and end.reported is None:
        moments.append(
            Moment(position=max(undated), family=family, eve=latest(date.max), day=end.valid_at, reported=None)
        )
    return moments


def along_days(family: Family, start: AsOf, end: AsOf) -> list[tuple[date, list[Statement]]]:
    """The days after the start up to the end that somebody's word is about, each with those words, in order."""
    found: dict[date, list[Statement]] = {}
    for one in sorted(family.able, key=lambda one: one.order):
        if one.vote_day is not None and end.view.has(one.reported_day, one.position):
            found.setdefault(one.vote_day, []).append(one)
    first, last = start.valid_at, end.valid_at
    return [(day, said) for day, said in sorted(found.items()) if first and last and first < day <= last]


def _within(cut: tuple[date, int], start: AsOf, end: AsOf) -> bool:
    after = start.reported is None or cut > start.reported
    return after and (end.reported is None or cut <= end.reported)


def _all_said(family: Family) -> list[Statement]:
    """What stands on the family's keys and in the reports that its links name."""
    own = [one for case in family.cases.values() for one in case.statements]
    linking = [family.traffic.linked, *(case.linked for case in family.cases.values())]
    return [*own, *family.traffic.flows, *(one for linked in linking for found in linked.values() for one in found)]


def _cuts(family: Family) -> set[tuple[date, int]]:
    """When something that bears on the family was reported or taken back: (reported day, position)."""
    said = _all_said(family)
    cuts = {(one.reported_day, one.position) for one in said if one.reported_day is not None}
    taken = (one.retraction for one in said if one.retraction is not None)
    return cuts | {(retraction.day, retraction.position) for retraction in taken if retraction.day is not None}


def _touching(connection: Connection, key: Key, generations: Generations) -> list[int]:
    """The positions at which anything that bears on the key or another place of its subject changed, in order."""
    of_subject = select(statements.c.report).where(
        rows_of(statements, generations),
        statements.c.measure == key.measure,
        statements.c.actor == key.actor,
    )
    reports = set(connection.scalars(of_subject.distinct()))
    found: set[int | None] = set()
    for row in connection.execute(select_naming(generations, reports)).mappings():
        found |= {row["position_from"], row["position_to"]}
        reports |= {row["from"], row["to"]}
    said = select(statements.c.position_from, statements.c.position_to, statements.c.digit).where(
        rows_of(statements, generations), among(statements.c.report, reports)
    )
    rows = list(connection.execute(said))
    found |= {position for row in rows for position in (row.position_from, row.position_to)}
    if any(row.digit == CONFIRMED for row in rows):
        found |= _among_sources(connection, generations)
    found |= _redefined(
        connection, generations, (definitions.c.kind == "measure") & (definitions.c.name == key.measure)
    )
    found |= _moved_places(connection, generations)
    return sorted(position for position in found if position is not None)


def _among_sources(connection: Connection, generations: Generations) -> set[int | None]:
    tied = select(links.c.position_from, links.c.position_to).where(
        rows_of(links, generations), links.c.between == "sources"
    )
    found = {position for row in connection.execute(tied) for position in row}
    return found | _redefined(connection, generations, definitions.c.kind == "source")


def _redefined(connection: Connection, generations: Generations, which: ColumnElement[bool]) -> set[int | None]:
    query = select(definitions.c.position_from).where(rows_of(definitions, generations), which)
    return set(connection.scalars(query))


def _moved_places(connection: Connection, generations: Generations) -> set[int | None]:
    """Where a place that was there already came to lie elsewhere; a new one has nothing said of it yet."""
    query = (
        select(definitions.c.name, definitions.c.position_from, definitions.c.body)
        .where(rows_of(definitions, generations), definitions.c.kind == "place")
        .order_by(definitions.c.name, definitions.c.position_from)
    )
    versions = [(row.name, row.position_from, _lies_in(row.body)) for row in connection.execute(query)]
    return {position for (before, _, was), (name, position, now) in pairwise(versions) if before == name and was != now}


def _lies_in(body: str) -> tuple[str | None, tuple[str, ...]]:
    place = msgspec.json.decode(body, type=e.PlaceDefined)
    return place.part_of, place.within
