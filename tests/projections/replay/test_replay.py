"""A replay builds beside what is answered from, says what would change, and switches or does not."""

import threading
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from app.asgi import new_id
from app.database.engine import reading, writing
from app.domain.assumptions import DEFAULT, to_parameters
from app.domain.errors import Conflict, Malformed, Unknown
from app.projections.catalogue import PROJECTIONS
from app.projections.replay.asking import Asked, start
from app.projections.replay.difference import Difference
from app.projections.replay.foretelling import foretell
from app.projections.replay.replays import Fenced, Replay, find, guard, read_replays, take
from app.projections.replay.switching import drop, roll_back
from app.projections.replay.working import resume, work_once
from app.projections.tables import generations, replays, statements
from tests.projections.histories import Event, Ledger, report
from tests.replaying import carried_out, replayed

SLOW: Event = (
    "assumptions_defined.v1",
    {
        "name": "slow.v1",
        "parameters": to_parameters(DEFAULT) | {"half_life_days": "10"},
        "reason": "tried out",
        "by": "ann",
    },
)
REPORTS = (
    report("R1"),
    report("R2", source="dod", figure={"best": 12000}, day="2024-10-09"),
    report("R3", source="hur"),
)


def numbers(ledger: Ledger) -> dict[str, int]:
    return dict(ledger.generations.numbers)


def difference(replay: Replay) -> Difference:
    assert replay.difference is not None
    return msgspec.json.decode(replay.difference, type=Difference)


def begun(ledger: Ledger, **asked: Any) -> Replay:
    with writing(ledger.engine) as connection:
        return start(connection, ledger.timeline, new_id(), Asked(**asked))


