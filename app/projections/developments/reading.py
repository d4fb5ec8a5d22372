"""Developments as a question sees them: each report with its status, history, links and what others make of it.

Nothing that lies outside the view is named: a report that was not said or not held yet leaves no trace, neither in
links nor among the reports that a body speaks of.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from app.domain.developments import Development, Status
from app.domain.echoes import Link
from app.domain.errors import Fault, Unknown, nearest_hint
from app.domain.events import DevelopmentReported, ForecastResolved
from app.ledger.tables import events
from app.projections.asof import AsOf
from app.projections.developments.contests import read_contested
from app.projections.developments.filters import After, Filters, matching
from app.projections.developments.verdicts import Count, Panels, Verdict, judge
from app.projections.developments.view import decode, done_in_view, in_view, read_seen, status_of
from app.projections.estimates.cases import Naming
from app.projections.generations import rows_of
from app.projections.registry import read_links
from app.projections.tables import developments, report_history

COMPARED_MAX = 5000
"""With how many reports a name that is none is compared."""

READ_AT_ONCE = 500

SCANNED = 200
"""How many reports are looked at together while repeats are told from the rest."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to a report, by the event at a position."""

    position: int
    type: str
    by: str | None
    reason: str | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One development. `body` and `outcome` speak of reports in the view alone; `digit` is the one that counts.

    An outcome counts once all that it rests on was said: before, nobody could have told how the forecast ended.
    """

    development: Development
    body: DevelopmentReported
    outcome: ForecastResolved | None
    event_id: UUID
    recorded_at: datetime
    status: Status
    digit: int
    verdict: Verdict
    links: tuple[Link, ...]
    history: tuple[Done, ...]

    @property
    def place(self) -> After:
        """Where it stands in the order of lists."""
        return After(day=self.development.occurred_first or self.development.reported_day, report=self.body.report)


def read_page(
    connection: Connection, asof: AsOf, filters: Filters, *, after: After | None = None, limit: int
) -> list[Item]:
    """At most `limit` developments that fit, in order, from the first behind `after`."""
    found: list[Item] = []
    contested = read_contested(connection, asof) if filters.contested is not None else ()
    while len(found) < limit:
        size = limit - len(found) if filters.echo is None else SCANNED
        rows = connection.execute(matching(asof, filters, after, contested).limit(size)).all()
        page = {row.report: decode(row.development) for row in rows}
        items = _read_items(connection, asof, page, Panels(connection, asof, page))
        found += [one for one in items if filters.echo in {None, one.verdict.echo_of is not None}]
        if len(rows) < size:
            break
        after = After(day=rows[-1].sort_day, report=rows[-1].report)
    return found[:limit]


def read_all(connection: Connection, asof: AsOf, filters: Filters) -> Iterator[Item]:
    """Every development that fits, in the order of lists, read page by page."""
    after = None
    while True:
        page = read_page(connection, asof, filters, after=after, limit=READ_AT_ONCE)
        yield from page
        if len(page) < READ_AT_ONCE:
            return
        after = page[-1].place


def read_one(connection: Connection, asof: AsOf, report: str) -> tuple[Item, list[Count]]:
    """A development and what each of its quantities does. Raises Unknown with the nearest reports of the view."""
    found = read_seen(connection, asof, [report])
    if not found:
        raise unknown_report(connection, asof, report)
    panels = Panels(connection, asof, found)
    [item] = _read_items(connection, asof, found, panels)
    return item, panels.counts(report)


def unknown_report(connection: Connection, asof: AsOf, report: str, *, faults: Iterable[Fault] = ()) -> Unknown:
    """The refusal of a report that is not in the view, with the nearest that are."""
    hint = nearest_hint(report, _near(connection, asof, report))
    return Unknown(f"no report {report} in this view", code="unknown-report", hint=hint, faults=faults)


def _near(connection: Connection, asof: AsOf, report: str) -> list[str]:
    query = (
        select(developments.c.report)
        .where(in_view(developments, asof))
        .order_by(developments.c.report.startswith(report[:2], autoescape=True).desc(), developments.c.report)
        .limit(COMPARED_MAX)
    )
    return list(connection.scalars(query))


def _read_items(connection: Connection, asof: AsOf, found: Mapping[str, Development], panels: Panels) -> list[Item]:
    """The items of some developments, in their order."""
    naming = Naming(read_links(connection, asof.generations, found, at=asof.position))
    links = {report: naming.of([report]) for report in found}
    named = {report for one in found.values() for report in _named(one)}
    named |= {end for report in found for link in links[report] for end in (link.from_, link.to)}
    seen = {**found, **read_seen(connection, asof, named - found.keys())}
    history = _read_history(connection, asof, found)
    recorded = _read_recorded(connection, asof, found.values())
    items = []
    for report, one in found.items():
        own = [link for link in links[report] if link.from_ in seen and link.to in seen]
        event_id, recorded_at = recorded[one.position]
        items.append(
            Item(
                development=one,
                body=_within(one.body, seen),
                outcome=_outcome_within(one.outcome, seen),
                event_id=event_id,
                recorded_at=recorded_at,
                status=status_of(one, asof.reported_by),
                digit=panels.digit(report, one.digit),
                verdict=judge(one, panels, _acting(one, own, seen, asof)),
                links=tuple(own),
                history=tuple(history.get(report, ())),
            )
        )
    return items


def _acting(
    one: Development, links: Sequence[Link], seen: Mapping[str, Development], asof: AsOf
) -> list[tuple[Link, Development]]:
    """Links both of whose reports stand, each with the other report."""
    if status_of(one, asof.reported_by) == "retracted":
        return []
    others = [(link, seen[link.to if link.from_ == one.body.report else link.from_]) for link in links]
    return [(link, other) for link, other in others if status_of(other, asof.reported_by) != "retracted"]


def _named(one: Development) -> set[str]:
    """The reports that a body or an outcome speaks of."""
    conditions = one.body.condition if isinstance(one.body.condition, tuple) else ()
    inputs = [report for quantity in one.body.quantities for report in quantity.inputs]
    evidence = one.outcome.evidence if one.outcome is not None else ()
    return {*one.body.about, *conditions, *inputs, *evidence}


def _within(body: DevelopmentReported, seen: Mapping[str, object]) -> DevelopmentReported:
    condition = body.condition
    return msgspec.structs.replace(
        body,
        about=_among(body.about, seen),
        condition=_among(condition, seen) if isinstance(condition, tuple) else condition,
        quantities=tuple(
            msgspec.structs.replace(quantity, inputs=_among(quantity.inputs, seen)) for quantity in body.quantities
        ),
    )


def _outcome_within(outcome: ForecastResolved | None, seen: Mapping[str, object]) -> ForecastResolved | None:
    return outcome if outcome is not None and all(report in seen for report in outcome.evidence) else None


def _among(reports: Iterable[str], seen: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(report for report in reports if report in seen)


def _read_history(connection: Connection, asof: AsOf, reports: Iterable[str]) -> dict[str, list[Done]]:
    columns = report_history.c
    query = (
        select(columns.report, columns.position, columns.type, columns.by, columns.reason)
        .where(
            rows_of(report_history, asof.generations),
            columns.report.in_(sorted(reports)),
            done_in_view(report_history, asof),
        )
        .order_by(columns.position)
    )
    history: dict[str, list[Done]] = {}
    for row in connection.execute(query):
        done = Done(position=row.position, type=row.type, by=row.by, reason=row.reason)
        history.setdefault(row.report, []).append(done)
    return history


def _read_recorded(
    connection: Connection, asof: AsOf, found: Iterable[Development]
) -> dict[int, tuple[UUID, datetime]]:
    """Id and time of the events that reported these, by position."""
    query = select(events.c.position, events.c.event_id, events.c.recorded_at).where(
        events.c.timeline_id == asof.timeline, events.c.position.in_(sorted({one.position for one in found}))
    )
    return {row.position: (row.event_id, row.recorded_at) for row in connection.execute(query)}
