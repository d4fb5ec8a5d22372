"""The statements of one timeline while events are applied: read once, changed in memory, written once.

Everything on the subjects and reports that a batch touches is loaded before its first event; from then on the book is
what the database will say after the batch.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.domain import events as e
from app.domain.echoes import Link
from app.domain.family import Family
from app.domain.measures import Measure
from app.domain.movements import Traffic
from app.domain.nesting import Nesting, nesting_of
from app.domain.selection import Case
from app.domain.sources import Merged
from app.domain.statements import Key, Statement, Subject
from app.projections.estimates.cases import (
    STATEMENT,
    Naming,
    build_case,
    build_family,
    build_traffic,
    ends,
    of_reports,
    on_subjects,
)
from app.projections.generations import Generations, rows_of
from app.projections.registry import holds, read_definitions, read_link_versions, read_measures, read_sources
from app.projections.tables import statements
from app.projections.versions import Versions

_JSON = msgspec.json.Encoder()


class Book:
    """`position` is the one up to which the book has been changed; links are asked for as of it.

    Subjects of which nothing can be counted are never complete here: most reports of a timeline may well stand there.
    """

    def __init__(self, connection: Connection, generations: Generations, position: int) -> None:
        self._connection = connection
        self._generations = generations
        self.assumptions = generations.assumptions
        self.position = position
        self._rows = Versions(connection, statements, generations, ("report", "ordinal"))
        self._by_report: dict[str, tuple[Statement, ...]] = {}
        self._by_key: dict[Subject, dict[Key, dict[str, None]]] = {}
        self._complete: set[Subject] = set()
        self._links: dict[str, list[tuple[Link, int, int | None]]] = {}
        self._cases: dict[Key, Case] = {}
        self._moving: dict[Subject, dict[str, None]] = {}  # every report that ever spoke of a movement
        self._traffic: dict[Subject, Traffic] = {}
        self._measures: dict[str, Measure] | None = None
        self._kin: Merged | None = None
        self._defined: dict[str, e.PlaceDefined] | None = None
        self._places: Nesting | None = None

    def load(self, reports: Iterable[str], keys: Iterable[Key]) -> None:
        """Make sure of everything of the subjects of these reports, of what is linked with them, and of `keys`."""
        changing = set(reports)
        self._load_links(changing)
        changing |= {end for report in changing for link, _, _ in self._links[report] for end in ends([link])}
        self._load_reports(changing)
        own = {one.key.subject for report in changing for one in self.of_report(report)}
        self._load_subjects({*(key.subject for key in keys), *own})

    def of_report(self, report: str) -> tuple[Statement, ...]:
        return self._by_report.get(report, ())

    def linked_with(self, report: str) -> set[str]:
        """The reports that a link ties to this one at the book's position."""
        return ends(link for link in self._links_of(report)) - {report}

    def family(self, subject: Subject) -> Family:
        """As of the book's position. What nothing has changed is the same object as before: cases, and movements."""
        on_key = self._by_key.get(subject, {})
        return build_family(
            subject,
            cases={key.place: self._case(key, reports) for key, reports in on_key.items() if key.countable and reports},
            traffic=self._traffic_of(subject),
            measure=self.measures().get(subject.measure),
            places=self.places(),
        )

    def _traffic_of(self, subject: Subject) -> Traffic:
        if subject not in self._traffic:
            moving = sorted(self._moving.get(subject, ()))
            moved = [
                one
                for report in moving
                for one in self.of_report(report)
                if one.way is not None and one.key.subject == subject
            ]
            naming = Naming(self._links_among(moving))
            linked = {report: self.of_report(report) for report in ends(naming.of(moving))}
            self._traffic[subject] = build_traffic(
                moved, naming, linked, self.measures().get(subject.measure), self.kin()
            )
        return self._traffic[subject]

    def _case(self, key: Key, on_key: Iterable[str]) -> Case:
        if key not in self._cases:
            reports = sorted(on_key)
            own = [one for report in reports for one in self.of_report(report) if one.key == key]
            links = self._links_among(reports)
            linked = {report: self.of_report(report) for report in ends(links)}
            self._cases[key] = build_case(key, own, links, linked, self.measures().get(key.measure), self.kin())
        return self._cases[key]

    def _links_among(self, reports: Iterable[str]) -> list[Link]:
        return list({link.link: link for report in reports for link in self._links_of(report)}.values())

    def forget(self, keys: Iterable[Key], reports: Iterable[str]) -> None:
        """These cases are no longer what they were, nor are movements of which these reports speak or to which they are
        linked.
        """
        touched = set(reports)
        for key in keys:
            self._cases.pop(key, None)
            traffic = self._traffic.get(key.subject)
            if traffic is not None and self.stirs(key.subject, touched):
                del self._traffic[key.subject]

    def stirs(self, subject: Subject, reports: set[str]) -> bool:
        """Whether any of these reports speaks of a movement, or is linked to one that does."""
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
        for one in found:
            self._keep(one)
            self._rows.put((report, one.ordinal), self.position, _columns(one))

    def _keep(self, one: Statement) -> None:
        self._on_key(one.key)[one.report] = None
        if one.way is not None:
            self._moving.setdefault(one.key.subject, {})[one.report] = None

    def _on_key(self, key: Key) -> dict[str, None]:
        return self._by_key.setdefault(key.subject, {}).setdefault(key, {})

    def flush(self) -> None:
        self._rows.flush()

    def measures(self) -> dict[str, Measure]:
        if self._measures is None:
            self._measures = read_measures(self._connection, self._generations, at=self.position)
        return self._measures

    def kin(self) -> Merged:
        if self._kin is None:
            self._kin = read_sources(self._connection, self._generations, at=self.position).kin()
        return self._kin

    def regroups(self, position: int) -> bool:
        """Whether the event at the next position, `position`, changes which sources may be one."""
        sources = read_sources(self._connection, self._generations, at=position)
        before, after = self.kin(), sources.kin()
        return any(before.name(source) != after.name(source) for source in sources.registered)

    def redefine(self) -> None:
        """Forget measures and who is related to whom, and what rests on that: an event at the book's position changed
        some.
        """
        self._measures = self._kin = None
        self._cases, self._traffic = {}, {}

    def places(self) -> Nesting:
        if self._places is None:
            self._places = nesting_of(self._definitions())
        return self._places

    def moves(self, place: e.PlaceDefined) -> bool:
        """Whether a definition to come puts a place that is there already elsewhere."""
        before = self._definitions().get(place.place)
        return before is not None and (before.part_of, before.within) != (place.part_of, place.within)

    def define_place(self, place: e.PlaceDefined) -> None:
        self._definitions()[place.place] = place
        self._places = None

    def _definitions(self) -> dict[str, e.PlaceDefined]:
        if self._defined is None:
            self._defined = read_definitions(
                self._connection, self._generations, "place", e.PlaceDefined, at=self.position
            )
        return self._defined

    def reports_where(self, condition: ColumnElement[bool]) -> list[str]:
        """The reports whose statements fit, written ones among them, in order."""
        self.flush()
        query = select(statements.c.report).where(
            rows_of(statements, self._generations), statements.c.position_to.is_(None), condition
        )
        return sorted(set(self._connection.scalars(query)))

    def keys_where(self, condition: ColumnElement[bool]) -> set[Key]:
        """The keys of the statements that fit, written ones among them; everything on them is then in the book."""
        self.flush()
        query = (
            select(statements.c.measure, statements.c.actor, statements.c.place)
            .where(rows_of(statements, self._generations), statements.c.position_to.is_(None), condition)
            .distinct()
        )
        keys = {Key(measure=row.measure, actor=row.actor, place=row.place) for row in self._connection.execute(query)}
        self._load_subjects({key.subject for key in keys})
        return keys

    def _links_of(self, report: str) -> list[Link]:
        return [link for link, since, until in self._links.get(report, ()) if holds(since, until, self.position)]

    def _load_links(self, reports: Iterable[str]) -> None:
        missing = {report for report in reports if report not in self._links}
        if not missing:
            return
        self._links |= {report: [] for report in missing}
        for version in read_link_versions(self._connection, self._generations, missing):
            for end in ends([version[0]]) & missing:
                self._links[end].append(version)

    def _load_reports(self, reports: Iterable[str]) -> None:
        missing = sorted({report for report in reports if report not in self._by_report})
        if not missing:
            return
        self.flush()
        self._by_report |= dict.fromkeys(missing, ())
        for key in self._rows.load_where(of_reports(missing)):
            row = self._rows.get(key)
            if row is not None:
                one = STATEMENT.decode(row["statement"])
                self._by_report[one.report] += (one,)
                self._keep(one)

    def _load_subjects(self, subjects: Iterable[Subject]) -> None:
        missing = {subject for subject in subjects if subject.countable} - self._complete
        if not missing:
            return
        self.flush()
        self._complete |= missing
        query = select(statements.c.report).where(
            rows_of(statements, self._generations), statements.c.position_to.is_(None), on_subjects(missing)
        )
        on = set(self._connection.scalars(query.distinct()))
        self._load_reports(on)
        self._load_links(on)
        self._load_reports(end for report in on for link, _, _ in self._links[report] for end in ends([link]))


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
