"""The work that is measured is what it is said to be, and is let in by the door as it stands."""

import statistics
from collections import Counter
from datetime import date
from itertools import islice

import msgspec
from sqlalchemy import Engine

from app.database.engine import reading
from app.projections import runner
from tests.bench.filling import fill
from tests.bench.workload import IN_A_THOUSAND, happenings, names, workload

STORED_AS = {
    "tell": "development_reported.v1",
    "move": "development_reported.v1",
    "echo": "development_reported.v1",
    "remark": "development_reported.v1",
    "assess": "report_assessed.v1",
    "link": "reports_linked.v1",
    "correct": "report_corrected.v1",
    "retract": "report_retracted.v1",
    "grade": "source_graded.v1",
    "rename": "source_registered.v1",
}


def test_every_thousand_events_are_made_up_alike() -> None:
    events = list(happenings(3000))
    wanted: Counter[str] = Counter()
    for kind, many in IN_A_THOUSAND.items():
        wanted[STORED_AS[kind]] += many
    assert wanted.total() == 1000
    for start in (0, 1000, 2000):
        assert Counter(event.type for event in events[start : start + 1000]) == wanted


def test_the_same_seed_makes_the_same_events_and_another_makes_others() -> None:
    assert list(workload(500)) == list(workload(500))
    assert list(happenings(500)) != list(happenings(500, seed=2))


def test_no_two_events_have_one_id() -> None:
    assert len({event.event_id for event in workload(2000)}) == 2000 + sum(1 for _ in names())


def test_one_report_in_ten_is_recorded_late() -> None:
    days = [date.fromisoformat(event.body["reported"]) for event in happenings(5000) if "provenance" in event.body]
    newest, late = date.min, 0
    for day in days:
        late += day < newest
        newest = max(newest, day)
    assert 0.07 < late / len(days) < 0.13


def test_a_report_has_about_five_hundred_bytes() -> None:
    reports = [event.body for event in islice(happenings(1000), 1000) if "provenance" in event.body]
    assert 400 < statistics.mean(len(msgspec.json.encode(body)) for body in reports) < 700


def test_the_door_lets_all_of_it_in_and_no_projection_stops(engine: Engine) -> None:
    head = fill(engine, "bench", workload(1000))
    assert runner.catch_up(engine, "bench") == head
    with reading(engine) as connection:
        assert {state.stuck_reason for state in runner.states(connection, "bench")} == {None}
