"""Why an estimate moved between two states: ordered steps, each with its event, that sum to the change exactly.

On the ledger's axis, read at the horizon, the steps are the stored revisions; otherwise they are computed from the
versioned rows, one for each event that could have moved the key.
"""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, or_, select

from app.database.many import among
from app.domain.assumptions import DEFAULT
from app.domain.attribution import TIME_PASSED, Line, change
from app.domain.panel import Evaluation, Figures, difference, evaluate
from app.domain.revisions import cause_of, named_report, named_source
from app.domain.selection import Case, View
from app.domain.statements import Key, Statement
from app.ledger import log
from app.projections.asof import AsOf, horizon
from app.projections.estimates.cases import read_case, read_grounds
from app.projections.estimates.reading import Revised, read_revisions
from app.projections.projection import typed
from app.projections.tables import definitions, links, statements


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One event, or without one the days that passed at the end. Lines sum to `after` minus `before`."""

    position: int | None
    event_id: str | None
    type: str | None
    cause: str
    report: str | None
    source: str | None
    before: Figures | None
    after: Figures | None
    lines: tuple[Line, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The steps lead from `before` to `after`; either is None where the key has no votes."""

    before: Figures | None
    after: Figures | None
    steps: tuple[Step, ...]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A state on the way, and the position of the event that led to it."""

    position: int
    case: Case
    day: date | None
    reported: tuple[date, int] | None


def changed_between_positions(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change:
    """The ledger's axis: `start` and `end` differ in `position` alone (and in the horizon that follows from it)."""
    if start.reported_by is None and start.valid_at == horizon(connection, start.timeline, start.position):
        fixed = end.valid_at != horizon(connection, end.timeline, end.position)
        if not fixed:
            return _stored(connection, key, start, end)
    moments = [
        _moment_at(connection, key, start, end, position)
        for position in _touching(connection, key, start.timeline, start.position, end.position)
    ]
    return _computed(connection, key, start, end, moments)


def changed_between_days(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change:
    """The axis of reporting: `start` and `end` differ in `reported_by` alone (and in the horizon)."""
    case = _case(connection, key, end)
    fixed = start.valid_at if start.valid_at == end.valid_at else None
    cuts = sorted(cut for cut in _cuts(case) if _within(cut, start, end))
    moments = [
        Moment(
            position=cut[1],
            case=case,
            day=fixed or horizon(connection, end.timeline, end.position, cut[0]),
            reported=cut,
        )
        for cut in cuts
    ]
    undated = [one.position for one in _all_said(case) if one.reported_day is None]
    if undated and end.reported is None:  # without a limit, what has no day counts too: all of it at once, at the end
        moments.append(Moment(position=max(undated), case=case, day=end.valid_at, reported=None))
    return _computed(connection, key, start, end, moments)


def _all_said(case: Case) -> list[Statement]:
    """What stands on the key and in the reports that its links name."""
    return [*case.statements, *(one for found in case.linked.values() for one in found)]


def _within(cut: tuple[date, int], start: AsOf, end: AsOf) -> bool:
    after = start.reported is None or cut > start.reported
    return after and (end.reported is None or cut <= end.reported)


def _cuts(case: Case) -> set[tuple[date, int]]:
    """When something that bears on the case was reported or taken back: (reported day, position)."""
    said = _all_said(case)
    cuts = {(one.reported_day, one.position) for one in said if one.reported_day is not None}
    taken = (one.retraction for one in said if one.retraction is not None)
    return cuts | {(retraction.day, retraction.position) for retraction in taken if retraction.day is not None}


def _case(connection: Connection, key: Key, as_of: AsOf) -> Case:
    return read_case(connection, read_grounds(connection, as_of.timeline, as_of.position), key)


def _moment_at(connection: Connection, key: Key, start: AsOf, end: AsOf, position: int) -> Moment:
    reached = msgspec.structs.replace(end, position=position)
    fixed = start.valid_at if start.valid_at == end.valid_at else None
    return Moment(
        position=position,
        case=_case(connection, key, reached),
        day=fixed or horizon(connection, end.timeline, position, end.reported_by),
        reported=end.reported,
    )


def _touching(connection: Connection, key: Key, timeline: str, after: int, upto: int) -> list[int]:
    """The positions at which anything that bears on the key changed, in order."""
    on_key = select(statements.c.report).where(
        statements.c.timeline_id == timeline,
        statements.c.measure == key.measure,
        statements.c.actor == key.actor,
        statements.c.place == key.place,
    )
    own = set(connection.scalars(on_key.distinct()))
    tied = select(links).where(
        links.c.timeline_id == timeline,
        or_(among(links.c["from"], own), among(links.c.to, own), links.c.between == "sources"),
    )
    ranges = []
    for row in connection.execute(tied).mappings():
        ranges.append((row["position_from"], row["position_to"]))
        own |= {row["from"], row["to"]} if row["between"] == "reports" else set()
    said = select(statements.c.position_from, statements.c.position_to).where(
        statements.c.timeline_id == timeline, among(statements.c.report, own)
    )
    defined = select(definitions.c.position_from, definitions.c.position_to).where(
        definitions.c.timeline_id == timeline,
        or_(definitions.c.kind == "source", (definitions.c.kind == "measure") & (definitions.c.name == key.measure)),
    )
    for query in (said, defined):
        ranges += [(row.position_from, row.position_to) for row in connection.execute(query)]
    found = {position for pair in ranges for position in pair if position is not None}
    return sorted(position for position in found if after < position <= upto)


def _stored(connection: Connection, key: Key, start: AsOf, end: AsOf) -> Change:
    before, after = (_figures(connection, key, as_of) for as_of in (start, end))
    found = read_revisions(
        connection,
        end.timeline,
        after=start.position,
        upto=end.position,
        names={name: [value] for name, value in msgspec.structs.asdict(key).items()},
    )
    steps: list[Step] = []
    reached = before
    for one in found:
        steps.append(_from_revision(one, reached))
        reached = one.revision.after
    return Change(before=before, after=after, steps=(*steps, *_rest(reached, after)))


def _figures(connection: Connection, key: Key, as_of: AsOf) -> Figures | None:
    if as_of.valid_at is None:
        return None
    return evaluate(_case(connection, key, as_of), as_of.view, DEFAULT, retrospect=True).figures


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
        before=reached,
        after=revision.after,
        lines=_moving(lines),
    )


