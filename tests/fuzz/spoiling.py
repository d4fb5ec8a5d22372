"""Events as they should come and as they should not, and where the fault lies that was put into one."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from app.domain.events import TYPES
from app.domain.findings import below
from app.domain.limits import INTEGER_MAX
from app.domain.shapes import Shape, shape_of
from tests.strategies import TODAY, bodies

Event = dict[str, Any]


class Spoilt(msgspec.Struct, frozen=True, kw_only=True):
    """A line that nobody may take. `pointer` is where its fault lies; None where it is not in any one field."""

    line: bytes
    how: str
    pointer: str | None


def written(event: Event) -> bytes:
    """With escapes, so that halves of surrogate pairs can be written too."""
    return json.dumps(event, separators=(",", ":")).encode()


def events() -> st.SearchStrategy[bytes]:
    """Something like an event, good or not."""
    good = bodies().map(lambda pair: {"type": pair[0], "body": pair[1]})
    return st.one_of(good.map(written), spoilt(good).map(lambda one: one.line), st.binary(max_size=40))


@st.composite
def spoilt(draw: st.DrawFn, good: st.SearchStrategy[Event]) -> Spoilt:
    """A good event with one fault in it."""
    event = draw(good)
    how = draw(st.sampled_from(sorted(WAYS)))
    line, pointer = WAYS[how](draw, json.loads(json.dumps(event)))
    return Spoilt(line=line, how=how, pointer=pointer)


Draw = st.DrawFn
Way = Callable[[Draw, Event], tuple[bytes, str | None]]


def _of_another_kind(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """A value where one of another JSON type belongs."""
    at, holder, key = draw(st.sampled_from(list(_leaves(event["body"], "/body"))))
    holder[key] = draw(st.sampled_from([1.5, {"x": 1}, [[1]], {}]))
    return written(event), at


def _stray(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """A field that there is not."""
    at, holder = draw(st.sampled_from(list(_objects(event, ""))))
    holder["zzz"] = draw(st.sampled_from([None, 1, "x", {}]))
    return written(event), f"{at}/zzz"


def _missing(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """Something that cannot be left out."""
    named = event["type"] == "development_reported.v1"  # by its event, where it has no id of its own
    required = [
        one
        for one in _required(shape_of(TYPES[event["type"]]), event["body"], "/body")
        if not (named and one[0] == "/body/report")
    ]
    at, holder, key = draw(st.sampled_from([("/type", event, "type"), ("/body", event, "body"), *required]))
    del holder[key]
    return written(event), at


def _unwritable(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """A text that PostgreSQL cannot hold, or half a character, which is no JSON."""
    leaves = [one for one in _leaves(event["body"], "/body") if isinstance(one[1][one[2]], str)]
    at, holder, key = draw(st.sampled_from(leaves))
    added = draw(st.sampled_from(["\x00", "\x00", "\ud800", "\udc00x"]))
    holder[key] += added
    return written(event), at if added == "\x00" else None


def _as_report(event: Event) -> Event:
    """The event as a report that has at least one quantity, place and actor, so that there is something to spoil."""
    body = event["body"] if event["type"] == "development_reported.v1" else {}
    whole = {
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "a statement",
        "provenance": {"chain": [{"role": "publisher", "source": "herald"}]},
        "reported": "2024-10-30",
        **body,
        "quantities": [{"measure": "personnel", "best": 5}],
        "places": [{"place": "ru", "role": "at"}],
        "actors": [{"actor": "kp-forces", "role": "subject"}],
    }
    return {"type": "development_reported.v1", "body": whole}


def _beyond(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """A number that not every reader can hold."""
    report = _as_report(event)
    report["body"]["quantities"][0]["best"] = draw(st.sampled_from([1, -1])) * (INTEGER_MAX + draw(st.integers(1, 9)))
    return written(report), "/body/quantities/0/best"


def _unordered(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """Figures that contradict each other."""
    report, low = _as_report(event), draw(st.integers(6, 1000))
    report["body"]["quantities"][0]["low"] = low
    return written(report), "/body/quantities/0"


def _nobody(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """A name that nothing defines."""
    report = _as_report(event)
    body, name = report["body"], draw(st.from_regex(r"zz-[a-z]{1,8}", fullmatch=True))
    at, holder, key = draw(
        st.sampled_from(
            [
                ("/body/provenance/chain/0/source", body["provenance"]["chain"][0], "source"),
                ("/body/places/0/place", body["places"][0], "place"),
                ("/body/actors/0/actor", body["actors"][0], "actor"),
                ("/body/quantities/0/measure", body["quantities"][0], "measure"),
            ]
        )
    )
    holder[key] = name
    return written(report), at


def _no_day(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """A day that there is not, or is not yet."""
    report = _as_report(event)
    late = st.dates(TODAY + timedelta(days=2), date(2999, 1, 1)).map(str)
    wrong = st.sampled_from(["2024-13-01", "2024-02-30", "yesterday", "", "2024-1-1", "2024-10-30T10:00"])
    report["body"]["reported"] = draw(late | wrong)
    return written(report), "/body/reported"


def _no_envelope(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """The type or an id is none."""
    name = draw(st.sampled_from(["type", "event_id", "causation_id"]))
    event[name] = draw(st.sampled_from(["", "nothing", 7, [], "development_reported.v2"]))
    return written(event), f"/{name}"


def _no_json(draw: Draw, event: Event) -> tuple[bytes, str | None]:
    """No JSON, or not the JSON of an event."""
    raw = written(event)
    at = draw(st.integers(1, len(raw) - 1))
    other = st.sampled_from([b"[]", b"null", b"7", b'"x"', b"{}{}", b"nonsense", b"[" * 2000, b"\xef\xbb\xbf" + raw])
    cut = st.sampled_from([raw[:at], raw[:at] + b"\xff" + raw[at:], raw[:-1] + b',"type":"x"}'])
    return draw(other | cut), None


WAYS: dict[str, Way] = {
    "another kind": _of_another_kind,
    "stray field": _stray,
    "missing field": _missing,
    "unwritable text": _unwritable,
    "beyond all numbers": _beyond,
    "figures out of order": _unordered,
    "undefined name": _nobody,
    "no such day": _no_day,
    "no envelope": _no_envelope,
    "no JSON": _no_json,
}


def _leaves(value: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    """Each text, number or truth with its pointer and what holds it; null may be as good as what replaces it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        here = below(at, key)
        if isinstance(inner, dict | list):
            yield from _leaves(inner, here)
        elif inner is not None:
            yield here, value, key


def _objects(value: Any, at: str) -> Iterator[tuple[str, Event]]:
    if isinstance(value, dict):
        yield at, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _objects(inner, below(at, key))


def _required(shape: Shape, value: Event, at: str) -> Iterator[tuple[str, Event, str]]:
    for name, member in shape.members.items():
        if member.required and name in value:
            yield below(at, name), value, name
        inner = value.get(name)
        if member.shape is not None and isinstance(inner, dict):
            yield from _required(member.shape, inner, below(at, name))
