"""What would be moved, by events that are then not recorded."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from sqlalchemy import Engine, select

from app.database.engine import reading
from app.domain.errors import NotAllowed, Refused, Unavailable
from app.ledger.tables import METADATA
from app.projections import runner
from app.projections.estimates.reading import Revised, read_revisions
from app.recording import Given, Rehearsal, record, rehearse
from tests.projections.histories import Event, Ledger, histories, report
from tests.projections.ledgers import TODAY

BY = "key:test"
_numbers = count(1)


def as_given(*events: Event) -> list[Given]:
    return [Given(type=name, body=body, event_id=UUID(int=next(_numbers))) for name, body in events]


def rehearsed(ledger: Ledger, given: list[Given], **more: Any) -> Rehearsal:
    return rehearse(ledger.engine, ledger.timeline, given, recorded_by=BY, today=TODAY, **more)


def recorded(ledger: Ledger, given: list[Given]) -> None:
    record(ledger.engine, ledger.timeline, given, recorded_by=BY, today=TODAY)
    ledger.project()


def everything(ledger: Ledger) -> dict[str, list[str]]:
    """Every row of the timeline: the ledger's, its head and names, and all that the projections hold."""
    with reading(ledger.engine) as connection:
        return {
            table.name: sorted(
                str(row) for row in connection.execute(select(table).where(table.c.timeline_id == ledger.timeline))
            )
            for table in METADATA.sorted_tables
            if "timeline_id" in table.c
        }


def revised(ledger: Ledger, after: int) -> tuple[Revised, ...]:
    with reading(ledger.engine) as connection:
        return tuple(read_revisions(connection, ledger.generations, after=after, upto=ledger.head, names={}))


@settings(max_examples=20)
@given(histories())
def test_a_rehearsal_keeps_nothing_and_foretells_every_revision(shared_engine: Engine, history: list[Event]) -> None:
    ledger = Ledger(shared_engine, history[: len(history) // 2])
    for event in history[len(history) // 2 :]:
        before, head, given = everything(ledger), ledger.head, as_given(event)
        try:
            foretold = rehearsed(ledger, given)
        except Refused:
            assert everything(ledger) == before
            continue
        assert everything(ledger) == before
        recorded(ledger, given)
        assert revised(ledger, head) == foretold.revised
        for one in foretold.revised:
            was, now = (figures.units if figures else (0, 0, 0) for figures in (one.revision.due, one.revision.moved))
            sums = [sum(getattr(line, end) for line in one.lines) for end in ("low", "best", "high")]
            assert sums == [new - old for old, new in zip(was, now, strict=True)]


def test_several_events_are_rehearsed_as_they_would_follow_each_other(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    head = ledger.head
    given = as_given(report("R1"), report("R2", source="hur", figure={"best": 9000}))
    foretold = rehearsed(ledger, given)
    assert [one.position for one in foretold.receipts] == [head + 1, head + 2]
    assert [one.report for one in foretold.revised] == ["R1", "R2"]
    assert foretold.revised[1].revision.due == foretold.revised[0].revision.after
    recorded(ledger, given)
    assert revised(ledger, head) == foretold.revised


def test_more_events_than_a_projection_takes_at_once_are_rehearsed_whole(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(shared_engine)
    monkeypatch.setattr(runner, "BATCH", 2)
    foretold = rehearsed(ledger, as_given(*(report(f"R{number}", day=f"2024-10-0{number}") for number in range(1, 6))))
    assert [one.report for one in foretold.revised] == ["R1", "R2", "R3", "R4", "R5"]


def test_an_event_that_stands_already_moves_nothing_again(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    given = as_given(report("R1"))
    recorded(ledger, given)
    foretold = rehearsed(ledger, given)
    assert [(one.position, one.replayed) for one in foretold.receipts] == [(ledger.head, True)]
    assert foretold.revised == ()
    both = rehearsed(ledger, [*given, *as_given(report("R2", source="hur", figure={"best": 9000}))])
    assert [one.report for one in both.revised] == ["R2"]


def test_what_the_door_refuses_is_refused_in_a_rehearsal(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    with pytest.raises(NotAllowed):
        rehearsed(ledger, as_given(report("R1", place="nowhere")))
    with pytest.raises(Refused, match="position"):
        rehearsed(ledger, as_given(report("R1")), expected=ledger.head - 1)


def test_a_projection_that_is_stuck_cannot_say_what_would_move(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(shared_engine)

    def fail(*_: object) -> None:
        raise RuntimeError("poison")

    with monkeypatch.context() as poisoned:
        poisoned.setattr("app.projections.developments.projection.domain.report", fail)
        ledger.tell(report("R1"), project=False)
        runner.catch_up(ledger.engine, ledger.timeline)
    before = everything(ledger)
    with pytest.raises(Unavailable, match="behind") as refused:
        rehearsed(ledger, as_given(report("R2")))
    assert refused.value.hint
    assert everything(ledger) == before
    with pytest.raises(NotAllowed):
        rehearsed(ledger, as_given(report("R2", place="nowhere")))


def test_an_event_that_no_projection_could_take_stops_none_when_rehearsed(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(shared_engine)

    def fail(*_: object) -> None:
        raise RuntimeError("poison")

    before = everything(ledger)
    with monkeypatch.context() as poisoned:
        poisoned.setattr("app.projections.developments.projection.domain.report", fail)
        with pytest.raises(RuntimeError):
            rehearsed(ledger, as_given(report("R1")))
    assert everything(ledger) == before


def test_what_others_recorded_since_is_taken_along_and_not_foretold(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They append between the look at the projections and the rehearsal's own append."""
    ledger = Ledger(shared_engine)
    project = runner.catch_up

    def late(engine: Engine, timeline: str, **more: Any) -> int:
        reached = project(engine, timeline, **more)
        ledger.tell(report("R1"), project=False)
        return reached

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(runner, "catch_up", late)
        foretold = rehearsed(ledger, as_given(report("R2", source="hur", figure={"best": 9000})))
    assert [one.report for one in foretold.revised] == ["R2"]
    assert foretold.revised[0].revision.due is not None


def test_rehearsals_and_recordings_do_not_lock_each_other_out(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    head = ledger.head

    def one(number: int) -> None:
        given = as_given(report(f"R{number}", source="hur", day=f"2024-10-{number + 1:02}"))
        if number % 2:
            rehearsed(ledger, given)
        else:
            recorded(ledger, given)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(12)))
    ledger.project()
    assert ledger.head == head + 6
    assert {one.report for one in revised(ledger, head)} <= {f"R{number}" for number in range(0, 12, 2)}


def test_a_name_that_was_rehearsed_is_still_free(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    rehearsed(ledger, as_given(report("R1")))
    head = ledger.head
    recorded(ledger, as_given(report("R1", figure={"best": 9000})))
    assert ledger.head == head + 1
