"""Requests that come at one moment: recorded together, each with an outcome of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier, Event
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Engine, func, select

from app import gathering, recording
from app.database.engine import reading, writing
from app.domain.errors import Moved, MusterError, NotAllowed, Unavailable
from app.gathering import Outcome, hand_in, waiting
from app.ledger import log
from app.ledger.tables import events
from app.projections import runner
from app.recording import Given, record

NAMESPACE = UUID("0192d0a4-7b3e-7c00-8000-0000000000cc")
TODAY = date(2024, 12, 31)
CROWD = 12
NAMES = 102


def given(number: int | str, name: str, /, **body: Any) -> Given:
    return Given(type=f"{name}.v1", body=body, event_id=uuid5(NAMESPACE, str(number)))


def counted(number: int, *, place: str = "ru") -> Given:
    return given(
        number,
        "development_reported",
        report=f"R{number}",
        kind="force_presence",
        stance="asserted",
        summary="They are there.",
        provenance={"chain": [{"role": "publisher", "source": f"desk-{number}"}], "wording": f"{number}"},
        quantities=[{"measure": "personnel", "best": 1000 + number}],
        actors=[{"actor": "kp", "role": "subject"}],
        places=[{"place": place, "role": "at"}],
        reported="2024-10-28",
    )


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
    desks = [f"desk-{number}" for number in range(100)]
    names = [
        *(given(desk, "source_registered", source=desk, name=desk, kind="outlet") for desk in desks),
        given("ru", "place_defined", place="ru", name="Russia", kind="country"),
        given("kp", "actor_defined", actor="kp", name="Troops", kind="force"),
    ]
    record(engine, "t", names, recorded_by="key:test", today=TODAY)
    runner.catch_up(engine, "t")
    return engine


def hand(engine: Engine, one: Given, *, by: str = "key:test", expected: int | None = None) -> Outcome:
    return hand_in(engine, "t", one, recorded_by=by, today=TODAY, expected=expected)


def crowd(engine: Engine) -> list[Callable[[], Outcome]]:
    return [partial(hand, engine, counted(number)) for number in range(CROWD)]


def at_once(several: Sequence[Callable[[], Outcome]]) -> list[Outcome | Exception]:
    """Each in a thread of its own, begun at one moment."""
    gate = Barrier(len(several))

    def one(call: Callable[[], Outcome]) -> Outcome | Exception:
        gate.wait()
        try:
            return call()
        except MusterError as error:
            return error

    with ThreadPoolExecutor(len(several)) as pool:
        return list(pool.map(one, several))


def outcomes(found: Sequence[Outcome | Exception]) -> list[Outcome]:
    assert all(isinstance(one, Outcome) for one in found), found
    return [one for one in found if isinstance(one, Outcome)]


def instants(engine: Engine) -> int:
    """One append has one instant."""
    with reading(engine) as connection:
        seen = select(func.count(events.c.recorded_at.distinct())).where(events.c.position > NAMES)
        return connection.execute(seen).scalar_one()


def slow_first(monkeypatch: pytest.MonkeyPatch, begun: Event, gate: Barrier) -> None:
    """Whoever is first appends only when `gate` opens, and others wait behind him; `begun` tells that he is at it."""
    append, calls = recording.record_candidates, []

    def waiting(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            begun.set()
            gate.wait(timeout=30)
        return append(*given, **named)

    monkeypatch.setattr(gathering, "record_candidates", waiting)


def one_and_then_the_others(ledger: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round of one, and one of the others of a crowd."""
    begun, gate = Event(), Barrier(2)
    slow_first(monkeypatch, begun, gate)
    with ThreadPoolExecutor(CROWD) as pool:
        handed = [pool.submit(hand, ledger, counted(0))]
        assert begun.wait(timeout=30)
        handed += [pool.submit(hand, ledger, counted(number)) for number in range(1, CROWD)]
        while waiting(ledger, "t") < CROWD - 1:
            pass
        gate.wait(timeout=30)
        assert all(one.result().projected for one in handed)
    monkeypatch.undo()


