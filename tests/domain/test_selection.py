from typing import Any

import msgspec
import pytest

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.quantity import Quantity
from app.domain.selection import stands
from app.domain.statements import statements_of
from tests.domain.building import (
    MEASURES,
    body,
    day,
    development,
    link,
    read,
    reasons,
    said,
    view,
    voters,
)

SEOUL = said("seoul", "kr-nis", 1, best=13000)
RELAY = said("relay", "kr-nis", 2, via="herald", best=13000)
LATE_RELAY = said("late", "kr-nis", 4, via="wire", best=13000)
US = said("us", "us-dod", 3, best=10000)


# -- one vote for each origin ----------------------------------------------------------------------------------------


def test_nothing_said_is_no_vote_and_no_reason() -> None:
    found = read([], 0)
    assert (voters(found), reasons(found), found.figures) == ([], {}, None)


def test_each_origin_has_the_last_thing_it_said() -> None:
    found = read([SEOUL, US, said("seoul-2", "kr-nis", 5, best=11000)], 5)
    assert voters(found) == ["us", "seoul-2"]
    assert reasons(found) == {"seoul": ("superseded", "seoul-2")}


def test_what_is_later_than_the_day_is_not_yet_heard() -> None:
    found = read([SEOUL, said("seoul-2", "kr-nis", 5, best=11000)], 4)
    assert voters(found) == ["seoul"]
    assert reasons(found) == {"seoul-2": "later"}


def test_a_late_report_of_an_early_day_does_not_displace_the_newer_word() -> None:
    found = read([SEOUL, said("old", "kr-nis", 9, occurred=0, best=9000)], 9)
    assert voters(found) == ["seoul"]
    assert reasons(found) == {"old": ("superseded", "seoul")}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (said("b", "kr-nis", 2, occurred=1, best=1), said("a", "kr-nis", 3, occurred=1, best=2)),
        (said("a", "kr-nis", 2, best=1), said("b", "kr-nis", 2, best=2)),
    ],
)
def test_of_two_words_on_one_day_the_later_said_counts_then_the_later_named(
    first: Development, second: Development
) -> None:
    assert voters(read([second, first], 9)) == voters(read([first, second], 9)) == [second.body.report]


def test_of_two_quantities_of_one_report_on_one_key_the_last_counts() -> None:
    both = body(quantities=(Quantity(measure="personnel", best=5), Quantity(measure="personnel", best=9)))
    found = read([development(both)], 0)
    assert [one.figure.best for one, _ in found.selection.votes] == [9]
    assert reasons(found) == {"R1": ("superseded", "R1")}


def test_an_echo_does_not_renew_the_day() -> None:
    found = read([SEOUL, LATE_RELAY], 9)
    assert voters(found) == ["seoul"]
    assert reasons(found) == {"late": ("echo_of", "seoul")}


def test_a_relay_recorded_before_its_original_gives_way_to_it() -> None:
    relay_first = [said("relay", "kr-nis", 2, via="herald", best=13000, position=1), SEOUL]
    assert voters(read(relay_first, 9)) == ["seoul"]


def test_each_reason_for_silence_is_told() -> None:
    silent = [said("planned", "a", stance="planned", best=1), said("undated", "b", best=1)]
    silent[1] = msgspec.structs.replace(silent[1], reported_day=None)
    assert reasons(read(silent, 9)) == {"planned": "planned", "undated": "undated"}


# -- what was known and reported ---------------------------------------------------------------------------------


def test_what_was_not_yet_reported_is_not_even_named() -> None:
    found = read([SEOUL, US], 9, reported_by=2)
    assert (voters(found), reasons(found)) == (["seoul"], {})


def test_an_undated_report_is_left_out_wherever_a_day_of_reporting_is_given() -> None:
    undated = msgspec.structs.replace(SEOUL, reported_day=None)
    assert reasons(read([undated], 9)) == {"seoul": "undated"}
    assert reasons(read([undated], 9, reported_by=9)) == {}
    assert not stands(statements_of(undated, MEASURES, DEFAULT)[0], view(9, 9))


def test_a_link_with_an_undated_report_acts_only_without_a_day_of_reporting() -> None:
    undated = msgspec.structs.replace(SEOUL, reported_day=None)
    tie = link("misquotes", "us", "seoul")
    assert voters(read([undated, US], 9, tie)) == []
    assert voters(read([undated, US], 9, tie, reported_by=9)) == ["us"]


