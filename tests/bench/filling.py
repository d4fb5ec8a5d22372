"""Put events of the workload into a timeline, through the door."""

from collections.abc import Iterable
from uuid import uuid4

import msgspec
from sqlalchemy import Engine

from app.database.engine import writing
from app.importing import import_lines
from app.ledger import log
from app.ledger.log import Draft
from app.recording import Given, candidate
from tests.bench.workload import TODAY

BY = "bench"


def make_timeline(engine: Engine, timeline: str) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, timeline, title=timeline, description="")


def fill(engine: Engine, timeline: str, events: Iterable[Given]) -> int:
    """Make the timeline and import the events; returns the head. Nothing is projected."""
    make_timeline(engine, timeline)
    done = import_lines(
        engine,
        timeline,
        map(line, events),
        mode="partial",
        recorded_by=BY,
        today=TODAY,
        new_id=uuid4,
        projecting_seconds=0,
    )
    if done.rejected:
        raise RuntimeError(f"{done.rejected} events were rejected: {done.errors[:3]}")
    return done.last_position or 0


def drafts(events: Iterable[Given]) -> list[Draft]:
    return [candidate(one, today=TODAY).draft for one in events]


def line(event: Given) -> bytes:
    """As it stands in a file that is imported."""
    return msgspec.json.encode({"type": event.type, "event_id": event.event_id, "body": event.body})
