"""The estimates projection: the statements that may count, the standing estimates, and every change with its cause.

Driven by what changed at a position: versions of developments, links, measures, sources. A range of events is gone
through twice. First event by event: what each makes reports say, and where it leaves the horizon. Then subject by
subject, since no figure of one rests on another: an event writes one revision for every key whose figures it moves,
read on the later of the horizons before and after it. Memory holds the range and as many subjects as are wanted.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext

from sqlalchemy import Connection, Engine

from app.database.bulk import FEW, sent_together
from app.domain.events import TYPES
from app.domain.statements import Subject
from app.projections.estimates.book import read_books
from app.projections.estimates.last_changes import LastChanges, publish
from app.projections.estimates.revised import Revised, read_standing
from app.projections.estimates.revising import Revising
from app.projections.estimates.surroundings import Surroundings
from app.projections.estimates.telling import Change, Telling
from app.projections.generations import Generations
from app.projections.holding import reports_held
from app.projections.projection import Event, Fold, Projection
from app.projections.tables import estimates, horizons, revisions, statements

SUBJECTS_READ, REPORTS_READ = 5, 5_000
"""So many subjects are read together, and fewer where those read before had so many reports; they have to fit into
memory whole.
"""
REVISIONS_HELD_MAX = 2_000
"""So many revisions wait in memory, or as many as come of one subject's events."""


class Estimates(Fold):
    """One generation while events are applied."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._telling: Telling | None = None
        self._last_changes: LastChanges | None = None
        self._changed: dict[Subject, int] = {}
        """What nobody was told of yet, since it may be taken back."""
        self._reached = 0
        self._subjects: OrderedDict[Subject, Revising] = OrderedDict()

    @property
    def size(self) -> int:
        return sum(one.size for one in self._subjects.values())

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        if not events:
            return
        position = events[0].position - 1
        if self._telling is None:
            self._telling = Telling(connection, self._generations, position)
        known, changes = self._telling.known, self._telling.tell(connection, events)
        revised = Revised(self._generations)
        self._revise(connection, _changes_by_subject(changes), known, position, revised)
        # of many events there are so many rows that COPY, which cannot go together with others, is quicker
        with sent_together(connection) if len(events) <= FEW else nullcontext():
            self._telling.flush()
            revised.flush(connection)
        if self._last_changes is None:
            self._last_changes = LastChanges(position)
        self._changed |= _last_changes(changes)
        self._reached = events[-1].position

    def committed(self, engine: Engine) -> None:
        if self._last_changes is not None:
            self._last_changes.add(self._changed, self._reached)
            self._changed = {}
            publish(engine, self._generations, self._last_changes)

    def _revise(
        self,
        connection: Connection,
        changes: Mapping[Subject, Sequence[Change]],
        known: Surroundings,
        position: int,
        revised: Revised,
    ) -> None:
        """Subject by subject: those in memory, then the others, a few at a time, as they stood at `position`."""
        held = [subject for subject in changes if subject in self._subjects]
        missing = [subject for subject in changes if subject not in self._subjects]
        for subject in held:
            self._subjects.move_to_end(subject)
            self._take(connection, self._subjects[subject], changes[subject], revised)
        self._forget(connection)
        many = 1
        while missing:
            page, missing = missing[:many], missing[many:]
            standing = read_standing(connection, self._generations, page)
            books = read_books(connection, self._generations, page, known, position)
            many = min(SUBJECTS_READ, max(1, len(books) * REPORTS_READ // (1 + sum(book.size for book in books))))
            for book in books:
                one = self._subjects[book.subject] = Revising(book, standing[book.subject])
                self._take(connection, one, changes[book.subject], revised)
            self._forget(connection)

    def _take(self, connection: Connection, one: Revising, changes: Sequence[Change], revised: Revised) -> None:
        one.take(changes, revised)
        if len(revised) > REVISIONS_HELD_MAX:
            revised.flush(connection)

    def _forget(self, connection: Connection) -> None:
        """The subjects that have rested longest, where there are too many reports in memory."""
        size, most = self.size, reports_held(connection.engine)
        while size > most:
            size -= self._subjects.popitem(last=False)[1].size


def _last_changes(changes: Iterable[Change]) -> dict[Subject, int]:
    """By subject the last event that touched a report which speaks of it, or one that is tied to such a report."""
    return {subject: change.event.position for change in changes for subject in change.reports}


def _changes_by_subject(changes: Iterable[Change]) -> dict[Subject, list[Change]]:
    found: dict[Subject, list[Change]] = {}
    for change in changes:
        for subject in change.subjects:
            found.setdefault(subject, []).append(change)
    return found


PROJECTION = Projection(
    name="estimates",
    handles=frozenset(TYPES) - {"assumptions_defined.v1"},
    rests_on=("registry", "developments"),
    tables=(statements, estimates, revisions, horizons),
    begin=Estimates,
    assumes=True,
)