# -- withdrawals ---------------------------------------------------------------------------------------------------


def taken_back(one: Development, by: Any, on: int = 6) -> Development:
    name, (own,) = one.body.report, statements_of(one, MEASURES, DEFAULT)
    via = one.publisher if own.relays else None
    on_day = (one.reported_day or day(0)).toordinal() - day(0).toordinal()
    return said(name, one.origin, on_day, via=via, best=own.figure.best, retracted=(by, on))


def test_a_retraction_by_the_origin_takes_its_echoes_along_and_returns_its_earlier_word() -> None:
    before = said("before", "kr-nis", 0, best=9000)
    found = read([before, taken_back(SEOUL, "origin"), RELAY, LATE_RELAY], 9)
    assert voters(found) == ["before"]
    with_it = ("retracted", "seoul")
    assert reasons(found) == {"seoul": "retracted", "relay": with_it, "late": with_it}


def test_an_origin_that_takes_back_a_relay_takes_back_the_statement() -> None:
    assert voters(read([SEOUL, taken_back(RELAY, "origin"), LATE_RELAY], 9)) == []


@pytest.mark.parametrize("by", ["publisher", "recorder"])
def test_any_other_retraction_removes_one_report_and_the_earliest_echo_becomes_the_vote(by: str) -> None:
    found = read([taken_back(SEOUL, by), RELAY, LATE_RELAY], 9)
    assert voters(found) == ["relay"]
    assert reasons(found) == {"seoul": "retracted", "late": ("echo_of", "relay")}


@pytest.mark.parametrize("by", ["publisher", "recorder"])
def test_a_removed_echo_costs_nothing(by: str) -> None:
    found = read([SEOUL, taken_back(RELAY, by)], 9)
    assert (voters(found), reasons(found)) == (["seoul"], {"relay": "retracted"})


@pytest.mark.parametrize("by", ["origin", "publisher"])
def test_a_withdrawal_counts_from_the_day_it_was_made_known(by: str) -> None:
    reports = [taken_back(SEOUL, by, on=6)]
    assert voters(read(reports, 9, reported_by=5)) == ["seoul"]
    assert voters(read(reports, 9, reported_by=6)) == []


def test_a_recorders_withdrawal_counts_whatever_had_been_reported() -> None:
    assert voters(read([taken_back(SEOUL, "recorder", on=6)], 9, reported_by=1)) == []


def test_a_retracted_report_that_had_no_vote_is_retracted_first_of_all() -> None:
    planned = said("planned", "kr-nis", stance="planned", best=1, retracted=("origin", 1))
    assert reasons(read([planned], 9)) == {"planned": "retracted"}


def test_an_origin_cannot_take_back_what_another_said() -> None:
    copy = said("copy", "us-dod", 2, best=12000, retracted=("origin", 6))
    found = read([SEOUL, copy], 9, link("restates", "copy", "seoul"))
    assert (voters(found), reasons(found)) == (["seoul"], {"copy": "retracted"})
    back = read([taken_back(SEOUL, "origin"), said("copy", "us-dod", 2, best=1)], 9, link("restates", "copy", "seoul"))
    assert voters(back) == []


# -- links ---------------------------------------------------------------------------------------------------------


def test_a_restatement_of_a_bare_existence_keeps_its_vote() -> None:
    existence = said("there", "kr-nis", 0, basis="existence")
    assert voters(read([existence, US], 9, link("restates", "us", "there"))) == ["us"]


def test_a_restatement_of_something_on_another_key_keeps_its_vote() -> None:
    elsewhere = said("east", "kr-nis", 0, at="ru-east", best=10000)
    assert voters(read([elsewhere, US], 9, link("restates", "us", "east"))) == ["us"]


@pytest.mark.parametrize("at", ["ru", "ru-east"])
def test_a_misquotation_has_no_vote_on_any_key(at: str) -> None:
    quoted = said("quoted", "kr-nis", 1, at=at, best=13000)
    found = read([quoted, US], 9, link("misquotes", "us", "quoted"))
    assert reasons(found) == {"us": "misquoted"}


