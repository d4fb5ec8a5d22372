from datetime import date

import pytest

from app.domain.case import EVERYTHING, View, stands, withdrawn
from app.domain.developments import Development
from app.domain.statements import Statement
from tests.domain.building import Withdrawer, day, said, statements, view


def only(report: Development) -> Statement:
    (statement,) = statements([report])
    return statement


@pytest.mark.parametrize(
    ("reported", "position", "counts"),
    [(day(3), 9, True), (day(4), 5, True), (day(4), 6, False), (day(5), 1, False), (None, 1, False)],
)
def test_a_view_ends_at_a_day_and_within_it_at_a_position(reported: date | None, position: int, counts: bool) -> None:
    assert View(day=day(9), reported=(day(4), 5)).has(reported, position) == counts


def test_a_view_without_an_end_has_what_is_undated_too() -> None:
    assert view(0).has(None, EVERYTHING)


def test_a_whole_day_ends_after_all_positions() -> None:
    assert view(9, 4).has(day(4), EVERYTHING)
    assert not view(9, 4).has(day(5), 0)


@pytest.mark.parametrize("by", ["origin", "publisher", "recorder"])
def test_a_withdrawal_is_told_apart_by_who_made_it(by: Withdrawer) -> None:
    statement = only(said("a", "a", best=5, retracted=(by, 2)))
    assert withdrawn(statement, view(9), by_origin=True) == (by == "origin")
    assert withdrawn(statement, view(9), by_origin=False) == (by != "origin")


@pytest.mark.parametrize(("by", "standing"), [("origin", True), ("publisher", True), ("recorder", False)])
def test_only_our_own_withdrawal_reaches_back_before_its_day(by: Withdrawer, standing: bool) -> None:
    statement = only(said("a", "a", best=5, retracted=(by, 2)))
    assert stands(statement, view(9, 1)) == standing
    assert not stands(statement, view(9, 2))


def test_what_is_outside_the_view_does_not_stand() -> None:
    statement = only(said("a", "a", 3, best=5))
    assert (stands(statement, view(9, 2)), stands(statement, view(9, 3))) == (False, True)
