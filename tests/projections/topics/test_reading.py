"""What holds of the situation for every history: an unchanging past, nothing from outside the view, and a way back."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.errors import Unknown
from app.projections.asof import Question, resolve
from app.projections.developments.contests import read_contests
from app.projections.topics.contacts import read_contacts
from app.projections.topics.forces import read_forces
from app.projections.topics.reading import Asked, Item, read_situation
from tests.projections.histories import Event, Ledger, histories, remark, report

FEW = settings(max_examples=25)
KURSK = Asked(kinds=("territorial_control",), places=("kursk",))


def situation(ledger: Ledger, asked: Asked | None = None, **question: Any) -> list[Item]:
    with reading(ledger.engine) as connection:
        asof = resolve(connection, ledger.timeline, Question(**question), projection="topics")
        return read_situation(connection, asof, asked or Asked())


def everything(ledger: Ledger, **question: Any) -> tuple[Any, ...]:
    """All that can be asked about what no number answers."""
    with reading(ledger.engine) as connection:
        asof = resolve(connection, ledger.timeline, Question(**question), projection="topics")
        readers = (read_contacts, read_forces, read_contests)
        return read_situation(connection, asof, Asked()), *(read(connection, asof) for read in readers)


def reports(item: Item) -> set[str]:
    """Every report that is named in any way."""
    found = item.situation
    spoken = [*(one for answer in (*found.standing, *found.rivals) for one in answer.words), *found.expected]
    beside = {bearing.word.report for one in spoken for bearing in (*one.for_, *one.against)}
    past = {one.word.report for one in found.history} | {one.by for one in found.history if one.by is not None}
    return {one.word.report for one in spoken} | beside | past


def standing(ledger: Ledger, **question: Any) -> list[str]:
    """Who holds Kursk, by the reports that stand."""
    items = situation(ledger, KURSK, **question)
    return [one.word.report for item in items for answer in item.situation.standing for one in answer.words]


@FEW
@given(histories(), histories())
def test_an_old_known_at_answers_as_it_did_then(shared_engine: Engine, before: list[Event], after: list[Event]) -> None:
    ledger = Ledger(shared_engine, before)
    position, then = ledger.head, everything(ledger)
    ledger.tell(*after)
    assert everything(ledger, known_at=position) == then


@FEW
@given(histories(), st.integers(0, 40))
def test_nothing_that_was_said_later_is_named(shared_engine: Engine, history: list[Event], days: int) -> None:
    ledger = Ledger(shared_engine, history)
    day = date(2024, 10, 1) + timedelta(days=days)
    said = {
        one.word.report: one.word.development.reported_day
        for item in situation(ledger, valid_at=date(2024, 12, 31))
        for answer in (*item.situation.standing, *item.situation.rivals)
        for one in answer.words
    }
    late = {name for name, on in said.items() if on is not None and on > day}
    assert not late & {name for item in situation(ledger, reported_by=day) for name in reports(item)}


@FEW
@given(histories())
def test_each_report_is_told_once_in_each_of_its_topics(shared_engine: Engine, history: list[Event]) -> None:
    for item in situation(Ledger(shared_engine, history)):
        found = item.situation
        spoken = [one.word.report for answer in (*found.standing, *found.rivals) for one in answer.words]
        every = [*spoken, *(one.word.report for one in found.expected), *(one.word.report for one in found.history)]
        assert len(every) == len(set(every)) > 0


@FEW
@given(histories())
def test_taking_a_word_back_brings_back_what_stood_before(shared_engine: Engine, history: list[Event]) -> None:
    ledger = Ledger(shared_engine, history)
    before = standing(ledger, valid_at=date(2024, 12, 31))
    ledger.tell(remark("R99", place="kursk", source="dod", day="2024-12-30"))
    ledger.tell(("report_retracted.v1", {"report": "R99", "by": "recorder", "reason": "a slip"}))
    assert standing(ledger, valid_at=date(2024, 12, 31)) == before


@FEW
@given(histories(), st.integers(0, 40))
def test_a_set_names_nothing_that_was_said_later_and_is_open_or_ended_by_something(
    shared_engine: Engine, history: list[Event], days: int
) -> None:
    ledger = Ledger(shared_engine, history)
    day = date(2024, 10, 1) + timedelta(days=days)
    *_, contests = everything(ledger, reported_by=day)
    for contest in contests:
        assert all(word.development.reported_day <= day for word in contest.words)
        assert (contest.settled is None) is (contest.state == "open")
        assert contest.settled is None or contest.settled.position <= ledger.head


def test_a_newer_word_of_the_same_origin_takes_the_place_and_each_day_has_its_own(shared_engine: Engine) -> None:
    first, second = (remark(f"R{at}", place="kursk", day=f"2024-10-0{at}") for at in (1, 5))
    ledger = Ledger(shared_engine, [first, second])
    assert standing(ledger) == ["R5"]
    assert standing(ledger, valid_at=date(2024, 10, 4)) == ["R1"]
    assert standing(ledger, reported_by=date(2024, 10, 4)) == ["R1"]
    assert standing(ledger, known_at=ledger.head - 1) == ["R1"]


def test_a_withdrawal_counts_from_its_own_day_on(shared_engine: Engine) -> None:
    first, second = (remark(f"R{at}", place="kursk", day=f"2024-10-0{at}") for at in (1, 5))
    taken = {"report": "R5", "by": "origin", "reported": "2024-10-09", "reason": "denied by its speaker"}
    ledger = Ledger(shared_engine, [first, second, ("report_retracted.v1", taken)])
    assert standing(ledger) == ["R1"]
    assert standing(ledger, reported_by=date(2024, 10, 8)) == ["R5"]


def test_a_correction_moves_a_report_to_the_question_that_it_does_speak_to(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [remark("R1", place="kursk")])
    for replacement in (remark("R1", place="east"), report("R1")):
        ledger.tell(("report_corrected.v1", {"report": "R1", "replacement": replacement[1], "reason": "misread"}))
    assert situation(ledger) == []
    assert [item.name for item in situation(ledger, known_at=ledger.head - 1)] == ["territorial_control@east"]
    assert [item.name for item in situation(ledger, known_at=ledger.head - 2)] == ["territorial_control@kursk"]


def test_a_place_takes_along_what_lies_in_it_and_names_that_are_none_bring_the_nearest(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [remark("R1", place="kursk"), remark("R2", "capability", place="east")])
    assert [item.name for item in situation(ledger, Asked(places=("ru",)))] == ["territorial_control@kursk"]
    assert [item.name for item in situation(ledger, Asked(actors=("force",)))] == ["capability:force"]
    for asked in (Asked(places=("kurks",)), Asked(topics=("territorial_control@kurks",)), Asked(actors=("farce",))):
        with pytest.raises(Unknown) as refused:
            situation(ledger, asked)
        assert "kursk" in str(refused.value.hint) or "force" in str(refused.value.hint)
