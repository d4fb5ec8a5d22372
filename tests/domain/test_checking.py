"""The door: what it lets in, and what it says when it does not."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import is_canonical
from app.domain.checking import Checked, check, check_measures
from app.domain.errors import Fault, NotAllowed
from app.domain.events import TYPES, read_body
from app.domain.limits import BODY_BYTES_MAX, FAULTS_MAX
from app.domain.measures import BUILT_IN, Measure
from app.domain.misfits import misfits
from app.domain.shapes import fits, shape_of
from tests.strategies import EVENT_ID, TODAY, Raw, bodies, reports

REPORTED = "development_reported.v1"


def refused(raw: Any, type: str = REPORTED) -> NotAllowed:  # noqa: A002 -- the envelope's own word
    with pytest.raises(NotAllowed) as caught:
        check(type, raw, event_id=EVENT_ID, today=TODAY)
    return caught.value


def pointers(refusal: NotAllowed) -> list[str | None]:
    return [pointer_of(fault) for fault in refusal.faults]


def pointer_of(fault: Fault) -> str | None:
    return fault.pointer


def report(**departures: Any) -> Raw:
    """A small report, with departures; a departure of `...` takes the field away."""
    raw = {
        "report": "R1",
        "kind": "force_presence",
        "stance": "asserted",
        "summary": "About 10,000 are there.",
        "provenance": {"chain": [{"role": "publisher", "source": "herald"}]},
    }
    return {name: value for name, value in (raw | departures).items() if value is not ...}


def checked(raw: Any, type: str = REPORTED) -> Checked:  # noqa: A002 -- as above
    return check(type, raw, event_id=EVENT_ID, today=TODAY)


@given(bodies())
def test_what_is_let_in_is_stored_canonically_and_read_back_as_the_same_body(event: tuple[str, Raw]) -> None:
    name, raw = event
    let_in = checked(raw, name)
    assert let_in.text.encode() == rfc8785.dumps(raw)
    assert read_body(name, let_in.text) == let_in.body
    assert checked(msgspec.json.decode(let_in.text), name) == let_in


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def places_in(value: Any, at: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield from places_in(inner, (*at, key))


def put(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    copy = value.copy()
    copy[at[0]] = put(copy[at[0]], at[1:], new)
    return copy


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, Any]:
    """An event that may be recorded, with one value in its body, at any depth, replaced by any JSON."""
    name, raw = draw(bodies())
    return name, put(raw, draw(st.sampled_from(list(places_in(raw)))), draw(JSON))


@given(spoilt().filter(lambda event: event[0] != "assumptions_defined.v1"))
def test_the_slow_explanation_finds_a_fault_exactly_where_the_fast_check_says_no(event: tuple[str, Any]) -> None:
    name, body = event
    shape = shape_of(TYPES[name])
    try:
        msgspec.convert(body, TYPES[name])
        fast = isinstance(body, dict) and fits(shape, body)
    except msgspec.ValidationError:
        fast = False
    assert fast == (is_canonical(body) and not list(misfits(shape, body, "/body")))


def let_in_or_refused(name: str, body: Any) -> Checked | NotAllowed:
    try:
        return checked(body, name)
    except NotAllowed as refusal:
        return refusal


@given(spoilt())
def test_a_spoilt_body_is_let_in_canonically_or_refused_with_pointers_into_it(event: tuple[str, Any]) -> None:
    match let_in_or_refused(*event):
        case Checked(text=text):
            assert text.encode() == rfc8785.dumps(msgspec.json.decode(text))
        case NotAllowed(faults=faults):
            assert faults
            assert all(pointer is not None and pointer.startswith("/body") for pointer in map(pointer_of, faults))


def test_a_report_without_an_id_gets_the_events() -> None:
    let_in = checked(report(report=...))
    assert msgspec.json.decode(let_in.text)["report"] == EVENT_ID
    assert checked(report(report=None)) == let_in


def test_a_type_without_its_version_is_told_the_stored_name() -> None:
    refusal = refused({}, "development_reported")
    assert refusal.hint == "did you mean development_reported.v1?"
    assert pointers(refusal) == ["/type"]


def test_a_misspelled_type_is_told_the_nearest() -> None:
    assert "place_defined.v1" in (refused({}, "place_define.v1").hint or "")
    assert "actor_defined.v1" in (refused({}, "???").hint or "")


def test_an_unknown_field_is_refused_at_any_depth_with_the_nearest_name() -> None:
    hop = {"role": "publisher", "source": "herald", "colection": "OSINT"}
    refusal = refused(report(provenance={"chain": [hop]}))
    assert pointers(refusal) == ["/body/provenance/chain/0/colection"]
    assert refusal.hint == "did you mean collection?"


def test_an_unknown_field_is_refused_even_when_it_holds_null() -> None:
    assert pointers(refused(report(sumary=None))) == ["/body/sumary"]


def test_all_faults_come_at_once() -> None:
    refusal = refused(
        report(
            kind="casualty",
            summary=...,
            places=None,
            quantities=[{"measure": "Personnel", "best": 2.5, "high": "9"}, 7],
        )
    )
    assert set(pointers(refusal)) == {
        "/body/kind",
        "/body/summary",
        "/body/places",
        "/body/quantities/0/measure",
        "/body/quantities/0/best",
        "/body/quantities/0/high",
        "/body/quantities/1",
    }
    assert "casualties" in (refusal.hint or "")


def test_rules_are_named_beside_misspellings() -> None:
    refusal = refused(report(about=["not a report"], quantities=[{"measure": "killed", "low": 5, "best": 3}]))
    assert set(pointers(refusal)) == {"/body/about/0", "/body/quantities/0/low"}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "A list is needed here, not null."),
        ("ru", "A list is needed here, not text."),
        ([3], "An object is needed here, not a number."),
        ([[]], "An object is needed here, not a list."),
    ],
)
def test_a_wrong_type_is_said_in_plain_words(value: object, sentence: str) -> None:
    assert refused(report(places=value)).faults[0].detail == sentence


@pytest.mark.parametrize("value", [1.5, "1.5"])
def test_who_gives_decimals_where_a_whole_number_belongs_is_not_sent_in_a_circle(value: object) -> None:
    refusal = refused(report(quantities=[{"measure": "killed", "best": value}]))
    assert refusal.faults[0].detail.startswith("A whole number is needed here, not ")
    assert "as text" not in f"{refusal.detail} {refusal.hint}"


def test_who_gives_decimals_where_text_belongs_is_told_how() -> None:
    place = {"place": "ru", "name": "Russia", "kind": "country", "lon": 36.19, "lat": "51.7"}
    assert refused(place, "place_defined.v1").hint == 'give it as text: "36.19"'


@pytest.mark.parametrize("raw", [None, 3, "text", [], True])
def test_a_body_is_an_object(raw: object) -> None:
    assert pointers(refused(raw)) == ["/body"]


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_blank_texts_are_refused(blank: str) -> None:
    assert pointers(refused(report(summary=blank))) == ["/body/summary"]


def test_texts_and_lists_have_limits() -> None:
    assert checked(report(summary="x" * 2000))
    assert pointers(refused(report(summary="x" * 2001))) == ["/body/summary"]
    actor = {"actor": "kp", "role": "subject"}
    assert checked(report(actors=[actor] * 50))
    assert pointers(refused(report(actors=[actor] * 51))) == ["/body/actors"]


def test_a_nul_and_half_a_pair_are_refused_with_their_place() -> None:
    assert pointers(refused(report(summary="a\x00b", occurred_wording="\ud800"))) == [
        "/body/summary",
        "/body/occurred_wording",
    ]
    assert checked(report(summary=r"a\u0000b is only written like one"))


def test_numbers_are_within_what_every_reader_can_hold() -> None:
    assert checked(report(quantities=[{"measure": "killed", "best": 2**53 - 1}]))
    assert pointers(refused(report(quantities=[{"measure": "killed", "best": 2**53}]))) == ["/body/quantities/0/best"]


def test_a_body_has_a_limit_in_bytes() -> None:
    quantity = {"measure": "killed", "best": 1, "wording": "x" * 500, "converted_from": "y" * 400}
    assert len(checked(report(quantities=[quantity] * 60)).text) < BODY_BYTES_MAX
    assert pointers(refused(report(quantities=[quantity] * 70))) == ["/body"]


def test_a_refusal_lists_a_bounded_number_of_faults() -> None:
    refusal = refused(report(quantities=[{"measure": "?", "best": 1}] * 100))
    assert len(refusal.faults) == FAULTS_MAX
    assert refusal.detail.startswith("More than 50 things are wrong")


RATES = Measure(measure="rate", name="Rate", unit="shells", nature="ratio", class_="presence")


@pytest.mark.parametrize(
    ("quantity", "pointer"),
    [
        ({"measure": "rate", "best": 3}, "/body/quantities/0/per"),
        ({"measure": "killed", "best": 3, "per": {"measure": "days", "amount": 1}}, "/body/quantities/0/nature"),
    ],
)
def test_a_quantity_that_does_not_agree_with_its_measure_is_refused(quantity: Raw, pointer: str) -> None:
    body = checked(report(quantities=[quantity])).body
    with pytest.raises(NotAllowed) as caught:
        check_measures(body, {**BUILT_IN, "rate": RATES}.get)
    assert pointers(caught.value) == [pointer]


def test_a_correction_is_held_against_its_measures_too() -> None:
    raw = {"report": "R1", "reason": "misread", "replacement": report(quantities=[{"measure": "rate", "best": 3}])}
    with pytest.raises(NotAllowed) as caught:
        check_measures(checked(raw, "report_corrected.v1").body, {"rate": RATES}.get)
    assert pointers(caught.value) == ["/body/replacement/quantities/0/per"]


@given(reports())
def test_reports_of_built_in_measures_agree_with_them(raw: Raw) -> None:
    check_measures(checked(raw).body, BUILT_IN.get)
