"""One estimate over time: a point for every day asked for, each read on its own.

Real time counts for each day only what had been reported by it: what could be said then. Retrospect counts everything
that the view holds: what is said of that day now.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, date
from itertools import count, islice, takewhile
from typing import Literal

import msgspec
from sqlalchemy import Connection

from app.database.kept import Kept
from app.domain.case import EVERYTHING, View
from app.domain.errors import Fault, Malformed
from app.domain.family import Family, Readings, read
from app.domain.panel import Evaluation
from app.domain.statements import Key
from app.projections.asof import AsOf
from app.projections.estimates.cases import Grounds, as_known, keep_families, read_grounds

POINTS_MAX = 10_000
Step = Literal["P1D", "P7D", "P1M", "change", "line"]
Mode = Literal["realtime", "retrospect"]
_DAYS: dict[Step, int] = {"P1D": 1, "P7D": 7}


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The figures are None on a day without votes."""

    valid_at: date
    low: int | None
    best: int | None
    high: int | None
    votes: int


POINTS_HELD_MAX = 200_000
"""So many points, in all series that are kept."""
_SERIES: Kept[Sequence[Point]] = Kept(POINTS_HELD_MAX)


def read_series(
    connection: Connection, as_of: AsOf, key: Key, *, first: date | None, last: date | None, step: Step, mode: Mode
) -> Sequence[Point]:
    """Points from the first vote to the view's day unless other ends are given; both ends are among them.

    Kept in memory: what was known at a position stays so. Raises Malformed for a first day after the last and for more
    than `POINTS_MAX` points.
    """
    grounds = read_grounds(connection, as_of.generations, as_of.position)
    name = (*as_known(grounds), as_of.valid_at, as_of.reported_by, key, first, last, step, mode)
    points = _SERIES.find(connection, name)
    if points is None:
        points = _read_points(connection, grounds, as_of, key, first=first, last=last, step=step, mode=mode)
        _SERIES.keep(connection, name, points, weight=1 + len(points))
    return points


def _read_points(
    connection: Connection,
    grounds: Grounds,
    as_of: AsOf,
    key: Key,
    *,
    first: date | None,
    last: date | None,
    step: Step,
    mode: Mode,
) -> Sequence[Point]:
    family = keep_families(connection, grounds, [key.subject])[key.subject].around(key.place)
    changes = _changes(family, as_of)
    start = first or min(changes, default=None) or as_of.valid_at
    end = last or as_of.valid_at
    if start is None or end is None or (first is None and start > end):
        return []
    if start > end:
        limit = "to" if last is not None else f"{end}, the day of the newest report"
        raise _malformed("from", f"from lies after {limit}", hint="give an earlier from or a later to")
    turns = {day for day in changes if start <= day <= end}
    found: list[Point] = []
    reading: Readings | None = None
    for day in _counted(_days(start, end, step, turns)):
        reading = _read(family, as_of, day, mode, key.place, reading)
        found.append(_point(reading.at(key.place)))
    return found


def _changes(family: Family, as_of: AsOf) -> set[date]:
    """The days on which a word that bears on the key begins to count: said of it, reported on it, or taken back."""
    view = as_of.view
    said = [one for one in family.able if view.has(one.reported_day, one.position)]
    taken = (one.retraction.day for one in said if one.retraction is not None)
    days = [one.vote_day for one in said] + [one.reported_day for one in said] + list(taken)
    return {day for day in days if day is not None}


def _days(start: date, end: date, step: Step, turns: set[date]) -> Iterator[date]:
    """From the first day in steps, and the last one whatever the step; `turns` are the days of changes between them.

    A line through the points of "line" turns where the estimate does: at each change, from the day before it, and with
    a week at most between two points, since an interval widens in a curve.
    """
    match step:
        case "P1M":
            yield from takewhile(lambda day: day < end, (_months_on(start, months) for months in count()))
        case "P1D" | "P7D":
            yield from map(date.fromordinal, range(start.toordinal(), end.toordinal(), _DAYS[step]))
        case "change":
            yield from sorted((turns | {start}) - {end})
        case "line":
            weeks = set(map(date.fromordinal, range(start.toordinal(), end.toordinal(), _DAYS["P7D"])))
            before = {date.fromordinal(day.toordinal() - 1) for day in turns - {start}}
            yield from sorted((turns | before | weeks) - {end})
    yield end


def _months_on(start: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _counted(days: Iterator[date]) -> list[date]:
    """All of them, before any is read."""
    counted = list(islice(days, POINTS_MAX + 1))
    if len(counted) > POINTS_MAX:
        detail = f"step would give more than {POINTS_MAX:,} points"
        raise _malformed("step", detail, hint="ask for fewer days or a longer step")
    return counted


def _read(family: Family, as_of: AsOf, day: date, mode: Mode, place: str, like: Readings | None) -> Readings:
    cut = as_of.reported
    if mode == "realtime":
        cut = (day, EVERYTHING) if cut is None else min(cut, (day, EVERYTHING))
    return read(
        family, View(day=day, reported=cut), as_of.generations.assumptions, retrospect=True, asked=[place], like=like
    )


def _point(found: Evaluation) -> Point:
    figures = found.figures
    return Point(
        valid_at=found.view.day,
        low=figures.low if figures is not None else None,
        best=figures.best if figures is not None else None,
        high=figures.high if figures is not None else None,
        votes=len(found.selection.votes),
    )


def _malformed(parameter: str, detail: str, *, hint: str) -> Malformed:
    return Malformed(detail, hint=hint, faults=[Fault(parameter=parameter, detail=detail)])
