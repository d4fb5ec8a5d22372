"""Canonical JSON against the RFC's own implementation, and strict reading."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import (
    are_canonical_texts,
    canonical,
    departures,
    encode,
    is_canonical,
    is_canonical_text,
    read_json,
)
from app.domain.errors import Malformed, NotAllowed
from app.domain.limits import DEPTH_MAX, INTEGER_MAX

KEYS = st.text(st.characters(codec="ascii", exclude_characters="\x00"), max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)
ANY_LEAVES = LEAVES | st.integers() | st.floats() | st.text(st.characters(), max_size=3)
ANYTHING = st.recursive(
    ANY_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner), max_leaves=10
)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_canonical_bytes_read_back_as_the_value(value: Any) -> None:
    assert read_json(canonical(value)) == value


@given(VALUES)
def test_white_space_and_escapes_do_not_matter(value: Any) -> None:
    assert canonical(read_json(json.dumps(value, indent=2).encode())) == canonical(value)


@given(ANYTHING)
def test_the_fast_question_and_the_slow_answer_agree(value: Any) -> None:
    assert is_canonical(value) == (not list(departures(value)))


@given(VALUES)
def test_canonical_bytes_are_known_again(value: Any) -> None:
    raw = canonical(value)
    assert is_canonical_text(raw)
    assert not is_canonical_text(raw + b" ")


@given(ANYTHING)
def test_bytes_are_canonical_where_their_value_is_and_they_are_its(value: Any) -> None:
    try:
        raw = encode(value)
        read = read_json(raw)
    except (ValueError, TypeError):
        return
    assert is_canonical_text(raw) == (is_canonical(read) and canonical(read) == raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"[1.0]",
        b"1e3",
        b"-0",
        b"9007199254740992",
        b'"\\u0041"',
        b'"\\u0000"',
        b'"\\ud800"',
        b'{"a":1,"a":1}',
        '{"\u00e9":1}'.encode(),
        b"[" * 100_000,
        b"\xff",
        b"",
    ],
)
def test_bytes_that_are_not_canonical_are_known_too(raw: bytes) -> None:
    assert not is_canonical_text(raw)


def test_how_deep_a_text_is_nested_is_no_part_of_its_form() -> None:
    assert is_canonical_text(encode(nested(DEPTH_MAX + 1)))


@given(st.lists(VALUES, max_size=5), st.sampled_from([b"[1.0]", b'{"b":1,"a":1}', b"9007199254740992", b"x"]))
def test_of_many_texts_one_that_is_not_canonical_is_noticed(values: list[Any], wrong: bytes) -> None:
    texts = [canonical(value) for value in values]
    assert are_canonical_texts(texts)
    assert not are_canonical_texts([*texts, wrong])


@pytest.mark.parametrize("value", [1.0, 0.5, float("inf"), 2**53, -(2**53), "a\x00", "\ud800", {1: 2}, {"é": 1}, b"x"])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(NotAllowed):
        canonical(value)


def test_every_departure_is_named_with_a_pointer() -> None:
    with pytest.raises(NotAllowed) as caught:
        canonical({"a/b": [1, 0.5], "~": {"x": "\x00"}, "ok": 1}, at="/body")
    assert [fault.pointer for fault in caught.value.faults] == ["/body/a~1b/1", "/body/~0/x"]


def test_nesting_has_a_limit() -> None:
    assert canonical(nested(DEPTH_MAX))
    with pytest.raises(NotAllowed):
        canonical(nested(DEPTH_MAX + 1))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"1 2",
        b"NaN",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'"a\x00"',
        b"\xef\xbb\xbf{}",
        b"[" * 5000,
        b"1e999",
        b"'a'",
        b'{"a":1,}',
    ],
)
def test_what_is_no_strict_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(raw)


def test_a_byte_order_mark_is_called_by_its_name() -> None:
    with pytest.raises(Malformed, match="byte order mark") as refused:
        read_json(b"\xef\xbb\xbf{}")
    assert refused.value.hint == "save it as UTF-8 without one"


@pytest.mark.parametrize(
    "raw", [b'{"a":1,"a":1}', b'[{"b": {"a":1, "\\u0061" : 2}}]', b'{"a":"\\u00e9","a":"x"}', b'{"":0,"":0}']
)
def test_a_name_given_twice_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed, match="twice"):
        read_json(raw)


@given(VALUES, KEYS, LEAVES)
def test_a_double_is_found_wherever_it_stands(value: Any, key: str, leaf: Any) -> None:
    name = json.dumps(key)
    raw = f"[{json.dumps(value)}, {{{name}: {json.dumps(leaf)}, {name}: 7}}]"
    with pytest.raises(Malformed, match="twice"):
        read_json(raw.encode())
