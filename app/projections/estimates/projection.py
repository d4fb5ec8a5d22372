"""The estimates projection: the statements that may count, the standing estimates, and every change with its cause.

Driven by what changed at a position: versions of developments, links, measures, sources. Each event then writes one
revision for every key whose figures it moves, read on the later of the horizons before and after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext

from sqlalchemy import Connection

from app.database.bulk import FEW, sent_together
from app.domain import events as e
from app.domain.events import TYPES
from app.domain.family import Family
from app.domain.independence import CONFIRMED
from app.domain.measures import measure_of
from app.domain.statements import Key, Statement, Subject, statements_of
from app.projections.estimates.book import Book
from app.projections.estimates.horizon import Horizon
from app.projections.estimates.revising import Days, Revising
from app.projections.estimates.upstream import Upstream
from app.projections.generations import Generations
from app.projections.projection import Event, Projection
from app.projections.tables import estimates, horizons, revisions, statements

REPORTS_HELD_MAX = 100_000
"""So many reports are kept in memory from one batch to the next; where there are more, all are read anew as needed."""

Tree = tuple[Subject, str]
"""A subject, and the root of one of its trees."""
WHOLE = ""
"""In the place of a root: all trees of the subject."""


class Estimates:
    """One generation while events are applied."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._held: tuple[Book, Horizon, Revising] | None = None

    @property
    def size(self) -> int:
        return self._held[0].size if self._held is not None else 0

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        if not events:
            return
        book, horizon, revising = self._begin(connection, events[0].position - 1)
        changes = Upstream(connection, self._generations, events)
        book.open(changes.fresh)
        book.load(changes.reports, {key.subject for key in changes.keys(book.known.measures)})
        for event in events:
            self._apply_one(event, changes, book, horizon, revising)
        # of many events there are so many rows that COPY, which cannot go together with others, is quicker
        with sent_together(connection) if len(events) <= FEW else nullcontext():
            for written in (book, horizon, revising):
                written.flush()

    def _begin(self, connection: Connection, position: int) -> tuple[Book, Horizon, Revising]:
        """What the last batch left in memory, unless that has become too much."""
        if self._held is None or self._held[0].size > REPORTS_HELD_MAX:
            generations = self._generations
            book = Book(connection, generations, position)
            self._held = book, Horizon(connection, generations), Revising(connection, generations)
        for one in self._held:
            one.connection = connection
        return self._held

    def _apply_one(self, event: Event, changes: Upstream, book: Book, horizon: Horizon, revising: Revising) -> None:
        """Read every key that the event can move before and after it; what differs is a revision."""
        said = self._said(event, book, changes)
        touched = {*said, *changes.linked.get(event.position, ())}
        book.load(touched, {one.key.subject for new in said.values() for one in new})
        keys = _keys_of(book, touched) | {one.key for new in said.values() for one in new}
        regroups = book.known.regroups(event.body, str(event.recorded.event_id))
        if regroups:  # a change among the sources can make or unmake a confirmation (digit 1)
            keys |= book.keys_where(statements.c.digit == CONFIRMED)
        moving = _moved_with(event.body, book)
        before, day_before = _before(book, keys, touched, said, moving), horizon.day
        book.position = event.position
        _change(event, book, changes, regroups=regroups)
        _say(said, book, horizon)
        now = {tree: book.family(tree[0]) if tree[0] in moving else book.tree(*tree) for tree in before}
        days = Days.of(day_before, horizon.day)
        if days is not None:
            for tree in sorted(before):
                revising.compare(event, tree, before[tree], now[tree], days)

    def _said(self, event: Event, book: Book, changes: Upstream) -> dict[str, tuple[Statement, ...]]:
        """What the reports that the event touches say from its position on."""
        touched = changes.developments.get(event.position, [])
        measures = book.known.measures
        if isinstance(event.body, e.MeasureDefined):
            counted = book.reports_where(statements.c.measure == event.body.measure)
            touched = changes.read(counted, event.position)
            measures = {**measures, event.body.measure: measure_of(event.body)}
        return {one.body.report: statements_of(one, measures, self._generations.assumptions) for one in touched}


def _before(
    book: Book, keys: set[Key], touched: set[str], said: Mapping[str, tuple[Statement, ...]], moving: set[Subject]
) -> dict[Tree, Family]:
    """The trees that may change, as they stand; all of a subject's where movements do, or where its places move."""
    if not keys and not moving:
        return {}
    new = [one for found in said.values() for one in found]
    subjects = {key.subject for key in keys if key.subject.countable}
    stirred = {subject for subject in subjects if book.stirs(subject, touched, new)}
    root_of = book.known.places.root_of
    trees = {(key.subject, root_of(key.place)) for key in keys if key.subject in subjects - moving}
    trees |= {(subject, root) for subject in stirred - moving for root in book.roots(subject)}
    found = {tree: book.tree(*tree) for tree in trees}
    found |= {(subject, WHOLE): book.family(subject) for subject in moving}
    book.forget(keys, stirred)
    return found


def _change(event: Event, book: Book, changes: Upstream, *, regroups: bool) -> None:
    """Everything around the statements, as it is after the event."""
    for link, stands in changes.links.get(event.position, ()):
        book.link(link, stands=stands)
    book.known.learn(event.body, str(event.recorded.event_id))
    if isinstance(event.body, e.PlaceDefined):
        book.replant()
    if regroups or isinstance(event.body, e.MeasureDefined):
        book.redefine()


def _say(said: Mapping[str, tuple[Statement, ...]], book: Book, horizon: Horizon) -> None:
    falls = any(horizon.may_fall(book.of_report(report), new) for report, new in said.items())
    for report, new in said.items():
        book.put(report, new)
        horizon.rise(book.position, new)
    if falls:
        book.flush()
        horizon.recount(book.position)


def _moved_with(body: e.Body, book: Book) -> set[Subject]:
    """A place that comes to lie elsewhere can move every figure; a new one has nothing said of it yet."""
    if not isinstance(body, e.PlaceDefined) or not book.known.moves(body):
        return set()
    return {key.subject for key in book.keys_where(statements.c.measure != "") if key.subject.countable}


def _keys_of(book: Book, reports: Iterable[str]) -> set[Key]:
    """The keys of these reports and of all that is linked with them."""
    wide = {other for report in reports for other in (report, *book.linked_with(report))}
    return {one.key for report in wide for one in book.of_report(report)}


PROJECTION = Projection(
    name="estimates",
    handles=frozenset(TYPES) - {"assumptions_defined.v1"},
    rests_on=("registry", "developments"),
    tables=(statements, estimates, revisions, horizons),
    begin=Estimates,
    assumes=True,
)
