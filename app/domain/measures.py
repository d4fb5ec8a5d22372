"""What is counted: the measures that exist without an event, and what a definition makes of a measure."""

import msgspec

from app.domain.events import MeasureDefined
from app.domain.events.reference import MeasureClass
from app.domain.quantity import Nature, Quantity


class Measure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Every quantity of the measure is in whole `unit`s; `class_` decides how far its reports are trusted."""

    measure: str
    name: str
    unit: str
    nature: Nature
    class_: MeasureClass


def default_class(nature: Nature) -> MeasureClass:
    """Running totals are tallies; strength seen from outside is presence."""
    return "tally" if nature == "cumulative" else "presence"


def measure_of(body: MeasureDefined) -> Measure:
    return Measure(
        measure=body.measure,
        name=body.name,
        unit=body.unit,
        nature=body.nature,
        class_=body.class_ or default_class(body.nature),
    )


def nature_of(quantity: Quantity, measure: Measure | None) -> Nature:
    """What kind of number it is: its own word for it, else the measure's; of an unknown measure a stock."""
    return quantity.nature or (measure.nature if measure is not None else "stock")


def _built_in(measure: str, unit: str, nature: Nature) -> Measure:
    return Measure(measure=measure, name=measure.capitalize(), unit=unit, nature=nature, class_=default_class(nature))


BUILT_IN: dict[str, Measure] = {
    measure.measure: measure
    for measure in (
        _built_in("personnel", "persons", "stock"),
        _built_in("killed", "persons", "cumulative"),
        _built_in("wounded", "persons", "cumulative"),
        _built_in("captured", "persons", "cumulative"),
        _built_in("days", "days", "cumulative"),
    )
}
"""Defined in every timeline from the start; a `measure_defined` of the same id replaces its entry there.

`days` is what rates are counted against (`per` one day); no report counts days.
"""
