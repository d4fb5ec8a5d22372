"""Bring projections up to the ledger: the one path for live events, for restarts, and for a replay from zero.

Each projection moves in its own transaction: rows and checkpoint together, or nothing. Whoever comes first takes along
everything that waits; the others find nothing left. An event that cannot be applied stops its projection right before
it, by name and reason, and is never skipped.
"""

import math
import time
from collections.abc import Mapping, Sequence
from functools import partial

import msgspec
import structlog
from sqlalchemy import Connection, Engine

from app.database.engine import reading, writing
from app.database.planning import analyze_new_tables
from app.domain.assumptions import DEFAULT
from app.domain.errors import MusterError, Unavailable
from app.domain.events import TYPES
from app.ledger import log
from app.projections.catalogue import PROJECTIONS
from app.projections.checkpoints import FIRST, Active, Checkpoint, active, begin, hold, hold_all, move, stop
from app.projections.folds import folds_of
from app.projections.generations import Generations, assumptions_named
from app.projections.projection import Fold, Projection, typed

BATCH, BATCH_MAX = 2_000, 10_000
_LOG = structlog.get_logger()


class State(Checkpoint, frozen=True, kw_only=True):
    """How far the active generation of one projection of one timeline has come."""

    timeline: str
    projection: str
    head: int

    @property
    def lag_events(self) -> int:
        return self.head - self.position


def catch_up(engine: Engine, timeline: str, *, seconds: float = math.inf, retry_stuck: bool = False) -> int:
    """Apply everything that waits and return the position that all projections have reached.

    All of them together, batch by batch, as long as they stand together; else projection by projection. After `seconds`
    it stops between two batches. A stuck projection stays where it is unless `retry_stuck`.
    """
    until = time.monotonic() + seconds
    size = BATCH if seconds < math.inf else None
    reached = _catch_up_together(engine, timeline, until, size)
    if reached is not None:
        return reached
    for projection in PROJECTIONS:
        while time.monotonic() < until and _advance(engine, timeline, projection, size, retry_stuck=retry_stuck):
            analyze_new_tables(engine)
    with reading(engine) as connection:
        return min(state.position for state in states(connection, timeline))


