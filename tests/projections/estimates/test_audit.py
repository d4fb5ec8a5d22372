"""Which event is named for a change, and which days it is read on, where neither is what comes to mind."""

from datetime import date

from sqlalchemy import Engine

from app.database.engine import reading
from app.projections.asof import Question, resolve
from app.projections.estimates.audit import changed_between_positions, changed_between_reported_days
from tests.projections.histories import KEYS, Event, Ledger, report


def undated(name: str) -> Event:
    kind, body = report(name, source="dod")
    return kind, {field: value for field, value in body.items() if field != "reported"}


def test_what_an_undated_report_undoes_is_no_passing_of_time(shared_engine: Engine) -> None:
    misquoting = {"from": "R2", "to": "R3", "relation": "misquotes", "by": "ann", "reason": "read together"}
    ledger = Ledger(
        shared_engine,
        [
            report("R1", figure={"best": 9000}, day="2024-10-01"),
            report("R2", figure={"best": 4000}, day="2024-10-05", source="hur"),
            undated("R3"),
            ("reports_linked.v1", misquoting),
        ],
    )
    with reading(shared_engine) as connection:
        start, end = (
            resolve(connection, ledger.timeline, Question(reported_by=day), projection="estimates")
            for day in (date(2024, 10, 2), None)
        )
        change = changed_between_reported_days(connection, KEYS[0], start, end)
    assert [(step.cause, step.report) for step in change.steps] == [("new_report", "R2"), ("new_report", "R3")]
    assert change.steps[-1].after == change.after


def test_an_event_is_read_on_the_horizon_right_before_it_whoever_moved_that(shared_engine: Engine) -> None:
    """A limit after the last report has the stored steps worked out anew: the same."""
    elsewhere = report("R2", measure="killed", place="kursk", day="2024-11-05")
    taken_back = {"report": "R2", "by": "recorder", "reported": "2024-11-06", "reason": "misread"}
    weighed = {"report": "R1", "credibility": 1, "by": "ann", "reason": "weighed"}
    ledger = Ledger(shared_engine, [report("R1", figure={"best": 9000}), elsewhere])
    first = ledger.head
    ledger.tell(("report_retracted.v1", taken_back), ("report_assessed.v1", weighed))
    with reading(shared_engine) as connection:
        stored, worked_out = (
            changed_between_positions(
                connection,
                KEYS[0],
                *(
                    resolve(
                        connection,
                        ledger.timeline,
                        Question(known_at=position, reported_by=limit),
                        projection="estimates",
                    )
                    for position in (first, ledger.head)
                ),
            )
            for limit in (None, date(2024, 12, 31))
        )
    assert [(step.due, step.lines) for step in worked_out.steps] == [(step.due, step.lines) for step in stored.steps]


def test_what_is_taken_back_on_a_day_is_read_on_the_horizon_of_the_day_before(shared_engine: Engine) -> None:
    both = [
        ("report_retracted.v1", {"report": name, "by": "publisher", "reported": "2024-11-10", "reason": "taken back"})
        for name in ("R2", "R3")
    ]
    ledger = Ledger(
        shared_engine,
        [
            report("R1", figure={"best": 9000}, day="2024-10-01"),
            report("R2", figure={"best": 4000}, day="2024-10-20", source="hur"),
            report("R3", measure="killed", place="kursk", day="2024-11-05"),
            *both,
        ],
    )
    with reading(shared_engine) as connection:
        start, end = (
            resolve(connection, ledger.timeline, Question(reported_by=date(2024, 11, day)), projection="estimates")
            for day in (1, 10)
        )
        change = changed_between_reported_days(connection, KEYS[0], start, end)
    assert change.steps[-1].due == ledger.figures(reported_by=date(2024, 11, 9))
    assert change.steps[-1].after == change.after == ledger.figures(reported_by=date(2024, 11, 10))
