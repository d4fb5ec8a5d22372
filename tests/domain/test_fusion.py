from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.errors import Broken
from app.domain.fusion import Figure, Panel, Vote, weigh
from tests.domain.fusing import fuse

DAY = date(2024, 11, 1)


def vote(report: str, day: int, grade: str, **figure: Any) -> Vote:
    on = DAY + timedelta(days=day)
    return Vote(report=report, figure=Figure(**figure), letter=grade[0], digit=int(grade[1]), day=on, reported=on)


def read(votes: Sequence[Vote], day: int, measure_class: str = "presence", *, running_total: bool = False) -> Panel:
    panel = fuse(
        votes,
        day=DAY + timedelta(days=day),
        measure_class=measure_class,
        running_total=running_total,
        assumptions=DEFAULT,
    )
    assert panel is not None
    return panel


def near(*figures: float) -> object:
    """Equal to within the half of the last of three digits."""
    return pytest.approx(figures, rel=0.005)


def figures(panel: Panel) -> tuple[float, float, float]:
    return (panel.low, panel.best, panel.high)


SEOUL = vote("seoul", 1, "B2", best=13000)
FIVE = [vote(f"o{n}", 0, "C3", best=n) for n in (9000, 9500, 10000, 10500, 11000)]


def test_no_votes_make_no_estimate() -> None:
    nothing = fuse([], day=DAY, measure_class="presence", running_total=False, assumptions=DEFAULT)
    assert nothing is None


def test_one_graded_count_of_troops() -> None:
    panel = read([SEOUL], 1)
    assert figures(panel) == near(7730, 13000, 21800)
    assert panel.people[1] == 13000
    assert (panel.s2, panel.shares[0].share, panel.agreement_floor) == (1, 1, 0)


def test_up_to_ten_thousand_a_day_old() -> None:
    assert figures(read([vote("east", 0, "B2", high=10000)], 1)) == near(4680, 9050, 17400)


def test_a_lower_count_two_days_on_draws_the_estimate_down() -> None:
    assert figures(read([SEOUL, vote("us", 3, "B2", best=10000)], 3)) == near(6720, 11200, 18700)


def test_an_ungraded_count_is_wide() -> None:
    assert figures(read([vote("one", 0, "F6", best=13000)], 0)) == near(4110, 13000, 40900)


def test_five_that_agree_better_than_graded_reach_the_floor() -> None:
    panel = read(FIVE, 1)
    assert figures(panel) == near(6150, 9980, 16200)
    assert panel.s2 == 0.5
    assert panel.agreement_floor > 0


def test_an_outlier_moves_and_widens_and_a_worse_graded_one_hardly_does() -> None:
    loud = read([*FIVE, vote("x", 1, "C3", best=80000)], 1)
    assert figures(loud) == near(7530, 14700, 28700)
    assert loud.s2 > DEFAULT.contested_above
    assert figures(read([*FIVE, vote("x", 1, "E5", best=80000)], 1)) == near(6280, 10200, 16500)


def test_two_captured() -> None:
    panel = read([vote("t", 0, "F6", best=2)], 0, "tally")
    assert figures(panel) == near(0.102, 2, 7.17)
    assert panel.people == (0, 2, 7)


def test_ten_million_registered() -> None:
    ungraded, best_graded = (read([vote("r", 0, grade, best=10_095_054)], 0, "register") for grade in ("F6", "A2"))
    assert ungraded.people[1] == best_graded.people[1] == 10_095_054
    assert (ungraded.low, ungraded.high) == near(8.03e6, 12.7e6)
    assert (best_graded.low, best_graded.high) == near(9.22e6, 11.05e6)


def test_eighty_three_battalions() -> None:
    low, best, high = read([vote("b", 0, "C3", best=83)], 0, "tally").people
    assert best == 83
    assert 0 < low < 50
    assert 130 < high < 200


TOTAL = [vote("t", 0, "C3", best=100), vote("u", 10, "C3", best=300)]


def test_a_running_total_ages_upward_only() -> None:
    panel = read(TOTAL, 20, "tally", running_total=True)
    assert figures(panel) == near(130, 257, 728)
    assert panel.h_low < panel.h
    stock = read(TOTAL, 20, "tally")
    assert stock.h_low == stock.h == panel.h
    assert all(share.v_low == share.v for share in stock.shares)


def test_a_running_total_that_falls_is_followed_down() -> None:
    fallen = read([TOTAL[1], vote("later", 20, "C3", best=200)], 20, "tally", running_total=True)
    assert fallen.best < read(TOTAL[1:], 20, "tally", running_total=True).best


def test_a_class_without_running_totals_refuses_one() -> None:
    with pytest.raises(Broken):
        read([SEOUL], 1, running_total=True)


def test_none_seen_is_a_vote_of_zero() -> None:
    panel = read([vote("none", 0, "B2", best=0)], 0)
    assert panel.people[:2] == (0, 0)
    assert panel.high > 0
    assert panel.zero_floor == panel.h_low


def test_the_middle_picks_the_side_of_a_bound() -> None:
    bound = vote("bound", 0, "B2", high=10000)
    alone, beside_less, beside_more = (
        next(share.r for share in read([bound, *others], 0).shares if share.vote is bound)
        for others in ([], [vote("a", 0, "A1", best=2000)], [vote("a", 0, "A1", best=20000)])
    )
    assert alone == beside_more  # a middle at the centre counts as above it, on the tight side
    assert beside_less - alone == pytest.approx(0.3**2 - 0.2**2, rel=0.02)


