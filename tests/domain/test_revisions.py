from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import events as e
from app.domain.attribution import TIME_PASSED, Line
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.panel import Evaluation, Figures
from app.domain.revisions import Revision, cause_of, named_report, named_source, revise
from tests.domain.building import body, day, histories, links, read, said

SEOUL = said("seoul", "kr-nis", 1, best=13000)
US = said("us", "us-dod", 3, best=10000)


def units(found: Figures | None) -> tuple[int, int, int]:
    return found.units if found is not None else (0, 0, 0)


def sums(lines: Iterable[Line]) -> tuple[int, int, int]:
    given = list(lines)
    return sum(line.low for line in given), sum(line.best for line in given), sum(line.high for line in given)


def minus(after: Figures | None, before: Figures | None) -> tuple[int, int, int]:
    low, best, high = (new - old for new, old in zip(units(after), units(before), strict=True))
    return low, best, high


def flipped(lines: Iterable[Line]) -> list[Line]:
    return [Line(kind=line.kind, report=line.report, low=-line.low, best=-line.best, high=-line.high) for line in lines]


def step(
    previous: tuple[date, Figures | None] | None, before: Evaluation, after: Evaluation, last: Evaluation | None = None
) -> Revision:
    found = revise(previous, before, after, last or after)
    assert found is not None
    return found


def test_an_event_that_moves_nothing_makes_no_revision() -> None:
    relay = said("relay", "kr-nis", 2, via="herald", best=13000)
    assert revise((day(1), read([SEOUL], 1).figures), read([SEOUL], 2), read([SEOUL, relay], 2), read([], 2)) is None
    assert revise(None, read([], 2), read([], 2), read([], 2)) is None


def test_the_first_report_of_a_key_opens_it_and_nothing_has_passed() -> None:
    opened = step(None, read([], 1), read([SEOUL], 1))
    assert (opened.day_before, opened.day, opened.before, opened.due) == (None, day(1), None, None)
    assert [line.kind for line in opened.lines] == ["claim", "shared error"]
    assert sums(opened.lines) == units(opened.after)


def test_the_days_since_the_last_revision_are_a_line_of_their_own_before_the_event() -> None:
    standing = read([SEOUL], 1)
    found = step((day(1), standing.figures), read([SEOUL], 3), read([SEOUL, US], 3))
    assert (found.day_before, found.day, found.day_after) == (day(1), day(3), day(3))
    first, *others = found.lines
    assert (first.kind, first.best) == (TIME_PASSED, 0)
    assert first.low < 0 < first.high
    assert sums([first]) == minus(found.due, found.before)
    assert sums(others) == minus(found.after, found.due)
    assert {line.report for line in others} == {"seoul", "us"}


def test_a_retraction_that_lowers_the_horizon_runs_the_days_back_after_it() -> None:
    both = read([SEOUL, US], 3)
    found = step((day(3), both.figures), both, read([SEOUL], 3), read([SEOUL], 1))
    assert (found.day, found.day_after) == (day(3), day(1))
    assert found.lines[-1].kind == TIME_PASSED
    assert sums(found.lines) == minus(read([SEOUL], 1).figures, both.figures)


def test_the_last_vote_takes_with_it_all_that_stood() -> None:
    found = step((day(1), read([SEOUL], 1).figures), read([SEOUL], 1), read([], 1))
    assert (found.moved, found.after) == (None, None)
    assert sums(found.lines) == tuple(-unit for unit in units(found.before))


def test_a_reopened_key_counts_from_nothing() -> None:
    found = step((day(1), None), read([], 4), read([US], 4))
    assert found.before is None
    assert TIME_PASSED not in {line.kind for line in found.lines}
    assert sums(found.lines) == units(found.after)


def test_a_report_and_its_retraction_cancel_out_to_the_last_unit() -> None:
    before, after = read([SEOUL], 3), read([SEOUL, US], 3)
    came = step((day(3), before.figures), before, after)
    went = step((day(3), after.figures), after, before)
    assert list(went.lines) == flipped(came.lines)


EVENTS: list[tuple[e.Body, str, str | None, str | None]] = [
    (body("R1"), "new_report", "R1", None),
    (e.ReportCorrected(report="R1", replacement=body("R1"), reason=""), "correction", "R1", None),
    (e.ReportRetracted(report="R1", by="recorder", reason=""), "retraction", "R1", None),
    (e.ReportAssessed(report="R1", by="a", reason="", credibility=2), "assessment", "R1", None),
    (e.ReportsLinked(from_="R1", to="R2", relation="restates", by="a", reason=""), "link", "R1", None),
    (e.LinkWithdrawn(link="0", reason=""), "link", None, None),
    (e.SourcesLinked(from_="s", to="t", relation="same_as", by="a", reason=""), "link", None, "s"),
    (e.SourceGraded(source="s", reliability="A", by="a", reason=""), "re_grading", None, "s"),
    (e.SourceRegistered(source="s", name="S", kind="other"), "definition", None, "s"),
    (e.DocumentCaptured(document="d", publisher="s"), "document_date", None, None),
    (e.DocumentStatusChanged(document="d", status="usable", reason=""), "document_date", None, None),
]


@pytest.mark.parametrize(("event", "cause", "report", "source"), EVENTS)
def test_a_revision_names_its_cause_and_what_it_was_about(
    event: e.Body, cause: str, report: str | None, source: str | None
) -> None:
    assert (cause_of(event), named_report(event), named_source(event)) == (cause, report, source)


@given(histories(), links, st.integers(0, 45), st.data())
def test_to_remove_a_report_costs_exactly_what_it_gave(
    reports: list[Development], tied: list[Link], on: int, data: st.DataObject
) -> None:
    removed = data.draw(st.sampled_from(reports)) if reports else None
    one, two = read([one for one in reports if one is not removed], on, *tied), read(reports, on, *tied)
    came, went = revise((day(on), one.figures), one, two, two), revise((day(on), two.figures), two, one, one)
    assert (came is None) == (went is None)
    if came is not None and went is not None:
        assert list(went.lines) == flipped(came.lines)
        assert sums(came.lines) == minus(two.figures, one.figures)


@given(histories(), links)
def test_the_lines_of_a_history_add_up_to_where_it_ended(reports: list[Development], tied: list[Link]) -> None:
    """Reports come in one by one and are removed again one by one, so that the horizon rises and falls."""
    previous: tuple[date, Figures | None] | None = None
    total = (0, 0, 0)
    rising = [reports[:at] for at in range(len(reports) + 1)]
    states = [*rising, *rising[-2::-1]]
    for old, new in pairwise(states):
        horizons = [max((one.reported_day for one in held if one.reported_day), default=day(0)) for held in (old, new)]
        on, last = ((max(horizons) - day(0)).days, (horizons[1] - day(0)).days)
        found = revise(previous, read(old, on, *tied), read(new, on, *tied), read(new, last, *tied))
        if found is not None:
            assert sums(found.lines) == minus(found.after, found.before)
            gained = sums(found.lines)
            total = (total[0] + gained[0], total[1] + gained[1], total[2] + gained[2])
            previous = (found.day_after, found.after)
            assert total == units(found.after)
    assert previous is None or previous[1] is None
