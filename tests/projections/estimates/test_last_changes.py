"""Since when what is said of a subject is what it is: by that it is known in memory of a process that took it in."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import make_engine, reading
from app.domain.family import Family
from app.domain.statements import Subject
from app.projections import runner
from app.projections.asof import Question, resolve
from app.projections.estimates.cases import Name, known_since, read_family, read_grounds
from app.projections.estimates.last_changes import LastChanges
from app.projections.estimates.reading import read_estimate, read_world
from app.recording import Given, rehearse
from tests.projections.histories import KEYS, Event, Ledger, graded, histories, report
from tests.projections.ledgers import TODAY

TOLD, OTHER = KEYS[0].subject, KEYS[3].subject


@pytest.fixture
def elsewhere(shared_engine: Engine) -> Iterator[Engine]:
    """Another process, as far as memory goes."""
    engine = make_engine(shared_engine.url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.data())
def test_what_bears_one_name_is_one_and_the_same_whoever_projects(
    shared_engine: Engine, elsewhere: Engine, history: list[Event], data: st.DataObject
) -> None:
    ledger, seen = Ledger(shared_engine), dict[Name, Family]()
    for event in history:
        ledger.tell(event, project=False)
        runner.catch_up(data.draw(st.sampled_from([shared_engine, shared_engine, elsewhere])), ledger.timeline)
        for position in {ledger.head, data.draw(st.integers(1, ledger.head))}:
            for subject, (name, family) in _known(ledger, position).items():
                assert seen.setdefault(name, family) == family, subject


def test_a_subject_is_what_it_is_since_it_changed_as_far_as_the_changes_were_taken_in() -> None:
    changes = LastChanges(10)
    changes.add({TOLD: 12}, 13)
    changes.add({OTHER: 15}, 16)
    assert [changes.since(TOLD, position) for position in (9, 10, 12, 16, 17)] == [9, 10, 12, 12, 17]
    assert [changes.since(OTHER, position) for position in (9, 14, 15, 16, 17)] == [9, 14, 15, 15, 17]
    assert changes.since(Subject(measure="other", actor="force"), 16) == 10


def test_what_was_taken_in_elsewhere_is_read_anew(shared_engine: Engine, elsewhere: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1")])
    before = _known(ledger, ledger.head)
    ledger.tell(report("R2", source="dod"), project=False)
    runner.catch_up(elsewhere, ledger.timeline)
    assert _known(ledger, ledger.head)[TOLD][0] != before[TOLD][0]


def test_what_is_only_rehearsed_is_no_change(shared_engine: Engine, elsewhere: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1")])
    kind, body = report("R2")
    rehearsed = [Given(type=kind, body=body, event_id=UUID(int=1))]
    rehearse(shared_engine, ledger.timeline, rehearsed, recorded_by="key:test", today=TODAY)
    ledger.tell(report("R2", measure="killed", place="kursk"), project=False)
    runner.catch_up(elsewhere, ledger.timeline)
    before, after = (_known(ledger, position)[OTHER] for position in (ledger.head - 1, ledger.head))
    assert before[0] != after[0]


def test_what_is_said_of_others_gives_no_new_name(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk")])
    before = _known(ledger, ledger.head)
    ledger.tell(report("R3", measure="killed", place="kursk", source="dod"))
    after = _known(ledger, ledger.head)
    assert after[TOLD][0] == before[TOLD][0]
    assert after[OTHER][0] != before[OTHER][0]
    assert _known(ledger, ledger.head - 1)[TOLD][0] == before[TOLD][0]


TIE: Event = ("reports_linked.v1", {"relation": "same_origin", "from": "R1", "to": "R2", "by": "ann", "reason": "read"})
ELSEWHERE: Event = ("place_defined.v1", {"place": "border", "name": "Border", "kind": "area", "within": ["kursk"]})
TAKEN_BACK: Event = (
    "report_retracted.v1",
    {"report": "R2", "by": "recorder", "reported": "2024-10-02", "reason": "mistaken"},
)


@pytest.mark.parametrize("event", [report("R4", place="kursk"), graded("nis", "E"), TIE, ELSEWHERE])
def test_what_bears_on_the_subject_gives_a_new_one(shared_engine: Engine, event: Event) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk")])
    before, head = _known(ledger, ledger.head), ledger.head
    ledger.tell(event)
    assert ledger.head == head + 1
    assert _known(ledger, ledger.head)[TOLD][0] != before[TOLD][0]


def test_what_a_linked_report_says_elsewhere_bears_on_it(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk"), TIE])
    before, head = _known(ledger, ledger.head), ledger.head
    ledger.tell(TAKEN_BACK)
    assert ledger.head == head + 1
    assert _known(ledger, ledger.head)[TOLD][0] != before[TOLD][0]


def test_an_answer_is_that_of_its_position_whatever_was_asked_before(shared_engine: Engine) -> None:
    ledger, answers = Ledger(shared_engine, [report("R1")]), []
    for event in (report("R2", measure="killed", place="kursk"), report("R3", source="dod", figure={"best": 3000})):
        ledger.tell(event)
        answers.append([_answer(ledger, position) for position in range(ledger.head - 1, ledger.head + 1)])
    (first, second), (again, third) = answers
    assert first == second == again != third


def _known(ledger: Ledger, position: int) -> dict[Subject, tuple[Name, Family]]:
    """By subject its name in memory, and what is read of it anew."""
    with reading(ledger.engine) as connection:
        grounds = read_grounds(connection, ledger.generations, position)
        names = known_since(connection, grounds, {TOLD, OTHER})
        # each alone: what is read together shares what linked reports say, needed or not
        return {subject: (name, read_family(connection, grounds, subject)) for subject, name in names.items()}


def _answer(ledger: Ledger, position: int) -> Any:
    with reading(ledger.engine) as connection:
        as_of = resolve(connection, ledger.timeline, Question(known_at=position), projection="estimates")
        world = read_world(connection, as_of)
        return read_estimate(connection, world, as_of.view, KEYS[0]).figures
