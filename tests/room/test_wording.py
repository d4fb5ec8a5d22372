"""Figures, days and grades as readers see them."""

from typing import Any

import pytest

from app.room.templating import link, web_address
from app.room.wording import day, grade_text, independence, interval, number, signed, statement


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"best": 13000}, "13,000"),
        ({"best": 0}, "0"),
        ({"low": 8000, "best": 9000, "high": 10000}, "9,000 (8,000 to 10,000)"),
        ({"low": 11000, "high": 12000}, "11,000 to 12,000"),
        ({"high": 12000}, "up to 12,000"),
        ({"high": 12000, "high_exclusive": True}, "fewer than 12,000"),
        ({"low": 10000, "low_exclusive": True}, "more than 10,000"),
        ({"low": 11000}, "at least 11,000"),
        ({"word": "several thousand"}, "several thousand"),
        ({}, "no figure"),
    ],
)
def test_a_statement_says_what_was_said(said: dict[str, Any], words: str) -> None:
    assert statement(said) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-10-30", "30 Oct 2024"),
        ("2024-10", "Oct 2024"),
        ("2024", "2024"),
        ("2024-10-30~", "30 Oct 2024 (about)"),
        ("2022-07~/2024-08-27", "Jul 2022 (about) to 27 Aug 2024"),
        ("../2024-12-31", "by 31 Dec 2024"),
        ("2024-10-30/..", "from 30 Oct 2024"),
        ("2024-21", "2024-21"),
        ("202X", "202X"),
        (None, "\N{EN DASH}"),
    ],
)
def test_a_date_is_written_out_as_far_as_it_is_plain(text: str | None, words: str) -> None:
    assert day(text) == words


def test_what_nobody_knows_is_no_number() -> None:
    assert number(None) == "\N{EN DASH}"
    assert interval(None, None) == "unknown"
    assert (interval(5, None), interval(None, 0), interval(0, 9)) == ("at least 5", "at most 0", "0 to 9")


def test_a_move_bears_its_sign() -> None:
    assert (signed(1500), signed(-3), signed(0)) == ("+1,500", "\N{MINUS SIGN}3", "0")


def test_a_grade_that_cannot_be_judged_is_not_a_low_one() -> None:
    assert grade_text("F6") == "reliability cannot be judged, cannot be judged"
    assert grade_text("B2") == "usually reliable, probably true"
    assert grade_text(None) == "not graded"


def test_independence_is_an_interval() -> None:
    assert independence({"min": 2, "max": 4}) == "2 to 4"
    assert independence({"min": 1, "max": 1}) == "1"


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "JavaScript:x", " javascript:x", "//example.org", "http//[", None],
)
def test_nothing_but_the_web_becomes_a_link(text: str | None) -> None:
    assert web_address(text) is None


def test_an_address_is_quoted() -> None:
    assert link("/timelines/a/reports/R:1", reported_by="2024-10-30", mode=None) == (
        "/timelines/a/reports/R%3A1?reported_by=2024-10-30"
    )
    assert link("/x", text='"&<') == "/x?text=%22%26%3C"
