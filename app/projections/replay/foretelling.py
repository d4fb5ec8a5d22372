"""What a replay would read and how long it would take, by its first seconds: built and taken back."""

import time

import msgspec
from sqlalchemy import Engine, func, select

from app.database.engine import rehearsing
from app.ledger.tables import events
from app.projections.checkpoints import open_generation
from app.projections.folds import Folds
from app.projections.replay.asking import Asked, plan
from app.projections.replay.building import advance

TRIED_SECONDS = 3.0
TRIED_EVENTS = 200


class Foretold(msgspec.Struct, frozen=True, kw_only=True):
    """`events` counts those that any of the projections takes, up to `to`. No rate: there is nothing to try it on."""

    timeline: str
    projections: tuple[str, ...]
    assumptions: str
    to: int
    events: int
    events_per_second: float | None
    seconds: float | None


def foretell(engine: Engine, timeline: str, asked: Asked) -> Foretold:
    """Stores nothing. Raises what `plan` raises, and Untaken where an event among the first cannot be taken."""
    with rehearsing(engine) as connection:
        projections, meant, target = plan(connection, timeline, asked)
        types = sorted({name for one in projections for name in one.handles})
        counted = select(func.count()).where(
            events.c.timeline_id == timeline, events.c.position <= target, events.c.type.in_(types)
        )
        wanted = connection.scalar(counted) or 0
        for one in projections:
            open_generation(connection, meant, one)
        start, at, limit, folds = time.monotonic(), 0, target, Folds()
        while at < limit and time.monotonic() - start < TRIED_SECONDS:
            reached = advance(connection, folds, meant, projections, upto=target, size=TRIED_EVENTS)
            at, limit = reached.at, reached.limit
            reached.keep(folds, meant)
        rate = at / (time.monotonic() - start) if at else None
    return Foretold(
        timeline=timeline,
        projections=tuple(one.name for one in projections),
        assumptions=meant.assumptions.name,
        to=target,
        events=wanted,
        events_per_second=round(rate, 1) if rate is not None else None,
        seconds=round(target / rate, 1) if rate else None,
    )