@pytest.mark.parametrize("by", ["origin", "publisher", "recorder"])
@pytest.mark.parametrize("relation", ["misquotes", "supersedes"])
def test_a_link_acts_only_where_both_reports_stand(by: str, relation: str) -> None:
    ends = ("seoul", "us") if relation == "supersedes" else ("us", "seoul")
    assert "us" not in voters(read([SEOUL, US], 9, link(relation, *ends)))
    assert voters(read([taken_back(SEOUL, by), US], 9, link(relation, *ends))) == ["us"]
    assert voters(read([US], 9, link(relation, *ends))) == ["us"]


def test_a_link_to_what_was_not_yet_reported_does_not_act() -> None:
    newer = said("newer", "kr-nis", 8, occurred=2, best=1)
    assert voters(read([newer, US], 9, link("supersedes", "newer", "us"), reported_by=7)) == ["us"]


def test_what_is_superseded_goes_from_the_newer_ones_day_on() -> None:
    newer, tie = said("newer", "kr-nis", 8, at="ua", best=1), link("supersedes", "newer", "us")
    assert voters(read([newer, US], 7, tie)) == ["us"]
    found = read([newer, US], 8, tie)
    assert (voters(found), reasons(found)) == ([], {"us": ("superseded", "newer")})


def test_what_was_superseded_does_not_come_back_when_the_newer_is_superseded_too() -> None:
    last = said("last", "uk", 9, best=1)
    ties = [link("supersedes", "seoul", "us"), link("supersedes", "last", "seoul")]
    assert voters(read([SEOUL, US, last], 9, *ties)) == ["last"]


def test_a_superseded_last_word_gives_way_to_the_origins_word_before() -> None:
    before = said("before", "us-dod", 0, best=9000)
    assert voters(read([before, SEOUL, US], 9, link("supersedes", "seoul", "us"))) == ["before", "seoul"]


def test_of_two_that_supersede_each_other_the_later_stays() -> None:
    ties = [link("supersedes", "seoul", "us"), link("supersedes", "us", "seoul")]
    assert voters(read([SEOUL, US], 9, *ties)) == voters(read([SEOUL, US], 9, *reversed(ties))) == ["us"]


def test_two_reports_of_one_origin_under_two_names_have_one_vote() -> None:
    found = read([SEOUL, US], 9, link("same_origin", "seoul", "us"))
    assert (voters(found), reasons(found)) == (["us"], {"seoul": ("superseded", "us")})


def test_a_new_word_of_an_origin_does_not_bring_back_what_was_linked_with_its_old_one() -> None:
    newer = said("newer", "us-dod", 5, best=9000)
    found = read([SEOUL, US, newer], 9, link("same_origin", "seoul", "us"))
    assert voters(found) == ["newer"]
    assert set(reasons(found)) == {"seoul", "us"}


@pytest.mark.parametrize("relation", ["corroborates", "contradicts", "rival_of", "overlaps_quantity", "see_also"])
def test_other_links_change_no_vote(relation: str) -> None:
    assert voters(read([SEOUL, US], 9, link(relation, "seoul", "us"))) == ["seoul", "us"]


# -- equal figures -------------------------------------------------------------------------------------------------


def twice(apart: int, **second: Any) -> list[Development]:
    return [said("one", "a", 0, best=10000), said("two", "b", apart, **{"best": 10000, **second})]


@pytest.mark.parametrize(("apart", "votes"), [(0, 1), (7, 1), (8, 2)])
def test_of_equal_figures_within_a_week_the_earlier_counts(apart: int, votes: int) -> None:
    found = read(twice(apart), 9)
    assert voters(found) == ["one", "two"][:votes]
    assert votes == 2 or reasons(found) == {"two": ("same_figure", "one")}


def test_only_last_words_are_compared() -> None:
    changed = said("changed", "a", 1, best=9000)
    assert voters(read([*twice(2), changed], 9)) == ["changed", "two"]


def test_figures_that_are_linked_as_independent_both_count() -> None:
    ties = link("independent_of", "one", "two"), link("independent_of", "two", "one")
    assert [voters(read(twice(1), 9, tie)) for tie in ties] == [["one", "two"]] * 2


def test_a_confirmed_figure_counts_beside_its_like() -> None:
    confirmed = twice(1, grade="B1")
    assert voters(read(confirmed, 9)) == ["one"]
    assert voters(read(confirmed, 9, link("corroborates", "one", "two"))) == ["one", "two"]


def test_many_can_say_that_there_is_nobody() -> None:
    none = [said("one", "a", 0, best=0), said("two", "b", 0, best=0)]
    assert voters(read(none, 9)) == ["one", "two"]
