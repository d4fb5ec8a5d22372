"""The three times of a question, resolved: what was so on a day, said by a day, held by this ledger at a position."""

from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, func, select

from app.database.kept import Kept
from app.domain.errors import Fault, Malformed, Unavailable
from app.domain.selection import EVERYTHING, View, stands
from app.domain.statements import Statement
from app.ledger import log
from app.ledger.tables import events
from app.projections.estimates.cases import read_statements
from app.projections.estimates.horizon import horizon_at
from app.projections.generations import Generations, rows_of
from app.projections.runner import State, generations_of, states
from app.projections.tables import statements
from app.projections.versions import held_at


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters as they were given; `known_at` is an instant or a position, `known_text` its spelling."""

    valid_at: date | None = None
    reported_by: date | None = None
    known_at: datetime | int | None = None
    known_text: str | None = None


class AsOf(msgspec.Struct, frozen=True, kw_only=True):
    """A question that has an answer. `valid_at` is None only while the timeline has no horizon.

    `position` is what the answer rests on: never more than the projections have taken in. `generations` are those of
    all projections, whose rows an answer may read beside those of `projection`.
    """

    generations: Generations
    projection: str
    valid_at: date | None
    reported_by: date | None
    known_at: str | None
    position: int

    @property
    def timeline(self) -> str:
        return self.generations.timeline

    @property
    def generation(self) -> int:
        """Of the projection that was asked."""
        return self.generations.numbers[self.projection]

    @property
    def view(self) -> View:
        """Without a horizon nothing was reported, and any day shows as little as the first."""
        return View(day=self.valid_at or date.min, reported=self.reported)

    @property
    def reported(self) -> tuple[date, int] | None:
        return (self.reported_by, EVERYTHING) if self.reported_by is not None else None


def resolve(connection: Connection, timeline: str, question: Question, *, projection: str) -> AsOf:
    """Resolve a question about one projection.

    Raises Unknown without the timeline, Malformed for a future `known_at`, Unavailable while the projection lags behind
    the position asked for.
    """
    found = states(connection, timeline)
    generations = generations_of(connection, found)
    position = _position(connection, timeline, question, found)
    valid_at = question.valid_at or horizon(connection, generations, position, question.reported_by)
    return AsOf(
        generations=generations,
        projection=projection,
        valid_at=valid_at,
        reported_by=question.reported_by,
        known_at=question.known_text,
        position=position,
    )


def horizon(
    connection: Connection, generations: Generations, position: int, reported_by: date | None = None
) -> date | None:
    """The latest reported day among standing reports held at a position and reported by a day; None without any."""
    if reported_by is None:
        return _horizon(connection, generations, position)
    # What was taken back later stood on that day, so the present horizon sets no limit.
    view = View(day=reported_by, reported=(reported_by, EVERYTHING))
    day: date | None = reported_by
    while day is not None and not any(
        stands(one, view) for one in _reported_on(connection, generations, position, day)
    ):
        day = _last_day(connection, generations, position, day)
    return day


_HORIZONS: Kept[tuple[date | None]] = Kept(10_000)


def _horizon(connection: Connection, generations: Generations, position: int) -> date | None:
    """From memory where somebody asked before: a position keeps its horizon."""
    name = (generations.timeline, generations.numbers["estimates"], position)
    kept = _HORIZONS.find(connection, name)
    if kept is None:
        kept = _HORIZONS.keep(connection, name, (horizon_at(connection, generations, position),))
    return kept[0]


def _reported_on(connection: Connection, generations: Generations, position: int, day: date) -> list[Statement]:
    return read_statements(connection, generations, statements.c.reported_day == day, at=position)


def _last_day(connection: Connection, generations: Generations, position: int, before: date) -> date | None:
    """The last day before another one on which anything held at the position was reported."""
    latest = select(func.max(statements.c.reported_day)).where(
        rows_of(statements, generations), held_at(statements, position), statements.c.reported_day < before
    )
    day: date | None = connection.scalar(latest)
    return day


def _position(connection: Connection, timeline: str, question: Question, found: list[State]) -> int:
    projected = min(state.position for state in found)
    if question.known_at is None:
        return projected
    head = log.head(connection, timeline)
    if isinstance(question.known_at, int):
        if question.known_at > head.position:
            raise _future(f"known_at: the timeline is at position {head.position}")
        wanted = question.known_at
    elif question.known_at < head.recorded_at:
        wanted = position_at(connection, timeline, question.known_at, head.position)
    else:
        clock = connection.scalar(select(func.clock_timestamp()))
        if clock is not None and question.known_at > max(clock, head.recorded_at):
            raise _future("known_at lies in the future")
        return projected
    if wanted > projected:
        raise Unavailable(f"the projections are at position {projected} of {head.position}", hint="try again shortly")
    return wanted


def _future(detail: str) -> Malformed:
    faults = [Fault(parameter="known_at", detail=detail)]
    return Malformed(detail, code="future", hint="leave it out to ask for now", faults=faults)


def position_at(connection: Connection, timeline: str, instant: datetime, head: int) -> int:
    """The last position recorded at or before an instant; 0 before the first. Recorded times never decrease."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        recorded = select(events.c.recorded_at).where(events.c.timeline_id == timeline, events.c.position == middle)
        if connection.execute(recorded).scalar_one() <= instant:
            low = middle
        else:
            high = middle - 1
    return low
