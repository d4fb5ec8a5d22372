"""How far projections are behind, of all timelines at once."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from app.database.engine import reading, writing
from app.ledger import log
from app.projections import runner
from app.projections.catalogue import PROJECTIONS
from app.projections.lag import Lag, lags
from app.recording import Given, record

TODAY = datetime(2026, 1, 1, tzinfo=UTC).date()
NAMES = [one.name for one in PROJECTIONS]


@pytest.fixture
def timelines(engine: Engine) -> Engine:
    """Three events in `a`, one in `b`, none in `c`; nothing projected."""
    with writing(engine) as connection:
        for timeline in "abc":
            log.create_timeline(connection, timeline, title=timeline, description="")
    for timeline, number in (("a", 1), ("a", 2), ("a", 3), ("b", 4)):
        body = {"actor": f"actor-{number}", "name": "Somebody", "kind": "state"}
        given = Given(type="actor_defined.v1", body=body, event_id=UUID(int=number))
        record(engine, timeline, [given], recorded_by="test", today=TODAY)
    return engine


def found(engine: Engine, most: int = 100) -> list[Lag]:
    with reading(engine) as connection:
        return lags(connection, most=most)


def test_whoever_has_not_begun_is_behind_by_everything(timelines: Engine) -> None:
    told = found(timelines)
    assert [(one.timeline, one.projection, one.events) for one in told] == [
        (timeline, name, events) for timeline, events in (("a", 3), ("b", 1), ("c", 0)) for name in NAMES
    ]
    assert [one.seconds > 0 for one in told] == [one.events > 0 for one in told]


def test_seconds_are_those_of_the_oldest_event_that_waits(timelines: Engine) -> None:
    first = found(timelines, most=1)[0]
    with timelines.connect() as connection:
        waited = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp() - min(recorded_at)) FROM events"))
    assert 0 < first.seconds <= float(waited)


def test_it_agrees_with_the_states_that_are_read_one_by_one(timelines: Engine) -> None:
    runner.catch_up(timelines, "a")
    told = {(one.timeline, one.projection): (one.head, one.position) for one in found(timelines)}
    with reading(timelines) as connection:
        states = [state for timeline in "abc" for state in runner.states(connection, timeline)]
    assert told == {(one.timeline, one.projection): (one.head, one.position) for one in states}
    assert {one.seconds for one in found(timelines) if one.timeline == "a"} == {0}


def test_a_stuck_one_comes_first_with_its_reason(timelines: Engine) -> None:
    runner.catch_up(timelines, "b")
    stuck = "UPDATE generations SET stuck_position = 2, stuck_reason = 'odd' WHERE projection = 'estimates'"
    with timelines.begin() as connection:
        connection.execute(text(f"{stuck} AND timeline_id = 'b'"))
    [first] = found(timelines, most=1)
    assert (first.timeline, first.projection) == ("b", "estimates")
    assert (first.stuck, first.stuck_position, first.stuck_reason) == (True, 2, "odd")
