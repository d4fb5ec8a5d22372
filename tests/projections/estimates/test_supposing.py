"""What would be, beside what really is where the ledger says so."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.assumptions import DEFAULT, Assumptions, overridden, to_parameters
from app.domain.errors import Unknown
from app.domain.estimate import Estimate
from app.domain.panel import Figures
from app.domain.statements import Key
from app.domain.supposition import Supposition
from app.projections.asof import Question, resolve
from app.projections.assumptions import read_assumptions
from app.projections.estimates import supposing
from app.projections.estimates.reading import read_estimates, read_world
from app.projections.estimates.supposing import Move, Supposed, suppose
from tests.projections.histories import KEYS, Event, Ledger, histories, movement, report
from tests.projections.ledgers import SOURCES

WIDE = (*KEYS, Key(measure="killed", actor="force", place="ru"))
"""With the whole of which only a part is ever spoken of."""
FEW = settings(max_examples=12)
REFUSED: Event = ("actor_defined.v1", {})


def ask(
    ledger: Ledger, assumptions: Assumptions = DEFAULT, *, question: Question | None = None, **otherwise: Any
) -> Supposed:
    with reading(ledger.engine) as connection:
        as_of = resolve(connection, ledger.timeline, question or Question(), projection="estimates")
        return suppose(connection, as_of, Supposition(**otherwise), assumptions)


def day_of(ledger: Ledger) -> Any:
    with reading(ledger.engine) as connection:
        return resolve(connection, ledger.timeline, Question(), projection="estimates").valid_at


def estimates(ledger: Ledger, day: Any) -> dict[Key, Estimate]:
    """What a reader is answered for each key on a day."""
    with reading(ledger.engine) as connection:
        as_of = resolve(connection, ledger.timeline, Question(valid_at=day), projection="estimates")
        return {one.key: one for one in read_estimates(connection, read_world(connection, as_of), as_of.view, WIDE)}


def told(move: Move) -> tuple[Figures | None, Figures | None, tuple[str, ...]]:
    return move.standing, move.hypothetical, move.flags


def really(before: Mapping[Key, Estimate], after: Mapping[Key, Estimate]) -> dict[Key, Any]:
    """The moves from one ledger to another, over keys with an estimate in either."""
    return {
        key: (one.figures, after[key].figures, after[key].flags)
        for key, one in before.items()
        if (is_estimated(one) or is_estimated(after[key])) and one.figures != after[key].figures
    }


def is_estimated(one: Estimate) -> bool:
    return one.figures is not None and one.figures.best is not None


def without(history: list[Event], gone: set[str]) -> list[Event]:
    """The history without some reports. What is told has its number, so that a refusal stands in for each event."""
    return [
        REFUSED if gone & {body.get("report"), body.get("from"), body.get("to")} else (name, body)
        for name, body in history
    ]


def chain_of(body: dict[str, Any]) -> set[str]:
    return {hop["source"] for hop in body["provenance"]["chain"]}


@FEW
@given(histories(), st.data())
def test_without_a_report_it_is_as_if_it_had_never_been_made(
    shared_engine: Engine, history: list[Event], data: st.DataObject
) -> None:
    ledger = Ledger(shared_engine, history)
    gone = data.draw(st.sampled_from([body["report"] for name, body in history if name == "development_reported.v1"]))
    day = day_of(ledger)
    assume(day is not None)
    supposed = ask(ledger, reports=frozenset({gone}))
    other = Ledger(shared_engine, without(history, {gone}))
    assert {one.key: told(one) for one in supposed.moves} == really(estimates(ledger, day), estimates(other, day))
    assert supposed.assumptions == DEFAULT.name


@FEW
@given(histories(), st.sampled_from(SOURCES))
def test_without_a_source_nothing_that_went_through_it_is_left(
    shared_engine: Engine, history: list[Event], source: str
) -> None:
    history = [(name, body) for name, body in history if name not in {"report_corrected.v1", "sources_linked.v1"}]
    ledger = Ledger(shared_engine, history)
    told: dict[str, Any] = {}
    for name, body in history:
        if name == "development_reported.v1":
            told.setdefault(body["report"], body)  # a report id that is taken is refused
    through = {report for report, body in told.items() if source in chain_of(body)}
    assert ask(ledger, sources=frozenset({source})) == ask(ledger, reports=frozenset(through))


@FEW
@given(histories(), st.sampled_from(SOURCES), st.sampled_from("ABCDEF"))
def test_another_grade_does_what_grading_the_source_does(
    shared_engine: Engine, history: list[Event], source: str, letter: str
) -> None:
    ledger = Ledger(shared_engine, history)
    day = day_of(ledger)
    assume(day is not None)
    supposed = ask(ledger, letters={source: letter})
    before = estimates(ledger, day)
    ledger.tell(("source_graded.v1", {"source": source, "reliability": letter, "by": "ann", "reason": "known"}))
    assert {one.key: told(one) for one in supposed.moves} == really(before, estimates(ledger, day))


@FEW
@given(histories(), st.sets(st.sampled_from(SOURCES), max_size=2), st.sampled_from(SOURCES), st.sampled_from("ABCDEF"))
def test_lines_lead_from_what_stands_to_what_would(
    shared_engine: Engine, history: list[Event], sources: set[str], regraded: str, letter: str
) -> None:
    supposed = ask(Ledger(shared_engine, history), sources=frozenset(sources), letters={regraded: letter})
    for one in supposed.moves:
        was, now = (figures.units if figures is not None else (0, 0, 0) for figures in (one.standing, one.hypothetical))
        assert one.lines is not None
        sums = [sum(ends) for ends in zip(*((line.low, line.best, line.high) for line in one.lines), strict=True)]
        assert sums == [new - old for old, new in zip(was, now, strict=True)]


@FEW
@given(histories())
def test_the_same_numbers_under_any_name_move_nothing(shared_engine: Engine, history: list[Event]) -> None:
    ledger = Ledger(shared_engine, history)
    same = {"name": "same.v1", "parameters": to_parameters(DEFAULT), "reason": "tried out", "by": "ann"}
    ledger.tell(("assumptions_defined.v1", same))
    with reading(ledger.engine) as connection:
        named = read_assumptions(connection, ledger.generations, "same.v1", at=ledger.head)
    for assumptions in (DEFAULT, named, overridden(DEFAULT, {"z": "1.645"})):
        supposed = ask(ledger, assumptions)
        assert (supposed.moves, supposed.assumptions) == ((), assumptions.name)


@FEW
@given(histories(), st.sampled_from(SOURCES))
def test_other_numbers_are_read_with_what_else_is_supposed(
    shared_engine: Engine, history: list[Event], source: str
) -> None:
    """One who reads every family under numbers that only bear another name finds what one who reads a few does."""
    ledger = Ledger(shared_engine, history)
    near = overridden(DEFAULT, {"stale_days": "31"})  # bears on no figure
    few, all_read = (ask(ledger, numbers, sources=frozenset({source})) for numbers in (DEFAULT, near))
    assert [(one.key, one.hypothetical) for one in few.moves] == [(one.key, one.hypothetical) for one in all_read.moves]
    assert few.keys_read <= all_read.keys_read
    assert all(one.lines is None for one in all_read.moves)


def test_only_what_the_supposition_reaches_is_read(shared_engine: Engine) -> None:
    ledger = Ledger(
        shared_engine, [report("R1", source="nis"), report("K1", source="hur", measure="killed", place="kursk")]
    )
    assert ask(ledger).keys_read == 0
    assert ask(ledger, sources=frozenset({"hur"})).keys_read == 2  # the part and its whole
    assert ask(ledger, overridden(DEFAULT, {"z": "2"})).keys_read == 3


def test_the_day_stays_that_of_the_newest_report_that_stands(shared_engine: Engine) -> None:
    ledger = Ledger(
        shared_engine,
        [
            report("R1", source="nis", day="2024-10-01"),
            report("R2", source="hur", day="2024-10-21", figure={"best": 9000}),
        ],
    )
    (move,) = ask(ledger, reports=frozenset({"R2"})).moves
    alone = Ledger(shared_engine, [report("R1", day="2024-10-01")])
    assert move.hypothetical == alone.figures(valid_at=day_of(ledger))
    assert move.hypothetical != alone.figures()


def test_what_was_not_yet_known_or_said_is_not_left_out(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1", day="2024-10-01")])
    before = ledger.head
    ledger.tell(report("R2", day="2024-10-05", source="hur"))
    for question in (Question(known_at=before), Question(reported_by=date(2024, 10, 2))):
        assert ask(ledger, reports=frozenset({"R2"}), question=question).moves == ()


def test_a_link_to_a_report_that_is_left_out_ties_nothing(shared_engine: Engine) -> None:
    ledger = Ledger(
        shared_engine,
        [
            report("R1", source="nis", credibility=1),
            report("K1", source="hur", measure="killed", place="kursk"),
            (
                "reports_linked.v1",
                {"from": "K1", "to": "R1", "relation": "corroborates", "by": "ann", "reason": "read"},
            ),
        ],
    )
    moved = {one.key.measure for one in ask(ledger, reports=frozenset({"K1"})).moves}
    assert moved == {"personnel", "killed"}


def test_a_movement_that_is_left_out_carries_no_vote(shared_engine: Engine) -> None:
    went = movement("M1", ("outside", "ru"), source="hur", day="2024-10-05")
    ledger = Ledger(shared_engine, [report("R1", source="nis", day="2024-10-01"), went])
    (move,) = ask(ledger, reports=frozenset({"M1"})).moves
    assert move.standing
    assert move.hypothetical
    assert (move.standing.best, move.hypothetical.best) == (12000, 10000)
    assert [line.kind for line in move.lines or ()] == ["claim", "movement"]


def test_a_source_is_left_out_under_all_its_names(shared_engine: Engine) -> None:
    same = {"from": "nis", "to": "hur", "relation": "same_as", "by": "ann", "reason": "known"}
    ledger = Ledger(shared_engine, [report("R1", source="nis"), ("sources_linked.v1", same)])
    (move,) = ask(ledger, sources=frozenset({"hur"})).moves
    assert move.hypothetical is None


def test_the_largest_move_of_best_comes_first_whatever_it_is_counted_in(shared_engine: Engine) -> None:
    ledger = Ledger(
        shared_engine,
        [
            report("R1", source="nis", day="2024-10-01", figure={"best": 10000}),
            report("R2", source="hur", day="2024-10-02", figure={"best": 11000}),
            report("K1", source="nis", measure="killed", place="kursk", figure={"best": 10}),
            report("K2", source="hur", measure="killed", place="kursk", figure={"best": 100}, day="2024-10-02"),
        ],
    )
    moves = ask(ledger, sources=frozenset({"hur"})).moves
    assert [one.key.measure for one in moves] == ["killed", "killed", "personnel"]
    assert abs(moves[0].shift) > abs(moves[2].shift) > 0


def test_moves_are_compared_on_one_scale(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1")])
    (move,) = ask(ledger, overridden(DEFAULT, {"classes": {"presence": {"kappa": "10"}}})).moves
    assert move.standing
    assert move.hypothetical
    assert move.standing.best_u != move.hypothetical.best_u
    assert move.shift == pytest.approx(0, abs=1e-3)


def test_how_many_subjects_are_read_together_changes_nothing(
    shared_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [report(f"R{day}", source=source, day=f"2024-10-0{day}") for day, source in enumerate(SOURCES, start=1)]
    killed = report("K1", measure="killed", place="kursk", day="2024-10-07")
    ledger = Ledger(shared_engine, [*reports, killed])
    other = overridden(DEFAULT, {"half_life_days": "9"})
    at_once = ask(ledger, other, reports=frozenset({"R1"}))
    monkeypatch.setattr(supposing, "SUBJECTS_AT_ONCE", 1)
    monkeypatch.setattr(supposing, "REPORTS_AT_ONCE", 2)
    assert ask(ledger, other, reports=frozenset({"R1"})) == at_once


def test_a_timeline_of_which_nothing_was_said_moves_nowhere(shared_engine: Engine) -> None:
    assert ask(Ledger(shared_engine), overridden(DEFAULT, {"z": "2"})).keys_read == 0


def test_a_set_that_is_not_registered_is_unknown(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    with reading(ledger.engine) as connection, pytest.raises(Unknown):
        read_assumptions(connection, ledger.generations, "absent", at=ledger.head)
