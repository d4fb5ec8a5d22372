"""EDTF level 1 and plain days: exact cases, laws, and the `edtf` package as an independent reading."""

import warnings
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import MAX_LENGTH, Edtf, parse_day, parse_edtf

Reference = Callable[[str], Any]
Read = TypeVar("Read")

DAYS = st.dates()
DATES = st.one_of(
    st.builds(date.isoformat, DAYS),
    st.builds(lambda day: day.isoformat()[:7], DAYS),
    st.builds(lambda day: day.isoformat()[:4], DAYS),
)
QUALIFIED = st.builds(str.__add__, DATES, st.sampled_from(["", "?", "~", "%"]))
SEASONS = st.builds(lambda day, code: f"{day.year:04}-{code}", DAYS, st.sampled_from(["21", "22", "23"]))
OPEN_DIGITS = st.one_of(
    st.builds(lambda day: f"{day.isoformat()[:7]}-XX", DAYS),
    st.builds(lambda day: f"{day.year:04}-XX", DAYS),
    st.builds(lambda day: f"{day.year:04}-XX-XX", DAYS),
    # From 1000 on, so that none admits the year 0000, which the reference takes and we refuse.
    st.builds(lambda year, open_: f"{year}"[: 4 - open_] + "X" * open_, st.integers(1000, 9999), st.integers(1, 3)),
)
SINGLE = st.one_of(QUALIFIED, SEASONS, OPEN_DIGITS)
SIDES = st.one_of(QUALIFIED, SEASONS, st.sampled_from(["", ".."]))


@pytest.fixture(scope="module")
def reference() -> Reference:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its grammar trips pyparsing's diagnostics while it is imported
        parse: Reference = import_module("edtf").parse_edtf
    return parse


def as_date(moment: Any) -> date:
    return date(*moment[:3])


def refusal(text: str, parse: Callable[[str], object] = parse_edtf) -> str:
    with pytest.raises(ValueError, match=r"such as .*\.\Z") as caught:
        parse(text)
    return str(caught.value)


