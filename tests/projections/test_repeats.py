"""Who passes on what an origin printed itself, and what stands, moves nothing on that day."""

from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.assumptions import DEFAULT
from app.domain.family import Readings, read
from app.domain.statements import Key, Statement
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.cases import read_families, read_grounds
from tests.projections.histories import KEYS, Event, Ledger, histories, movement, report

OUTLET = "gazette"
REGISTERED: Event = ("source_registered.v1", {"source": OUTLET, "name": OUTLET, "kind": "service"})


@settings(max_examples=25)
@given(histories(least=5), st.integers(0, 5), st.booleans(), st.data())
def test_a_repeat_moves_no_figure_of_its_day(
    shared_engine: Engine, history: list[Event], days: int, back: bool, data: st.DataObject
) -> None:
    ledger = Ledger(shared_engine, [*history, REGISTERED])
    head = ledger.head
    own = [one for found in readings(ledger, head, None, back=False) for one in printed(found)]
    assume(own)
    told = data.draw(st.sampled_from(sorted(own, key=lambda one: (one.report, one.ordinal))))
    ledger.tell(repeat_of(told, days))
    assert ledger.head == head + 1
    with reading(ledger.engine) as connection:
        day = resolve(connection, ledger.timeline, Question(), projection="estimates").valid_at
    assert figures(ledger, head + 1, day, back=back) == figures(ledger, head, day, back=back)


def readings(ledger: Ledger, position: int, day: date | None, *, back: bool) -> list[Readings]:
    """Every family, read as the ledger held it; on the horizon where no day is given."""
    with reading(ledger.engine) as connection:
        question = Question(known_at=position, valid_at=day)
        as_of: AsOf = resolve(connection, ledger.timeline, question, projection="estimates")
        if as_of.valid_at is None:
            return []
        grounds = read_grounds(connection, as_of.generations, position)
        families = read_families(connection, grounds, {key.subject for key in KEYS})
        places = [key.place for key in KEYS]
        return [read(family, as_of.view, DEFAULT, retrospect=back, asked=places) for family in families.values()]


def figures(ledger: Ledger, position: int, day: date | None, *, back: bool) -> dict[Key, Any]:
    return {
        Key(measure=found.family.subject.measure, actor=found.family.subject.actor, place=place): one.figures
        for found in readings(ledger, position, day, back=back)
        for place, one in found.final.items()
        if one.figures is not None
    }


STANDING = {"superseded", "same_figure", "later", "echo_of"}
"""What an origin said and nobody took back, though something else is heard in its place."""


def printed(found: Readings) -> list[Statement]:
    """What origins printed themselves, of places and of movements, and what stands."""
    votes = [one for place in found.direct.values() for one, _ in place.selection.votes]
    silent = [left for place in found.direct.values() for left in place.selection.left_out]
    flows = [one for movement_ in found.moved.movements.found for one in movement_.members]
    every = [*votes, *(left.statement for left in silent if left.why in STANDING), *flows]
    return [one for one in every if not one.relays]


def repeat_of(told: Statement, days: int) -> Event:
    """The same words from an outlet, so many days later; of a movement on its own day."""
    assert told.reported_day is not None
    later = date.fromordinal(told.reported_day.toordinal() + days)
    occurred = told.occurred if told.occurred is not None and told.occurred <= later.isoformat() else None
    given_: dict[str, Any] = {"source": told.origin, "publisher": OUTLET, "occurred": occurred}
    if told.way is not None:
        way = (told.way.from_ or "", told.way.to or "")
        best = told.figure.best
        return movement("R77", way, best=best, day=later if occurred else told.reported_day, **given_)
    figure = {"low": told.figure.low, "best": told.figure.best, "high": told.figure.high}
    stated: dict[str, Any] = {end: number for end, number in figure.items() if number is not None}
    if told.figure.word is not None:
        stated = {"basis": "vague_word", "wording": told.figure.word}
    return report("R77", measure=told.key.measure, place=told.key.place, figure=stated, day=later, **given_)
