"""Which figures an event can move: a new grade reads only what it can tell on, and nobody sees that in a row."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from app.database.engine import reading
from app.domain import family
from app.domain.assumptions import DEFAULT, to_parameters
from app.projections import holding
from app.projections.estimates import projection, revising
from app.projections.tables import estimates
from tests.projections.histories import Event, Ledger, graded, movement, report
from tests.projections.ledgers import FIRST_DAY
from tests.projections.replay.rows import rows_in
from tests.replaying import replayed

LONG_AGO = FIRST_DAY - timedelta(days=2000)


def retracted(name: str) -> Event:
    return "report_retracted.v1", {"report": name, "by": "recorder", "reported": str(FIRST_DAY), "reason": "mistaken"}


def reads() -> Any:
    """Hears how often a tree is read before or after an event."""
    return patch.object(revising, "read", wraps=family.read)


def as_if_nothing_was_kept(ledger: Ledger) -> None:
    """Hold the rows against those that come of reading everything anew for each event."""
    live = rows_in(ledger.engine, ledger.generations)
    with patch.object(holding, "REPORTS_HELD", 0), patch.object(projection, "SUBJECTS_READ", 1):
        replayed(ledger.engine, ledger.timeline, size=1)
    assert rows_in(ledger.engine, ledger.generations) == live


OLD = report("R1", source="nis", day=LONG_AGO, figure={"best": 3000})
OLD_TOO = report("R2", source="dod", day=LONG_AGO, figure={"best": 9000})
NEW = report("R3", source="hur")


def test_a_grade_that_a_counting_vote_bears_is_a_revision(shared_engine: Engine) -> None:
    ledger = Ledger(
        shared_engine, [report("R1", source="nis"), report("R2", source="dod", figure={"best": 3000})], live=True
    )
    before = ledger.figures()
    with reads() as read:
        ledger.tell(graded("nis", "A"))
    assert read.called
    assert ledger.figures().best > before.best
    as_if_nothing_was_kept(ledger)


def test_a_grade_that_none_but_faded_votes_bear_reads_nothing(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [OLD, OLD_TOO, NEW], live=True)
    with reads() as read:
        ledger.tell(graded("nis", "A"))
    assert not read.called
    as_if_nothing_was_kept(ledger)


def test_a_faded_vote_that_counts_again_does_so_with_its_new_grade(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [OLD, OLD_TOO, NEW], live=True)
    ledger.tell(graded("nis", "A"), graded("dod", "E"), retracted("R3"))
    assert ledger.figures().best < 6000
    as_if_nothing_was_kept(ledger)


def test_a_grade_of_who_alone_spoke_of_a_movement_reads_nothing(shared_engine: Engine) -> None:
    gone = movement("R9", ("ru", "outside"), source="dod", day=FIRST_DAY + timedelta(days=1))
    ledger = Ledger(shared_engine, [report("R1"), gone], live=True)
    with reads() as read:
        ledger.tell(graded("dod", "A"))
    assert not read.called
    as_if_nothing_was_kept(ledger)


def test_a_grade_of_one_of_several_who_spoke_of_a_movement_is_a_revision(shared_engine: Engine) -> None:
    day = FIRST_DAY + timedelta(days=1)
    several = [
        movement("R9", ("ru", "outside"), source="dod", day=day),
        movement("R10", ("ru", "outside"), source="hur", day=day, best=4000),
    ]
    ledger = Ledger(shared_engine, [report("R1"), *several], live=True)
    before = ledger.figures()
    with reads() as read:
        ledger.tell(graded("hur", "A"))
    assert read.called
    assert ledger.figures().best < before.best
    as_if_nothing_was_kept(ledger)


def test_who_can_no_longer_confirm_a_movement_moves_what_it_reached(shared_engine: Engine) -> None:
    day = FIRST_DAY + timedelta(days=1)
    confirmed = {"from": "R9", "to": "R10", "relation": "corroborates", "by": "ann", "reason": "read together"}
    ledger = Ledger(
        shared_engine,
        [
            report("R1"),
            movement("R9", ("ru", "outside"), source="dod", day=day, credibility=1, best=1000),
            movement("R10", ("ru", "outside"), source="hur", day=day, best=4000),
            ("reports_linked.v1", confirmed),
        ],
        live=True,
    )
    before = ledger.figures()
    tie = {"from": "dod", "to": "hur", "relation": "may_overlap", "by": "ann", "reason": "one desk"}
    ledger.tell(("sources_linked.v1", tie))
    assert ledger.figures() != before
    with reading(ledger.engine) as connection:
        stored = select(estimates.c.figures).where(
            estimates.c.timeline_id == ledger.timeline, estimates.c.place == "ru"
        )
        figures = msgspec.json.decode(connection.execute(stored).scalar_one())
    assert figures["best"] == ledger.figures().best
    as_if_nothing_was_kept(ledger)


def test_under_assumptions_wide_enough_even_a_faded_vote_tells(shared_engine: Engine) -> None:
    shipped: dict[str, Any] = to_parameters(DEFAULT)
    wide = {"letters": {**shipped["letters"], "A": "0.01", "B": "0.02", "E": "3"}}
    body = {"name": "wide.v1", "parameters": {**shipped, **wide}, "reason": "tried out", "by": "ann"}
    old = report("R1", source="nis", day=FIRST_DAY - timedelta(days=321), figure={"best": 999999937}, credibility=2)
    new = report("R2", source="dod", figure={"best": 1000}, credibility=5)
    told = [("assumptions_defined.v1", body), graded("dod", "E"), graded("nis", "A"), old, new]
    ledger = Ledger(shared_engine, told)
    replayed(ledger.engine, ledger.timeline, assumptions="wide.v1")
    ledger.tell(report("R9", place="kursk"))
    with reads() as read:
        ledger.tell(graded("nis", "B"))
    assert read.called


_DAYS = st.sampled_from(
    [LONG_AGO, LONG_AGO + timedelta(days=700), *(FIRST_DAY + timedelta(days=few) for few in (0, 3))]
)
_SOURCES = st.sampled_from(["nis", "dod", "hur"])


@st.composite
def graded_histories(draw: st.DrawFn) -> list[Event]:
    """Reports near and far in time without letters of their own, and many grades among them."""
    told: list[Event] = []
    for number in range(1, draw(st.integers(3, 9))):
        place, best = draw(st.sampled_from(["ru", "kursk"])), draw(st.sampled_from([1000, 3000, 10000]))
        said = {"source": draw(_SOURCES), "day": draw(_DAYS)}
        if draw(st.integers(0, 3)) == 0:
            told.append(
                movement(f"R{number}", draw(st.sampled_from([("ru", "outside"), ("east", "kursk")])), best=best, **said)
            )
        else:
            told.append(report(f"R{number}", place=place, figure={"best": best}, **said))
        if number > 1 and draw(st.integers(0, 5)) == 0:
            told.append(retracted(f"R{draw(st.integers(1, number - 1))}"))
        told += [graded(draw(_SOURCES), draw(st.sampled_from("ACE"))) for _ in range(draw(st.integers(0, 2)))]
    return told


@settings(max_examples=40)
@given(graded_histories())
def test_whatever_is_graded_what_is_not_read_again_has_not_changed(shared_engine: Engine, history: list[Event]) -> None:
    as_if_nothing_was_kept(Ledger(shared_engine, history, live=True))
