"""Rules for one quantity."""

from itertools import permutations

import pytest

from app.domain.measures import BUILT_IN
from app.domain.quantity import Per, Quantity
from app.domain.rules.quantity import measure_findings, quantity_findings

A_DAY = Per(measure="days", amount=1)


def broken(quantity: Quantity) -> list[str]:
    return [finding.pointer for finding in quantity_findings(quantity, "")]


@pytest.mark.parametrize("figures", sorted(set(permutations((3, 3, 5, 5, 9), 3))))
def test_low_is_at_most_best_is_at_most_high(figures: tuple[int, int, int]) -> None:
    low, best, high = figures
    quantity = Quantity(measure="personnel", low=low, best=best, high=high)
    assert (not broken(quantity)) == (low <= best <= high)


def test_low_is_held_against_high_where_best_is_missing() -> None:
    assert broken(Quantity(measure="personnel", low=9, high=3)) == ["/low"]


def test_a_count_is_not_below_zero_and_may_be_zero() -> None:
    assert broken(Quantity(measure="killed", best=-1)) == ["/best"]
    assert broken(Quantity(measure="killed", best=0)) == []


def test_a_quantity_says_something() -> None:
    assert broken(Quantity(measure="personnel")) == [""]
    assert broken(Quantity(measure="personnel", basis="stated")) == [""]
    assert broken(Quantity(measure="personnel", basis="existence")) == []
    assert broken(Quantity(measure="personnel", wording="fewer than before")) == []


def test_a_vague_word_is_given_as_it_was_said() -> None:
    assert broken(Quantity(measure="personnel", basis="vague_word")) == ["/wording"]
    assert broken(Quantity(measure="personnel", basis="vague_word", wording="dozens")) == []


def test_an_exclusive_bound_needs_its_bound() -> None:
    quantity = Quantity(measure="personnel", best=5, low_exclusive=True, high_exclusive=True)
    assert broken(quantity) == ["/low_exclusive", "/high_exclusive"]


def test_nothing_else_is_as_large_as_an_exclusive_bound() -> None:
    assert broken(Quantity(measure="personnel", best=5, high=5, high_exclusive=True)) == ["/high_exclusive"]
    assert broken(Quantity(measure="personnel", best=5, high=6, high_exclusive=True)) == []


def test_a_comparison_gives_an_exclusive_bound() -> None:
    assert broken(Quantity(measure="personnel", high=5, basis="comparison")) == ["/basis"]
    assert broken(Quantity(measure="personnel", high=5, high_exclusive=True, basis="comparison")) == []


def test_a_derived_number_names_its_inputs() -> None:
    assert broken(Quantity(measure="personnel", best=5, basis="derived")) == ["/inputs"]
    assert broken(Quantity(measure="personnel", best=5, basis="derived", inputs=("R1",))) == []


def test_a_ratio_is_per_something_and_nothing_else_is() -> None:
    assert broken(Quantity(measure="killed", best=5, nature="ratio")) == ["/per"]
    assert broken(Quantity(measure="killed", best=5, nature="ratio", per=A_DAY)) == []
    assert broken(Quantity(measure="killed", best=5, nature="flow", per=A_DAY)) == ["/per"]
    assert broken(Quantity(measure="killed", best=5, nature="ratio", per=Per(measure="days", amount=0))) == [
        "/per/amount"
    ]


def test_a_rate_of_a_counted_measure_says_that_it_is_one() -> None:
    rate = Quantity(measure="killed", best=5, per=A_DAY)
    [finding] = measure_findings(rate, BUILT_IN["killed"], "")
    assert (finding.pointer, finding.hint) == ("/nature", 'set "nature": "ratio"')
    assert not list(measure_findings(Quantity(measure="killed", best=5), BUILT_IN["killed"], ""))
