"""What holds for every history: replay equals live, order of arrival, exact sums, an unchanging past."""

from datetime import date
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.attribution import Line
from app.domain.panel import Figures
from app.projections import holding
from app.projections.asof import Question, resolve
from app.projections.developments import projection as developments
from app.projections.estimates import projection, upstream
from app.projections.estimates.audit import (
    changed_between_days,
    changed_between_positions,
    changed_between_reported_days,
)
from app.projections.estimates.reading import read_revisions
from tests.projections.histories import KEYS, WORLD, Event, Ledger, histories, report, report_lists
from tests.projections.replay.rows import rows_in
from tests.replaying import replayed

FEW = settings(max_examples=25)


def rows(ledger: Ledger) -> dict[str, list[str]]:
    """Everything that the projections hold of a timeline, row by row, whatever the number of their generation."""
    return rows_in(ledger.engine, ledger.generations)


@FEW
@given(histories())
def test_a_rebuild_from_zero_equals_the_live_rows(shared_engine: Engine, history: list[Event]) -> None:
    ledger = Ledger(shared_engine, history, live=True)
    live = rows(ledger)
    replayed(ledger.engine, ledger.timeline)
    assert rows(ledger) == live


@FEW
@given(histories(), st.integers(1, 7))
def test_how_events_are_batched_changes_no_row(shared_engine: Engine, history: list[Event], every: int) -> None:
    ledger = Ledger(shared_engine)
    for place, event in enumerate(history):
        ledger.tell(event, project=place % every == 0)
    ledger.project()
    batched = rows(ledger)
    replayed(ledger.engine, ledger.timeline)
    assert rows(ledger) == batched


@FEW
@given(histories(), st.integers(1, 7), st.integers(0, 6))
def test_how_little_is_kept_in_memory_changes_no_row(
    shared_engine: Engine, history: list[Event], size: int, held: int
) -> None:
    ledger = Ledger(shared_engine, history, live=True)
    live = rows(ledger)
    with (
        patch.object(holding, "REPORTS_HELD", held),
        patch.multiple(projection, SUBJECTS_READ=1, REVISIONS_HELD_MAX=0),
        patch.object(upstream, "VERSIONS_MAX", held),
        patch.object(developments, "FOLLOWED_MAX", held),
    ):
        replayed(ledger.engine, ledger.timeline, size=size)
    assert rows(ledger) == live


@FEW
@given(report_lists(), st.randoms(use_true_random=False))
def test_the_order_in_which_reports_arrive_changes_no_estimate(
    shared_engine: Engine, reports: list[Event], shuffle: Any
) -> None:
    shuffled = list(reports)
    shuffle.shuffle(shuffled)
    one, other = Ledger(shared_engine, reports), Ledger(shared_engine, shuffled)
    assert {key: found.figures for key, found in one.evaluations().items()} == {
        key: found.figures for key, found in other.evaluations().items()
    }


@FEW
@given(histories(), histories())
def test_an_old_known_at_answers_as_it_did_then(shared_engine: Engine, before: list[Event], after: list[Event]) -> None:
    ledger = Ledger(shared_engine, before)
    position = ledger.head
    then = ledger.evaluations()
    ledger.tell(*after)
    assert ledger.evaluations(known_at=position) == then


@FEW
@given(histories())
def test_every_revision_adds_up_and_follows_from_the_one_before(shared_engine: Engine, history: list[Event]) -> None:
    ledger = Ledger(shared_engine, history)
    with reading(ledger.engine) as connection:
        found = read_revisions(connection, ledger.generations, after=0, upto=ledger.head, names={})
    reached: dict[Any, Figures | None] = {}
    for one in found:
        assert one.revision.before == reached.get(one.key, one.revision.due)
        assert total(one.revision.lines) == gap(one.revision.before, one.revision.after)
        reached.pop(one.key, None)  # without votes other places move it, of which nothing is stored
        if one.revision.votes:
            reached[one.key] = one.revision.after


