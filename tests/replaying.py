"""Replays, started and carried out in one breath."""

import threading
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from app.asgi import new_id
from app.database.engine import reading, writing
from app.projections.replay.asking import Asked, start
from app.projections.replay.replays import Replay, find
from app.projections.replay.working import work

LEASE_SECONDS = 2


def replayed(
    engine: Engine, timeline: str, projection: str = "all", *, size: int | None = None, **asked: Any
) -> Replay:
    """One replay to its end, by so many events at a time; it is switched to unless something else is asked."""
    given = Asked(projection=projection, **{"switch": "always", **asked})
    with writing(engine) as connection:
        replay = start(connection, timeline, new_id(), given)
    return carried_out(engine, replay.replay, size=size)


def carried_out(engine: Engine, replay: UUID, *, size: int | None = None) -> Replay:
    work(engine, replay, "test", lease_seconds=LEASE_SECONDS, stopped=threading.Event(), size=size)
    with reading(engine) as connection:
        (found,) = find(connection, replay)
    return found
