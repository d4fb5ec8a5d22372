"""Which event is named for a change, where it is not the one that comes to mind."""

from datetime import date

from sqlalchemy import Engine

from app.database.engine import reading
from app.projections.asof import Question, resolve
from app.projections.estimates.audit import changed_between_reported_days
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
