"""The standing estimates and the audit while events are applied: each key read before and after an event, and what
differs written down as a revision with its lines.
"""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.database.bulk import insert_rows, put_rows
from app.domain.family import Family, Readings, read
from app.domain.nets import Moved
from app.domain.panel import Evaluation, Figures
from app.domain.revisions import Revision, cause_of, named_report, named_source, revise
from app.domain.selection import View
from app.domain.statements import Key, Subject
from app.projections.generations import Generations, rows_of, stamp
from app.projections.projection import Event
from app.projections.tables import estimates, revisions

_JSON = msgspec.json.Encoder()
_FIGURES = msgspec.json.Decoder(Figures | None)
_KEY = ("timeline_id", "generation", "measure", "actor", "place")

Standing = tuple[date, Figures | None]


class Days(msgspec.Struct, frozen=True):
    """An event is read on `day`, the later of the horizons around it; `after` is the one that it leaves, if any."""

    day: date
    after: date

    @classmethod
    def of(cls, before: date | None, after: date | None) -> "Days | None":
        """None while the timeline has no horizon."""
        known = [day for day in (before, after) if day is not None]
        return cls(max(known), after or max(known)) if known else None


class Revising:
    """What the last event on a tree left is kept: the next one finds most of it read."""

    def __init__(self, connection: Connection, generations: Generations) -> None:
        self.connection = connection
        self._generations = generations
        self._standing: dict[Subject, dict[str, Standing]] = {}
        self._read: dict[tuple[Subject, str], Readings] = {}
        self._told: dict[Subject, tuple[Readings, ...]] = {}
        self._changed: dict[Key, dict[str, Any]] = {}
        self._revisions: list[dict[str, Any]] = []

    def compare(self, event: Event, tree: tuple[Subject, str], before: Family, after: Family, days: Days) -> None:
        """Record a revision for each key in the tree whose estimate the event moved."""
        if not (_may_vote(before) or _may_vote(after)):
            return
        subject, assumptions = before.subject, self._generations.assumptions
        places = before.cases.keys() | after.cases.keys()
        due = read(
            before,
            View(day=days.day),
            assumptions,
            asked=places,
            like=self._read.get(tree),
            moved=self._moved(before),
        )
        self._tell(due)
        last = moved = read(after, due.view, assumptions, asked=places, like=due, moved=self._moved(after))
        self._tell(moved)
        if days.after != days.day:
            last = read(after, View(day=days.after), assumptions, asked=places, like=moved)
        self._read[tree] = last
        for place in sorted(places):
            was, now = due.at(place), moved.at(place)
            if not _stayed(was, now):
                revision = revise(self._previous(subject, place), was, now, now if last is moved else last.at(place))
                if revision is not None:
                    self._keep(event, Key(measure=subject.measure, actor=subject.actor, place=place), revision)

    def _moved(self, family: Family) -> Moved | None:
        """The movements of the family's subject, where its last two readings, of whatever trees, have told them."""
        told = self._told.get(family.subject, ())
        return next((one.moved for one in told if _moved_alike(one.family, family)), None)

    def _tell(self, readings: Readings) -> None:
        told = self._told.get(readings.family.subject, ())
        if all(one.moved is not readings.moved for one in told):
            self._told[readings.family.subject] = (*told[-1:], readings)

    def flush(self) -> None:
        put_rows(self.connection, estimates, key=_KEY, rows=list(self._changed.values()))
        insert_rows(self.connection, revisions, self._revisions)
        self._changed, self._revisions = {}, []

    def _previous(self, subject: Subject, place: str) -> Standing | None:
        """What the last revision left; None for a key that lost its votes since: other places may have moved it."""
        if subject not in self._standing:
            self._standing[subject] = self._read_standing(subject)
        return self._standing[subject].get(place)

    def _read_standing(self, subject: Subject) -> dict[str, Standing]:
        query = select(estimates.c.place, estimates.c.day, estimates.c.figures).where(
            rows_of(estimates, self._generations),
            estimates.c.votes > 0,
            estimates.c.measure == subject.measure,
            estimates.c.actor == subject.actor,
        )
        return {row.place: (row.day, _FIGURES.decode(row.figures)) for row in self.connection.execute(query)}

    def _keep(self, event: Event, key: Key, revision: Revision) -> None:
        if revision.votes:
            self._standing[key.subject][key.place] = (revision.day_after, revision.after)
        else:
            self._standing[key.subject].pop(key.place, None)
        names = stamp(estimates, self._generations) | _names(key) | {"position": event.position}
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


def _names(key: Key) -> dict[str, Any]:
    return {"measure": key.measure, "actor": key.actor, "place": key.place}


def _moved_alike(one: Family, other: Family) -> bool:
    return one.traffic is other.traffic and one.places is other.places


def _may_vote(family: Family) -> bool:
    return any(one.why is None for case in family.cases.values() for one in case.statements)


def _stayed(due: Evaluation, moved: Evaluation) -> bool:
    """Whether the event did nothing here, or nobody's word counts: what other places leave is worked out when asked."""
    if due.panel is None and moved.panel is None:
        return True
    return due.panel is moved.panel and due.ends == moved.ends
