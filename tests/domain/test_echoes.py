from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT
from app.domain.developments import Development
from app.domain.echoes import Link, chain, echoes, quantity_of, root, same_quantity
from app.domain.statements import Statement
from tests.domain.building import link, said, statements


def ordered(reports: Sequence[Development]) -> list[Statement]:
    return sorted(statements(reports), key=lambda one: one.order)


def repeats(reports: Sequence[Development], *links: Link) -> dict[str, str]:
    """Each echo with what it repeats, by their reports."""
    found = echoes(ordered(reports), links, DEFAULT)
    return {one.report: other.report for one, other in found.items()}


OWN = said("own", "kr-nis", 30, best=13000)


def test_who_prints_what_its_origin_said_itself_repeats_it() -> None:
    assert repeats([OWN, said("r", "kr-nis", 32, via="herald", best=13000)]) == {"r": "own"}


def test_the_origins_own_word_may_come_later_and_still_be_what_was_repeated() -> None:
    assert repeats([OWN, said("r", "kr-nis", 28, via="herald", best=13000)]) == {"r": "own"}


@pytest.mark.parametrize(("on", "echo"), [(8, False), (9, True), (51, True), (52, False)])
def test_an_echo_lies_within_three_weeks_of_the_word(on: int, echo: bool) -> None:
    assert bool(repeats([OWN, said("r", "kr-nis", on, via="herald", best=13000)])) is echo


def test_days_are_those_of_the_vote_and_not_of_the_printing() -> None:
    assert repeats([OWN, said("r", "kr-nis", 300, via="herald", occurred=30, best=13000)]) == {"r": "own"}


@pytest.mark.parametrize(
    ("own", "relay", "echo"),
    [
        ({"best": 13000}, {"high": 13000}, True),
        ({"low": 9000, "best": 10000}, {"low": 10000, "high": 12000}, True),
        ({"low": 8000, "high": 9000}, {"low": 7000, "high": 9000}, True),
        ({"best": 0}, {"best": 0}, True),
        ({"word": "several hundred"}, {"word": "several hundred"}, True),
        ({"word": "several hundred"}, {"word": "hundreds"}, False),
        ({"best": 13000}, {"best": 13001}, False),
        ({"word": "hundreds"}, {"best": 400}, False),
    ],
)
def test_one_figure_in_common_is_enough(own: dict[str, Any], relay: dict[str, Any], echo: bool) -> None:
    found = repeats([said("own", "kr-nis", **own), said("r", "kr-nis", 1, via="herald", **relay)])
    assert bool(found) is echo


def test_another_origins_word_is_no_echo() -> None:
    assert not repeats([OWN, said("r", "us-dod", 31, via="herald", best=13000)])


def test_an_origin_that_says_it_again_repeats_nobody() -> None:
    assert not repeats([OWN, said("again", "kr-nis", 31, best=13000)])


def test_without_the_own_word_the_earliest_relay_stands_in_for_it() -> None:
    relays = [said(f"r{on}", "kr-nis", on, via=f"outlet-{on}", best=13000) for on in (5, 0, 21)]
    assert repeats(relays) == {"r5": "r0", "r21": "r0"}


def test_an_echo_does_not_carry_the_window_on() -> None:
    relays = [said(f"r{on}", "kr-nis", on, via="herald", best=13000) for on in (0, 20, 40)]
    assert repeats(relays) == {"r20": "r0"}


def test_an_unstated_origin_is_echoed_by_whoever_else_speaks_for_it() -> None:
    one, two = said("a", None, 0, via="herald", best=500), said("b", None, 1, via="herald", best=500)
    assert repeats([one, two]) == {"b": "a"}
    assert not repeats([one, said("c", None, 1, via="wire", best=500)])


def test_the_days_before_the_first_week_of_the_calendar_are_no_trouble() -> None:
    early = [said("a", "kr-nis", -739190, best=5), said("r", "kr-nis", -739189, via="herald", best=5)]
    assert early[0].vote_day is not None
    assert early[0].vote_day.year == 1
    assert repeats(early) == {"r": "a"}


def test_a_linked_restatement_is_an_echo_whatever_its_figure_origin_and_day() -> None:
    other = said("r", "us-dod", 90, best=12000)
    assert repeats([OWN, other], link("restates", "r", "own")) == {"r": "own"}


def test_a_link_to_something_that_is_not_on_the_key_makes_no_echo() -> None:
    other = said("r", "us-dod", 31, best=12000)
    assert not repeats([other], link("restates", "r", "own"))


def test_any_of_several_restatement_links_will_do_in_any_order() -> None:
    reports = [OWN, said("r", "us-dod", 31, best=12000), said("later", "uk", 31, best=9000)]
    links = [link("restates", "r", "elsewhere"), link("restates", "r", "later"), link("restates", "r", "own")]
    assert repeats(reports, *links) == repeats(reports, *reversed(links)) == {"r": "own"}


