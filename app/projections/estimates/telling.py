"""What reports say from each event on: the statements written, the horizon moved, and what each event changes told.

Nothing is read here of what was said of a key; that comes subject by subject, from the changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.domain import events as e
from app.domain.echoes import Link
from app.domain.independence import CONFIRMED
from app.domain.statements import Key, Statement, Subject, statements_of
from app.projections.estimates.cases import STATEMENT, ends, of_reports
from app.projections.estimates.horizon import Days, Horizon
from app.projections.estimates.surroundings import Surroundings
from app.projections.estimates.upstream import Upstream, parts_of
from app.projections.generations import Generations, rows_of
from app.projections.projection import Event
from app.projections.registry import read_links
from app.projections.tables import statements
from app.projections.versions import Versions

_JSON = msgspec.json.Encoder()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One event, and what it leaves of everything around it.

    `links` has by each report that it touches the links that name it from then on, `said` what those reports, and the
    reports at the other ends of the links, say from then on; `reports` by subject which of these speak of it, or are
    tied to one that does. `places` has by subject where a figure may move; of a subject in `shifted` every figure may,
    since places came to lie elsewhere. `days` is None without a horizon.

    Where nothing but letters is new, `regraded` has by report the new one, and there is no `said`: a grade can be
    borne by everything that a source ever told.
    """

    event: Event
    before: Surroundings
    after: Surroundings
    said: Mapping[str, tuple[Statement, ...]]
    links: Mapping[str, tuple[Link, ...]]
    reports: Mapping[Subject, set[str]]
    places: Mapping[Subject, set[str]]
    shifted: frozenset[Subject]
    regraded: Mapping[str, str]
    days: Days | None

    @property
    def subjects(self) -> list[Subject]:
        """Whose figures may move, in order."""
        return sorted({*self.places, *self.shifted})

    @property
    def new(self) -> list[Statement]:
        """What the reports that it touches say from then on."""
        return [one for report in self.links for one in self.said[report]]


class Telling:
    """As of the last event told: the horizon, and what is known of names."""

    def __init__(self, connection: Connection, generations: Generations, position: int) -> None:
        self._generations = generations
        self._horizon = Horizon(connection, generations)
        self._said: _Said | None = None
        self.known = Surroundings.read(connection, generations, position)

    def tell(self, connection: Connection, events: Sequence[Event]) -> list[Change]:
        """What each of these events changes. It is written before more is told, and by `flush`."""
        self._horizon.connection = connection
        changes: list[Change] = []
        for part in parts_of(connection, self._generations, events):
            self.flush()
            changes += self._tell_part(connection, part)
        return changes

    def _tell_part(self, connection: Connection, events: Sequence[Event]) -> list[Change]:
        changes = Upstream(connection, self._generations, events)
        book = self._said = _Said(connection, self._generations, events[0].position - 1)
        book.open(changes.fresh)
        book.load(changes.reports)
        return [self._tell_one(event, changes, book) for event in events]

    def flush(self) -> None:
        """Write what the events told last make of the statements and of the horizon."""
        if self._said is not None:
            self._said.flush()
            self._horizon.flush()
            self._said = None

    def _tell_one(self, event: Event, changes: Upstream, book: "_Said") -> Change:
        before = self.known
        after = self.known = before.after(event.body, str(event.recorded.event_id))
        new = self._new(event, after, changes, book)
        touched = {*new, *changes.linked.get(event.position, ())}
        book.load(touched)
        keys = book.keys_around(touched) | {one.key for said in new.values() for one in said}
        if after.kin is not before.kin:  # a change among the sources can make or unmake a confirmation (digit 1)
            keys |= book.keys_where(statements.c.digit == CONFIRMED)
        shifted = frozenset(_shifted(event.body, before, book))
        day_before, tied, was = self._horizon.day, book.ties(touched), book.around(touched)
        for link, stands in changes.links.get(event.position, ()):
            book.link(link, stands=stands)
        self._put(new, event.position, book)
        book.position = event.position
        said = book.around(touched)
        regraded = _regraded(was, said) if isinstance(event.body, e.SourceGraded) else {}
        return Change(
            event=event,
            before=before,
            after=after,
            said={} if regraded else said,
            links={} if regraded else {report: book.links_of(report) for report in touched},
            reports=_reports_by_subject((was, said), tied | book.ties(touched)),
            places=_places_by_subject(keys),
            shifted=shifted,
            regraded=regraded,
            days=Days.of(day_before, self._horizon.day),
        )

    def _new(
        self, event: Event, known: Surroundings, changes: Upstream, book: "_Said"
    ) -> dict[str, tuple[Statement, ...]]:
        """What the reports that the event touches say from its position on."""
        touched = changes.developments.get(event.position, [])
        if isinstance(event.body, e.MeasureDefined):
            counted = book.reports_where(statements.c.measure == event.body.measure)
            touched = changes.read(counted, event.position)
        return {one.body.report: statements_of(one, known.measures, self._generations.assumptions) for one in touched}

    def _put(self, new: Mapping[str, tuple[Statement, ...]], position: int, book: "_Said") -> None:
        falls = any(self._horizon.may_fall(book.of_report(report), said) for report, said in new.items())
        for report, said in new.items():
            book.put(report, position, said)
            self._horizon.rise(position, said)
        if falls:
            book.flush()
            self._horizon.recount(position)


def _shifted(body: e.Body, known: Surroundings, book: "_Said") -> set[Subject]:
    """A place that comes to lie elsewhere can move every figure; a new one has nothing said of it yet."""
    if not isinstance(body, e.PlaceDefined) or not known.moves(body):
        return set()
    return {key.subject for key in book.keys_where(statements.c.measure != "") if key.subject.countable}


