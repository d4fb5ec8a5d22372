"""Bringing projections up: together, one by one, and many timelines at once."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Engine, select, text
from structlog.testing import capture_logs

from app.database.engine import make_engine, reading, writing
from app.domain.errors import Unavailable
from app.ledger import log
from app.projections import checkpoints, runner
from app.projections.catalogue import PROJECTIONS
from app.projections.estimates.projection import Estimates
from app.projections.projection import Event
from app.projections.tables import estimates, projections
from tests.projections.histories import Ledger, report


def lag(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return max(state.lag_events for state in runner.states(connection, ledger.timeline))


def test_a_busy_timeline_holds_no_other_up(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LOCK_SECONDS", 1)
    busy, other = sorted((Ledger(engine), Ledger(engine)), key=lambda ledger: ledger.timeline)
    for ledger in (busy, other):
        ledger.tell(report("R1"), project=False)
    with writing(engine) as connection:
        held = select(projections).where(projections.c.timeline_id == busy.timeline).with_for_update()
        connection.execute(held).all()
        with pytest.raises(Unavailable):
            runner.catch_up_all(engine)
    assert lag(busy) > 0
    assert lag(other) == 0
    runner.catch_up_all(engine)
    assert lag(busy) == 0


def test_all_projections_take_a_batch_in_one_transaction(engine: Engine) -> None:
    ledger = Ledger(engine)
    ledger.tell(report("R1"), project=False)
    seen: list[set[int]] = []

    def look() -> None:
        with reading(engine) as connection:
            seen.append({state.position for state in runner.states(connection, ledger.timeline)})

    with reading(engine) as connection:
        head = log.head(connection, ledger.timeline).position
    look()
    assert runner.catch_up(engine, ledger.timeline) == head
    look()
    assert seen == [{head - 1}, {head}]


def test_tables_that_a_full_batch_has_filled_are_known_to_the_planner(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BATCH", 5)
    Ledger(engine, [report(f"R{number}") for number in range(5)])
    with reading(engine) as connection:
        known = text("SELECT reltuples FROM pg_class WHERE relname = 'developments'")
        assert connection.scalar(known) >= 0


def test_projections_that_stand_apart_are_brought_up_one_by_one(engine: Engine) -> None:
    ledger = Ledger(engine)
    ledger.tell(report("R1"), project=False)
    first = PROJECTIONS[0]
    runner._advance(engine, ledger.timeline, first, 1, retry_stuck=False)  # noqa: SLF001 -- as a crash leaves them
    with reading(engine) as connection:
        apart = {state.projection: state.lag_events for state in runner.states(connection, ledger.timeline)}
    assert (apart.pop("registry"), set(apart.values())) == (0, {1})
    runner.catch_up(engine, ledger.timeline)
    assert lag(ledger) == 0


def test_what_only_fails_together_is_taken_one_by_one_and_heard_of(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = Estimates.apply

    def alone(self: Estimates, connection: Connection, events: Sequence[Event]) -> None:
        if len(events) > 1:
            raise RuntimeError("too many at once")
        apply(self, connection, events)

    ledger = Ledger(engine)
    monkeypatch.setattr(Estimates, "apply", alone)
    with capture_logs() as heard:
        ledger.tell(report("R1"), report("R2", source="dod"))
    assert lag(ledger) == 0
    assert [one["event"] for one in heard] == ["projections taken one by one", "batch taken one by one"]


def test_what_is_kept_in_memory_is_not_trusted_where_others_have_written(engine: Engine) -> None:
    ledger, other = Ledger(engine, [report("R1")]), make_engine(engine.url.render_as_string(hide_password=False))
    ledger.tell(report("R2", source="dod", figure={"best": 11000}), project=False)
    runner.catch_up(other, ledger.timeline)  # another process, as it were
    ledger.tell(report("R3", source="hur", figure={"best": 12000}))
    other.dispose()
    with reading(engine) as connection:
        votes = connection.scalar(select(estimates.c.votes).where(estimates.c.timeline_id == ledger.timeline))
    assert votes == 3