def batch_at(position: int) -> int:
    """So many events are taken at once where nobody waits for the end: a twentieth of those before, within bounds.

    Where more was said than is kept in memory each batch reads it anew; so that costs an event no more on a long
    timeline than on a short one.
    """
    return min(max(BATCH, position // 20), BATCH_MAX)


def _catch_up_together(engine: Engine, timeline: str, until: float, size: int | None) -> int | None:
    """The position reached; None where the projections stand apart, or one of them cannot take what comes next."""
    reached = None
    try:
        while time.monotonic() < until:
            reached, more = _advance_together(engine, timeline, size)
            if not more:
                break
            analyze_new_tables(engine)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 -- taken again by themselves, where the event at fault is named
        _LOG.warning("projections taken one by one", timeline=timeline, exc_info=error)
        return None
    return reached


def _advance_together(engine: Engine, timeline: str, size: int | None = None) -> tuple[int | None, bool]:
    """Apply one batch to all projections in one transaction: the position reached, and whether more waits."""
    folds = folds_of(engine)
    with writing(engine) as connection:
        if not hold_all(connection, timeline, PROJECTIONS):
            return None, False
        found = states(connection, timeline)
        at, head = found[0].position, found[0].head
        if any(state.position != at or state.stuck_position is not None for state in found):
            return None, False
        if at == head:
            return at, False
        upto, meant = min(at + (size or batch_at(at)), head), generations_of(connection, found)
        taken = [(projection, folds.take(meant, projection, at)) for projection in PROJECTIONS]
        events = [typed(one) for one in log.read_entries(connection, timeline, after=at, upto=upto, types=TYPES)]
        for projection, fold in taken:
            fold.apply(connection, [event for event in events if event.recorded.type in projection.handles])
        move(connection, meant, PROJECTIONS, upto)
    for projection, fold in taken:
        folds.keep(meant, projection, upto, fold)
        fold.committed(engine)
    return upto, upto < head


def apply_within(connection: Connection, timeline: str) -> None:
    """Apply everything that waits, in the caller's transaction, which holds every projection until it ends.

    For a transaction that is taken back: a projection that fails is not stopped before its event, it raises. Raises
    Unavailable for one that was stopped before.
    """
    for projection in PROJECTIONS:
        found = _held(connection, timeline, projection)
        own = found[projection.name]
        if own.stuck_position is not None:
            detail = f"the projection {projection.name} is stuck at position {own.position}"
            raise Unavailable(detail, hint="`muster status`")
        meant, at, limit = generations_of(connection, [*found.values()]), own.position, _limit(projection, found)
        while at < limit:
            at = apply_range(connection, projection.begin(meant), meant, projection, at, min(at + BATCH, limit))


def catch_up_all(engine: Engine, *, retry_stuck: bool = False) -> None:
    """The same for every timeline. One that is busy holds no other up: it is told at the end.

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
    """Every projection of a timeline with its active generation, in the order in which they run."""
    found = active(connection, timeline)
    return [
        State(timeline=timeline, projection=name, head=found.head, **msgspec.structs.asdict(one))
        for name, one in _begun(found).items()
    ]


def active_generations(connection: Connection, timeline: str) -> Generations:
    """Those that answers are read from."""
    return _meant(connection, timeline, _begun(active(connection, timeline)))


def generations_of(connection: Connection, found: Sequence[State]) -> Generations:
    """The same where the states of a timeline were read anyhow."""
    return _meant(connection, found[0].timeline, {state.projection: state for state in found})


def _begun(found: Active) -> dict[str, Checkpoint]:
    """A projection that has not begun yet will begin with its first generation."""
    return {
        one.name: found.checkpoints.get(one.name)
        or Checkpoint(generation=FIRST, position=0, assumptions=DEFAULT.name if one.assumes else None)
        for one in PROJECTIONS
    }


def _meant(connection: Connection, timeline: str, found: Mapping[str, Checkpoint]) -> Generations:
    name = next((one.assumptions for one in found.values() if one.assumptions is not None), DEFAULT.name)
    return Generations(
        timeline=timeline,
        numbers={projection: one.generation for projection, one in found.items()},
        assumptions=assumptions_named(connection, timeline, name),
    )


def _advance(engine: Engine, timeline: str, projection: Projection, size: int | None, *, retry_stuck: bool) -> bool:
    """Apply up to `size` events, or one batch; whether more wait.

    A failing batch is taken again one by one, so that the event at fault can be named. One that passes so is a fault of
    the batch, and heard of.
    """
    folds = folds_of(engine)
    try:
        with writing(engine) as connection:
            found = _held(connection, timeline, projection)
            own, limit = found[projection.name], _limit(projection, found)
            if (own.stuck_position is not None and not retry_stuck) or limit <= own.position:
                return False
            goal = own.position + (size or batch_at(own.position))
            upto, meant = min(goal, limit), generations_of(connection, [*found.values()])
            fold = folds.take(meant, projection, own.position)
            apply_range(connection, fold, meant, projection, own.position, upto)
        folds.keep(meant, projection, upto, fold)
        fold.committed(engine)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever an event does to a projection, recording must go on
        if size == 1:
            _mark_stuck(engine, timeline, projection, error)
            return False
        _LOG.warning("batch taken one by one", timeline=timeline, projection=projection.name, exc_info=error)
        one_more = partial(_advance, engine, timeline, projection, 1, retry_stuck=retry_stuck)
        return all(one_more() for _ in range(BATCH))
    return upto < limit


def apply_range(
    connection: Connection, fold: Fold, meant: Generations, projection: Projection, before: int, upto: int
) -> int:
    """Take in the events with before < position ≤ upto, checkpoint and all; gives `upto`."""
    entries = log.read_entries(connection, meant.timeline, after=before, upto=upto, types=projection.handles)
    fold.apply(connection, [typed(one) for one in entries])
    move(connection, meant, [projection], upto)
    return upto


def _held(connection: Connection, timeline: str, projection: Projection) -> dict[str, State]:
    """The states, by projection, with the one named held until the transaction ends."""
    begin(connection)
    hold(connection, timeline, projection)
    return {state.projection: state for state in states(connection, timeline)}


def _limit(projection: Projection, found: dict[str, State]) -> int:
    """The head, or as far as what this projection rests on has come."""
    return min([found[projection.name].head, *(found[name].position for name in projection.rests_on)])


def _mark_stuck(engine: Engine, timeline: str, projection: Projection, error: Exception) -> None:
    reason = error.detail if isinstance(error, MusterError) else f"{type(error).__name__}: {error}"
    _LOG.error("projection stuck", timeline=timeline, projection=projection.name, exc_info=error)
    with writing(engine) as connection:
        found = _held(connection, timeline, projection)
        meant = generations_of(connection, [*found.values()])
        stop(connection, meant, projection, found[projection.name].position + 1, reason)
