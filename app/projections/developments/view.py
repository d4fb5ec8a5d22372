"""Which versions of reports a question sees, and their status in it, as conditions in SQL.

Held at its position, said by its day. A withdrawal by origin or publisher counts only from its own day on.
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, exists, or_, select

from app.database.many import among
from app.domain.developments import Development, Status
from app.projections.asof import AsOf
from app.projections.generations import alike, rows_of
from app.projections.tables import developments, report_history
from app.projections.versions import held_at

Rows = FromClause

_DEVELOPMENT = msgspec.json.Decoder(Development)
_RETRACTED = "report_retracted.v1"
_CORRECTED = "report_corrected.v1"


def in_view(rows: Rows, asof: AsOf) -> ColumnElement[bool]:
    """Reports without a day of their own are left out wherever a day limits what had been said."""
    held = and_(rows_of(rows, asof.generations), held_at(rows, asof.position))
    return held if asof.reported_by is None else and_(held, rows.c.reported_day <= asof.reported_by)


def read_seen(connection: Connection, asof: AsOf, reports: Iterable[str]) -> dict[str, Development]:
    """Those of these reports that are in the view, by report in order."""
    wanted = set(reports)
    if not wanted:
        return {}
    query = (
        select(developments.c.report, developments.c.development)
        .where(in_view(developments, asof), among(developments.c.report, wanted))
        .order_by(developments.c.report)
    )
    return {row.report: decode(row.development) for row in connection.execute(query)}


def decode(text: str) -> Development:
    return _DEVELOPMENT.decode(text)


def status_of(development: Development, reported_by: date | None) -> Status:
    """The status as far as it had been said by a day; `status` is the same in SQL."""
    taken_back = development.retraction
    if taken_back is not None and (
        reported_by is None
        or taken_back.by == "recorder"
        or (taken_back.day is not None and taken_back.day <= reported_by)
    ):
        return "retracted"
    return "corrected" if development.written > development.position else "standing"


def status(rows: Rows, asof: AsOf) -> ColumnElement[str]:
    done = report_history.alias()
    corrected = exists(select(done.c.position).where(done.c.type == _CORRECTED, _done_to(rows, done, asof)))
    return case((retracted(rows, asof), "retracted"), (corrected, "corrected"), else_="standing")


def retracted(rows: Rows, asof: AsOf) -> ColumnElement[bool]:
    """Whether the first retraction of a report counts in the view; the later ones never do anything."""
    done, before = report_history.alias(), report_history.alias()
    earlier = select(before.c.position).where(
        alike(before, done),
        before.c.report == done.c.report,
        before.c.type == _RETRACTED,
        before.c.position < done.c.position,
    )
    return exists(
        select(done.c.position).where(done.c.type == _RETRACTED, _done_to(rows, done, asof), ~exists(earlier))
    )


def _done_to(rows: Rows, done: Rows, asof: AsOf) -> ColumnElement[bool]:
    return and_(alike(done, rows), done.c.report == rows.c.report, done_in_view(done, asof))


def done_in_view(done: Rows, asof: AsOf) -> ColumnElement[bool]:
    """What was done to reports by the position, and had been said by the day where others did it.

    Our own judgement has no day and always counts.
    """
    held = done.c.position <= asof.position
    if asof.reported_by is None:
        return held
    ours = or_(done.c.type != _RETRACTED, done.c.by == "recorder")
    return and_(held, or_(ours, done.c.day <= asof.reported_by))
