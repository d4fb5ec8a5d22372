"""What an event changes around the statements: where figures may move, and what is said there from then on."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy import Connection, Engine

from app.database.engine import rehearsing
from app.domain.events import TYPES
from app.domain.keys import Subject
from app.ledger import log
from app.projections import registry
from app.projections.developments import projection as developments
from app.projections.estimates import upstream
from app.projections.estimates.telling import Change, Telling
from app.projections.projection import Event as Taken
from app.projections.projection import typed
from tests.projections.histories import Event, Ledger, graded, report

PERSONNEL, KILLED = Subject(measure="personnel", actor="force"), Subject(measure="killed", actor="force")


def linked(one: str, other: str) -> Event:
    link = {"from": one, "to": other, "relation": "corroborates", "by": "ann", "reason": "read together"}
    return "reports_linked.v1", link


def told(ledger: Ledger, *events: Event) -> list[Change]:
    """What these events change, told together after what the ledger holds."""
    with rehearsed(ledger, *events) as (connection, taken):
        return Telling(connection, ledger.generations, taken[0].position - 1).tell(connection, taken)


@contextmanager
def rehearsed(ledger: Ledger, *events: Event) -> Iterator[tuple[Connection, list[Taken]]]:
    """These events, with what the other projections make of them, in a transaction that is taken back."""
    before = ledger.head
    ledger.tell(*events, project=False)
    with rehearsing(ledger.engine) as connection:
        entries = log.read_entries(connection, ledger.timeline, after=before, upto=ledger.head, types=TYPES)
        taken = [typed(one) for one in entries]
        for below in (registry.PROJECTION, developments.PROJECTION):
            fold = below.begin(ledger.generations)
            fold.apply(connection, [one for one in taken if one.recorded.type in below.handles])
        yield connection, taken


def test_a_report_may_move_figures_where_it_speaks(shared_engine: Engine) -> None:
    (change,) = told(Ledger(shared_engine), report("R1"))
    assert change.places == {PERSONNEL: {"ru"}}
    assert [one.key.place for one in change.new] == ["ru"]


def test_a_link_may_move_figures_of_both_subjects_and_brings_what_each_report_says(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk")])
    (change,) = told(ledger, linked("R1", "R2"))
    assert change.places == {PERSONNEL: {"ru"}, KILLED: {"kursk"}}
    assert {name: len(links) for name, links in change.links.items()} == {"R1": 1, "R2": 1}
    assert change.said.keys() == {"R1", "R2"}


def test_what_a_link_of_the_same_range_ties_is_touched_by_the_next_event(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk")])
    taken_back = (
        "report_retracted.v1",
        {"report": "R1", "by": "publisher", "reported": "2024-11-01", "reason": "in error"},
    )
    _, change = told(ledger, linked("R1", "R2"), taken_back)
    assert change.places == {PERSONNEL: {"ru"}, KILLED: {"kursk"}}


def test_a_place_that_comes_to_lie_elsewhere_may_move_all_figures_of_every_subject(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", measure="killed", place="kursk")])
    (change,) = told(ledger, ("place_defined.v1", {"place": "kursk", "name": "Kursk", "kind": "area"}))
    assert change.shifted == {PERSONNEL, KILLED}
    assert change.subjects == [KILLED, PERSONNEL]


def test_a_new_place_moves_nothing(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1")])
    (change,) = told(ledger, ("place_defined.v1", {"place": "new-place", "name": "New", "kind": "area"}))
    assert not change.subjects


def test_a_grade_tells_who_bears_the_new_letter_and_says_nothing_over_again(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report("R1"), report("R2", source="dod"), report("R3", measure="killed")])
    first, again = told(ledger, graded("nis", "B"), graded("nis", "B"))
    assert first.regraded == {"R1": "B", "R3": "B"}
    assert first.reports == {PERSONNEL: {"R1"}, KILLED: {"R3"}}
    assert not first.said
    assert not again.regraded


def test_what_changes_too_much_at_once_is_told_in_parts(shared_engine: Engine) -> None:
    ledger = Ledger(shared_engine, [report(f"R{number}") for number in range(1, 4)])
    events = [graded("nis", "B"), report("R4"), report("R5"), graded("nis", "A"), report("R6")]
    with rehearsed(ledger, *events) as (connection, taken), patch.object(upstream, "VERSIONS_MAX", 3):
        parts = upstream.parts_of(connection, ledger.generations, taken)
        assert [[taken.index(one) for one in part] for part in parts] == [[0], [1, 2], [3], [4]]
        changes = Telling(connection, ledger.generations, taken[0].position - 1).tell(connection, taken)
    assert [change.regraded for change in changes] == [
        {"R1": "B", "R2": "B", "R3": "B"},
        {},
        {},
        {f"R{number}": "A" for number in range(1, 6)},
        {},
    ]