def test_a_middle_in_exact_halves_is_the_mean_of_the_two_neighbours() -> None:
    """Both bounds weigh the same; the mean of the two lies above the lower centre and below the upper one."""
    lower, upper = read([vote("a", 0, "B2", high=5000), vote("b", 0, "B2", high=20000)], 0).shares
    assert upper.r - lower.r == pytest.approx(0.3**2 - 0.2**2, rel=0.05)


def test_up_to_below_at_least_disagree_and_widen() -> None:
    apart = read([vote("a", 0, "B2", high=2000), vote("b", 0, "B2", low=20000)], 0)
    assert apart.s2 > 1.2
    assert 2000 < apart.best < 20000


def test_shares_favour_the_better_graded_and_halve_in_five_days() -> None:
    old, new = read([vote("a", 0, "B2", best=10000), vote("b", 5, "B2", best=10000)], 5).shares
    assert new.share == pytest.approx(2 * old.share)
    worse, better = read([vote("a", 0, "D4", best=10000), vote("b", 0, "A1", best=10000)], 0).shares
    assert better.share > worse.share


def test_a_likelihood_multiplies_the_error() -> None:
    sure = read([SEOUL], 1)
    odds = read([Vote(report="o", figure=SEOUL.figure, letter="B", digit=2, likelihood=1.7, day=DAY, reported=DAY)], 0)
    assert odds.variance - odds.shared == pytest.approx((sure.variance - sure.shared) * 1.7**2, rel=0.02)


def test_thirty_years_on_the_panel_still_stands() -> None:
    then, later = read(FIVE, 0), read(FIVE, 30 * 365)
    assert later.people[1] == then.people[1]
    assert [share.share for share in later.shares] == [share.share for share in then.shares]
    ancient = read([vote("old", -11000, "A1", best=100), SEOUL], 1)
    assert ancient.shares[0].share == 0
    assert ancient.people[1] == 13000


def test_an_estimate_from_words_says_so() -> None:
    few = vote("few", 0, "B3", word="a small number")
    assert read([few], 0).from_words
    assert not read([few, SEOUL], 1).from_words


def test_equal_days_are_ordered_by_report() -> None:
    assert [share.vote.report for share in read([FIVE[2], FIVE[0], SEOUL], 1).shares] == ["o10000", "o9000", "seoul"]


counts = st.integers(0, 2**53 - 1) | st.integers(0, 20000)
drawn_figures = st.one_of(
    st.builds(Figure, best=counts),
    st.builds(Figure, low=counts),
    st.builds(Figure, high=counts),
    st.builds(Figure, word=st.sampled_from(sorted(DEFAULT.words)), low=st.none() | counts),
    st.tuples(counts, counts).map(lambda two: Figure(low=min(two), high=max(two))),
    st.tuples(counts, counts, counts).map(sorted).map(lambda n: Figure(low=n[0], best=n[1], high=n[2])),
)
days = st.dates(date(1990, 1, 1), DAY)
drawn_votes = st.builds(
    Vote,
    report=st.text("abcdef", min_size=1),
    figure=drawn_figures,
    letter=st.sampled_from("ABCDEF"),
    digit=st.integers(1, 6),
    likelihood=st.sampled_from([1.0, 1.3, 1.7]),
    day=days,
    reported=days,
)
panels_of_votes = st.lists(drawn_votes, min_size=1, max_size=8, unique_by=lambda one: one.report)


@given(panels_of_votes, st.sampled_from(["presence", "tally", "register"]), st.booleans())
def test_low_is_not_above_best_nor_best_above_high(votes: list[Vote], seen: str, total: bool) -> None:
    panel = read(votes, 0, seen, running_total=total and seen != "presence")
    assert 0 <= panel.low <= panel.best <= panel.high
    assert 0 <= panel.low_u <= panel.best_u < panel.high_u
    assert list(panel.people) == sorted(panel.people)


@given(panels_of_votes.flatmap(lambda votes: st.tuples(st.just(votes), st.permutations(votes))))
def test_the_order_of_arrival_changes_no_bit(orders: tuple[list[Vote], list[Vote]]) -> None:
    first, second = (read(votes, 0) for votes in orders)
    assert first == second


@given(panels_of_votes, st.booleans())
def test_shares_sum_to_one_and_variance_parts_to_the_variance(votes: list[Vote], total: bool) -> None:
    panel = read(votes, 0, "tally", running_total=total)
    assert sum(share.share for share in panel.shares) == pytest.approx(1)
    parts = sum(share.v for share in panel.shares)
    assert panel.shared + parts + panel.agreement_floor == pytest.approx(panel.variance)
    parts_low = sum(share.v_low for share in panel.shares)
    assert panel.shared + parts_low + panel.agreement_floor_low == pytest.approx(panel.variance_low)


def test_no_figure_rests_on_the_letter_of_a_vote_whose_share_is_lost() -> None:
    letters = dict(DEFAULT.letters) | {"A": 0.01, "E": 3.0}
    wide = msgspec.structs.replace(DEFAULT, letters=letters)
    seen = DEFAULT.classes["presence"]
    for days, assumptions, rests in (
        (0, DEFAULT, True),
        (300, DEFAULT, True),
        (480, DEFAULT, False),
        (480, wide, True),
    ):
        votes = [vote("old", -days, "B2", best=3000), vote("new", 0, "B2", best=10000)]
        weighed = weigh(votes, later=False, seen=seen, assumptions=assumptions, carried={})
        assert weighed.rests_on_letter("old", assumptions) is rests
        assert weighed.rests_on_letter("new", assumptions)
        assert not weighed.rests_on_letter("other", assumptions)
