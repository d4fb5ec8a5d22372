"""The statements of one timeline while events are applied: read once, changed in memory, written once.

Everything on the subjects and reports that an event touches is loaded before it; from then on the book is what the
database will say. It stays true from one batch of events to the next, as long as nobody else writes.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.domain.echoes import Link
from app.domain.family import Family
from app.domain.flows import Flow, flows_in
from app.domain.selection import Case
from app.domain.statements import Key, Statement, Subject
from app.domain.streams import Traffic
from app.projections.estimates.cases import (
    STATEMENT,
    build_case,
    build_family,
    ends,
    of_reports,
    on_subjects,
    traffic_of,
)
from app.projections.estimates.surroundings import Surroundings
from app.projections.generations import Generations, rows_of
from app.projections.registry import read_links
from app.projections.tables import statements
from app.projections.versions import Versions

_JSON = msgspec.json.Encoder()

Tree = tuple[Subject, str]
"""A subject, and the root of a tree of places."""


class Book:
    """`position` is the one up to which the book has been changed.

    Subjects of which nothing can be counted are never complete here: most reports of a timeline may well stand there.
    """

    def __init__(self, connection: Connection, generations: Generations, position: int) -> None:
        self.connection = connection
        self._generations = generations
        self.position = position
        self.known = Surroundings(connection, generations, position)
        self._rows = Versions(statements, generations, ("report", "ordinal"))
        self._by_report: dict[str, tuple[Statement, ...]] = {}
        self._by_key: dict[Subject, dict[Key, dict[str, None]]] = {}
        self._complete: set[Subject] = set()
        self._links: dict[str, dict[str, Link]] = {}
        self._moving: dict[Subject, dict[str, None]] = {}  # every report that ever spoke of a movement
        self._cases: dict[Key, Case] = {}
        self._flows: dict[str, tuple[Flow, ...]] = {}
        self._traffic: dict[Subject, Traffic] = {}
        self._trees: dict[Subject, dict[str, Family]] = {}

    @property
    def size(self) -> int:
        """How many reports are in memory."""
        return len(self._by_report)

    def load(self, reports: Iterable[str], subjects: Iterable[Subject]) -> None:
        """Make sure of everything of the subjects of these reports, of what is linked with them, and of `subjects`."""
        changing = set(reports)
        self._load_links(changing)
        changing |= {end for report in changing for end in ends(self._links[report].values())}
        self._load_reports(changing)
        own = {one.key.subject for report in changing for one in self.of_report(report)}
        self._load_subjects({*subjects, *own})

    def open(self, reports: Iterable[str]) -> None:
        """These reports are yet to come: there is nothing of them to be loaded."""
        for report in reports:
            self._by_report.setdefault(report, ())
            self._links.setdefault(report, {})

    def of_report(self, report: str) -> tuple[Statement, ...]:
        return self._by_report.get(report, ())

    def linked_with(self, report: str) -> set[str]:
        """The reports that a link ties to this one at the book's position."""
        return ends(self._links.get(report, {}).values()) - {report}

    def tree(self, subject: Subject, root: str) -> Family:
        """The family as far as it stands in one tree, as of the book's position.

        What nothing has changed is the same object as before: tree, cases, and movements.
        """
        trees = self._trees.setdefault(subject, {})
        if root not in trees:
            trees[root] = self._family(subject, lambda place: self.known.places.root_of(place) == root)
        return trees[root]

    def family(self, subject: Subject) -> Family:
        """All of it."""
        return self._family(subject, lambda _: True)

    def roots(self, subject: Subject) -> set[str]:
        """The trees in which anything was said."""
        spoken_of = (key.place for key, reports in self._by_key.get(subject, {}).items() if reports)
        return {self.known.places.root_of(place) for place in spoken_of}

    def _family(self, subject: Subject, holds: Callable[[str], bool]) -> Family:
        on_key = self._by_key.get(subject, {})
        return build_family(
            subject,
            cases={
                key.place: self._case(key, reports)
                for key, reports in on_key.items()
                if reports and key.countable and holds(key.place)
            },
            traffic=self._traffic_of(subject),
            measure=self.known.measures.get(subject.measure),
            places=self.known.places,
        )

    def _traffic_of(self, subject: Subject) -> Traffic:
        if subject not in self._traffic:
            moving = sorted(self._moving.get(subject, ()))
            links = self._links_among(moving)
            self._traffic[subject] = traffic_of(
                tuple(flow for report in moving for flow in self._flows_of(report) if flow.key.subject == subject),
                links,
                {report: self.of_report(report) for report in ends(links)},
                self.known.measures.get(subject.measure),
                self.known.kin,
            )
        return self._traffic[subject]

    def _flows_of(self, report: str) -> tuple[Flow, ...]:
        """The same objects as long as the report says the same: by them it is seen that nothing changed."""
        if report not in self._flows:
            self._flows[report] = flows_in(self.of_report(report))
        return self._flows[report]

    def _case(self, key: Key, on_key: Iterable[str]) -> Case:
        if key not in self._cases:
            reports = sorted(on_key)
            own = [one for report in reports for one in self.of_report(report) if one.key == key]
            links = self._links_among(reports)
            linked = {report: self.of_report(report) for report in ends(links)}
            measure = self.known.measures.get(key.measure)
            self._cases[key] = build_case(key, own, links, linked, measure, self.known.kin)
        return self._cases[key]

    def _links_among(self, reports: Iterable[str]) -> list[Link]:
        return list({link.link: link for report in reports for link in self._links.get(report, {}).values()}.values())

    def forget(self, keys: Iterable[Key], stirred: Iterable[Subject]) -> None:
        """These cases are no longer what they were, nor are the movements of the subjects that are stirred."""
        for key in keys:
            self._cases.pop(key, None)
            self._trees.get(key.subject, {}).pop(self.known.places.root_of(key.place), None)
        for subject in stirred:
            self._traffic.pop(subject, None)
            self._trees.pop(subject, None)

    def stirs(self, subject: Subject, reports: set[str], said: Iterable[Statement]) -> bool:
        """Whether any of these reports speaks of a movement, before or in what it says now, or is linked to one that
        does.
        """
        if any(one.way is not None and one.key.subject == subject for one in said):
            return True
        known = self._traffic.get(subject)
        linked = known.linked.keys() if known is not None else set()
        return not reports.isdisjoint(self._moving.get(subject, ())) or not reports.isdisjoint(linked)

    def put(self, report: str, found: Sequence[Statement]) -> None:
        """Replace what a report says, from the book's position on."""
        for ordinal in range(len(found), len(self.of_report(report))):
            self._rows.close((report, ordinal), self.position)
        for one in self.of_report(report):
            self._on_key(one.key).pop(report, None)
        self._by_report[report] = tuple(found)
        self._flows.pop(report, None)
        self._links.setdefault(report, {})
        for one in found:
            self._keep(one)
            self._rows.put((report, one.ordinal), self.position, _columns(one))

    def link(self, link: Link, *, stands: bool) -> None:
        """A link was made, or withdrawn."""
        for end in {link.from_, link.to} & self._links.keys():
            if stands:
                self._links[end][link.link] = link
            else:
                self._links[end].pop(link.link, None)

    def _keep(self, one: Statement) -> None:
        self._on_key(one.key)[one.report] = None
        if one.way is not None:
            self._moving.setdefault(one.key.subject, {})[one.report] = None

    def _on_key(self, key: Key) -> dict[str, None]:
        return self._by_key.setdefault(key.subject, {}).setdefault(key, {})

    def flush(self) -> None:
        self._rows.flush(self.connection)

    def replant(self) -> None:
        """Forget what rests on where places lie: some of it changed."""
        self._trees = {}

    def redefine(self) -> None:
        """Forget what rests on measures, or on who is related to whom: some of it changed."""
        self._cases, self._traffic, self._trees = {}, {}, {}

    def reports_where(self, condition: ColumnElement[bool]) -> list[str]:
        """The reports whose statements fit, written ones among them, in order."""
        return sorted(set(self._current(statements.c.report, condition=condition).scalars()))

    def keys_where(self, condition: ColumnElement[bool]) -> set[Key]:
        """The keys of the statements that fit, written ones among them; everything on them is then in the book."""
        columns = (statements.c.measure, statements.c.actor, statements.c.place)
        keys = {Key(measure=row[0], actor=row[1], place=row[2]) for row in self._current(*columns, condition=condition)}
        self._load_subjects({key.subject for key in keys})
        return keys

    def _current(self, *columns: Any, condition: ColumnElement[bool]) -> Any:
        self.flush()
        where = (rows_of(statements, self._generations), statements.c.position_to.is_(None), condition)
        return self.connection.execute(select(*columns).where(*where).distinct())

    def _load_links(self, reports: Iterable[str]) -> None:
        missing = {report for report in reports if report not in self._links}
        if not missing:
            return
        self._links |= {report: {} for report in missing}
        for link in read_links(self.connection, self._generations, missing, at=self.position):
            for end in ends([link]) & missing:
                self._links[end][link.link] = link

    def _load_reports(self, reports: Iterable[str]) -> None:
        missing = sorted({report for report in reports if report not in self._by_report})
        if not missing:
            return
        self.flush()
        self._by_report |= dict.fromkeys(missing, ())
        for row in self._rows.load(self.connection, of_reports(missing), statements.c.statement):
            one = STATEMENT.decode(row.statement)
            self._by_report[one.report] += (one,)
            self._keep(one)

    def _load_subjects(self, subjects: Iterable[Subject]) -> None:
        missing = {subject for subject in subjects if subject.countable} - self._complete
        if not missing:
            return
        self._complete |= missing
        on = set(self._current(statements.c.report, condition=on_subjects(missing)).scalars())
        self._load_reports(on)
        self._load_links(on)
        self._load_reports(end for report in on for end in ends(self._links[report].values()))


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
