import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.attribution import Line
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.panel import Evaluation, Figures, difference, evaluate
from tests.domain.building import case_of, day, figures, histories, link, links, read, said, view, voters

ROOT = Path(__file__).parents[2]

EAST = said("east", "officials", 0, at="ru-east", high=10000)
FEW = said("few", "officials", 0, grade="B3", at="ua", word="a small number")
SEOUL = said("seoul", "kr-nis", 1, best=13000)
RELAY = said("relay", "kr-nis", 2, via="herald", grade="C3", best=13000)
US = said("us", "us-dod", 3, best=10000)
TROOPS = [EAST, FEW, SEOUL]
FIVE = [said(f"o{n}", f"o{n}", 0, grade="C3", best=n) for n in (9000, 9500, 10000, 10500, 11000)]


def near(*expected: float) -> object:
    """Equal to within the half of the last of three digits."""
    return pytest.approx(expected, rel=0.005)


def exact(evaluation: Evaluation) -> tuple[float, float, float]:
    assert evaluation.panel is not None
    return evaluation.panel.low, evaluation.panel.best, evaluation.panel.high


def test_troops_in_three_places_are_three_estimates() -> None:
    assert figures(read(TROOPS, 1)) == near(7730, 13000, 21800)
    assert figures(read(TROOPS, 1, at="ru-east")) == near(4680, 9050, 17400)
    in_ukraine = read(TROOPS, 1, at="ua")
    assert voters(in_ukraine) == ["few"]
    assert in_ukraine.panel is not None
    assert in_ukraine.panel.from_words


def test_an_outlet_that_relays_changes_nothing_to_the_last_bit() -> None:
    assert read([*TROOPS, RELAY], 2).panel == read(TROOPS, 2).panel


def test_another_service_with_fewer_draws_the_estimate_down() -> None:
    assert figures(read([*TROOPS, RELAY, US], 3)) == near(6720, 11200, 18700)


def test_an_ungraded_count_is_wide() -> None:
    assert figures(read([said("one", "a", grade="F6", best=13000)], 0)) == near(4110, 13000, 40900)


def test_five_that_agree() -> None:
    assert figures(read(FIVE, 1)) == near(6150, 9980, 16200)


@pytest.mark.parametrize(("grade", "expected"), [("C3", (7530, 14700, 28700)), ("E5", (6280, 10200, 16500))])
def test_a_sixth_far_off_counts_as_its_grade_lets_it(grade: str, expected: tuple[int, int, int]) -> None:
    assert figures(read([*FIVE, said("far", "far", 1, grade=grade, best=80000)], 1)) == near(*expected)


def test_ten_outlets_that_repeat_one_of_five_change_exactly_nothing() -> None:
    crowd = [said(f"x{n}", "o11000", 1, via=f"outlet-{n}", grade="C3", best=11000) for n in range(10)]
    assert read([*FIVE, *crowd], 1).panel == read(FIVE, 1).panel
    assert read([*crowd, *FIVE], 1).figures == read(FIVE, 1).figures


def test_two_captured_are_none_to_seven() -> None:
    two = said("two", "a", grade="F6", measure="captured", best=2)
    low, best, high = exact(read([two], 0, measure="captured"))
    assert (round(low, 1), round(best, 1), round(high)) == (0.1, 2, 7)


@pytest.mark.parametrize(("grade", "low", "high"), [("F6", 8.0e6, 12.7e6), ("A2", 9.2e6, 11.1e6)])
def test_ten_million_on_a_register(grade: str, low: float, high: float) -> None:
    counted = said("all", "unhcr", grade=grade, measure="registered", best=10_095_054)
    expected = pytest.approx((low, 10_095_054, high), rel=0.01)
    assert figures(read([counted], 0, measure="registered")) == expected


def test_eighty_three_battalions() -> None:
    low, best, high = figures(read([said("all", "a", measure="battalions", best=83)], 0, measure="battalions"))
    assert 40 < low < best == 83 < high < 170


def test_a_running_total_ages_upward_alone() -> None:
    totals = [said(f"t{on}", f"t{on}", on, grade="C3", measure="killed", best=n) for on, n in ((0, 100), (10, 300))]
    assert figures(read(totals, 20, measure="killed")) == near(130, 257, 728)
    (low, _, high), (later_low, _, later_high) = (exact(read(totals[:1], on, measure="killed")) for on in (1, 20))
    assert (later_low == low, later_high > high) == (True, True)


def test_a_running_total_may_fall() -> None:
    totals = [said(f"t{on}", "a", on, measure="killed", best=n) for on, n in ((0, 3000), (5, 2000))]
    best = [figures(read(totals, on, measure="killed"))[1] for on in (4, 5)]
    assert best == [3000, 2000]


def test_no_votes_are_no_estimate_and_never_zero() -> None:
    gone = [said("a", "a", retracted=("origin", 1), best=5), said("b", "b", retracted=("recorder", 2), best=5)]
    for reports in ([], gone):
        found = read(reports, 9)
        assert (found.panel, found.figures) == (None, None)


