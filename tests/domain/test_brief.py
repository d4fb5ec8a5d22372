"""What a brief tells apart: topics, repeats, and the causes of a move."""

from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from app.domain.brief import CAUSES_MAX, TOPICS, Cause, Told, by_topic, distance, main_causes
from app.domain.events.report import ReportKind
from app.domain.panel import Figures

DAY = date(2024, 11, 1)


def told(report: str, **given: Any) -> Told:
    plain: dict[str, Any] = {
        "report": report,
        "kind": "force_presence",
        "stance": "asserted",
        "day": DAY,
        "origin": "nis",
        "grade": "B2",
        "place": "ru",
        "summary": "They are there.",
        "echo_of": None,
        "superseded_by": None,
        "disputed_by": (),
        "correction": None,
    }
    return Told(**{**plain, **given})


def cause(report: str, best: int) -> Cause:
    return Cause(cause="new_report", report=report, origin="nis", day=DAY, best=best)


def figures(best_u: int) -> Figures:
    return Figures(low=0, best=best_u, high=best_u, low_u=0, best_u=best_u, high_u=best_u)


def test_every_kind_is_in_one_topic() -> None:
    assert sorted(kind for kinds in TOPICS.values() for kind in kinds) == sorted(get_args(ReportKind))


def test_a_repeat_stands_behind_what_it_repeats() -> None:
    topics, older = by_topic([told("R1"), told("R2", echo_of="R1"), told("R3", echo_of="R2"), told("R4", echo_of="R0")])
    assert [(one.report, one.repeats) for one in topics[0].told] == [("R1", ("R2", "R3"))]
    assert [one.report for one in older] == ["R4"]


def test_a_repeat_of_a_repeat_of_something_older_is_older_too() -> None:
    topics, older = by_topic([told("R1", echo_of="R0"), told("R2", echo_of="R1")])
    assert topics == []
    assert [one.report for one in older] == ["R1", "R2"]


def test_topics_come_in_their_order_and_places_together() -> None:
    later = DAY + timedelta(days=1)
    topics, _ = by_topic(
        [
            told("R1", kind="assessment", place=None),
            told("R2", place="east", day=later),
            told("R3", place="kursk"),
            told("R4", place=None),
            told("R5", place="kursk", day=later),
        ]
    )
    assert [topic.topic for topic in topics] == ["forces", "judgement"]
    assert [one.report for one in topics[0].told] == ["R3", "R5", "R2", "R4"]


REPORTS = [f"R{number}" for number in range(8)]


@given(st.lists(st.sampled_from([None, *REPORTS, "R0x"]), min_size=8, max_size=8))
def test_every_report_is_told_once(echoes: list[str | None]) -> None:
    """Also in a circle, which an analyst's links can make: then its earliest is new."""
    every = [told(name, echo_of=echo) for name, echo in zip(REPORTS, echoes, strict=True)]
    topics, older = by_topic(every)
    new = [report for topic in topics for one in topic.told for report in (one.report, *one.repeats)]
    assert sorted([*new, *(one.report for one in older)]) == REPORTS


def test_of_a_circle_the_earliest_is_new() -> None:
    circle = [told("R2", echo_of="R1"), told("R1", echo_of="R2", day=DAY + timedelta(days=1)), told("R3", echo_of="R1")]
    topics, older = by_topic(circle)
    assert [(one.report, one.repeats) for one in topics[0].told] == [("R2", ("R3", "R1"))]
    assert older == []


@given(st.lists(st.integers(-50, 50), max_size=9), st.booleans())
def test_causes_and_the_others_come_to_the_same(bests: list[int], appeared: bool) -> None:
    causes = [cause(f"R{number}", best) for number, best in enumerate(bests)]
    named, others, count = main_causes(causes, appeared=appeared)
    assert sum(one.best for one in named) + others == sum(bests)
    assert len(named) <= CAUSES_MAX + 1
    assert count != 1
    moving = sum(1 for best in bests if best)
    assert len(named) + count == (moving or (len(bests) if appeared else 0))


def test_the_largest_comes_first_whatever_its_sign() -> None:
    named, _, _ = main_causes([cause("R1", 5), cause("R2", -70), cause("R3", 0), cause("R4", 9)])
    assert [one.report for one in named] == ["R2", "R4", "R1"]


def test_an_estimate_that_appeared_moved_by_its_whole_height() -> None:
    assert distance(None, figures(5)) == distance(figures(5), None) == 5
    assert distance(figures(2), figures(5)) == 3
    assert distance(None, None) == 0
