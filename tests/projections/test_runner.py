"""Bringing many timelines up together."""

import pytest
from sqlalchemy import Engine, select

from app.database.engine import reading, writing
from app.domain.errors import Unavailable
from app.projections import runner
from app.projections.tables import projections
from tests.projections.histories import Ledger, report


def lag(ledger: Ledger) -> int:
    with reading(ledger.engine) as connection:
        return max(state.lag_events for state in runner.states(connection, ledger.timeline))


def test_a_busy_timeline_holds_no_other_up(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOCK_SECONDS", 1)
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
