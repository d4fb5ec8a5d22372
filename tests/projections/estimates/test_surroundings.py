"""What is known around the statements, carried on by the events alone."""

import pytest
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain import events as e
from app.domain.events import read_body
from app.ledger import log
from app.projections.estimates.surroundings import Surroundings
from tests.projections.histories import Event, Ledger

SHELLS = {"measure": "shells", "name": "Shells", "unit": "rounds", "nature": "cumulative"}


def source(name: str, **ties: object) -> Event:
    return "source_registered.v1", {"source": name, "name": name, "kind": "service", **ties}


def surroundings_of(ledger: Ledger, position: int) -> Surroundings:
    with reading(ledger.engine) as connection:
        return Surroundings.read(connection, ledger.generations, position)


def last_body(ledger: Ledger) -> e.Body:
    with reading(ledger.engine) as connection:
        (entry,) = log.read(connection, ledger.timeline, after=ledger.head - 1)
    return read_body(entry.type, entry.body)


def test_who_is_related_to_whom_is_the_same_object_until_a_tie_changes_it(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    carried_on = surroundings_of(ledger, ledger.head)
    for event, regroups in (
        (source("new"), False),
        (source("other", may_overlap=["new"]), True),
        (source("other", may_overlap=["new"], country="KR"), False),
        (source("other"), True),
    ):
        ledger.tell(event)
        body = last_body(ledger)
        for known in (carried_on, surroundings_of(ledger, ledger.head - 1)):
            assert (known.after(body, "id").kin is not known.kin) is regroups
        carried_on = carried_on.after(body, "id")


def test_where_places_lie_is_the_same_object_until_one_comes_to_lie_elsewhere(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    known = surroundings_of(ledger, ledger.head)
    for event, moves in (
        (source("new"), False),
        (("place_defined.v1", {"place": "east", "name": "The East", "kind": "area", "part_of": "ru"}), False),
        (("place_defined.v1", {"place": "east", "name": "The East", "kind": "area"}), True),
    ):
        ledger.tell(event)
        after = known.after(last_body(ledger), "id")
        assert (after.places is not known.places) is moves
        known = after


def test_what_is_carried_on_is_what_is_read_anew(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    carried_on = surroundings_of(ledger, ledger.head)
    for event in (
        source("new", may_overlap=["nis"]),
        ("place_defined.v1", {"place": "new-place", "name": "New", "kind": "area", "part_of": "ru"}),
        ("measure_defined.v1", SHELLS),
    ):
        ledger.tell(event)
        carried_on = carried_on.after(last_body(ledger), "id")
    anew = surroundings_of(ledger, ledger.head)
    assert carried_on.places == anew.places
    assert carried_on.measures == anew.measures
    assert carried_on.kin.name("new") == anew.kin.name("new") == "new"


@pytest.mark.parametrize(
    "event",
    [
        ("place_defined.v1", {"place": "new-place", "name": "New", "kind": "area", "part_of": "ru"}),
        source("other", may_overlap=["nis"]),
    ],
    ids=["a place", "a tie"],
)
def test_what_was_known_before_an_event_stays_as_it_was(shared_engine: Engine, event: Event) -> None:
    ledger = Ledger(shared_engine)
    before = surroundings_of(ledger, ledger.head)
    places, kin = before.places, before.kin
    ledger.tell(event)
    before.after(last_body(ledger), "id")
    assert before.places is places
    assert before.kin is kin
    assert "new-place" not in before.defined
