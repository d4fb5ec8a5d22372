import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT, Assumptions
from app.domain.attribution import Line, breakdown, change
from app.domain.fusion import Figure, Panel, Vote
from app.domain.retrospect import look_back
from tests.domain.fusing import fuse

DAY = date(2024, 11, 1)


def vote(report: str, day: int, grade: str, best: int, likelihood: float = 1.0) -> Vote:
    on = DAY + timedelta(days=day)
    return Vote(
        report=report,
        figure=Figure(best=best),
        letter=grade[0],
        digit=int(grade[1]),
        likelihood=likelihood,
        day=on,
        reported=on,
    )


def side(votes: Iterable[Vote], day: int, measure_class: str = "presence", *, total: bool = False) -> Panel | None:
    on = DAY + timedelta(days=day)
    return fuse(list(votes), day=on, measure_class=measure_class, running_total=total, assumptions=DEFAULT)


def sides(
    votes: Sequence[Vote], day: int, measure_class: str = "presence", *, total: bool = False
) -> tuple[Panel | None, Panel | None]:
    on = DAY + timedelta(days=day)
    return (
        side([one for one in votes if one.day <= on], day, measure_class, total=total),
        side([one for one in votes if one.day > on], day, measure_class, total=total),
    )


def both(
    votes: Sequence[Vote],
    day: int,
    measure_class: str = "presence",
    *,
    total: bool = False,
    assumptions: Assumptions = DEFAULT,
) -> Panel:
    panel = look_back(*sides(votes, day, measure_class, total=total), assumptions)
    assert panel is not None
    return panel


def figures(panel: Panel | None) -> tuple[int, int, int]:
    return (panel.low_u, panel.best_u, panel.high_u) if panel else (0, 0, 0)


def sums(lines: list[Line]) -> tuple[int, int, int]:
    return sum(line.low for line in lines), sum(line.best for line in lines), sum(line.high for line in lines)


def flipped(lines: list[Line]) -> list[Line]:
    return [Line(kind=line.kind, report=line.report, low=-line.low, best=-line.best, high=-line.high) for line in lines]


BEFORE, AFTER = vote("before", 0, "B2", 10000), vote("after", 10, "B2", 13000)
COUNTS = [vote("first", 0, "C3", 100), vote("second", 10, "C3", 300)]


# -- what it comes to ----------------------------------------------------------------------------------------------


def test_ten_thousand_before_and_thirteen_after_are_eleven_between() -> None:
    assert both([BEFORE, AFTER], 4).people == pytest.approx((6050, 11200, 20600), rel=0.005)


def test_the_nearer_side_has_the_larger_share() -> None:
    shares = [both([BEFORE, AFTER], day).shares[0].share for day in range(10)]
    assert shares == sorted(shares, reverse=True)
    assert shares[4] > 0.5 > shares[6]
    assert shares[5] == pytest.approx(0.5, abs=0.001)


def test_the_age_of_a_later_vote_is_its_distance() -> None:
    assert [share.age_days for share in both([BEFORE, AFTER], 4).shares] == [4, 6]


def test_two_sides_know_more_than_the_better_of_them_where_they_agree() -> None:
    again = vote("after", 10, "B2", 10000)
    panel = both([BEFORE, again], 5)
    alone = [one for one in sides([BEFORE, again], 5) if one is not None]
    assert panel.two_sides == pytest.approx(0)
    assert [panel.h < one.h for one in alone] == [True, True]


def test_the_farther_apart_the_sides_are_the_wider_is_the_interval() -> None:
    widths = [both([BEFORE, vote("after", 10, "B2", best)], 5).h for best in (10000, 20000, 100000, 10**6)]
    assert widths == sorted(set(widths))


def test_sides_that_differ_do_not_make_the_votes_of_either_contested() -> None:
    assert both([BEFORE, vote("after", 10, "B2", 10**6)], 5).s2 == pytest.approx(1)


def test_the_least_width_can_be_asked_for() -> None:
    most = msgspec.structs.replace(DEFAULT, sides_floor=1.0)
    earlier, later = sides([BEFORE, vote("after", 10, "B2", 10000)], 5)
    assert earlier is not None
    assert later is not None
    panel = look_back(earlier, later, most)
    assert panel is not None
    assert panel.variance == pytest.approx(earlier.shared + min(earlier.s2 * earlier.stated, later.s2 * later.stated))
    assert sums(breakdown(panel)) == figures(panel)


# -- one side alone, and running totals ----------------------------------------------------------------------------


def test_no_votes_on_either_side_are_no_estimate() -> None:
    assert look_back(None, None, DEFAULT) is None


def test_one_side_alone_is_that_side() -> None:
    earlier, later = sides([BEFORE, AFTER], 4)
    assert look_back(earlier, None, DEFAULT) == earlier
    assert look_back(None, later, DEFAULT) == later


def test_without_later_counts_a_running_total_still_ages_upward_alone() -> None:
    earlier, _ = sides(COUNTS, 20, "tally", total=True)
    assert look_back(earlier, None, DEFAULT) == earlier
    assert earlier is not None
    assert earlier.h_low < earlier.h


@pytest.mark.parametrize("day", [-5, 4])
def test_with_later_counts_both_ends_of_a_running_total_age(day: int) -> None:
    panel = both(COUNTS, day, "tally", total=True)
    assert (panel.h_low, panel.variance_low, panel.stated_low) == (panel.h, panel.variance, panel.stated)
    assert all(share.v_low == share.v for share in panel.shares)
    assert panel == both(COUNTS, day, "tally")  # this class ages stocks and totals by the same rate


