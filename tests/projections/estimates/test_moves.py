"""Which estimates moved between two days of reporting: the causes come to the move, and the past stays."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.brief import best_of
from app.projections.asof import Question, resolve
from app.projections.estimates.moves import Moves, read_moves
from tests.projections.histories import Event, Ledger, histories, report
from tests.projections.ledgers import FIRST_DAY

FEW = settings(max_examples=20)
DAYS = st.integers(0, 40).map(lambda days: FIRST_DAY + timedelta(days=days))


def moves(ledger: Ledger, since: date, until: date | None, position: int | None = None) -> Moves:
    with reading(ledger.engine) as connection:
        start, end = (
            resolve(connection, ledger.timeline, Question(reported_by=day, known_at=position), projection="estimates")
            for day in (since, until)
        )
        return read_moves(connection, start, end)


@FEW
@given(histories(), st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_causes_others_and_time_come_to_the_move(shared_engine: Engine, history: list[Event], days: list[date]) -> None:
    since, until = days
    for one in moves(Ledger(shared_engine, history), since, until).moved:
        assert one.change == best_of(one.after) - best_of(one.before)
        assert one.change == sum(cause.best for cause in one.causes) + one.others + one.time_passed


@FEW
@given(histories(), st.lists(DAYS, min_size=2, max_size=2).map(sorted), st.integers(10, 20))
def test_what_moved_as_of_a_position_stays_what_it_was(
    shared_engine: Engine, history: list[Event], days: list[date], cut: int
) -> None:
    since, until = days
    ledger = Ledger(shared_engine, history[:cut])
    before, head = moves(ledger, since, until), ledger.head
    ledger.tell(*history[cut:], report("later", source="dod", day=since))
    assert moves(ledger, since, until, head) == before


def test_what_only_grew_older_is_counted_and_not_told(engine: Engine) -> None:
    day = FIRST_DAY + timedelta(days=10)
    ledger = Ledger(engine, [report("R1"), report("R2", place="kursk", measure="killed", source="dod", day=day)])
    found = moves(ledger, FIRST_DAY, day)
    assert [(one.key.measure, [cause.report for cause in one.causes]) for one in found.moved] == [("killed", ["R2"])]
    assert (found.besides, found.aged) == (0, 1)


def test_a_retraction_is_the_cause_of_what_it_moved(engine: Engine) -> None:
    day = FIRST_DAY + timedelta(days=5)
    back = ("report_retracted.v1", {"report": "R1", "by": "origin", "reported": str(day), "reason": "wrong"})
    ledger = Ledger(engine, [report("R1"), report("R2", source="dod", figure={"best": 3000}), back])
    [moved] = moves(ledger, FIRST_DAY, day).moved
    [cause] = moved.causes
    assert (cause.cause, cause.report, cause.origin) == ("retraction", "R1", "nis")
    assert cause.best < 0


def test_a_whole_that_nobody_had_spoken_of_yet_is_not_told(engine: Engine) -> None:
    day, later = FIRST_DAY + timedelta(days=5), FIRST_DAY + timedelta(days=9)
    ledger = Ledger(engine, [report("R1", place="kursk", day=day), report("R2", source="dod", day=later)])
    assert [one.key.place for one in moves(ledger, FIRST_DAY, day).moved] == ["kursk"]
    assert {one.key.place for one in moves(ledger, FIRST_DAY, later).moved} == {"kursk", "ru"}