def _rest(reached: Figures | None, after: Figures | None) -> list[Step]:
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
        before=reached,
        after=after,
        lines=lines,
    )
    return [passed]


def _moving(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.low or line.best or line.high)


def _computed(connection: Connection, key: Key, start: AsOf, end: AsOf, moments: list[Moment]) -> Change:
    """Evaluate every state on the way; each event acts on the later of the days before and after it."""
    case, day, reported = _case(connection, key, start), start.valid_at, start.reported
    before = reached = _figures(connection, key, start)
    steps: list[Step] = []
    for moment in moments:
        days = [one for one in (day, moment.day) if one is not None]
        if days:
            due = _read(case, max(days), reported)
            moved = _read(moment.case, max(days), moment.reported)
            if due.figures != moved.figures or change(due.panel, moved.panel):
                after = _read(moment.case, moment.day or max(days), moment.reported)
                steps.append(_from_event(connection, end.timeline, moment.position, reached, due, moved, after))
                reached = after.figures
        case, day, reported = moment.case, moment.day, moment.reported
    last = _figures(connection, key, end)
    return Change(before=before, after=last, steps=(*steps, *_rest(reached, last)))


def _read(case: Case, day: date, reported: tuple[date, int] | None) -> Evaluation:
    return evaluate(case, View(day=day, reported=reported), DEFAULT, retrospect=True)


def _from_event(
    connection: Connection,
    timeline: str,
    position: int,
    reached: Figures | None,
    due: Evaluation,
    moved: Evaluation,
    after: Evaluation,
) -> Step:
    (recorded,) = log.read(connection, timeline, after=position - 1, upto=position)
    body = typed(recorded).body
    lines = [
        difference(reached, due.figures, TIME_PASSED),
        *change(due.panel, moved.panel),
        difference(moved.figures, after.figures, TIME_PASSED),
    ]
    return Step(
        position=position,
        event_id=str(recorded.event_id),
        type=recorded.type,
        cause=cause_of(body),
        report=named_report(body),
        source=named_source(body),
        before=reached,
        after=after.figures,
        lines=_moving(lines),
    )
