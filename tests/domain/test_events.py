"""The catalogue: sixteen types, and that what was once stored stays readable."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given

from app.domain.checking import check
from app.domain.errors import Broken
from app.domain.events import TYPE_NAMES, TYPES, UPCASTERS, Body, DevelopmentReported, read_body
from app.domain.provenance import Hop
from tests.strategies import EVENT_ID, TODAY, Raw, bodies

GOLDEN = Path(__file__).parent.parent / "golden"


def stored(name: str) -> dict[str, Any]:
    """One event as it was stored under this type and version. These files are added to, never edited."""
    event: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return event


def keys_of(value: Any) -> set[str]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = set(value) if isinstance(value, dict) else set()
    return own.union(*(keys_of(member) for member in members))


def test_there_are_sixteen_types_and_each_has_one_name() -> None:
    assert len(TYPES) == len(TYPE_NAMES) == 16
    assert set(TYPES.values()) == set(get_args(Body))


@pytest.mark.parametrize("name", sorted({*TYPES, *UPCASTERS}))
def test_every_type_ever_stored_has_a_golden_event_that_reads(name: str) -> None:
    event = stored(name)
    assert event["type"] == name
    assert type(read_body(name, event["body"])) in get_args(Body)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_golden_event_uses_every_field_of_its_type(name: str) -> None:
    own = json.loads(stored(name)["body"])
    assert own.keys() == set(TYPES[name].__struct_encode_fields__)


def test_the_golden_report_uses_every_field_of_its_parts() -> None:
    text = stored("development_reported.v1")["body"]
    hop_fields = set(Hop.__struct_encode_fields__)
    assert hop_fields <= keys_of(json.loads(text)["provenance"]["chain"])
    assert {"term", "lexicon", "per", "amount", "inputs", "words", "class", "precision"} <= keys_of(json.loads(text))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_golden_body_is_canonical_and_would_be_let_in_again(name: str) -> None:
    event = stored(name)
    recorded = datetime.fromisoformat(event["recorded_at"]).date()
    let_in = check(name, json.loads(event["body"]), event_id=event["event_id"], today=recorded)
    assert let_in.text == event["body"]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_golden_leaf_is_the_hash_of_its_event(name: str) -> None:
    event = stored(name)
    microseconds = (datetime.fromisoformat(event["recorded_at"]) - datetime.fromtimestamp(0, UTC)) // timedelta(
        microseconds=1
    )
    header = [
        "muster-event/1",
        event["timeline"],
        str(event["position"]),
        event["event_id"],
        name,
        str(microseconds),
        event["recorded_by"],
        event["causation_id"] or "-",
        event["batch_id"] or "-",
        event["body"],
    ]
    assert hashlib.sha256(b"\x00" + "\n".join(header).encode()).hexdigest() == event["leaf"]


def with_strangers(value: Any) -> Any:
    """The same value with a field more in every object."""
    if isinstance(value, dict):
        return {key: with_strangers(inner) for key, inner in value.items()} | {"from a later version": [1.5]}
    return [with_strangers(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(set(TYPES) - {"assumptions_defined.v1"}))
def test_reading_passes_over_unknown_fields_at_every_depth(name: str) -> None:
    text = stored(name)["body"]
    assert read_body(name, json.dumps(with_strangers(json.loads(text)))) == read_body(name, text)


def test_reading_applies_no_rule() -> None:
    text = '{"report": "?", "kind": "capture", "stance": "asserted", "summary": "", "provenance": {"chain": []}}'
    assert isinstance(read_body("development_reported.v1", text), DevelopmentReported)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("development_reported", "{}"),
        ("x", "{}"),
        ("link_withdrawn.v1", "{}"),
        ("link_withdrawn.v1", "{"),
        ("link_withdrawn.v1", b'{"link":"\xff"}'),
    ],
)
def test_what_was_never_let_in_is_broken(name: str, text: str | bytes) -> None:
    with pytest.raises(Broken):
        read_body(name, text)


def test_an_older_version_goes_through_its_upcaster(monkeypatch: pytest.MonkeyPatch) -> None:
    today = read_body("link_withdrawn.v1", stored("link_withdrawn.v1")["body"])
    monkeypatch.setitem(UPCASTERS, "link_removed.v1", lambda raw: msgspec.structs.replace(today, reason=raw["why"]))
    assert read_body("link_removed.v1", '{"why": "old"}') == msgspec.structs.replace(today, reason="old")


@given(bodies())
def test_bodies_are_immutable_values_that_encode_to_what_they_were_read_from(event: tuple[str, Raw]) -> None:
    name, raw = event
    let_in = check(name, raw, event_id=EVENT_ID, today=TODAY)
    assert read_body(name, msgspec.json.encode(let_in.body)) == let_in.body
    with pytest.raises(AttributeError):
        setattr(let_in.body, let_in.body.__struct_fields__[0], "other")
