"""The table of replays: what each was asked, how far it has come, and which worker is at it.

A worker takes a replay for the time of its lease and counts the epoch up; all that it commits, it commits while it
holds the row at its own epoch. One that was away for longer than its lease finds another epoch there, and can commit
nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.database.engine import writing
from app.domain.errors import Unknown
from app.projections.tables import replays

Switch = Literal["when-equal", "always", "never"]
State = Literal["waiting", "running", "switched", "kept", "failed", "cancelled", "dropped"]
OPEN: tuple[State, ...] = ("waiting", "running")
RESUMABLE: tuple[State, ...] = ("waiting", "running", "kept", "failed")
_NUMBERS = dict[str, int]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay of one timeline; the same one may have a row for each of several.

    `generations` are the numbers of those that it makes and of those that they rest on, `before` those that were active
    when it was switched. `upto`: the last position to be taken in; None: the head. `head` is that of the ledger when it
    was last looked at. `served`: a server does it. `lapsed`: whoever was at it has not been heard of for his lease.
    `difference` is JSON.
    """

    timeline: str
    replay: UUID
    projections: tuple[str, ...]
    generations: Mapping[str, int]
    before: Mapping[str, int] | None
    assumptions: str
    upto: int | None
    switch: Switch
    state: State
    reason: str | None
    position: int
    head: int
    events_per_second: float | None
    difference: str | None
    served: bool
    started_at: datetime
    ended_at: datetime | None
    worker: str | None
    epoch: int
    lapsed: bool = False

    @property
    def seconds_left(self) -> float | None:
        """By the rate of late, until the head is reached; None while there is none and where nobody is at it."""
        if self.state != "running" or self.lapsed or not self.events_per_second:
            return None
        return (self.target - self.position) / self.events_per_second

    @property
    def target(self) -> int:
        return self.head if self.upto is None else self.upto


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right of one worker to one replay of one timeline."""

    timeline: str
    replay: UUID
    epoch: int
    seconds: int


class Fenced(Exception):
    """The replay is another's by now, or was cancelled: nothing may be committed."""


def insert_replay(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(replays).values({**values, "started_at": func.now(), "epoch": 0}))


def read_replays(connection: Connection, *where: ColumnElement[bool]) -> list[Replay]:
    """Those that fit, the latest first."""
    lapsed = (replays.c.lease_until < func.now()).label("lapsed")
    query = select(replays, lapsed).where(*where).order_by(replays.c.started_at.desc(), replays.c.timeline_id)
    return [_replay(row) for row in connection.execute(query).mappings()]


def find(connection: Connection, replay: UUID, *, timeline: str | None = None) -> list[Replay]:
    """The rows of one replay. Raises Unknown without any."""
    where = [replays.c.replay == replay] + ([replays.c.timeline_id == timeline] if timeline is not None else [])
    found = read_replays(connection, *where)
    if not found:
        raise Unknown(f"no replay {replay}", code="unknown-replay", hint="`muster replay list` shows all")
    return found


def take(engine: Engine, worker: str, seconds: int, *where: ColumnElement[bool]) -> Lease | None:
    """The lease of an open replay that nobody has, or whose holder has not been heard of for its lease; None: no such.

    The row is only asked for where it is free, so that no worker waits for one that is at work.
    """
    free = or_(replays.c.lease_until.is_(None), replays.c.lease_until < func.now())
    mine = (replays.c.state.in_(OPEN), free, *where)
    with writing(engine) as connection:
        for row in connection.execute(select(replays.c.timeline_id, replays.c.replay).where(*mine)).all():
            taken = connection.scalar(
                update(replays)
                .where(replays.c.timeline_id == row.timeline_id, replays.c.replay == row.replay, *mine)
                .values(worker=worker, state="running", epoch=replays.c.epoch + 1, lease_until=_later(seconds))
                .returning(replays.c.epoch)
            )
            if taken is not None:
                return Lease(timeline=row.timeline_id, replay=row.replay, epoch=taken, seconds=seconds)
    return None


def guard(connection: Connection, lease: Lease) -> Replay:
    """The replay, held until the transaction ends: what is committed with it is its rightful worker's. Raises Fenced.

    A worker whose machine is lost is found out after a lease too: the server asks after silent connections.
    """
    for name, value in (("idle", lease.seconds), ("interval", 1), ("count", 3)):
        connection.exec_driver_sql(f"SET LOCAL tcp_keepalives_{name} = {value}")
    held = select(replays).where(*_own(lease), replays.c.epoch == lease.epoch).with_for_update()
    row = connection.execute(held).mappings().first()
    if row is None or row["state"] not in OPEN:
        raise Fenced
    return _replay(row)


def keep(connection: Connection, lease: Lease, **values: Any) -> None:
    """Write down how far it is, within a transaction that holds it, and hold on to the lease."""
    connection.execute(update(replays).where(*_own(lease)).values(lease_until=_later(lease.seconds), **values))


def end(connection: Connection, lease: Lease, state: State, **values: Any) -> None:
    """Give the lease back, within a transaction that holds the replay."""
    ended = None if state in OPEN else func.now()
    free = {"state": state, "lease_until": None, "worker": None, "ended_at": ended}
    connection.execute(update(replays).where(*_own(lease)).values({**free, **values}))


def change(connection: Connection, replay: Replay, **values: Any) -> None:
    """Change a replay from outside; whoever is at work on it is fenced off."""
    own = replays.c.timeline_id == replay.timeline, replays.c.replay == replay.replay
    free = {"epoch": replays.c.epoch + 1, "lease_until": None, "worker": None}
    connection.execute(update(replays).where(*own).values({**free, **values}))


def numbers_used(found: Sequence[Replay], projection: str) -> int:
    """The highest number of a generation that any of the replays made: none is given twice, dropped or not."""
    return max((one.generations.get(projection, 0) for one in found), default=0)


def _later(seconds: int) -> Any:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _own(lease: Lease) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return replays.c.timeline_id == lease.timeline, replays.c.replay == lease.replay


def _replay(row: RowMapping) -> Replay:
    found = {name: value for name, value in row.items() if name not in {"timeline_id", "lease_until"}}
    return Replay(
        **{
            **found,
            "timeline": row["timeline_id"],
            "projections": tuple(row["projections"]),
            "lapsed": bool(row.get("lapsed")),
            "generations": msgspec.json.decode(row["generations"], type=_NUMBERS),
            "before": msgspec.json.decode(row["before"], type=_NUMBERS) if row["before"] is not None else None,
        }
    )


def count_open(connection: Connection) -> dict[State, int]:
    """How many replays of any timeline are under way, by state; each state that is one."""
    counted = select(replays.c.state, func.count()).where(replays.c.state.in_(OPEN)).group_by(replays.c.state)
    return dict.fromkeys(OPEN, 0) | {row[0]: row[1] for row in connection.execute(counted)}
