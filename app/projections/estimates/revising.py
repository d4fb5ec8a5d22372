"""One subject while events are applied: each tree of it read before and after an event, and what differs written down
as a revision with its lines.
"""

from collections.abc import Iterable, Mapping

from app.domain.assumptions import Assumptions
from app.domain.family import Family, Readings, read
from app.domain.nesting import Nesting
from app.domain.nets import Moved
from app.domain.panel import Evaluation
from app.domain.revisions import Revision, revise
from app.domain.selection import View
from app.domain.statements import Key, Statement
from app.domain.streams import Traffic
from app.projections.estimates.book import WHOLE, Book
from app.projections.estimates.horizon import Days
from app.projections.estimates.revised import Revised, Standing
from app.projections.estimates.telling import Change
from app.projections.projection import Event


class Revising:
    """What the last event on a tree left is kept: the next one finds most of it read.

    `standing` has by place what the last revision left; a key that lost its votes since has none: other places may have
    moved it.
    """

    def __init__(self, book: Book, standing: Mapping[str, Standing]) -> None:
        self._book = book
        self._standing = dict(standing)
        self._read: dict[str, Readings] = {}
        self._told: tuple[Readings, ...] = ()

    @property
    def size(self) -> int:
        """How many reports it keeps in memory."""
        return self._book.size

    def take(self, changes: Iterable[Change], revised: Revised) -> None:
        """Take in what several events changed, one after the other."""
        for change in changes:
            self._take_one(change, revised)

    def _take_one(self, change: Change, revised: Revised) -> None:
        """Read every tree that the event can move before and after it; what differs is a revision."""
        book = self._book
        book.see(change.before)
        places, stirred = self._changed(change, revised.assumptions)
        roots = {book.root_of(place) for place in (*places, *(book.spoken_of if stirred else ()))}
        if book.subject in change.shifted:
            roots = {WHOLE}
        before = {root: book.tree(root) for root in sorted(roots)}
        book.take(change, places, stirred=stirred)
        after = {root: book.tree(root) for root in before}
        if change.days is not None:
            for root, family in before.items():
                self._compare(change, change.days, root, family, after[root], revised)

    def _changed(self, change: Change, assumptions: Assumptions) -> tuple[set[str], bool]:
        """Where the event can move a figure, and whether through movements.

        A grade is given again and again to a source that spoke of everything, and is seldom borne by a report that
        tells: by a vote whose share is not lost, or by one of several that a movement is pooled from. What keeps an
        older letter in memory is put together anew as soon as anything else is said there.
        """
        places = change.places.get(self._book.subject, set())
        if not change.regraded:
            return places, bool(places) and self._book.stirs(change)
        told = self._book.regraded(change).values()
        regraded = [one for said in told for one in said if one.key.subject == self._book.subject]
        moving = [one for one in regraded if one.way is not None]
        stirred = bool(moving) and self._pools(moving)
        telling = [one for one in regraded if self._tells(one, assumptions)] + (moving if stirred else [])
        return {one.key.place for one in telling} & places, stirred

    def _tells(self, one: Statement, assumptions: Assumptions) -> bool:
        """Whether the letter of a statement can tell on figures by its vote."""
        if one.why is not None:
            return False
        book, place = self._book, one.key.place
        read = self._read.get(book.root_of(place))
        found = read.direct.get(place) if read is not None and read.family.places is book.places else None
        if found is None or found.view.day < found.selection.settled:
            return True
        return found.weighed is not None and found.weighed.rests_on_letter(one.report, assumptions)

    def _pools(self, moving: Iterable[Statement]) -> bool:
        """Whether the letter of any can tell on a movement, of which it is not all that was said."""
        moved = self._moved(self._book.traffic, self._book.places)
        if moved is None:
            return True
        return any(one.report in moved.pooled for one in moving)

    def _compare(self, change: Change, days: Days, root: str, before: Family, after: Family, revised: Revised) -> None:
        """Record a revision for each key in the tree whose estimate the event moved."""
        if not (_may_vote(before) or _may_vote(after)):
            return
        places, assumptions, known = before.cases.keys() | after.cases.keys(), revised.assumptions, self._read.get(root)
        view = View(day=days.day)
        due = read(
            before, view, assumptions, asked=places, like=known, moved=self._moved(before.traffic, before.places)
        )
        self._tell(due)
        last = moved = read(
            after, view, assumptions, asked=places, like=due, moved=self._moved(after.traffic, after.places)
        )
        self._tell(moved)
        if days.after != days.day:
            last = read(after, View(day=days.after), assumptions, asked=places, like=moved)
        self._read[root] = last
        for place in sorted(places):
            was, now = due.at(place), moved.at(place)
            if not _stayed(was, now):
                reached = now if last is moved else last.at(place)
                revision = revise(self._standing.get(place), was, now, reached)
                if revision is not None:
                    self._keep(change.event, place, revision, revised)

    def _moved(self, traffic: Traffic, places: Nesting) -> Moved | None:
        """The subject's movements, where its last two readings, of whatever trees, have told them."""
        told = ((one.moved, one.family) for one in self._told)
        return next((moved for moved, read in told if read.traffic is traffic and read.places is places), None)

    def _tell(self, readings: Readings) -> None:
        if all(one.moved is not readings.moved for one in self._told):
            self._told = (*self._told[-1:], readings)

    def _keep(self, event: Event, place: str, revision: Revision, revised: Revised) -> None:
        if revision.votes:
            self._standing[place] = (revision.day_after, revision.after)
        else:
            self._standing.pop(place, None)
        subject = self._book.subject
        revised.put(event, Key(measure=subject.measure, actor=subject.actor, place=place), revision)


def _may_vote(family: Family) -> bool:
    return any(one.why is None for case in family.cases.values() for one in case.statements)


def _stayed(due: Evaluation, moved: Evaluation) -> bool:
    """Whether the event did nothing here, or nobody's word counts: what other places leave is worked out when asked."""
    if due.panel is None and moved.panel is None:
        return True
    return due.panel is moved.panel and due.ends == moved.ends
