"""The short way through the door lets in exactly what the long way does, as the same body and the same text."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import read_json
from app.domain.checking import Checked, check, check_line
from app.domain.errors import Refused
from app.domain.strict import take
from tests.bench import workload
from tests.bench.filling import line
from tests.domain.test_checking import JSON, TEXTS, places_in, put, spoilt
from tests.strategies import EVENT_ID, TODAY, Raw, bodies

CAUSE = UUID("0192D0A4-7B3E-7C00-8000-0000000000CC")


def the_long_way(raw: bytes) -> Checked | None:
    try:
        event = read_json(raw)
        return check(event["type"], event["body"], event_id=EVENT_ID, today=TODAY)
    except Refused:
        return None


def same(raw: bytes) -> None:
    """Where the short way has an answer, it is that of the long way."""
    short, long = check_line(raw, today=TODAY), the_long_way(raw)
    if short is not None:
        assert long is not None
        assert (short.type, short.body, short.text) == (long.type, long.body, long.text)


def written(event: tuple[str, Any], **more: Any) -> bytes:
    return msgspec.json.encode({"type": event[0], "body": event[1], **more})


@given(bodies())
def test_what_may_be_recorded_has_the_same_body_and_text_both_ways(event: tuple[str, Raw]) -> None:
    same(written(event))


def test_the_short_way_is_the_usual_one() -> None:
    """Or nothing would be gained, and nothing proved here."""
    lines = [line(event) for event in workload.workload(1000)]
    long = [one for one in lines if check_line(one, today=workload.TODAY) is None]
    assert all(b"-02-29" in one for one in long)


@given(spoilt())
def test_what_is_spoilt_is_let_in_by_the_short_way_only_where_the_long_way_does(event: tuple[str, Any]) -> None:
    same(written(event))


@given(bodies(), st.data())
def test_a_field_that_is_added_or_changed_is_seen(event: tuple[str, Raw], data: st.DataObject) -> None:
    name, raw = event
    objects = [at for at in places_in(raw) if isinstance(_inner(raw, at), dict)]
    at = data.draw(st.sampled_from(objects))
    fields = st.sampled_from(("since", "class", "low", "high", "source", "report", "reported", "wording")) | TEXTS
    changed = {**_inner(raw, at), data.draw(fields): data.draw(JSON)}
    same(written((name, put(raw, at, changed))))


def _inner(value: Any, at: tuple[Any, ...]) -> Any:
    for key in at:
        value = value[key]
    return value


@given(bodies(), st.sampled_from(["1.0", "1e2", "-0", "01", "9007199254740993", "1E400", "NaN", "true"]), st.data())
def test_numbers_are_as_strict_as_ever(event: tuple[str, Raw], number: str, data: st.DataObject) -> None:
    name, raw = event
    numbers = [at for at in places_in(raw) if isinstance(_inner(raw, at), int)]
    if not numbers:
        return
    marked = put(raw, data.draw(st.sampled_from(numbers)), "<number>")
    same(written((name, marked)).replace(b'"<number>"', number.encode()))


@given(bodies(), st.sampled_from([None, 2, "\t"]), st.booleans())
def test_white_space_and_escapes_change_nothing(event: tuple[str, Raw], indent: Any, escaped: bool) -> None:
    raw = json.dumps({"type": event[0], "body": event[1]}, indent=indent, ensure_ascii=escaped).encode()
    same(raw)
    taken = check_line(written(event), today=TODAY)
    if not escaped and taken is not None and b"\\u00" not in raw:
        assert check_line(raw, today=TODAY) == taken


@given(bodies(), st.data())
def test_a_name_given_twice_is_never_let_in(event: tuple[str, Raw], data: st.DataObject) -> None:
    """Wherever it stands, and whatever else in the line is written longer or shorter than it might be."""
    ids = {"event_id": data.draw(st.sampled_from([EVENT_ID, EVENT_ID.replace("-", ""), str(CAUSE).upper(), None]))}
    raw = written(event, **ids, causation_id=data.draw(st.sampled_from([CAUSE.hex, str(CAUSE)])))
    name, value = data.draw(st.sampled_from(_members(raw)))
    member = f"{json.dumps(name)}:".encode() + msgspec.json.encode(value)
    if member in raw:
        doubled = raw.replace(member, member + b"," + member, 1)
        assert take(doubled) is None


def _members(raw: bytes) -> list[tuple[str, Any]]:
    event = msgspec.json.decode(raw)
    inner = (_inner(event, at) for at in places_in(event))
    return [member for value in inner if isinstance(value, dict) for member in value.items()]


ENVELOPES = [
    ({"event_id": EVENT_ID}, True),
    ({"event_id": EVENT_ID.upper(), "causation_id": str(CAUSE)}, True),
    ({"event_id": CAUSE.hex}, True),
    ({"event_id": None}, False),
    ({"event_id": "none"}, False),
    ({"other": 1}, False),
]


@pytest.mark.parametrize(("more", "taken"), ENVELOPES)
def test_the_envelope_comes_along_or_the_long_way_is_gone(more: Raw, taken: bool) -> None:
    body = {"report": "R1", "reason": "a slip", "by": "recorder"}
    found = take(written(("report_retracted.v1", body), **more))
    assert (found is not None) == taken
    if found is not None:
        assert found.event_id == UUID(more["event_id"])
        assert found.causation_id == (CAUSE if "causation_id" in more else None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense",
        b"[]",
        b"\xff",
        b"[" * 50_000,
        b'{"type":"nothing.v1","body":{}}',
        b'{"type":"link_withdrawn.v1","body":{"link":"0192d0a4-7b3e-7c00-8000-000000000001","reason":"a\\u0000b"}}',
        b'{"type":"link_withdrawn.v1","body":{"link":"0192d0a4-7b3e-7c00-8000-000000000001","reason":" \\t "}}',
        b'{"type":"link_withdrawn.v1","body":{"link":"0192d0a4-7b3e-7c00-8000-000000000001","reason":"\xed\xa0\x80"}}',
    ],
)
def test_what_cannot_be_read_goes_the_long_way(raw: bytes) -> None:
    assert take(raw) is None
