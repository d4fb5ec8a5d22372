"""Why an estimate moved between two states: ordered steps, each with its event, that sum to the change exactly.

On the ledger's axis, read at the horizon, the steps are the stored revisions; otherwise they are computed from the
versioned rows, one for each event that could have moved the key, or for each day that a word is about.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection

from app.domain.assumptions import Assumptions
from app.domain.attribution import MOVEMENT, TIME_PASSED, Line
from app.domain.case import View
from app.domain.events import TYPES
from app.domain.family import Family, Readings, read
from app.domain.hierarchy import PLACES
from app.domain.panel import ARRIVALS, Evaluation, Figures, difference, effect
from app.domain.revisions import cause_of, named_report, named_source
from app.domain.statements import Key
from app.ledger import log
from app.projections.asof import AsOf, horizon
from app.projections.estimates.cases import read_family, read_grounds
from app.projections.estimates.moments import Moment, along_days, along_ledger, along_reporting
from app.projections.estimates.reading import Revised, read_revisions
from app.projections.projection import typed


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One event, or without one the days that passed. Lines sum to `after` minus `before`.

    The days led to `due`, the event to `moved`, and where it lowers the horizon the days back to `after`.

    `valid_at` is the day that `after` was read on. On the axis of days a step is a day, and `reports` are those whose
    word is about it; where that is one alone, the step is named as its event.
    """

    position: int | None
    event_id: str | None
    type: str | None
    cause: str
    report: str | None
    source: str | None
    reports: tuple[str, ...] = ()
    valid_at: date | None
    before: Figures | None
    due: Figures | None
    moved: Figures | None
    after: Figures | None
    lines: tuple[Line, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The steps lead from `before` to `after`; either is None where nothing can be said of the key."""

    before: Figures | None
    after: Figures | None
    steps: tuple[Step, ...]


def changed_between_positions(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change:
    """The ledger's axis: `start` and `end` differ in `position` alone (and in the horizon that follows from it)."""
    if start.reported_by is None and start.valid_at == horizon(connection, start.generations, start.position):
        fixed = end.valid_at != horizon(connection, end.generations, end.position)
        stored = None if fixed else _stored(connection, key, start, end)
        if stored is not None:
            return stored
    return _computed(connection, key, start, end, along_ledger(connection, key, start, end))


def changed_between_reported_days(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change:
    """The axis of reporting: `start` and `end` differ in `reported_by` alone (and in the horizon)."""
    family = _family(connection, key, end)
    return _computed(connection, key, start, end, along_reporting(connection, family, start, end))


def changed_between_days(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change:
    """The axis of the world: `start` and `end` differ in `valid_at` alone. What was said is the same for every day."""
    family = _family(connection, key, end)
    assumptions = end.generations.assumptions
    last_read = _reading(family, start.view, key, assumptions).at(key.place)
    before = reached = last_read.figures
    steps: list[Step] = []
    for day, beginning in along_days(family, start, end):
        eve = _reading(family, msgspec.structs.replace(end.view, day=day - timedelta(days=1)), key, assumptions).at(
            key.place
        )
        now = _reading(family, msgspec.structs.replace(end.view, day=day), key, assumptions).at(key.place)
        lines = [*_passed(last_read, eve), *effect(eve, now)]
        if _moving(lines):
            about = beginning[0].position if len(beginning) == 1 else None
            step = _step(connection, end.timeline, about, reached, (eve, now, now), lines)
            reports = tuple(dict.fromkeys(one.report for one in beginning))
            steps.append(msgspec.structs.replace(step, reports=reports))
        reached, last_read = now.figures, now
    last = _reading(family, end.view, key, assumptions).at(key.place)
    rest = [msgspec.structs.replace(step, lines=_moving(_passed(last_read, last))) for step in _rest(reached, last)]
    return Change(before=before, after=last.figures, steps=(*steps, *rest))


def _passed(before: Evaluation, after: Evaluation) -> list[Line]:
    """What days did that nobody spoke of: to the votes, as one line, and beside it what moved on them."""
    lines = effect(before, after)
    besides = [line for line in lines if line.kind in {MOVEMENT, PLACES, ARRIVALS}]
    votes = [line for line in lines if line not in besides]
    low, best, high = (sum(getattr(line, end) for line in votes) for end in ("low", "best", "high"))
    return [Line(kind=TIME_PASSED, low=low, best=best, high=high), *besides]


def _family(connection: Connection, key: Key, as_of: AsOf) -> Family:
    grounds = read_grounds(connection, as_of.generations, as_of.position)
    return read_family(connection, grounds, key.subject).around(key.place)


def _reading(family: Family, view: View, key: Key, assumptions: Assumptions) -> Readings:
    return read(family, view, assumptions, retrospect=True, asked=[key.place])


def _stored(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change | None:
    """The revisions, where there is one for every move: while the key has votes of its own."""
    before, after = (_evaluation(connection, key, as_of) for as_of in (start, end))
    if before is None or before.panel is None or after is None:
        return None
    found = read_revisions(
        connection,
        end.generations,
        after=start.position,
        upto=end.position,
        names={name: [value] for name, value in msgspec.structs.asdict(key).items()},
    )
    if not all(one.revision.votes for one in found):
        return None
    steps: list[Step] = []
    reached = before.figures
    for one in found:
        steps.append(_from_revision(one, reached))
        reached = one.revision.after
    return Change(before=before.figures, after=after.figures, steps=(*steps, *_rest(reached, after)))


def _evaluation(connection: Connection, key: Key, as_of: AsOf) -> Evaluation | None:
    if as_of.valid_at is None:
        return None
    return _reading(_family(connection, key, as_of), as_of.view, key, as_of.generations.assumptions).at(key.place)


def _from_revision(one: Revised, reached: Figures | None) -> Step:
    """The stored lines, with the days counted from where the step before left off."""
    revision = one.revision
    lines = [
        difference(reached, revision.due, TIME_PASSED),
        *(line for line in revision.lines if line.kind != TIME_PASSED),
        difference(revision.moved, revision.after, TIME_PASSED),
    ]
    return Step(
        position=one.position,
        event_id=one.event_id,
        type=one.type,
        cause=one.cause,
        report=one.report,
        source=one.source,
        valid_at=revision.day_after,
        before=reached,
        due=revision.due,
        moved=revision.moved,
        after=revision.after,
        lines=_moving(lines),
    )


def _rest(reached: Figures | None, last: Evaluation | None) -> list[Step]:
    """The days from the last step to the end."""
    after = last.figures if last is not None else None
    lines = _moving([difference(reached, after, TIME_PASSED)])
    if not lines:
        return []
    passed = Step(
        position=None,
        event_id=None,
        type=None,
        cause="time_passed",
        report=None,
        source=None,
        valid_at=last.view.day if last is not None else None,
        before=reached,
        due=after,
        moved=after,
        after=after,
        lines=lines,
    )
    return [passed]


def _moving(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.low or line.best or line.high)


def _computed(connection: Connection, key: Key, start: AsOf, end: AsOf, moments: Sequence[Moment]) -> Change:
    """Evaluate every state on the way; each event acts on the later of the days before and after it."""
    assumptions = end.generations.assumptions
    first = _evaluation(connection, key, start)
    before = reached = first.figures if first is not None else None
    family, reported = _family(connection, key, start), start.reported
    steps: list[Step] = []
    for moment in moments:
        days = [one for one in (moment.eve, moment.day) if one is not None]
        if days:
            due = _reading(family, View(day=max(days), reported=reported), key, assumptions)
            moved = _reading(moment.family, View(day=max(days), reported=moment.reported), key, assumptions)
            was, now = due.at(key.place), moved.at(key.place)
            if was.figures != now.figures or effect(was, now):
                view = View(day=moment.day or max(days), reported=moment.reported)
                after = _reading(moment.family, view, key, assumptions).at(key.place)
                lines = [
                    difference(reached, was.figures, TIME_PASSED),
                    *effect(was, now),
                    difference(now.figures, after.figures, TIME_PASSED),
                ]
                steps.append(_step(connection, end.timeline, moment.position, reached, (was, now, after), lines))
                reached = after.figures
        family, reported = moment.family, moment.reported
    last = _evaluation(connection, key, end)
    return Change(
        before=before, after=last.figures if last is not None else None, steps=(*steps, *_rest(reached, last))
    )


def _step(
    connection: Connection,
    timeline: str,
    position: int | None,
    reached: Figures | None,
    readings: tuple[Evaluation, Evaluation, Evaluation],
    lines: Iterable[Line],
) -> Step:
    """With the event at `position`; without one it is a day of several reports. The readings are due, moved, after."""
    event = None
    if position is not None:
        (entry,) = log.read_entries(connection, timeline, after=position - 1, upto=position, types=TYPES)
        event = typed(entry)
    due, moved, after = readings
    return Step(
        position=position,
        event_id=str(event.recorded.event_id) if event else None,
        type=event.recorded.type if event else None,
        cause=cause_of(event.body) if event else "new_report",
        report=named_report(event.body) if event else None,
        source=named_source(event.body) if event else None,
        valid_at=after.view.day,
        before=reached,
        due=due.figures,
        moved=moved.figures,
        after=after.figures,
        lines=_moving(lines),
    )
