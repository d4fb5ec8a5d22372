"""What holds for every view that is read from other rows: as of a position, or of a day, it stays what it was."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from app.database.engine import reading
from app.projections.arrangements import read_arrangements
from app.projections.asof import AsOf, Question, resolve
from app.projections.brief import read_brief
from app.projections.developments.filters import Filters
from app.projections.estimates.reading import read_world
from app.projections.forecasts import read_forecasts
from app.projections.materiel import read_materiel
from app.projections.relays import read_edges
from app.projections.sources import read_record
from tests.projections.histories import Event, Ledger, histories, report
from tests.projections.ledgers import FIRST_DAY

FEW = settings(max_examples=12)
MIDDLE = FIRST_DAY + timedelta(days=15)
RATIO: Event = (
    "measure_defined.v1",
    {"measure": "guides", "name": "Guides", "unit": "persons", "nature": "ratio", "class": "tally"},
)


def arranged(name: str) -> Event:
    kind, body = report(name, stance="planned", source="hur")
    return kind, {
        **body,
        "quantities": [{"measure": "guides", "best": 1, "per": {"measure": "personnel", "amount": 30}}],
    }


def handed_over(name: str) -> Event:
    kind, body = report(name, source="dod", measure="killed", place="kursk")
    return kind, {**body, "kind": "materiel_transfer"}


def ending(name: str, *evidence: str) -> Event:
    return "forecast_resolved.v1", {"report": name, "outcome": "partly", "by": "ann", "evidence": [*evidence]}


ALWAYS = [RATIO, arranged("A1"), handed_over("M1"), ending("A1", "M1")]
View = Callable[[Connection, AsOf], Any]


def brief(connection: Connection, end: AsOf) -> Any:
    position = int(end.known_at.removeprefix("position:")) if end.known_at else end.position
    start = resolve(
        connection, end.timeline, Question(reported_by=FIRST_DAY, known_at=position), projection="estimates"
    )
    return read_brief(connection, start, end, since=FIRST_DAY, until=end.reported_by)


VIEWS: dict[str, View] = {
    "arrangements": lambda connection, asof: read_arrangements(connection, asof, Filters()),
    "brief": brief,
    "forecasts": read_forecasts,
    "materiel": lambda connection, asof: read_materiel(connection, asof, read_world(connection, asof)),
    "relays": read_edges,
    "sources": lambda connection, asof: read_record(connection, asof, "nis"),
}
OF_REPORTING = [name for name in VIEWS if name != "sources"]  # a registry knows the ledger's time alone


def ask(ledger: Ledger, view: View, position: int, reported_by: date | None) -> Any:
    times = Question(reported_by=reported_by, known_at=position, known_text=f"position:{position}")
    with reading(ledger.engine) as connection:
        return view(connection, resolve(connection, ledger.timeline, times, projection="estimates"))


@pytest.mark.parametrize("name", VIEWS)
@FEW
@given(history=histories(), cut=st.integers(2, 9), said=st.sampled_from([None, MIDDLE]))
def test_as_of_a_position_it_stays_what_it_was(
    shared_engine: Engine, name: str, history: list[Event], cut: int, said: date | None
) -> None:
    ledger, view = Ledger(shared_engine, [*history[:cut], *ALWAYS]), VIEWS[name]
    head = ledger.head
    before = ask(ledger, view, head, said)
    ledger.tell(*history[cut:])
    assert ask(ledger, view, head, said) == before


@pytest.mark.parametrize("name", OF_REPORTING)
@FEW
@given(history=histories(), later=st.integers(1, 20))
def test_what_is_said_later_changes_nothing_of_a_day(
    shared_engine: Engine, name: str, history: list[Event], later: int
) -> None:
    ledger, view = Ledger(shared_engine, [*history, *ALWAYS]), VIEWS[name]
    before = ask(ledger, view, ledger.head, MIDDLE)
    day = MIDDLE + timedelta(days=later)
    number = report("later", source="dod", figure={"best": 20000}, day=day)
    ledger.tell(number, report("plan", stance="planned", day=day))
    assert ask(ledger, view, ledger.head, MIDDLE) == before
