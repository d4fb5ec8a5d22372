"""What was stored of each move, event by event, is what is worked out anew from the ledger's rows."""

from collections import Counter
from typing import Any, get_args

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from app.database.engine import reading
from app.domain.attribution import (
    CLAIM,
    MOVEMENT,
    SHARED_ERROR,
    TIME_PASSED,
    ZERO_FLOOR,
    Line,
)
from app.domain.hierarchy import PLACES
from app.domain.panel import ARRIVALS
from app.domain.revisions import Cause
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.audit import Step, _computed, _stored
from app.projections.estimates.moments import along_ledger
from app.projections.estimates.reading import read_revisions
from tests.projections.histories import KEYS, Event, Ledger, histories

SEED = 2

FEW = settings(max_examples=25)


@FEW
@given(histories(least=5), st.data())
def test_stored_steps_are_those_that_are_worked_out(
    shared_engine: Engine, history: list[Event], data: st.DataObject
) -> None:
    ledger = Ledger(shared_engine, history)
    first, last = sorted(data.draw(st.tuples(st.integers(12, ledger.head), st.integers(12, ledger.head))))
    with reading(ledger.engine) as connection:
        start, end = (as_of(connection, ledger.timeline, position) for position in (first, last))
        for key in KEYS:
            stored = _stored(connection, key, start, end)
            if stored is None:
                continue
            computed = _computed(connection, key, start, end, along_ledger(connection, key, start, end))
            assert (stored.before, stored.after) == (computed.before, computed.after)
            assert told(stored.steps) == told(computed.steps)


def as_of(connection: Connection, timeline: str, position: int) -> AsOf:
    return resolve(connection, timeline, Question(known_at=position), projection="estimates")


def told(steps: tuple[Step, ...]) -> list[Any]:
    """Each event with what it led to and what did it, whatever days were counted before it."""
    return [
        (step.position, step.type, step.cause, step.report, step.source, step.before, step.after, moving(step.lines))
        for step in steps
    ]


def moving(lines: tuple[Line, ...]) -> list[Line]:
    return [line for line in lines if line.kind != TIME_PASSED]


def test_fifty_histories_have_every_cause_and_every_kind_of_line(shared_engine: Engine) -> None:
    """Else the laws of histories would hold of nothing. Five who agree well enough for a floor are not among them."""
    causes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    closings = 0

    @seed(SEED)
    @settings(
        max_examples=50,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(histories(least=5))
    def count(history: list[Event]) -> None:
        nonlocal closings
        ledger = Ledger(shared_engine, history)
        with reading(ledger.engine) as connection:
            found = read_revisions(connection, ledger.generations, after=0, upto=ledger.head, names={})
        causes.update(one.cause for one in found)
        kinds.update(line.kind for one in found for line in one.revision.lines)
        closings += sum(not one.revision.votes for one in found)

    count()
    assert {*get_args(Cause)} <= causes.keys()
    assert {CLAIM, MOVEMENT, SHARED_ERROR, ZERO_FLOOR, TIME_PASSED, PLACES, ARRIVALS} <= kinds.keys()
    assert closings
