"""The log itself: append events, read them back. What is handed in is a `Draft`; what comes back is `Recorded`.

Positions are dense from 1 in every timeline, so "everything after N" misses nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, TextClause, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.errors import Unknown, nearest_hint
from app.domain.names import Introduced, NameKind, NameRule
from app.ledger.refusals import refusal
from app.ledger.tables import events, timelines

BATCH_MAX = 1000
PAGE = 1000


class Draft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event that was checked and may be appended; `body` is its canonical text."""

    type: str
    event_id: UUID
    body: str
    causation_id: UUID | None = None
    batch_id: UUID | None = None
    introduced: Introduced | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an appended event stands; `replayed` when it stood there already."""

    position: int
    event_id: UUID
    recorded_at: datetime
    leaf: bytes
    replayed: bool


class Recorded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry of the ledger, verbatim."""

    position: int
    event_id: UUID
    type: str
    recorded_at: datetime
    recorded_by: str
    causation_id: UUID | None
    batch_id: UUID | None
    body: str
    leaf: bytes


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What a projection needs of an entry."""

    position: int
    event_id: UUID
    type: str
    recorded_by: str
    body: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a timeline; position 0 and the time of its creation while it is empty."""

    position: int
    recorded_at: datetime


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What became of many events; positions are of the fresh ones, None where there are none."""

    appended: int = 0
    replayed: int = 0
    first_position: int | None = None
    last_position: int | None = None


class _Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A draft as the append function takes it; the body goes in verbatim, since it is hashed as it is."""

    event_id: UUID
    type: str
    causation_id: UUID | None
    batch_id: UUID | None
    body: msgspec.Raw
    kind: NameKind | None
    name: str | None
    rule: NameRule | None


# A function among the columns is called straight; in FROM its one row would go into a table and out of it again.
# OFFSET keeps it from being called once for each column.
APPEND_EVENT = """
SELECT (a).position, (a).recorded_at, (a).leaf, (a).replayed
FROM (SELECT append_event(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) AS a OFFSET 0) appended
"""
_APPEND = text("SELECT * FROM append_events(:timeline, CAST(:events AS json), :recorded_by, :expected)")
_TALLY = text("""
SELECT count(*) FILTER (WHERE NOT replayed) AS appended, count(*) FILTER (WHERE replayed) AS replayed,
       min(position) FILTER (WHERE NOT replayed) AS first_position,
       max(position) FILTER (WHERE NOT replayed) AS last_position
FROM append_events(:timeline, CAST(:events AS json), :recorded_by, :expected)
""")
_ENCODER = msgspec.json.Encoder()


def create_timeline(connection: Connection, timeline: str, *, title: str, description: str) -> bool:
    """False when it exists already; then nothing changes."""
    made = text("SELECT create_timeline(:timeline, :title, :description)")
    return bool(connection.scalar(made, {"timeline": timeline, "title": title, "description": description}))


def append(
    connection: Connection, timeline: str, drafts: Sequence[Draft], *, recorded_by: str, expected: int | None = None
) -> list[Receipt]:
    """Append up to `BATCH_MAX` events in their order, all or none; the receipts come in the same order.

    Raises `Unknown` without such a timeline, `EventIdTaken` and `NameTaken` with the draft's ordinal (from 0), and
    `Moved` when there is something new to append and the head is not at `expected`.
    """
    if len(drafts) == 1:
        return [_append_one(connection, timeline, drafts[0], recorded_by=recorded_by, expected=expected)]
    rows = _call(connection, _APPEND, timeline, drafts, recorded_by=recorded_by, expected=expected)
    return [
        Receipt(
            position=row.position,
            event_id=row.event_id,
            recorded_at=row.recorded_at,
            leaf=bytes(row.leaf),
            replayed=row.replayed,
        )
        for row in rows
    ]


def _append_one(
    connection: Connection, timeline: str, draft: Draft, *, recorded_by: str, expected: int | None
) -> Receipt:
    try:
        given = as_columns(timeline, draft, recorded_by=recorded_by, expected=expected)
        row = connection.exec_driver_sql(APPEND_EVENT, given).one()
    except DBAPIError as error:
        raise refusal(error, timeline, [draft.introduced]) from error
    return Receipt(
        position=row.position,
        event_id=draft.event_id,
        recorded_at=row.recorded_at,
        leaf=bytes(row.leaf),
        replayed=row.replayed,
    )