def _regraded(was: Mapping[str, Sequence[Statement]], said: Mapping[str, Sequence[Statement]]) -> dict[str, str]:
    """The new letters by report, if what is said differs in nothing else."""
    letters = {}
    for report, now in said.items():
        before = was.get(report, ())
        if before != now:
            if [msgspec.structs.replace(one, letter=now[0].letter) for one in before] != list(now):
                return {}
            letters[report] = now[0].letter
    return letters


def _reports_by_subject(
    said: Iterable[Mapping[str, Sequence[Statement]]], ties: Iterable[tuple[str, str]]
) -> dict[Subject, set[str]]:
    """The reports that speak of each subject, before or from then on, and those that are tied to them."""
    about: dict[str, set[Subject]] = {}
    for each in said:
        for report, statements_ in each.items():
            about.setdefault(report, set()).update(one.key.subject for one in statements_)
    found: dict[Subject, set[str]] = {}
    for report, other in (*((report, report) for report in about), *ties):
        for subject in about.get(other, ()):
            found.setdefault(subject, set()).add(report)
    return found


def _places_by_subject(keys: Iterable[Key]) -> dict[Subject, set[str]]:
    found: dict[Subject, set[str]] = {}
    for key in keys:
        subject = key.subject
        if subject.countable:
            found.setdefault(subject, set()).add(key.place)
    return found


class _Said:
    """What the reports say that a range of events touches, and those that links tie to them, as of `position`."""

    def __init__(self, connection: Connection, generations: Generations, position: int) -> None:
        self._connection = connection
        self._generations = generations
        self.position = position
        self._rows = Versions(statements, generations, ("report", "ordinal"))
        self._said: dict[str, tuple[Statement, ...]] = {}
        self._links: dict[str, dict[str, Link]] = {}

    def open(self, reports: Iterable[str]) -> None:
        """These reports are yet to come: there is nothing of them to be loaded."""
        for report in reports:
            self._said.setdefault(report, ())
            self._links.setdefault(report, {})

    def load(self, reports: Iterable[str]) -> None:
        """Make sure of these reports, of the links that name them, and of the reports at the ends of those."""
        touched = set(reports)
        self._load_links(touched)
        self._load_said(touched.union(*(ends(self._links[report].values()) for report in touched)))

    def of_report(self, report: str) -> tuple[Statement, ...]:
        return self._said.get(report, ())

    def links_of(self, report: str) -> tuple[Link, ...]:
        return tuple(self._links[report].values())

    def around(self, reports: Iterable[str]) -> dict[str, tuple[Statement, ...]]:
        """What these reports say, and those that a link ties to them."""
        wide = {other for report in reports for other in (report, *ends(self._links[report].values()))}
        return {report: self.of_report(report) for report in wide}

    def ties(self, reports: Iterable[str]) -> set[tuple[str, str]]:
        """Both ways, which of these reports a link ties to which."""
        links = (link for report in reports for link in self._links[report].values())
        return {pair for link in links for pair in ((link.from_, link.to), (link.to, link.from_))}

    def keys_around(self, reports: Iterable[str]) -> set[Key]:
        return {one.key for said in self.around(reports).values() for one in said}

    def link(self, link: Link, *, stands: bool) -> None:
        """A link was made, or withdrawn."""
        for end in {link.from_, link.to} & self._links.keys():
            if stands:
                self._links[end][link.link] = link
            else:
                self._links[end].pop(link.link, None)

    def put(self, report: str, position: int, found: Sequence[Statement]) -> None:
        """Replace what a report says, from a position on."""
        for ordinal in range(len(found), len(self.of_report(report))):
            self._rows.close((report, ordinal), position)
        self._said[report] = tuple(found)
        for one in found:
            self._rows.put((report, one.ordinal), position, _columns(one))

    def flush(self) -> None:
        self._rows.flush(self._connection)

    def reports_where(self, condition: ColumnElement[bool]) -> list[str]:
        """The reports whose statements fit, written ones among them, in order."""
        return sorted(set(self._current(statements.c.report, condition=condition).scalars()))

    def keys_where(self, condition: ColumnElement[bool]) -> set[Key]:
        """The keys of the statements that fit, written ones among them."""
        columns = (statements.c.measure, statements.c.actor, statements.c.place)
        rows = self._current(*columns, condition=condition)
        return {Key(measure=row[0], actor=row[1], place=row[2]) for row in rows}

    def _current(self, *columns: Any, condition: ColumnElement[bool]) -> Any:
        self.flush()
        where = (rows_of(statements, self._generations), statements.c.position_to.is_(None), condition)
        return self._connection.execute(select(*columns).where(*where).distinct())

    def _load_links(self, reports: Iterable[str]) -> None:
        missing = {report for report in reports if report not in self._links}
        if not missing:
            return
        self._links |= {report: {} for report in missing}
        for link in read_links(self._connection, self._generations, missing, at=self.position):
            for end in ends([link]) & missing:
                self._links[end][link.link] = link

    def _load_said(self, reports: Iterable[str]) -> None:
        missing = sorted({report for report in reports if report not in self._said})
        if not missing:
            return
        self.flush()
        self._said |= dict.fromkeys(missing, ())
        for row in self._rows.load(self._connection, of_reports(missing), statements.c.statement):
            one = STATEMENT.decode(row.statement)
            self._said[one.report] += (one,)


def _columns(one: Statement) -> dict[str, Any]:
    return {
        "measure": one.key.measure,
        "actor": one.key.actor,
        "place": one.key.place,
        "may_vote": one.why is None,
        "taken_back": one.retraction is not None,
        "digit": one.digit,
        "reported_day": one.reported_day,
        "statement": _JSON.encode(one).decode(),
    }
