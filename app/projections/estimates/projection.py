"""The estimates projection: the statements that may count, the standing estimates, and every change with its cause.

Driven by what changed at a position: versions of developments, links, measures, sources. Each event then writes one
revision for every key whose figures it moves, read on the later of the horizons before and after it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_unless_there

from app.domain import events as e
from app.domain.events import TYPES
from app.domain.family import Family, Readings, read
from app.domain.independence import CONFIRMED
from app.domain.measures import measure_of
from app.domain.movements import Movements, Traffic
from app.domain.panel import Evaluation, Figures
from app.domain.revisions import Revision, cause_of, named_report, named_source, revise
from app.domain.selection import View
from app.domain.statements import Key, Statement, Subject, statements_of
from app.projections.estimates.book import Book
from app.projections.estimates.horizon import Horizon
from app.projections.estimates.upstream import Upstream
from app.projections.generations import Generations, rows_of, stamp
from app.projections.projection import Event, Projection
from app.projections.tables import estimates, horizons, revisions, statements

_JSON = msgspec.json.Encoder()
_FIGURES = msgspec.json.Decoder(Figures | None)

Standing = tuple[date, Figures | None]


def apply(connection: Connection, generations: Generations, events: Sequence[Event]) -> None:
    if not events:
        return
    changes = Upstream(connection, generations, events[0].position, events[-1].position)
    book = Book(connection, generations, events[0].position - 1)
    book.load(changes.reports, changes.keys(book.measures()))
    horizon = Horizon(connection, generations)
    audit = _Audit(connection, generations)
    for event in events:
        _apply_one(event, book, changes, horizon, audit)
    book.flush()
    horizon.flush()
    audit.flush()


def _apply_one(event: Event, book: Book, changes: Upstream, horizon: Horizon, audit: "_Audit") -> None:
    """Read every key that the event can move before and after it; the audit keeps what differs."""
    said = _said(event, book, changes)
    reports = {*said, *changes.linked.get(event.position, ())}
    book.load(reports, (one.key for new in said.values() for one in new))
    keys = _keys_of(book, reports) | {one.key for new in said.values() for one in new}
    regroups = isinstance(event.body, _GROUPING) and book.regroups(event.position)
    if regroups:  # a change among the sources can make or unmake a confirmation (digit 1)
        keys |= book.keys_where(statements.c.digit == CONFIRMED)
    subjects = {key.subject for key in keys if key.subject.countable}
    moving = _moved_with(event.body, book) if isinstance(event.body, e.PlaceDefined) else set()
    before = {subject: book.family(subject) for subject in sorted(subjects | moving)}
    horizon_before = horizon.day
    book.position = event.position
    if regroups or isinstance(event.body, e.MeasureDefined):
        book.redefine()
    if isinstance(event.body, e.PlaceDefined):
        book.define_place(event.body)
    falls = any(horizon.may_fall(book.of_report(report), new) for report, new in said.items())
    for report, new in said.items():
        book.put(report, new)
        horizon.rise(event.position, new)
    if falls:
        book.flush()
        horizon.recount(event.position)
    stirred = {subject for subject in before if book.stirs(subject, reports)}
    book.forget(keys, reports)
    for subject, was in before.items():
        now = book.family(subject)
        if subject in moving:  # a place may have come into another tree
            audit.compare(event, was, now, "", horizon_before, horizon.day)
            continue
        places = None if subject in stirred else {key.place for key in keys if key.subject == subject}
        for root in sorted(_trees(was, now, places)):
            audit.compare(event, was.in_tree(root), now.in_tree(root), root, horizon_before, horizon.day)


def _trees(was: Family, now: Family, places: Iterable[str] | None) -> set[str]:
    """The trees that these places stand in, or all: what is said of a place tells on no other tree."""
    trees = was.roots | now.roots
    return trees if places is None else trees & {now.places.root_of(place) for place in places}


_GROUPING = e.SourceRegistered | e.SourcesLinked | e.LinkWithdrawn


def _said(event: Event, book: Book, changes: Upstream) -> dict[str, tuple[Statement, ...]]:
    """What the reports that the event touches say from its position on."""
    touched = changes.developments.get(event.position, [])
    measures = book.measures()
    if isinstance(event.body, e.MeasureDefined):
        counted = book.reports_where(statements.c.measure == event.body.measure)
        touched = changes.read(counted, event.position)
        measures = {**measures, event.body.measure: measure_of(event.body)}
    return {one.body.report: statements_of(one, measures, book.assumptions) for one in touched}


def _keys_of(book: Book, reports: Iterable[str]) -> set[Key]:
    """The keys of these reports and of all that is linked with them."""
    wide = {other for report in reports for other in (report, *book.linked_with(report))}
    return {one.key for report in wide for one in book.of_report(report)}


def _moved_with(place: e.PlaceDefined, book: Book) -> set[Subject]:
    """A place that comes to lie elsewhere can move every figure; a new one has nothing said of it yet."""
    if not book.moves(place):
        return set()
    return {key.subject for key in book.keys_where(statements.c.measure != "") if key.subject.countable}


class _Audit:
    """The standing estimates and the revisions, collected for one batch."""

    def __init__(self, connection: Connection, generations: Generations) -> None:
        self._connection = connection
        self._generations = generations
        self._standing: dict[Key, Standing | None] = {}
        self._loaded: set[Subject] = set()
        self._read: dict[tuple[Subject, str], Readings] = {}
        self._told: dict[Subject, tuple[Traffic, Movements]] = {}
        self._changed: dict[Key, dict[str, Any]] = {}
        self._revisions: list[dict[str, Any]] = []

    def compare(
        self,
        event: Event,
        before: Family,
        after: Family,
        root: str,
        horizon_before: date | None,
        horizon: date | None,
    ) -> None:
        """Record a revision for each key in a tree of the family whose estimate the event moved."""
        days = [day for day in (horizon_before, horizon) if day is not None]
        if not days or not (_may_vote(before) or _may_vote(after)):
            return
        assumptions = self._generations.assumptions
        view, asked = View(day=max(days)), {*before.cases, *after.cases}
        told = self._told.get(before.subject)
        due = read(
            before,
            view,
            assumptions,
            asked=asked,
            like=self._read.get((before.subject, root)),
            movements=told[1] if told is not None and told[0] is before.traffic else None,
        )
        last = moved = read(after, view, assumptions, asked=asked, like=due)
        if horizon not in (None, view.day):
            last = read(after, View(day=horizon), assumptions, asked=asked, like=moved)
        self._read[after.subject, root] = last
        self._told[after.subject] = (after.traffic, last.movements)
        for place in sorted(asked):
            if _stayed(due.at(place), moved.at(place)):
                continue
            key = Key(measure=after.subject.measure, actor=after.subject.actor, place=place)
            revision = revise(self._previous(key), due.at(place), moved.at(place), last.at(place))
            if revision is not None:
                self._keep(event, key, revision)

    def flush(self) -> None:
        if self._changed:
            upsert = insert_unless_there(estimates)
            news = {name: upsert.excluded[name] for name in ("position", "day", "votes", "figures")}
            key = ("timeline_id", "generation", "measure", "actor", "place")
            one_by_one = upsert.on_conflict_do_update(index_elements=key, set_=news)
            self._connection.execute(one_by_one, list(self._changed.values()))
        if self._revisions:
            self._connection.execute(insert(revisions), self._revisions)

    def _previous(self, key: Key) -> Standing | None:
        """What the last revision left; None for a key that lost its votes since: other places may have moved it."""
        if key.subject not in self._loaded:
            self._loaded.add(key.subject)
            query = select(estimates.c.place, estimates.c.day, estimates.c.figures).where(
                rows_of(estimates, self._generations),
                estimates.c.votes > 0,
                estimates.c.measure == key.measure,
                estimates.c.actor == key.actor,
            )
            for row in self._connection.execute(query):
                self._standing[replace(key, place=row.place)] = (row.day, _FIGURES.decode(row.figures))
        return self._standing.get(key)

    def _keep(self, event: Event, key: Key, revision: Revision) -> None:
        self._standing[key] = (revision.day_after, revision.after) if revision.votes else None
        names = stamp(estimates, self._generations) | msgspec.structs.asdict(key) | {"position": event.position}
        figures = _JSON.encode(revision.after).decode()
        self._changed[key] = names | {"day": revision.day_after, "votes": revision.votes, "figures": figures}
        self._revisions.append(
            names
            | {
                "event_id": event.recorded.event_id,
                "type": event.recorded.type,
                "cause": cause_of(event.body),
                "report": named_report(event.body),
                "source": named_source(event.body),
                "revision": _JSON.encode(revision).decode(),
            }
        )


def _may_vote(family: Family) -> bool:
    return any(one.why is None for case in family.cases.values() for one in case.statements)


def _stayed(due: Evaluation, moved: Evaluation) -> bool:
    """Whether the event did nothing here, or nobody's word counts: what other places leave is worked out when asked."""
    if due.panel is None and moved.panel is None:
        return True
    return due.panel is moved.panel and due.figures == moved.figures


PROJECTION = Projection(
    name="estimates",
    handles=frozenset(TYPES) - {"assumptions_defined.v1"},
    rests_on=("registry", "developments"),
    tables=(statements, estimates, revisions, horizons),
    apply=apply,
    assumes=True,
)