def read_or_refused(text: str, parse: Callable[[str], Read]) -> Read | None:
    try:
        return parse(text)
    except ValueError:
        refusal(text, parse)
        return None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-10-28", "2024-10-28", "2024-10-28"),
        ("2024-10", "2024-10-01", "2024-10-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02-XX", "2023-02-01", "2023-02-28"),
        ("2024-XX", "2024-01-01", "2024-12-31"),
        ("2024-XX-XX", "2024-01-01", "2024-12-31"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("1XXX", "1000-01-01", "1999-12-31"),
        ("2024-21", "2024-03-01", "2024-05-31"),
        ("2024-22", "2024-06-01", "2024-08-31"),
        ("2024-23~", "2024-09-01", "2024-11-30"),
        ("2024-24", "2024-12-01", "2025-02-28"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2024-10-28%/2024-11-03%", "2024-10-28", "2024-11-03"),
        ("2024-06/2024", "2024-06-01", "2024-12-31"),
        ("2024/2024-06", "2024-01-01", "2024-06-30"),
        ("201X/2024-10-XX", "2010-01-01", "2024-10-31"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("9999-12-XX", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_date_admits_its_first_to_its_last_day(text: str, first: str, last: str) -> None:
    expected = Edtf(text=text, first=date.fromisoformat(first), last=date.fromisoformat(last))
    assert parse_edtf(text) == expected


@pytest.mark.parametrize("text", ["2024-08/..", "2024-08/"])
def test_an_open_or_unknown_end_has_no_last_day(text: str) -> None:
    assert parse_edtf(text) == Edtf(text=text, first=date(2024, 8, 1), last=None)


@pytest.mark.parametrize("text", ["../1954", "/1954"])
def test_an_open_or_unknown_start_has_no_first_day(text: str) -> None:
    assert parse_edtf(text) == Edtf(text=text, first=None, last=date(1954, 12, 31))


@pytest.mark.parametrize("text", ["/", "../..", "/..", "../"])
def test_an_interval_needs_a_date_on_one_side(text: str) -> None:
    assert "on either side" in refusal(text)


@pytest.mark.parametrize("text", ["2024/2023", "2024-10-28/2024-10-27", "2024-12/2024-21", "202X/2019"])
def test_an_interval_may_not_start_after_it_ends(text: str) -> None:
    assert "starts after it ends" in refusal(text)


@pytest.mark.parametrize("text", ["Y17000", "-0100", "+2024", "12024", "20241028", "2024-10-28/30", "..", "", "٢٠٢٤"])
def test_a_year_is_four_bare_ascii_digits(text: str) -> None:
    assert "year of four digits" in refusal(text)


@pytest.mark.parametrize("text", ["2024-10-28T14:00:00Z", "2024-10-28 14:00", "2024-10/2024-10-28T14:00:00"])
def test_a_time_of_day_is_answered_with_the_day(text: str) -> None:
    assert "give the day alone" in refusal(text)


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-00", "2024-13", "2024-25", "2024-10-00", "2024-10-32", "0000", "000X", "0XXX", "9999-24"],
)
def test_a_day_outside_of_the_calendar_is_refused(text: str) -> None:
    assert "not in the calendar" in refusal(text)


@pytest.mark.parametrize(
    "text", ["XXXX", "2X24", "201X-05", "201X-XX", "2024-1X", "2024-XX-05", "2024-10-2X", "2024-21-XX"]
)
def test_open_digits_stand_only_where_level_1_puts_them(text: str) -> None:
    assert "an 'X' where" in refusal(text)


@pytest.mark.parametrize(
    "text", ["2024-21-05", "2024?-10", "2024-10-28?~", "2024-10-28\n", "2024-1", "2024,2025", "2024-10-", "2024/..?"]
)
def test_what_level_1_does_not_have_is_refused(text: str) -> None:
    refusal(text)


def test_a_second_slash_is_named() -> None:
    assert "second '/'" in refusal("2022/2023/2024")


def test_a_text_of_any_length_is_refused_in_one_short_sentence() -> None:
    for parse in (parse_edtf, parse_day):
        assert len(refusal("2024" * 100_000, parse)) < 200
    assert "at most" in refusal("2" * (MAX_LENGTH + 1))
    assert "at most" not in refusal("2" * MAX_LENGTH)


@given(st.integers(1, 9998))
def test_winter_runs_from_december_to_the_day_before_march(year: int) -> None:
    winter = parse_edtf(f"{year:04}-24")
    assert winter.first == date(year, 12, 1)
    assert winter.last == date(year + 1, 3, 1) - timedelta(days=1)


@given(SINGLE, st.sampled_from("?~%"))
def test_a_qualifier_stays_in_the_text_and_does_not_widen(text: str, qualifier: str) -> None:
    bare = text.rstrip("?~%")
    plain, qualified = parse_edtf(bare), parse_edtf(bare + qualifier)
    assert (qualified.first, qualified.last) == (plain.first, plain.last)
    assert qualified.text == bare + qualifier


@given(SINGLE)
def test_a_single_date_has_the_days_of_the_reference(reference: Reference, text: str) -> None:
    ours, theirs = parse_edtf(text), reference(text)
    assert (ours.first, ours.last) == (as_date(theirs.lower_strict()), as_date(theirs.upper_strict()))


@given(SIDES, SIDES)
def test_an_interval_has_the_days_of_the_reference(reference: Reference, start: str, end: str) -> None:
    text = f"{start}/{end}"
    dated = start not in {"", ".."}, end not in {"", ".."}
    if not any(dated):
        refusal(text)
        return
    theirs = reference(text)
    # The reference has no None: it answers an open side with infinity and pads an unknown one.
    first = as_date(theirs.lower_strict()) if dated[0] else None
    last = as_date(theirs.upper_strict()) if dated[1] else None
    if first and last and first > last:
        assert "starts after it ends" in refusal(text)
    else:
        assert parse_edtf(text) == Edtf(text=text, first=first, last=last)


@given(SINGLE, st.integers(0, 10), st.integers(0, 1), st.sampled_from(["", *"0123456789X-?~%./TY x"]))
def test_a_slip_of_the_pen_is_refused_or_read_as_the_reference_reads_it(
    reference: Reference, text: str, at: int, removed: int, added: str
) -> None:
    slipped = text[:at] + added + text[at + removed :]
    ours = read_or_refused(slipped, parse_edtf)
    if ours is None or ours.first is None or ours.last is None:
        return
    if slipped[4:6] == "-2":
        return  # a season: winter is ours, and the reference knows qualified ones in intervals only
    theirs = reference(slipped)
    assert (ours.first, ours.last) == (as_date(theirs.lower_strict()), as_date(theirs.upper_strict()))


@given(st.one_of(st.text(), st.text("0123456789X-/.?~%", max_size=24), st.builds("{}/{}".format, SINGLE, SINGLE)))
def test_any_text_is_read_in_order_or_refused_with_a_reason(text: str) -> None:
    read = read_or_refused(text, parse_edtf)
    if read is None:
        return
    assert read.text == text
    assert read.first or read.last
    if read.first and read.last:
        assert read.first <= read.last


@given(DAYS)
def test_a_plain_day_reads_back(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["2024-10-28?", "2024-10", "2024-W44-1", "20241028", "2024-10-28T00:00", "2024-10-28\n", "٢٠٢٤-10-28", ""]
)
def test_a_plain_day_has_one_spelling(text: str) -> None:
    assert "YYYY-MM-DD" in refusal(text, parse_day)


@pytest.mark.parametrize("text", ["2023-02-29", "0000-01-01", "2024-13-01"])
def test_a_plain_day_is_in_the_calendar(text: str) -> None:
    assert "not in the calendar" in refusal(text, parse_day)


@given(st.one_of(st.text(), st.text("0123456789-", min_size=10, max_size=10), st.from_regex(r"\A\d{4}-\d\d-\d\d\Z")))
def test_a_plain_day_is_read_as_written_or_refused_with_a_reason(text: str) -> None:
    read = read_or_refused(text, parse_day)
    assert read is None or read.isoformat() == text
