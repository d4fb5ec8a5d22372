"""The as-of parameters as text."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.asof import as_of, instant_text, question
from app.domain.errors import Malformed
from app.projections.asof import AsOf, Question
from app.projections.generations import Generations


def test_nothing_given_asks_for_now() -> None:
    assert question() == Question()


def test_each_parameter_is_read() -> None:
    asked = question("2024-11-10", "2024-10-31", "position:1043")
    assert asked == Question(
        valid_at=date(2024, 11, 10), reported_by=date(2024, 10, 31), known_at=1043, known_text="position:1043"
    )


@pytest.mark.parametrize("text", ["2024-11-10T12:30:00Z", "2024-11-10T13:30:00+01:00", "2024-11-10t12:30:00.000z"])
def test_an_instant_is_read_in_any_zone(text: str) -> None:
    assert question(known_at=text).known_at == datetime(2024, 11, 10, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "1731240000",
        "2024-11-10T00:00:00Z",
        "2024-13-01",
        "20241110",
        "2024",
        "2024-11-\N{ARABIC-INDIC DIGIT ONE}0",
    ],
)
def test_what_is_no_day_is_refused_by_its_name(text: str) -> None:
    for name in ("valid_at", "reported_by"):
        with pytest.raises(Malformed) as refused:
            question(**{name: text})
        assert refused.value.faults[0].parameter == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "1731240000",
        "2024-11-10",
        "2024-11-10T12:30:00",
        "2024-11-10T25:00:00Z",
        "2024-02-30T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "position:",
        "position:-1",
        "position:01",
        "position:9999999999999999",
        "position:1 ",
    ],
)
def test_what_is_no_instant_and_no_position_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        question(known_at=text)
    assert refused.value.faults[0].parameter == "known_at"


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_that_we_write_is_one_that_we_read(instant: datetime) -> None:
    assert question(known_at=instant_text(instant)).known_at == instant


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        question(known_at=text)
    except Malformed as refused:
        assert refused.faults  # noqa: PT017 -- whether it is refused is the text's affair


def test_the_times_stand_at_the_top_of_an_answer() -> None:
    found = AsOf(
        generations=Generations(timeline="first", numbers={"registry": 1, "estimates": 2}),
        projection="estimates",
        valid_at=date(2024, 11, 10),
        reported_by=None,
        known_at=None,
        position=7,
    )
    assert as_of(found) == {
        "valid_at": date(2024, 11, 10),
        "reported_by": None,
        "known_at": None,
        "position": 7,
        "assumptions": "origin-panel.v1",
        "generation": 2,
    }
