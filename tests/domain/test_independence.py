"""How many independent origins there are behind a panel, and when a confirmed report counts as confirmed."""

from collections.abc import Sequence

import pytest

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.independence import effective_digit, groups_of
from app.domain.selection import select
from app.domain.sources import Merged, count_independent
from app.domain.statements import statements_of
from tests.domain.building import MEASURES, case_of, link, read, said, view

A, B, C = (said(name, name, on, best=9000 + on) for on, name in enumerate("abc"))
NOBODY_SAYS = said("u", None, 3, via="herald", best=8000)


def independence(reports: Sequence[Development], *links: Link, kin: Merged | None = None) -> tuple[int, int]:
    """The fewest and the most independent origins."""
    case = case_of(reports, links, kin=kin)
    selection = select(case, view(30), DEFAULT)
    groups = groups_of(selection.heard, case, view(30), DEFAULT)
    return count_independent(groups), sum(map(len, groups))


def test_strangers_are_all_independent() -> None:
    assert independence([A, B, C]) == (3, 3)


def test_without_votes_there_is_nobody() -> None:
    assert independence([]) == (0, 0)


def test_kin_may_be_one() -> None:
    assert independence([A, B, C], kin=Merged([("a", "c")])) == (2, 3)


@pytest.mark.parametrize("relation", ["possibly_same_origin", "restates"])
def test_reports_that_may_have_one_origin_make_one_group(relation: str) -> None:
    elsewhere = said("c", "c", 2, at="ua", best=1)
    tied = [link(relation, "a", "b"), link(relation, "b", "c")]
    expected = (1, 2) if relation == "possibly_same_origin" else (1, 1)  # of a restatement and its original one votes
    assert independence([A, B, elsewhere], *tied) == expected


def test_one_origin_under_two_names_is_one() -> None:
    assert independence([A, B, C], link("same_origin", "a", "b")) == (2, 2)


def test_equal_figures_are_two_at_most_and_one_at_least() -> None:
    like = said("like", "d", 1, best=9000)
    assert independence([A, like]) == (1, 2)
    assert independence([A, like], link("independent_of", "like", "a")) == (2, 2)
    assert independence([A, said("like", "d", 20, best=9000)]) == (2, 2)


def test_an_unstated_origin_may_be_any_of_the_others() -> None:
    assert independence([A, B, NOBODY_SAYS]) == (2, 3)
    assert independence([NOBODY_SAYS]) == (1, 1)


def digit(
    reports: Sequence[Development], *links: Link, reported_by: int | None = None, kin: Merged | None = None
) -> int:
    (first, *_) = statements_of(reports[0], MEASURES, DEFAULT)
    return effective_digit(first, case_of(reports, links, kin=kin), view(30, reported_by))


SURE = said("sure", "d", 1, grade="B1", best=9500)


def test_a_confirmed_report_without_confirmation_counts_as_a_probable_one() -> None:
    assert digit([SURE]) == 2
    assert [given for _, given in read([SURE], 5).selection.votes] == [2]


@pytest.mark.parametrize("grade", ["B2", "B3", "B6"])
def test_other_digits_stay_what_they_are(grade: str) -> None:
    assert digit([said("sure", "d", 1, grade=grade, best=1), A], link("corroborates", "a", "sure")) == int(grade[1])


@pytest.mark.parametrize("ends", [("a", "sure"), ("sure", "a")])
def test_a_second_independent_origin_confirms_from_either_end_of_the_link(ends: tuple[str, str]) -> None:
    assert digit([SURE, A], link("corroborates", *ends)) == 1


def test_corroboration_on_another_key_counts_too() -> None:
    assert digit([SURE, said("a", "a", 0, at="ua", best=1)], link("corroborates", "a", "sure")) == 1


def test_neither_kin_nor_the_same_nor_an_unstated_origin_confirms() -> None:
    assert digit([SURE, A], link("corroborates", "a", "sure"), kin=Merged([("a", "d")])) == 2
    assert digit([SURE, said("a", "d", 2, best=1)], link("corroborates", "a", "sure")) == 2
    assert digit([SURE, NOBODY_SAYS], link("corroborates", "u", "sure")) == 2


@pytest.mark.parametrize("relation", ["possibly_same_origin", "same_origin", "restates"])
def test_a_corroboration_of_doubtful_origin_does_not_confirm(relation: str) -> None:
    ties = [link("corroborates", "a", "sure"), link(relation, "a", "sure")]
    assert digit([SURE, A], *ties) == 2
    assert digit([SURE, A, B], *ties, link("corroborates", "b", "sure")) == 1


def test_only_a_standing_corroboration_that_was_reported_confirms() -> None:
    late = said("a", "a", 9, best=1, retracted=("origin", 12))
    tie = link("corroborates", "a", "sure")
    assert [digit([SURE, late], tie, reported_by=by) for by in (8, 9, 11, 12)] == [2, 1, 1, 2]