# -- what it is made of --------------------------------------------------------------------------------------------


def test_a_standing_estimate_has_a_line_for_what_is_open_between_the_sides() -> None:
    panel = both([BEFORE, AFTER], 4)
    lines = breakdown(panel)
    assert [(line.kind, line.report) for line in lines] == [
        ("claim", "after"),
        ("claim", "before"),
        ("shared error", None),
        ("two sides", None),
    ]
    assert sums(lines) == figures(panel)
    assert lines[3].best == 0
    assert lines[3].low < 0 < lines[3].high


def test_a_report_from_after_the_day_has_its_line_and_undoing_it_takes_that_back() -> None:
    alone, joined = both([BEFORE], 4), both([BEFORE, AFTER], 4)
    lines = change(alone, joined)
    assert sums(lines) == tuple(new - old for old, new in zip(figures(alone), figures(joined), strict=True))
    assert next(line for line in lines if line.report == "after").best > 0
    assert change(joined, alone) == flipped(lines)


@pytest.mark.parametrize("day", [0, 10])
def test_votes_of_one_side_that_agree_too_well_keep_their_floor(day: int) -> None:
    alike = [vote(f"o{best}", day, "C3", best) for best in (9000, 9500, 10000, 10500, 11000)]
    other = vote("other", 10 - day, "B2", 10000)
    panel = both([*alike, other], 5)
    parts = sum(share.v for share in panel.shares) + panel.agreement_floor + panel.two_sides
    assert panel.agreement_floor > 0
    assert panel.shared + parts == pytest.approx(panel.variance, rel=1e-12)
    assert sums(breakdown(panel)) == figures(panel)


votes_drawn = st.builds(
    vote,
    report=st.sampled_from([f"r{number}" for number in range(9)]),
    day=st.integers(-60, 60),
    grade=st.builds("{}{}".format, st.sampled_from("ABCDEF"), st.integers(1, 6)),
    best=st.integers(0, 20000) | st.integers(0, 2**53 - 1),
)
panels_of = st.lists(votes_drawn, max_size=8, unique_by=lambda one: one.report)
classes = st.sampled_from([("presence", False), ("tally", False), ("tally", True), ("register", True)])


@given(panels_of, panels_of, st.integers(-60, 60), st.integers(-60, 60), classes)
def test_the_lines_of_a_change_sum_exactly_and_undoing_gives_back_what_doing_took(
    one: list[Vote], other: list[Vote], day: int, other_day: int, measured: tuple[str, bool]
) -> None:
    measure_class, total = measured
    before = look_back(*sides(one, day, measure_class, total=total), DEFAULT)
    after = look_back(*sides(other, other_day, measure_class, total=total), DEFAULT)
    lines = change(before, after)
    assert sums(lines) == tuple(new - old for old, new in zip(figures(before), figures(after), strict=True))
    assert change(after, before) == flipped(lines)


@given(panels_of.filter(bool), st.integers(-60, 60), classes)
def test_shares_and_parts_of_variance_add_up_to_the_whole(
    votes: list[Vote], day: int, measured: tuple[str, bool]
) -> None:
    measure_class, total = measured
    panel = both(votes, day, measure_class, total=total)
    parts = sum(share.v for share in panel.shares) + panel.agreement_floor + panel.two_sides
    assert panel.shared + parts == pytest.approx(panel.variance)
    assert panel.shared + panel.s2 * panel.stated + panel.two_sides == pytest.approx(panel.variance)
    assert sum(share.share for share in panel.shares) == pytest.approx(1)
    assert sum(share.share * share.y for share in panel.shares) == pytest.approx(panel.m)
    assert panel.two_sides >= 0


@given(panels_of.filter(bool), st.integers(-60, 60))
def test_the_best_lies_between_the_sides_and_within_its_interval(votes: list[Vote], day: int) -> None:
    panel, alone = both(votes, day), [one.m for one in sides(votes, day) if one is not None]
    earlier = sum(share.share for share in panel.shares if share.vote.day <= panel.day)
    assert 0 <= earlier <= 1 + 1e-12
    assert min(alone) - 1e-9 <= panel.m <= max(alone) + 1e-9
    assert 0 <= panel.low <= panel.best <= panel.high


@given(panels_of, st.integers(-60, 60), st.data())
def test_the_order_in_which_votes_are_given_does_not_matter(votes: list[Vote], day: int, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(votes))
    assert look_back(*sides(shuffled, day), DEFAULT) == look_back(*sides(votes, day), DEFAULT)


@given(st.lists(st.integers(1000, 10**6), min_size=1, max_size=4), st.integers(1000, 10**6), st.booleans())
def test_a_side_that_knows_next_to_nothing_changes_next_to_nothing(
    heard: list[int], guessed: int, guessed_before: bool
) -> None:
    on, sign = 5, -1 if guessed_before else 1
    firm = [vote(f"r{at}", on - sign * at, "B2", best) for at, best in enumerate(heard, 1)]
    guess = vote("guess", on + sign, "B2", guessed, likelihood=1e6)
    alone, joined = both(firm, on), both([*firm, guess], on)
    assert (joined.m, joined.h) == pytest.approx((alone.m, alone.h), abs=1e-5)
    assert math.isclose(joined.s2, alone.s2, rel_tol=1e-6)