@FEW
@given(histories(), st.data())
def test_changes_between_two_positions_lead_from_one_fresh_reading_to_the_other(
    shared_engine: Engine, history: list[Event], data: st.DataObject
) -> None:
    ledger = Ledger(shared_engine, history)
    first, last = sorted(data.draw(st.tuples(st.integers(0, ledger.head), st.integers(0, ledger.head))))
    limited = data.draw(st.booleans())
    held = data.draw(st.none() | st.dates(date(2024, 9, 25), date(2024, 11, 20)))
    with reading(ledger.engine) as connection:
        reported_by = resolve(connection, ledger.timeline, Question(), projection="estimates").valid_at
        start, end = (
            resolve(
                connection,
                ledger.timeline,
                Question(known_at=position, reported_by=reported_by if limited else None, valid_at=held),
                projection="estimates",
            )
            for position in (first, last)
        )
        for key in KEYS:
            check(changed_between_positions(connection, key, start, end))


@FEW
@given(histories(), st.data())
def test_changes_between_two_days_of_reporting_lead_from_one_fresh_reading_to_the_other(
    shared_engine: Engine, history: list[Event], data: st.DataObject
) -> None:
    ledger = Ledger(shared_engine, history)
    days = [event[1]["reported"] for event in history if "reported" in event[1]] or ["2024-10-05"]
    first, last = sorted(data.draw(st.tuples(st.sampled_from(days), st.sampled_from(days))))
    with reading(ledger.engine) as connection:
        start, end = (
            resolve(connection, ledger.timeline, Question(reported_by=date.fromisoformat(day)), projection="estimates")
            for day in (first, last)
        )
        for key in KEYS:
            check(changed_between_reported_days(connection, key, start, end))


@FEW
@given(histories(), st.data())
def test_changes_between_two_days_of_the_world_lead_from_one_fresh_reading_to_the_other(
    shared_engine: Engine, history: list[Event], data: st.DataObject
) -> None:
    ledger = Ledger(shared_engine, history)
    first, last = sorted(data.draw(st.tuples(*[st.dates(date(2024, 9, 25), date(2024, 11, 20))] * 2)))
    with reading(ledger.engine) as connection:
        start, end = (
            resolve(connection, ledger.timeline, Question(valid_at=day), projection="estimates")
            for day in (first, last)
        )
        for key in KEYS:
            check(changed_between_days(connection, key, start, end))


@FEW
@given(report_lists())
def test_taking_a_report_back_costs_exactly_what_it_gave(shared_engine: Engine, reports: list[Event]) -> None:
    ledger = Ledger(shared_engine, reports)
    before = {key: found.figures for key, found in ledger.evaluations().items()}
    ledger.tell(report("R99", source="hur", figure={"best": 7000}, day="2024-10-15"))
    ledger.tell(("report_retracted.v1", {"report": "R99", "by": "recorder", "reason": "a slip"}))
    assert {key: found.figures for key, found in ledger.evaluations().items()} == before or not before
    with reading(ledger.engine) as connection:
        found = read_revisions(
            connection, ledger.generations, after=len(WORLD), upto=ledger.head, names={"report": ["R99"]}
        )
    for key in {one.key for one in found}:
        given_, taken = (claims(one.revision.lines) for one in found if one.key == key)
        assert taken == {report: (-low, -best, -high) for report, (low, best, high) in given_.items()}


def check(change: Any) -> None:
    reached = change.before
    for step in change.steps:
        assert step.before == reached
        assert total(step.lines) == gap(step.before, step.after)
        reached = step.after
    assert reached == change.after


def total(lines: tuple[Line, ...]) -> tuple[int, int, int]:
    return (sum(line.low for line in lines), sum(line.best for line in lines), sum(line.high for line in lines))


def gap(before: Figures | None, after: Figures | None) -> tuple[int, int, int]:
    was = before.units if before else (0, 0, 0)
    now = after.units if after else (0, 0, 0)
    return (now[0] - was[0], now[1] - was[1], now[2] - was[2])


def claims(lines: tuple[Line, ...]) -> dict[str | None, tuple[int, int, int]]:
    return {line.report or line.kind: (line.low, line.best, line.high) for line in lines if line.kind != "time passed"}