def test_nobody_there_is_an_estimate_of_zero() -> None:
    assert figures(read([said("none", "a", best=0)], 0))[:2] == (0, 0)


@pytest.mark.parametrize("figure", [{"low": 9000, "high": 9000}, {"low": 9000, "best": 9000, "high": 9000}])
def test_a_range_without_width_is_a_number(figure: dict[str, Any]) -> None:
    assert figures(read([said("a", "a", **figure)], 0))[1] == 9000


def test_a_range_from_zero_has_its_middle_above_zero() -> None:
    assert figures(read([said("a", "a", low=0, high=10000)], 0))[1] == 100


def test_at_most_of_one_and_at_least_of_another_may_exclude_each_other() -> None:
    apart = read([said("most", "a", high=8000), said("least", "b", low=20000)], 0)
    low, best, high = figures(apart)
    assert low < 8000 < best < 20000 < high
    assert apart.panel is not None
    assert apart.panel.s2 > DEFAULT.contested_above


def test_the_digit_that_counts_is_the_one_that_weighs() -> None:
    sure, probable = said("a", "a", grade="B1", best=9000), said("a", "a", grade="B2", best=9000)
    assert read([sure], 0).figures == read([probable], 0).figures
    other = said("b", "b", at="ua", best=1)
    confirmed = read([sure, other], 0, link("corroborates", "b", "a"))
    assert figures(confirmed)[2] < figures(read([probable], 0))[2]


def test_what_is_said_of_a_part_is_no_echo_of_what_is_said_of_the_whole() -> None:
    whole, part = said("whole", "a", 0, best=9000), said("part", "a", 0, via="herald", at="ru-east", best=9000)
    assert voters(read([whole, part], 1)) == ["whole"]
    assert voters(read([whole, part], 1, at="ru-east")) == ["part"]


def test_a_difference_takes_no_reading_for_nothing() -> None:
    some = Figures(low=1, best=2, high=3, low_u=10, best_u=20, high_u=30)
    assert difference(None, some, "x") == Line(kind="x", low=10, best=20, high=30)
    assert difference(some, None, "x") == Line(kind="x", low=-10, best=-20, high=-30)
    assert difference(some, some, "x") == difference(None, None, "x") == Line(kind="x", low=0, best=0, high=0)


_SAY = """
from tests.domain.building import link, read, said
reports = [said(f"r{n}", "abc"[n % 3], n % 7, via=(None, "h", "w")[n % 3 if n % 2 else 0], grade="B1",
                best=(9000, 10000, 13000)[n % 3]) for n in range(24)]
links = [link(("restates", "corroborates", "supersedes", "same_origin")[n % 4], f"r{n}", f"r{n // 2}")
         for n in range(1, 20)]
found = read(reports, 9, *links)
print([float(n).hex() for n in (found.panel.low, found.panel.best, found.panel.high)], found.selection.left_out)
"""


def test_two_runs_with_other_hash_seeds_agree_to_the_bit() -> None:
    said_by = [
        subprocess.run(
            [sys.executable, "-c", _SAY],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert "0x1" in said_by[0]
    assert said_by[0] == said_by[1]


@given(histories(), links, st.integers(0, 45), st.none() | st.integers(0, 45), st.data())
def test_the_order_in_which_things_are_given_does_not_matter(
    reports: list[Development], tied: list[Link], on: int, by: int | None, data: st.DataObject
) -> None:
    shuffled, retied = data.draw(st.permutations(reports)), data.draw(st.permutations(tied))
    assert read(shuffled, on, *retied, reported_by=by) == read(reports, on, *tied, reported_by=by)


@given(histories(), links, st.integers(20, 45), st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_echoes_change_exactly_nothing(
    reports: list[Development], tied: list[Link], on: int, echoed: list[int]
) -> None:
    heard = [*reports, said("own", "a", 10, low=6543, best=7654)]
    crowd = [said(f"e{at}", "a", back, via="herald", high=7654) for at, back in enumerate(echoed)]
    before, after = read(heard, on, *tied), read([*heard, *crowd], on, *tied)
    assert (after.panel, after.selection.votes) == (before.panel, before.selection.votes)


@given(histories(), links, st.integers(0, 45))
def test_every_statement_votes_or_has_a_reason_and_no_origin_votes_twice(
    reports: list[Development], tied: list[Link], on: int
) -> None:
    case = case_of(reports, tied)
    selection = evaluate(case, view(on), DEFAULT).selection
    told = [one.report for one, _ in selection.votes] + [left.statement.report for left in selection.left_out]
    assert sorted(told) == sorted(one.report for one in case.statements)
    origins = [one.origin for one, _ in selection.votes]
    assert len(origins) == len(set(origins))
    assert all(one.vote_day is not None and one.vote_day <= day(on) for one, _ in selection.votes)


@given(histories(), links, st.integers(0, 45))
def test_low_best_and_high_are_in_this_order(reports: list[Development], tied: list[Link], on: int) -> None:
    found = read(reports, on, *tied).figures
    if found is not None:
        assert sorted((0, *found.people)) == [0, *found.people]
        assert sorted((0, *found.units)) == [0, *found.units]
