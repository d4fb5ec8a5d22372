"""What a measure is when its definition leaves something out."""

import pytest

from app.domain.events import MeasureDefined
from app.domain.events.reference import MeasureClass
from app.domain.measures import BUILT_IN, measure_of
from app.domain.quantity import Nature


@pytest.mark.parametrize(
    ("nature", "given", "wanted"),
    [
        ("stock", None, "presence"),
        ("flow", None, "presence"),
        ("cumulative", None, "tally"),
        ("cumulative", "register", "register"),
        ("stock", "tally", "tally"),
    ],
)
def test_the_class_follows_from_the_nature_unless_it_is_given(
    nature: Nature, given: MeasureClass | None, wanted: MeasureClass
) -> None:
    body = MeasureDefined(measure="trucks", name="Trucks", unit="trucks", nature=nature, class_=given)
    assert measure_of(body).class_ == wanted


def test_the_built_in_measures_are_people_and_days() -> None:
    assert {name: (one.unit, one.nature, one.class_) for name, one in BUILT_IN.items()} == {
        "personnel": ("persons", "stock", "presence"),
        "killed": ("persons", "cumulative", "tally"),
        "wounded": ("persons", "cumulative", "tally"),
        "captured": ("persons", "cumulative", "tally"),
        "days": ("days", "cumulative", "tally"),
    }
