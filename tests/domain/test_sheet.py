"""Sheets: what stands in a cell, and that nothing is lost on the way into one."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sheet import cell, guarded, under, write_sheet

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
FORMULAS = st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "'", 'a"b', "a,b", "a\r\nb"])
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
WORDS = st.lists(TEXTS | FORMULAS, max_size=4)


def read(text: str) -> list[dict[str, str]]:
    """As another program would: the standard library's reader, and one apostrophe less where there is one."""
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{name: value.removeprefix("'") for name, value in row.items()} for row in rows]


def words_of(text: str) -> list[str]:
    """What the documentation says of a cell that holds a list of words."""
    if text.startswith("["):
        found: list[str] = json.loads(text)
        return found
    return text.split("; ") if text else []


@given(st.lists(st.tuples(TEXTS | FORMULAS, NUMBERS, WORDS, TEXTS | FORMULAS), max_size=5))
def test_what_was_written_is_read_back(rows: list[tuple[str, int, list[str], str]]) -> None:
    items = [{"said": said, "count": count, "by": by, "in": {"text": text}} for said, count, by, text in rows]
    found = read(write_sheet(("said", "count", "by", "in.text"), items))
    assert [(row["said"], int(row["count"]), words_of(row["by"]), row["in.text"]) for row in found] == rows


@given(TEXTS | FORMULAS)
def test_no_text_can_be_taken_for_a_formula(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert guarded(text).removeprefix("'") == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ([], ""),
        (0, "0"),
        (-3, "-3"),
        (0.9, "0.9"),
        (True, "true"),
        (False, "false"),
        ("-3", "'-3"),
        (["a", "b"], "a; b"),
        (["=a", "b"], "'=a; b"),
        (["a;b"], '["a;b"]'),
        (["[a"], '["[a"]'),
        ([1, 2], "[1,2]"),
        ([{"place": "ru", "role": "at"}], '[{"place":"ru","role":"at"}]'),
        ({"low": None}, '{"low":null}'),
    ],
)
def test_each_kind_of_value_has_its_look(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_a_list_without_items_still_names_its_columns() -> None:
    assert write_sheet(("a", *under("b", ("low", "high"))), []) == "a,b.low,b.high\r\n"


def test_what_lies_nowhere_is_empty() -> None:
    assert write_sheet(("a.b", "c.d", "e"), [{"a": None, "c": 5}]) == "a.b,c.d,e\r\n,,\r\n"


def test_lines_end_and_quotes_double_as_the_standard_says() -> None:
    assert write_sheet(("a", "b"), [{"a": 'say "no"', "b": "x,y"}]) == 'a,b\r\n"say ""no""","x,y"\r\n'