def test_of_reports_that_restate_each_other_in_a_circle_the_earliest_stays() -> None:
    reports = [said(name, name, on, best=on) for on, name in enumerate(("a", "b", "c"))]
    pair = [link("restates", "a", "b"), link("restates", "b", "a")]
    assert repeats(reports[:2], *pair) == repeats(reports[:2], *reversed(pair)) == {"b": "a"}
    ring = [link("restates", "a", "b"), link("restates", "b", "c"), link("restates", "c", "a")]
    assert repeats(reports, *ring) == {"b": "c", "c": "a"}


def test_a_word_that_restates_its_own_relay_leaves_the_relay_standing() -> None:
    relay = said("r", "kr-nis", 28, via="herald", best=13000)
    assert repeats([OWN, relay], link("restates", "own", "r")) == {"own": "r"}


def test_what_supersedes_something_is_no_echo_of_anything() -> None:
    news = said("r", "kr-nis", 31, via="herald", best=13000)
    newer = link("supersedes", "r", "own")
    assert not repeats([OWN, news], newer)
    assert not repeats([OWN, news], newer, link("restates", "r", "own"))
    assert repeats([said("s", "kr-nis", 35, via="wire", best=13000), news], newer) == {"s": "r"}


def test_the_chain_leads_to_what_repeats_nothing() -> None:
    reports = [OWN, said("r", "kr-nis", 31, via="herald", best=13000), said("s", "uk", 32, best=1)]
    found = echoes(ordered(reports), [link("restates", "s", "r")], DEFAULT)
    last = ordered(reports)[-1]
    assert [one.report for one in chain(last, found)] == ["s", "r", "own"]
    assert root(last, found).report == "own"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"best": 10000}, {"high": 10000}, True),
        ({"best": 10000}, {"low": 10000}, True),
        ({"low": 8000, "high": 9000}, {"low": 8000, "best": 9000}, True),
        ({"low": 8000, "high": 9000}, {"low": 8000, "best": 8500, "high": 9000}, False),
        ({"low": 9000, "high": 9000}, {"best": 9000}, True),
        ({"best": 0}, {"best": 0}, False),
        ({"low": 0, "high": 9}, {"low": 0, "high": 9}, True),
        ({"word": "hundreds"}, {"word": "hundreds"}, True),
        ({"word": "hundreds", "low": 300}, {"word": "hundreds"}, True),
        ({"word": "hundreds"}, {"word": "dozens"}, False),
        ({"word": "hundreds", "best": 350}, {"best": 350}, True),
        ({"word": "hundreds", "best": 350}, {"word": "hundreds"}, False),
        ({"basis": "existence"}, {"basis": "existence"}, False),
    ],
)
def test_a_quantity_is_its_set_of_numbers_or_its_word(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    first, second = statements([said("a", "a", **one), said("b", "b", **other)])
    assert same_quantity(first, second) is same_quantity(second, first) is same
    assert not same or quantity_of(first) == quantity_of(second)


figures = st.fixed_dictionaries({}, optional={name: st.integers(1, 4) for name in ("best", "high")}).filter(bool)
plain = st.tuples(st.sampled_from(("a", "b", None)), st.sampled_from((None, "h", "w")), st.integers(0, 50), figures)


def report_of(at: int, drawn: tuple[str | None, str | None, int, dict[str, Any]]) -> Development:
    origin, via, on, figure = drawn
    if figure.get("best", 0) > figure.get("high", 9):
        figure = {"best": figure["best"]}
    return said(f"r{at}", origin, on, via=via or ("h" if origin is None else None), **figure)


def plainly(able: Sequence[Statement]) -> set[str]:
    """The rule as it is worded, asked of every pair."""

    def alike(one: Statement, other: Statement) -> bool:
        assert one.vote_day is not None
        assert other.vote_day is not None
        numbers = [{given.figure.low, given.figure.best, given.figure.high} - {None} for given in (one, other)]
        near = abs((one.vote_day - other.vote_day).days) <= 21
        return one.origin == other.origin and near and bool(numbers[0] & numbers[1])

    found: list[Statement] = []
    for at, one in enumerate(able):
        before = [other for other in able[:at] if other.relays and other not in found]
        if one.relays and any(alike(one, other) for other in [*before, *(own for own in able if not own.relays)]):
            found.append(one)
    return {one.report for one in found}


@given(st.lists(plain, max_size=12))
def test_looking_only_at_what_is_near_misses_nothing(drawn: list[Any]) -> None:
    able = ordered([report_of(at, one) for at, one in enumerate(drawn)])
    assert {one.report for one in echoes(able, (), DEFAULT)} == plainly(able)


names = st.sampled_from([f"r{at}" for at in range(8)])
restating = st.lists(st.tuples(st.sampled_from(("restates", "supersedes")), names, names), max_size=12)


@given(st.lists(plain, min_size=8, max_size=8), restating)
def test_no_links_make_a_circle_and_their_order_does_not_matter(drawn: list[Any], tied: list[Any]) -> None:
    able = ordered([report_of(at, one) for at, one in enumerate(drawn)])
    links = [link(*tie) for tie in tied]
    found = echoes(able, links, DEFAULT)
    assert found == echoes(able, links[::-1], DEFAULT)
    for one in able:
        assert root(one, found) not in found
        assert len(list(chain(one, found))) <= len(able)
