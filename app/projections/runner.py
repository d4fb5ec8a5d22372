"""Bring projections up to the ledger: the one path for live events, for restarts, and for a replay from zero.

Each projection moves in its own transaction: rows and checkpoint together, or nothing. Whoever comes first takes along
everything that waits; the others find nothing left. An event that cannot be applied stops its projection right before
it, by name and reason, and is never skipped.
"""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, Connection, Engine, Select, select, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there

from app.database.engine import reading, writing
from app.domain.errors import MusterError, Unavailable
from app.ledger import log
from app.projections import developments, registry
from app.projections.estimates import projection as estimates
from app.projections.projection import Projection, typed
from app.projections.tables import projections

PROJECTIONS: tuple[Projection, ...] = (registry.PROJECTION, developments.PROJECTION, estimates.PROJECTION)
"""Each after those that it rests on."""

BATCH = 500
LOCK_SECONDS = 5
_LOG = structlog.get_logger()


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far one projection of one timeline has come."""

    timeline: str
    projection: str
    generation: int
    position: int
    head: int
    stuck_position: int | None = None
    stuck_reason: str | None = None

    @property
    def lag_events(self) -> int:
        return self.head - self.position


def catch_up(engine: Engine, timeline: str, *, seconds: float = math.inf, retry_stuck: bool = False) -> int:
    """Apply everything that waits, projection by projection, and return the position that all have reached.

    After `seconds` it stops between two batches. A stuck projection stays where it is unless `retry_stuck`.
    """
    until = time.monotonic() + seconds
    for projection in PROJECTIONS:
        while time.monotonic() < until and _advance(engine, timeline, projection, BATCH, retry_stuck=retry_stuck):
            pass
    with reading(engine) as connection:
        return min(state.position for state in states(connection, timeline))


def apply_within(connection: Connection, timeline: str) -> None:
    """Apply everything that waits, in the caller's transaction, which holds every projection until it ends.

    For a transaction that is taken back: a projection that fails is not stopped before its event, it raises. Raises
    Unavailable for one that was stopped before.
    """
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    for projection in PROJECTIONS:
        at, stuck = _lock(connection, timeline, projection)
        if stuck:
            raise Unavailable(f"the projection {projection.name} is stuck at position {at}", hint="`muster status`")
        while at < _limit(connection, timeline, projection):
            at = _apply_batch(connection, timeline, projection, at, BATCH)


def catch_up_all(engine: Engine, *, retry_stuck: bool = False) -> None:
    """The same for every timeline. One that is busy, as while it is rebuilt, holds no other up: it is told at the end.

    Raises Unavailable for the last one that was not caught up.
    """
    with reading(engine) as connection:
        timelines = log.timeline_ids(connection)
    busy: Unavailable | None = None
    for timeline in timelines:
        try:
            catch_up(engine, timeline, retry_stuck=retry_stuck)
        except Unavailable as error:
            busy = error
    if busy is not None:
        raise busy


def states(connection: Connection, timeline: str) -> list[State]:
    """Every projection of a timeline in the order in which they run."""
    head = log.head(connection, timeline).position
    rows = {row.projection: row for row in connection.execute(_of(timeline))}
    found = []
    for projection in PROJECTIONS:
        row = rows.get(projection.name)
        found.append(
            State(
                timeline=timeline,
                projection=projection.name,
                generation=row.generation if row is not None else 1,
                position=row.position if row is not None else 0,
                head=head,
                stuck_position=row.stuck_position if row is not None else None,
                stuck_reason=row.stuck_reason if row is not None else None,
            )
        )
    return found


def rebuild(
    engine: Engine, timeline: str, names: Sequence[str], *, progress: Callable[[str, int, int], None] = lambda *_: None
) -> None:
    """Build projections anew from position zero, each in one transaction: readers see the old rows until the new stand.

    `progress` hears of (projection, position, head). What rests on a rebuilt projection is rebuilt after it.
    """
    wanted = set(names)
    for projection in PROJECTIONS:
        if projection.name in wanted or wanted.intersection(projection.rests_on):
            wanted.add(projection.name)
            with writing(engine) as connection:
                _rebuild_one(connection, timeline, projection, progress)
    catch_up(engine, timeline)


def _rebuild_one(
    connection: Connection, timeline: str, projection: Projection, progress: Callable[[str, int, int], None]
) -> None:
    position, _ = _lock(connection, timeline, projection)
    generation = connection.scalar(select(projections.c.generation).where(*_row(timeline, projection.name)))
    projection.clear(connection, timeline)
    _move(connection, timeline, projection, 0, generation=(generation or 0) + 1)
    at, head = 0, max(position, _limit(connection, timeline, projection))
    while at < head:
        at = _apply_batch(connection, timeline, projection, at, BATCH)
        progress(projection.name, at, head)


def _advance(engine: Engine, timeline: str, projection: Projection, size: int, *, retry_stuck: bool) -> bool:
    """Apply up to `size` events; whether more may wait.

    A failing batch is taken again one by one, so that the event at fault can be named.
    """
    try:
        with writing(engine) as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            before, stuck = _lock(connection, timeline, projection)
            if stuck and not retry_stuck:
                return False
            after = _apply_batch(connection, timeline, projection, before, size)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever an event does to a projection, recording must go on
        if size == 1:
            _mark_stuck(engine, timeline, projection, error)
            return False
        while _advance(engine, timeline, projection, 1, retry_stuck=retry_stuck):
            pass
        return False
    return after - before == size


def _apply_batch(connection: Connection, timeline: str, projection: Projection, before: int, size: int) -> int:
    upto = min(before + size, _limit(connection, timeline, projection))
    if upto <= before:
        return before
    recorded = log.read(connection, timeline, after=before, upto=upto, types=sorted(projection.handles), limit=size)
    projection.apply(connection, timeline, [typed(one) for one in recorded])
    _move(connection, timeline, projection, upto)
    return upto


def _limit(connection: Connection, timeline: str, projection: Projection) -> int:
    """The head, or as far as what this projection rests on has come."""
    head = log.head(connection, timeline).position
    below: dict[str, int] = {row.projection: row.position for row in connection.execute(_of(timeline))}
    return min([head, *(below.get(name, 0) for name in projection.rests_on)])


def _lock(connection: Connection, timeline: str, projection: Projection) -> tuple[int, bool]:
    """The checkpoint and whether it is stuck, held until the transaction ends; freed at once if its holder dies."""
    columns = (projections.c.position, projections.c.stuck_position)
    held = select(*columns).where(*_row(timeline, projection.name)).with_for_update()
    row = connection.execute(held).one_or_none()
    if row is None:
        fresh = insert_unless_there(projections).values(
            timeline_id=timeline, projection=projection.name, generation=1, position=0
        )
        connection.execute(fresh.on_conflict_do_nothing())
        row = connection.execute(held).one()
    return int(row.position), row.stuck_position is not None


def _move(
    connection: Connection, timeline: str, projection: Projection, position: int, *, generation: int | None = None
) -> None:
    values = {"position": position, "stuck_position": None, "stuck_reason": None}
    if generation is not None:
        values["generation"] = generation
    connection.execute(update(projections).where(*_row(timeline, projection.name)).values(values))


def _mark_stuck(engine: Engine, timeline: str, projection: Projection, error: Exception) -> None:
    reason = error.detail if isinstance(error, MusterError) else f"{type(error).__name__}: {error}"
    _LOG.error("projection stuck", timeline=timeline, projection=projection.name, exc_info=error)
    with writing(engine) as connection:
        position = _lock(connection, timeline, projection)[0] + 1
        stuck = {"stuck_position": position, "stuck_reason": reason[:500]}
        connection.execute(update(projections).where(*_row(timeline, projection.name)).values(stuck))


def _of(timeline: str) -> Select[Any]:
    return select(projections).where(projections.c.timeline_id == timeline)


def _row(timeline: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return projections.c.timeline_id == timeline, projections.c.projection == name
