"""Estimates at the terminal: the same answer as over HTTP, and one that people can read."""

from typing import Any

import pytest

from app.cli.estimate import when
from app.cli.words import said
from app.domain.estimate import Rival
from tests.asking import ARTICLE, RUSSIA
from tests.cli.conftest import Cli

KEY = ("personnel", "kp-forces", "ru")
HERE = ("--timeline", RUSSIA)


def rival(**stated: Any) -> Rival:
    fields = {"low": None, "best": None, "high": None, "low_exclusive": False, "high_exclusive": False, "word": None}
    names = dict.fromkeys(("origin", "report", "actor", "place", "grade", "stance"), "x")
    rest = dict.fromkeys(("occurred", "reported", "why"))
    return Rival(**(fields | names | rest | stated))


def test_the_figures_are_those_of_the_interface(ask: Cli) -> None:
    answer = ask.json("estimate", *KEY, *HERE, "--valid-at", "2024-11-10")
    assert answer["as_of"]["valid_at"] == "2024-11-10"
    assert answer["low"] < answer["best"] < answer["high"]
    assert "contributions" not in answer


def test_the_explanation_adds_up_to_the_figures(ask: Cli) -> None:
    answer = ask.json("estimate", *KEY, *HERE, "--explain")
    effects = sum(one["best_effect"] for one in answer["contributions"]) + sum(one["best"] for one in answer["lines"])
    assert effects == answer["figures"]["best_u"]


@pytest.mark.parametrize("more", [(), ("--explain",), ("--reported-by", "2024-10-25"), ("--valid-at", "2020-01-01")])
def test_a_person_can_read_it_on_eighty_columns(ask: Cli, more: tuple[str, ...]) -> None:
    said = ask("estimate", *KEY, *HERE, *more).stdout
    assert "90% interval" in said or "no claims" in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_past_day_says_that_it_is_read_in_retrospect(ask: Cli) -> None:
    assert "in retrospect" in ask("estimate", *KEY, *HERE, "--valid-at", "2024-10-29").stdout
    then = ask("estimate", *KEY, *HERE, "--valid-at", "2024-10-29", "--reported-by", "2024-10-29").stdout
    assert "in retrospect" not in then
    assert "in retrospect" not in ask("estimate", *KEY, *HERE).stdout


def told(ask: Cli, *key: str) -> str:
    """What a person reads of a key of the example, the width of the page set aside."""
    return " ".join(ask("estimate", *key, *HERE, "--explain").stdout.split())


def test_who_came_is_a_bound_whose_other_end_is_unknown(ask: Cli) -> None:
    said = told(ask, "personnel", "kp-forces", "ru-near-ukraine")
    assert "estimate none, bounds only bounds at least" in said
    assert "net arrivals more came than left, so at least so many are there" in said


def test_a_whole_of_which_nobody_spoke_is_put_together_from_its_parts(ask: Cli) -> None:
    said = told(ask, "personnel", "kp-special-forces", "ru")
    assert "from parts: nobody gave a figure for the whole" in said
    assert "ru-far-east 1,500 sum of these 1,500 elsewhere in ru 0 all of ru 1,500" in said


def test_parts_that_exceed_their_whole_say_by_how_much(ask: Cli) -> None:
    said = told(ask, *KEY)
    assert "parts exceed whole: " in said
    assert "overlap of 749 between ru and ru-far-east, ru-kursk" in said


def test_a_vote_says_how_many_movements_added_to_it(ask: Cli) -> None:
    answer = ask.json("estimate", *KEY, *HERE, "--explain")
    assert {one["carried"] for one in answer["contributions"]} == {135}
    net = ask.json("movements", *KEY, *HERE, "--from", "2024-11-20")["net"]["best"]
    assert net == 135
    assert " moved " in told(ask, *KEY)
    assert " moved " not in told(ask, "personnel", "kp-forces", "ua-kharkiv")


def test_a_period_takes_two_lines_and_an_open_one_says_since(ask: Cli) -> None:
    said = ask("estimate", *KEY, *HERE).stdout
    assert "2024-10-25 to " in said
    assert "since 2024-10-28" in said
    assert "\N{REPLACEMENT CHARACTER}" not in said


@pytest.mark.parametrize(
    ("occurred", "words"),
    [
        ("2024-10", "2024-10"),
        ("2024-10-01/2024-10-03", "2024-10-01 to\n2024-10-03"),
        ("2024-10-01/..", "since 2024-10-01"),
        ("2024-10-01/", "since 2024-10-01"),
        ("../2024-10-01", "until 2024-10-01"),
        (None, "2024-11-01"),
    ],
)
def test_a_day_reads_as_it_would_be_written(occurred: str | None, words: str) -> None:
    assert str(when(rival(occurred=occurred, reported="2024-11-01"))) == words


def test_what_nobody_counted_is_no_estimate_and_not_zero(ask: Cli) -> None:
    said = ask("estimate", *KEY, *HERE, "--reported-by", "2023-12-31").stdout
    assert "none" in said
    assert "is not zero" in said


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (("personel", "kp-forces", "ru"), "personnel"),
        (("personnel", "kp-force", "ru"), "kp-forces"),
        (("personnel", "kp-forces", "ru-kurks"), "ru-kursk"),
    ],
)
def test_a_name_that_is_not_there_brings_the_nearest(ask: Cli, asked: tuple[str, ...], hint: str) -> None:
    said, nearest = ask.error("estimate", *asked, *HERE, code=1)
    assert said.startswith("Error: no ")
    assert hint in nearest


def test_of_several_timelines_one_has_to_be_named(ask: Cli) -> None:
    said, _ = ask.error("estimate", *KEY, code=2)
    assert RUSSIA in said
    assert ARTICLE in said


def test_the_environment_can_name_the_timeline(ask: Cli) -> None:
    asking = Cli(**{**ask.environ, "MUSTER_TIMELINE": RUSSIA})
    assert asking.json("estimate", *KEY)["actor"] == "kp-forces"


@pytest.mark.parametrize("wrong", [("--valid-at", "2024"), ("--known-at", "now"), ("--known-at", "position:99999")])
def test_a_time_that_cannot_be_is_wrong_usage(ask: Cli, wrong: tuple[str, str]) -> None:
    assert wrong[0].removeprefix("--").replace("-", "_") in ask.error("estimate", *KEY, *HERE, *wrong, code=2)[0]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"best": 11000}, "11,000"),
        ({"low": 8000, "high": 10000}, "8,000 to 10,000"),
        ({"high": 12000}, "up to 12,000"),
        ({"high": 12000, "high_exclusive": True}, "less than 12,000"),
        ({"low": 3000}, "at least 3,000"),
        ({"low": 3000, "low_exclusive": True}, "more than 3,000"),
        ({"low": 1, "best": 2, "high": 3}, "2 (1 to 3)"),
        ({"word": "dozens"}, "dozens"),
        ({"low": 0, "best": 0}, "0"),
        ({}, "some"),
    ],
)
def test_what_an_origin_says_reads_as_it_would_be_written(figures: dict[str, int], words: str) -> None:
    assert said(rival(**figures)) == words
