"""What is known around the statements, kept up by the events alone."""

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
        return Surroundings(connection, ledger.generations, position)


def last_body(ledger: Ledger) -> e.Body:
    with reading(ledger.engine) as connection:
        (entry,) = log.read(connection, ledger.timeline, after=ledger.head - 1)
    return read_body(entry.type, entry.body)


def test_only_ties_among_sources_regroup_them(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    kept_up = surroundings_of(ledger, ledger.head)
    for event, regroups in (
        (source("new"), False),
        (source("other", may_overlap=["new"]), True),
        (source("other", may_overlap=["new"], country="KR"), False),
        (source("other"), True),
    ):
        ledger.tell(event)
        body = last_body(ledger)
        for known in (kept_up, surroundings_of(ledger, ledger.head - 1)):
            assert known.regroups(body, "id") is regroups
        kept_up.learn(body, "id")


def test_what_is_kept_up_is_what_is_read_anew(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine)
    kept_up = surroundings_of(ledger, ledger.head)
    for event in (
        source("new", may_overlap=["nis"]),
        ("place_defined.v1", {"place": "new-place", "name": "New", "kind": "area", "part_of": "ru"}),
        ("measure_defined.v1", SHELLS),
    ):
        ledger.tell(event)
        kept_up.learn(last_body(ledger), "id")
    anew = surroundings_of(ledger, ledger.head)
    assert kept_up.places == anew.places
    assert kept_up.measures == anew.measures
    assert kept_up.kin.name("new") == anew.kin.name("new") == "new"
