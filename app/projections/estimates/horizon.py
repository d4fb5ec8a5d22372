"""The horizon: the latest reported day among the standing reports. It moves with the ledger, never with the clock."""

from datetime import date

import msgspec
from sqlalchemy import Connection, func, select, true

from app.domain.statements import Statement
from app.projections.generations import Generations, rows_of
from app.projections.tables import horizons, statements
from app.projections.versions import Versions

_THE_ONE: tuple[str, ...] = ()


class Days(msgspec.Struct, frozen=True):
    """An event is read on `day`, the later of the horizons around it; `after` is the one that it leaves, if any."""

    day: date
    after: date

    @classmethod
    def of(cls, before: date | None, after: date | None) -> "Days | None":
        """None while the timeline has no horizon."""
        known = [day for day in (before, after) if day is not None]
        return cls(max(known), after or max(known)) if known else None


class Horizon:
    """The horizon while events are applied; `day` is None while no standing report has a day."""

    def __init__(self, connection: Connection, generations: Generations) -> None:
        self.connection = connection
        self._generations = generations
        self._rows = Versions(horizons, generations, ())
        found = self._rows.load(connection, true(), horizons.c.day)
        self.day: date | None = found[0].day if found else None

    def may_fall(self, was: tuple[Statement, ...], now: tuple[Statement, ...]) -> bool:
        """Whether a report that holds the horizon up lets go of it."""
        return self.day is not None and _day(was) == self.day != _day(now)

    def rise(self, position: int, now: tuple[Statement, ...]) -> None:
        day = _day(now)
        if day is not None and (self.day is None or day > self.day):
            self._move(position, day)

    def recount(self, position: int) -> None:
        """Ask the database; every statement has to be written."""
        latest = select(func.max(statements.c.reported_day)).where(
            rows_of(statements, self._generations),
            statements.c.position_to.is_(None),
            statements.c.taken_back.is_(False),
        )
        self._move(position, self.connection.scalar(latest))

    def flush(self) -> None:
        self._rows.flush(self.connection)

    def _move(self, position: int, day: date | None) -> None:
        if day != self.day:
            self.day = day
            self._rows.put(_THE_ONE, position, {"day": day})


def _day(said: tuple[Statement, ...]) -> date | None:
    """The reported day that a report lends to the horizon; one that was taken back lends none."""
    return next((one.reported_day for one in said if one.retraction is None), None)


def horizon_at(connection: Connection, generations: Generations, position: int) -> date | None:
    """The horizon right after `position`, everything reported counted."""
    given = (generations.timeline, generations.numbers["estimates"], position, position)
    day: date | None = connection.exec_driver_sql(_HELD_AT, given).scalar_one_or_none()
    return day


_HELD_AT = """
SELECT day FROM horizons WHERE horizons.timeline_id = %s AND horizons.generation = %s
AND position_from <= %s AND (position_to IS NULL OR position_to > %s)
"""