def test_what_is_built_anew_is_equal_and_is_switched_to(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    replay = replayed(shared_engine, ledger.timeline, switch="when-equal")
    assert (replay.state, replay.position) == ("switched", ledger.head)
    assert difference(replay).equal
    assert difference(replay).moves == ()
    assert numbers(ledger) == {"registry": 2, "developments": 2, "estimates": 2, "topics": 2}


def test_what_rests_on_a_projection_is_replayed_with_it(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    assert replayed(shared_engine, ledger.timeline, "developments").projections == ("developments", "estimates")
    assert numbers(ledger) == {"registry": 1, "developments": 2, "estimates": 2, "topics": 1}


def test_rows_that_differ_are_counted_and_the_estimate_is_told_with_its_events(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    with writing(shared_engine) as connection:
        connection.execute(
            statements.delete().where(statements.c.timeline_id == ledger.timeline, statements.c.report == "R2")
        )
    replay = replayed(shared_engine, ledger.timeline, switch="when-equal")
    assert (replay.state, replay.reason) == ("kept", "the generations differ")
    found = difference(replay)
    alone = {one.table: (one.only_standing, one.only_replayed) for one in found.tables}
    assert alone == {one.table: (0, 0) for one in found.tables} | {"statements": (0, 1)}
    assert found.keys_moved
    assert numbers(ledger)["estimates"] == 1


def test_other_assumptions_move_estimates_by_events_and_stay_those_of_the_live_path(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [*REPORTS, SLOW])
    before = ledger.figures()
    replay = replayed(shared_engine, ledger.timeline, assumptions="slow.v1", switch="never")
    assert (replay.state, ledger.figures()) == ("kept", before)
    moved = difference(replay).moves[0]
    assert (moved.standing, moved.place) == (before, "ru")
    assert "R2" in {one.report for one in moved.events}
    with writing(shared_engine) as connection:
        resume(connection, replay.replay, switch="always")
    assert carried_out(shared_engine, replay.replay).state == "switched"
    assert ledger.generations.assumptions.half_life_days == 10
    ledger.tell(report("R4", source="wire", figure={"best": 9000}, day="2024-10-12"))
    live = ledger.figures()
    assert difference(replayed(shared_engine, ledger.timeline)).equal
    assert ledger.figures() == live


def test_a_rollback_takes_in_what_came_since_under_its_own_assumptions(shared_engine: Engine) -> None:
    ledger, other = (Ledger(shared_engine, [*REPORTS, SLOW]) for _ in range(2))
    replayed(shared_engine, ledger.timeline, assumptions="slow.v1")
    late = report("R4", source="wire", figure={"best": 9000}, day="2024-10-12")
    for one in (ledger, other):
        one.tell(late)
    assert ledger.figures() != other.figures()
    assert roll_back(shared_engine, ledger.timeline).reason == "rolled back"
    assert numbers(ledger) == {"registry": 1, "developments": 1, "estimates": 1, "topics": 1}
    assert ledger.figures() == other.figures()
    with pytest.raises(Conflict, match="no replay of"):
        roll_back(shared_engine, ledger.timeline)


def test_up_to_a_position_can_be_looked_at_and_not_be_switched_to(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    replay = replayed(shared_engine, ledger.timeline, to=ledger.head - 1, switch="when-equal")
    assert (replay.state, difference(replay).position, difference(replay).equal) == ("kept", ledger.head - 1, True)
    assert "is at position" in (replay.reason or "")
    assert numbers(ledger)["estimates"] == 1


def test_what_moved_after_the_position_is_no_difference(shared_engine: Engine) -> None:
    later = report("R4", source="hur", figure={"best": 20000}, day="2024-10-20")
    ledger = Ledger(shared_engine, (*REPORTS[:2], later))
    found = difference(replayed(shared_engine, ledger.timeline, to=ledger.head - 1, switch="never"))
    assert (found.equal, found.position) == (True, ledger.head - 1)
    rows = {one.table: (one.standing, one.replayed) for one in found.tables}
    assert rows["revisions"] == (2, 2)
    assert rows["estimates"] == (0, 0)  # its one key moved once more, and the revisions lead to it


def test_what_cannot_be_switched_to_is_refused_before_it_is_built(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    with pytest.raises(Malformed, match="cannot be switched to"):
        replayed(shared_engine, ledger.timeline, to=ledger.head - 1, switch="always")
    with reading(shared_engine) as connection:
        assert read_replays(connection, replays.c.timeline_id == ledger.timeline) == []
    assert replayed(shared_engine, ledger.timeline, to=ledger.head, switch="always").state == "switched"
    kept = replayed(shared_engine, ledger.timeline, to=1, switch="never").replay
    with writing(shared_engine) as connection, pytest.raises(Malformed, match="cannot be switched to"):
        resume(connection, kept, switch="always")


def test_what_was_dropped_cannot_be_gone_back_to_and_the_way_out_is_told(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    replayed(shared_engine, ledger.timeline, switch="always")
    drop(shared_engine, ledger.timeline)
    with pytest.raises(Conflict, match="was dropped") as refused:
        roll_back(shared_engine, ledger.timeline)
    assert "`muster replay --switch always` builds another" in (refused.value.hint or "")


def test_a_build_whose_worker_is_gone_is_told_as_stopped(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    with writing(shared_engine) as connection:
        started = start(connection, ledger.timeline, new_id(), Asked())
    own = replays.c.replay == started.replay
    assert take(shared_engine, "somebody", 60, own) is not None
    with writing(shared_engine) as connection:
        assert not find(connection, started.replay)[0].lapsed
        connection.execute(replays.update().where(own).values(lease_until=func.now() - timedelta(seconds=1)))
    with reading(shared_engine) as connection:
        assert find(connection, started.replay)[0].lapsed


def test_kept_generations_are_dropped_and_the_active_ones_are_not(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    kept = replayed(shared_engine, ledger.timeline, switch="never")
    assert {one.generation for one in drop(shared_engine, ledger.timeline)} == {2}
    active = replayed(shared_engine, ledger.timeline)
    with pytest.raises(Conflict, match="is the active one"):
        drop(shared_engine, ledger.timeline, active.replay)
    assert numbers(ledger)["estimates"] == 3  # no number is given twice
    with writing(shared_engine) as connection, pytest.raises(Conflict, match="nothing left to resume"):
        resume(connection, kept.replay)
    drop(shared_engine, ledger.timeline)
    with pytest.raises(Conflict, match="was dropped"):
        roll_back(shared_engine, ledger.timeline)
    with reading(shared_engine) as connection:
        left = connection.scalars(select(statements.c.generation).where(statements.c.timeline_id == ledger.timeline))
        assert set(left) == {3}


def test_what_was_rolled_back_is_not_switched_to_again_unasked(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    switched = replayed(shared_engine, ledger.timeline, switch="always")
    roll_back(shared_engine, ledger.timeline)
    with writing(shared_engine) as connection:
        (again,) = resume(connection, switched.replay)
    assert (again.state, again.switch) == ("waiting", "when-equal")


def test_a_dry_run_tells_the_rate_and_stores_nothing(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    found = foretell(shared_engine, ledger.timeline, Asked(projection="developments"))
    assert found.projections == ("developments", "estimates")
    assert found.to == ledger.head
    assert found.events_per_second is not None
    assert found.seconds == pytest.approx(found.events / found.events_per_second, abs=0.1)
    with reading(shared_engine) as connection:
        rows = connection.execute(select(generations).where(generations.c.timeline_id == ledger.timeline)).all()
        assert {row.generation for row in rows} == {1}
        assert not connection.execute(select(replays).where(replays.c.timeline_id == ledger.timeline)).all()


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"projection": "estimate"}, Unknown, "no projection estimate"),
        ({"assumptions": "slow.v2"}, Unknown, "no set of assumptions slow.v2"),
        ({"to": 1000}, Malformed, "the timeline is at position"),
        ({"to": -1}, Malformed, "the timeline is at position"),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_a_sentence(
    shared_engine: Engine, asked: dict[str, Any], error: type[Exception], said: str
) -> None:
    ledger = Ledger(shared_engine, [SLOW])
    with pytest.raises(error, match=said):
        begun(ledger, **asked)
    assert numbers(ledger)["estimates"] == 1


def test_two_replays_of_one_projection_at_a_time_are_refused(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    first = begun(ledger, projection="estimates")
    with pytest.raises(Conflict, match=f"estimates of {ledger.timeline} is being replayed already, by {first.replay}"):
        begun(ledger, projection="all")
    drop(shared_engine, ledger.timeline, first.replay)
    with reading(shared_engine) as connection:
        assert find(connection, first.replay)[0].state == "cancelled"
    assert replayed(shared_engine, ledger.timeline).state == "switched"


def test_an_event_that_cannot_be_taken_fails_the_replay_by_name_and_can_be_tried_again(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    before = ledger.figures()

    def fail(*_: object) -> None:
        raise ValueError("a slip")

    with monkeypatch.context() as poisoned:
        poisoned.setattr("app.projections.developments.projection.domain.report", fail)
        failed = replayed(shared_engine, ledger.timeline)
    position = ledger.head - len(REPORTS) + 1
    assert failed.state == "failed"
    assert failed.reason == f"developments cannot take the event at position {position}: ValueError: a slip"
    assert (ledger.figures(), numbers(ledger)["estimates"]) == (before, 1)
    with writing(shared_engine) as connection:
        resume(connection, failed.replay)
    assert carried_out(shared_engine, failed.replay).state == "switched"


def test_a_worker_that_lost_its_lease_commits_nothing(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    replay = begun(ledger)
    own = replays.c.replay == replay.replay
    lost = take(shared_engine, "lost", 1, own)
    assert lost is not None
    assert take(shared_engine, "other", 60, own) is None
    threading.Event().wait(1.1)
    other = take(shared_engine, "other", 60, own)
    assert other is not None
    assert other.epoch == lost.epoch + 1
    with writing(shared_engine) as connection, pytest.raises(Fenced):
        guard(connection, lost)
    with writing(shared_engine) as connection:
        assert guard(connection, other).worker == "other"


def test_a_worker_that_is_stopped_gives_the_replay_back(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    replay, stopped = begun(ledger), threading.Event()
    stopped.set()
    assert work_once(shared_engine, "stopped", replays.c.replay == replay.replay, lease_seconds=60, stopped=stopped)
    with reading(shared_engine) as connection:
        assert find(connection, replay.replay)[0].state == "waiting"
    assert carried_out(shared_engine, replay.replay).state == "switched"


def test_a_generation_that_rests_on_one_no_longer_active_is_not_switched_to(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, REPORTS)
    kept = replayed(shared_engine, ledger.timeline, "estimates", switch="never")
    replayed(shared_engine, ledger.timeline)
    with writing(shared_engine) as connection:
        resume(connection, kept.replay, switch="always")
    again = carried_out(shared_engine, kept.replay)
    assert again.state == "kept"
    assert "rests on generation 1" in (again.reason or "")


def test_generations_name_every_projection_in_the_order_in_which_they_run(shared_engine: Engine) -> None:
    assert list(Ledger(shared_engine).generations.numbers) == [one.name for one in PROJECTIONS]
