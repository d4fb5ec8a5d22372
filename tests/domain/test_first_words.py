"""Who votes in retrospect: beside the last words up to a day the first words after it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.attribution import change
from app.domain.developments import Development
from app.domain.echoes import Link
from app.domain.panel import Evaluation, evaluate
from app.domain.quantity import Quantity
from tests.domain.building import (
    body,
    case_of,
    day,
    development,
    figures,
    histories,
    link,
    links,
    read,
    reasons,
    said,
    view,
    voters,
)

SEOUL = said("seoul", "kr-nis", 0, best=10000)
US = said("us", "us-dod", 10, best=13000)


def look(reports: list[Development], on: int, *ties: Link, **changes: Any) -> Evaluation:
    return read(reports, on, *ties, retrospect=True, **changes)


def test_a_word_before_the_day_and_one_after_it_are_read_together() -> None:
    found = look([SEOUL, US], 4)
    assert (voters(found), reasons(found), found.in_retrospect) == (["seoul", "us"], {}, True)
    assert figures(found) == pytest.approx((6050, 11200, 20600), rel=0.005)


def test_nothing_later_counts_unless_it_is_asked_for() -> None:
    found = read([SEOUL, US], 4)
    assert (voters(found), reasons(found), found.in_retrospect) == (["seoul"], {"us": "later"}, False)


def test_a_day_after_all_votes_is_read_as_in_real_time() -> None:
    assert look([SEOUL, US], 10) == read([SEOUL, US], 10)


def test_a_day_before_all_votes_has_the_first_of_them() -> None:
    found = look([SEOUL, US], -3)
    assert (voters(found), found.in_retrospect) == (["seoul", "us"], True)
    assert read([SEOUL, US], -3).figures is None


def test_what_had_not_been_reported_is_no_later_word() -> None:
    assert look([SEOUL, US], 4, reported_by=9) == read([SEOUL, US], 4, reported_by=9)


# -- the first word of each origin ---------------------------------------------------------------------------------


def test_of_each_origin_the_last_word_up_to_the_day_and_the_first_after_it_count() -> None:
    words = [said(f"w{on}", "a", on, best=9000 + on) for on in (0, 3, 6, 9)]
    found = look(words, 4)
    assert voters(found) == ["w3", "w6"]
    assert reasons(found) == {"w0": ("superseded", "w3"), "w9": ("later", "w6")}


def test_of_several_words_of_the_first_day_the_last_counts_as_on_that_day() -> None:
    draft, final = said("draft", "a", 6, best=8000), said("final", "a", 8, occurred=6, best=9000)
    found = look([final, draft, SEOUL], 4)
    assert voters(found) == ["seoul", "final"]
    assert reasons(found) == {"draft": ("superseded", "final")}


def test_of_two_quantities_of_one_later_report_the_last_counts() -> None:
    both = body(quantities=(Quantity(measure="personnel", best=5), Quantity(measure="personnel", best=9)))
    found = look([development(both)], -1)
    assert [one.figure.best for one, _ in found.selection.votes] == [9]


def test_an_origin_may_say_the_same_on_either_side() -> None:
    again = said("again", "kr-nis", 6, best=10000)
    assert voters(look([SEOUL, again], 4)) == ["seoul", "again"]


def test_two_later_names_of_one_origin_have_one_first_word() -> None:
    other = said("other", "uk", 12, best=12000)
    found = look([SEOUL, US, other], 4, link("same_origin", "us", "other"))
    assert (voters(found), reasons(found)) == (["seoul", "us"], {"other": ("later", "us")})


def test_a_link_across_the_day_makes_two_names_one_origin() -> None:
    later = said("later", "kr-nis", 12, best=12000)
    found = look([SEOUL, US, later], 4, link("same_origin", "seoul", "us"))
    assert (voters(found), reasons(found)) == (["seoul", "us"], {"later": ("later", "us")})


# -- what is no word of its own on the later side either -----------------------------------------------------------


def test_a_later_relay_of_an_earlier_word_stays_an_echo() -> None:
    relay = said("relay", "kr-nis", 6, via="herald", best=10000)
    found = look([SEOUL, relay, US], 4)
    assert (voters(found), reasons(found)) == (["seoul", "us"], {"relay": ("echo_of", "seoul")})


def test_a_later_word_that_was_taken_back_gives_way_to_the_next() -> None:
    gone, next_ = said("gone", "us-dod", 6, best=9000, retracted=("origin", 7)), US
    assert voters(look([SEOUL, gone, next_], 4)) == ["seoul", "us"]
    assert voters(look([SEOUL, gone, next_], 4, reported_by=6)) == ["seoul", "gone"]


def test_a_later_misquotation_has_no_vote() -> None:
    assert reasons(look([SEOUL, US], 4, link("misquotes", "us", "seoul"))) == {"us": "misquoted"}


def test_a_later_figure_that_another_origin_gave_within_a_week_is_not_counted_again() -> None:
    same = said("same", "uk", 6, best=10000)
    found = look([SEOUL, same, US], 4)
    assert (voters(found), reasons(found)) == (["seoul", "us"], {"same": ("same_figure", "seoul")})
    assert voters(look([SEOUL, same, US], 4, link("independent_of", "same", "seoul"))) == ["seoul", "same", "us"]
    assert voters(look([SEOUL, said("same", "uk", 8, best=10000), US], 4)) == ["seoul", "same", "us"]


def test_a_word_that_is_superseded_later_is_still_the_first_after_the_day() -> None:
    newer = said("newer", "uk", 12, best=20000)
    ties = link("supersedes", "newer", "us"), link("supersedes", "newer", "seoul")
    assert voters(look([SEOUL, US, newer], 4, *ties)) == ["seoul", "us", "newer"]
    assert reasons(look([SEOUL, US, newer], 10, *ties)) == {}


@pytest.mark.parametrize("occurred", [2, 6, 10])
def test_a_word_that_was_superseded_on_its_own_day_is_none(occurred: int) -> None:
    newer, tie = said("newer", "uk", 20, occurred=occurred, best=20000), link("supersedes", "newer", "us")
    found = look([SEOUL, US, newer], 4, tie)
    assert (voters(found), reasons(found)) == (["seoul", "newer"], {"us": ("superseded", "newer")})


def test_of_two_that_supersede_each_other_across_the_day_both_stay() -> None:
    ties = [link("supersedes", "seoul", "us"), link("supersedes", "us", "seoul")]
    assert voters(look([SEOUL, US], 4, *ties)) == voters(look([SEOUL, US], 4, *reversed(ties))) == ["seoul", "us"]


# -- laws ----------------------------------------------------------------------------------------------------------


@given(histories(), links, st.integers(0, 45))
def test_every_statement_votes_or_has_a_reason_and_no_origin_votes_twice_on_a_side(
    reports: list[Development], tied: list[Link], on: int
) -> None:
    case = case_of(reports, tied)
    selection = evaluate(case, view(on), DEFAULT, retrospect=True).selection
    told = [one.report for one, _ in selection.votes] + [left.statement.report for left in selection.left_out]
    assert sorted(told) == sorted(one.report for one in case.statements)
    sides = [(one.vote_day is not None and one.vote_day <= day(on), one.origin) for one, _ in selection.votes]
    assert len(sides) == len(set(sides))
    orders = [one.order for one, _ in selection.votes]
    assert orders == sorted(orders)


@given(histories(), links, st.integers(0, 45))
def test_a_first_word_would_be_heard_on_its_own_day(reports: list[Development], tied: list[Link], on: int) -> None:
    """Links of one origin aside: they act on the first word as soon as both reports are there, not from a day on."""
    tied = [tie for tie in tied if tie.relation != "same_origin"]
    for one in read(reports, on, *tied, retrospect=True).selection.heard:
        if one.vote_day is not None and one.vote_day > day(on):
            its_day = (one.vote_day - day(0)).days
            assert one in read(reports, its_day, *tied).selection.heard


@given(histories(), links, st.integers(0, 45), st.none() | st.integers(0, 45), st.data())
def test_the_order_in_which_things_are_given_does_not_matter(
    reports: list[Development], tied: list[Link], on: int, by: int | None, data: st.DataObject
) -> None:
    shuffled, retied = data.draw(st.permutations(reports)), data.draw(st.permutations(tied))
    assert look(shuffled, on, *retied, reported_by=by) == look(reports, on, *tied, reported_by=by)


@given(histories(), links, st.integers(0, 45))
def test_by_the_day_itself_there_is_nothing_to_look_back_from(
    reports: list[Development], tied: list[Link], on: int
) -> None:
    assert look(reports, on, *tied, reported_by=on) == read(reports, on, *tied, reported_by=on)


@given(histories(), links, st.integers(0, 45))
def test_one_report_more_costs_exactly_what_undoing_it_gives_back(
    reports: list[Development], tied: list[Link], on: int
) -> None:
    before, after = look(reports[1:], on, *tied), look(reports, on, *tied)
    there, back = change(before.panel, after.panel), change(after.panel, before.panel)
    assert [(line.low, line.best, line.high) for line in there] == [
        (-line.low, -line.best, -line.high) for line in back
    ]
    old, new = before.figures, after.figures
    assert sum(line.best for line in there) == (new.units[1] if new else 0) - (old.units[1] if old else 0)


def test_a_case_without_a_day_of_reporting_has_no_first_word() -> None:
    undated = msgspec.structs.replace(US, reported_day=None)
    assert reasons(look([undated], 4)) == {"us": "undated"}