def as_columns(timeline: str, draft: Draft, *, recorded_by: str, expected: int | None = None) -> tuple[Any, ...]:
    """What `APPEND_EVENT` takes."""
    own = draft.event_id, draft.type, draft.causation_id, draft.batch_id, draft.body
    return (timeline, *own, *_name(draft), recorded_by, expected)


def append_many(
    connection: Connection, timeline: str, drafts: Sequence[Draft], *, recorded_by: str, expected: int | None = None
) -> Tally:
    """As `append`, for whom the sum is enough: nothing of each event comes back."""
    [row] = _call(connection, _TALLY, timeline, drafts, recorded_by=recorded_by, expected=expected)
    return Tally(
        appended=row.appended,
        replayed=row.replayed,
        first_position=row.first_position,
        last_position=row.last_position,
    )


def _call(
    connection: Connection,
    statement: TextClause,
    timeline: str,
    drafts: Sequence[Draft],
    *,
    recorded_by: str,
    expected: int | None,
) -> Sequence[Row[Any]]:
    given = {
        "timeline": timeline,
        "events": _as_parameter(drafts),
        "recorded_by": recorded_by,
        "expected": expected,
    }
    try:
        return connection.execute(statement, given).all()
    except DBAPIError as error:
        raise refusal(error, timeline, [draft.introduced for draft in drafts]) from error


_HEAD = "SELECT position, recorded_at FROM heads WHERE timeline_id = %s"


def head(connection: Connection, timeline: str) -> Head:
    """The timeline's head; raises `Unknown` with the nearest names."""
    row = connection.exec_driver_sql(_HEAD, (timeline,)).one_or_none()
    if row is None:
        known = connection.scalars(select(timelines.c.timeline_id))
        raise Unknown(f"no timeline {timeline}", code="unknown-timeline", hint=nearest_hint(timeline, known))
    return Head(position=row.position, recorded_at=row.recorded_at)


def holds(connection: Connection, timeline: str, event_id: UUID) -> bool:
    """Whether an event of this id, whatever it says, was appended before."""
    found = select(events.c.position).where(events.c.timeline_id == timeline, events.c.event_id == event_id)
    return connection.execute(found).first() is not None


def timeline_ids(connection: Connection) -> list[str]:
    return list(connection.scalars(select(timelines.c.timeline_id).order_by(timelines.c.timeline_id)))


def read(
    connection: Connection,
    timeline: str,
    *,
    after: int = 0,
    upto: int | None = None,
    types: Sequence[str] = (),
    limit: int = PAGE,
) -> list[Recorded]:
    """At most `limit` entries with after < position ≤ upto, in order; of these types only, if any are named."""
    query = (
        select(*(column for column in events.c if column.name != "timeline_id"))
        .where(events.c.timeline_id == timeline, events.c.position > after)
        .order_by(events.c.position)
        .limit(limit)
    )
    if upto is not None:
        query = query.where(events.c.position <= upto)
    if types:
        query = query.where(events.c.type.in_(bindparam("types", list(types), expanding=True)))
    return [Recorded(**row) for row in connection.execute(query).mappings()]


_ENTRIES = """
SELECT position, event_id, type, recorded_by, body FROM events
WHERE timeline_id = %s AND position > %s AND position <= %s AND type = ANY(%s) ORDER BY position
"""


def read_entries(
    connection: Connection, timeline: str, *, after: int, upto: int, types: Collection[str]
) -> list[Entry]:
    """All entries of these types with after < position ≤ upto, in order, as far as projections need them."""
    rows = connection.exec_driver_sql(_ENTRIES, (timeline, after, upto, sorted(types))).all()
    return [Entry(*row) for row in rows]


def _as_parameter(drafts: Sequence[Draft]) -> str:
    """One JSON array."""
    return _ENCODER.encode(
        [
            _Entry(
                event_id=draft.event_id,
                type=draft.type,
                causation_id=draft.causation_id,
                batch_id=draft.batch_id,
                body=msgspec.Raw(draft.body.encode()),
                kind=kind,
                name=name,
                rule=rule,
            )
            for draft in drafts
            for kind, name, rule in [_name(draft)]
        ]
    ).decode()


def _name(draft: Draft) -> tuple[NameKind, str, NameRule] | tuple[None, None, None]:
    """Kind, name and rule of what it introduces."""
    one = draft.introduced
    return (one.kind, one.name, one.rule) if one is not None else (None, None, None)