def test_a_crowd_is_recorded_and_each_hears_of_his_own(ledger: Engine) -> None:
    found = outcomes(at_once(crowd(ledger)))
    assert sorted(one.receipt.position for one in found) == list(range(NAMES + 1, NAMES + 1 + CROWD))
    assert all(one.projected for one in found)
    with reading(ledger) as connection:
        stored = {one.position: one for one in log.read(connection, "t", after=NAMES)}
    for number, one in enumerate(found):
        recorded = stored[one.receipt.position]
        assert recorded.event_id == one.receipt.event_id == counted(number).event_id
        assert recorded.leaf == one.receipt.leaf


def test_who_waits_behind_another_is_taken_along_in_one_append(ledger: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    one_and_then_the_others(ledger, monkeypatch)
    with reading(ledger) as connection:
        assert log.head(connection, "t").position == NAMES + CROWD
    assert instants(ledger) == 2


def test_who_comes_again_is_recorded_together_with_those_who_came_last_time(
    ledger: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_and_then_the_others(ledger, monkeypatch)
    monkeypatch.setattr(gathering, "COMPANY_SECONDS", 60)
    with ThreadPoolExecutor(CROWD) as pool:
        early = [pool.submit(hand, ledger, counted(80 + number)) for number in range(CROWD - 2)]
        while waiting(ledger, "t") < CROWD - 2:
            pass
        assert not any(one.done() for one in early)
        early.append(pool.submit(hand, ledger, counted(99)))
        assert all(one.result(timeout=30).projected for one in early)
    assert instants(ledger) == 3


def test_nobody_waits_long_for_those_who_do_not_come(ledger: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    one_and_then_the_others(ledger, monkeypatch)
    assert hand(ledger, counted(99)).projected
    assert instants(ledger) == 3


def test_what_is_told_as_moved_is_what_the_events_move_one_by_one(ledger: Engine) -> None:
    found = outcomes(at_once(crowd(ledger)))
    last = None
    for one in sorted(found, key=lambda one: one.receipt.position):
        [moved] = one.moved or []
        assert (moved["measure"], moved["actor"], moved["place"]) == ("personnel", "kp", "ru")
        assert moved["before"] == last
        last = moved["after"]


def test_one_that_is_refused_keeps_nobody_else_out(ledger: Engine) -> None:
    calls = crowd(ledger)
    calls.insert(5, lambda: hand(ledger, counted(99, place="nowhere")))
    found = at_once(calls)
    refused = [one for one in found if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [NotAllowed]
    assert "nowhere" in str(refused[0])
    done = [one for one in found if isinstance(one, Outcome)]
    assert sorted(one.receipt.position for one in done) == list(range(NAMES + 1, NAMES + 1 + CROWD))


def test_each_is_recorded_under_the_name_of_its_own_key(ledger: Engine) -> None:
    calls = [partial(hand, ledger, counted(number), by=f"key:{number % 2}") for number in range(CROWD)]
    found = outcomes(at_once(calls))
    with reading(ledger) as connection:
        by = {one.position: one.recorded_by for one in log.read(connection, "t", after=NAMES)}
    assert [by[one.receipt.position] for one in found] == [f"key:{number % 2}" for number in range(CROWD)]


def test_who_expects_a_position_goes_alone(ledger: Engine) -> None:
    assert hand(ledger, counted(1), expected=NAMES).receipt.position == NAMES + 1
    with pytest.raises(Moved):
        hand(ledger, counted(2), expected=NAMES)


def test_the_same_event_twice_in_a_crowd_is_one(ledger: Engine) -> None:
    found = outcomes(at_once([lambda: hand(ledger, counted(1)) for _ in range(CROWD)]))
    assert {one.receipt.position for one in found} == {NAMES + 1}
    assert sum(not one.receipt.replayed for one in found) == 1


def test_when_the_database_is_away_everybody_hears_it(ledger: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise Unavailable("the database cannot be reached")

    monkeypatch.setattr(gathering, "record_candidates", away)
    found = at_once(crowd(ledger))
    assert [type(one) for one in found] == [Unavailable] * CROWD
