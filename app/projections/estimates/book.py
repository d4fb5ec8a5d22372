"""The statements of one timeline while events are applied: read once, changed in memory, written once.

Everything on the keys and reports that a batch touches is loaded before its first event; from then on the book is what
the database will say after the batch.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.domain.echoes import Link
from app.domain.measures import Measure
from app.domain.selection import Case
from app.domain.sources import Merged
from app.domain.statements import Key, Statement
from app.projections.estimates.cases import STATEMENT, build_case, ends, of_reports, on_keys
from app.projections.registry import holds, read_link_versions, read_measures, read_sources
from app.projections.tables import statements
from app.projections.versions import Versions

_JSON = msgspec.json.Encoder()


class Book:
    """`position` is the one up to which the book has been changed; links are asked for as of it.

    Keys on which nothing can count are never complete here: most reports of a timeline may well stand on one of them.
    """

    def __init__(self, connection: Connection, timeline: str, position: int) -> None:
        self._connection = connection
        self._timeline = timeline
        self.position = position
        self._rows = Versions(connection, statements, timeline, ("report", "ordinal"))
        self._by_report: dict[str, tuple[Statement, ...]] = {}
        self._by_key: dict[Key, dict[str, None]] = {}
        self._complete: set[Key] = set()
        self._links: dict[str, list[tuple[Link, int, int | None]]] = {}
        self._measures: dict[str, Measure] | None = None
        self._kin: Merged | None = None

    def load(self, reports: Iterable[str], keys: Iterable[Key]) -> None:
        """Make sure of everything on the keys of these reports, on those of what is linked with them, and on `keys`."""
        changing = set(reports)
        self._load_links(changing)
        changing |= {end for report in changing for link, _, _ in self._links[report] for end in ends([link])}
        self._load_reports(changing)
        self._load_keys({*keys, *(one.key for report in changing for one in self.of_report(report))})

    def of_report(self, report: str) -> tuple[Statement, ...]:
        return self._by_report.get(report, ())

    def linked_with(self, report: str) -> set[str]:
        """The reports that a link ties to this one at the book's position."""
        return ends(link for link in self._links_of(report)) - {report}

    def case(self, key: Key) -> Case:
        reports = sorted(self._by_key.get(key, {}))
        own = [one for report in reports for one in self.of_report(report) if one.key == key]
        links = {link.link: link for report in reports for link in self._links_of(report)}
        linked = {report: self.of_report(report) for report in ends(links.values())}
        return build_case(key, own, links.values(), linked, self.measures().get(key.measure), self.kin())

    def put(self, report: str, found: Sequence[Statement]) -> None:
        """Replace what a report says, from the book's position on."""
        for ordinal in range(len(found), len(self.of_report(report))):
            self._rows.close((report, ordinal), self.position)
        for one in self.of_report(report):
            self._by_key.get(one.key, {}).pop(report, None)
        self._by_report[report] = tuple(found)
        for one in found:
            self._by_key.setdefault(one.key, {})[report] = None
            self._rows.put((report, one.ordinal), self.position, _columns(one))

    def flush(self) -> None:
        self._rows.flush()

    def measures(self) -> dict[str, Measure]:
        if self._measures is None:
            self._measures = read_measures(self._connection, self._timeline, at=self.position)
        return self._measures

    def kin(self) -> Merged:
        if self._kin is None:
            self._kin = read_sources(self._connection, self._timeline, at=self.position).kin()
        return self._kin

    def regroups(self, position: int) -> bool:
        """Whether the event at the next position, `position`, changes which sources may be one."""
        sources = read_sources(self._connection, self._timeline, at=position)
        before, after = self.kin(), sources.kin()
        return any(before.name(source) != after.name(source) for source in sources.registered)

    def redefine(self) -> None:
        """Forget measures and sources: an event at the book's position defined some anew."""
        self._measures = self._kin = None

    def reports_where(self, condition: ColumnElement[bool]) -> list[str]:
        """The reports whose statements fit, written ones among them, in order."""
        self.flush()
        query = select(statements.c.report).where(
            statements.c.timeline_id == self._timeline, statements.c.position_to.is_(None), condition
        )
        return sorted(set(self._connection.scalars(query)))

    def keys_where(self, condition: ColumnElement[bool]) -> set[Key]:
        """The keys of the statements that fit, written ones among them; everything on them is then in the book."""
        self.flush()
        query = (
            select(statements.c.measure, statements.c.actor, statements.c.place)
            .where(statements.c.timeline_id == self._timeline, statements.c.position_to.is_(None), condition)
            .distinct()
        )
        keys = {Key(measure=row.measure, actor=row.actor, place=row.place) for row in self._connection.execute(query)}
        self._load_keys(keys)
        return keys

    def _links_of(self, report: str) -> list[Link]:
        return [link for link, since, until in self._links.get(report, ()) if holds(since, until, self.position)]

    def _load_links(self, reports: Iterable[str]) -> None:
        missing = set(reports) - self._links.keys()
        if not missing:
            return
        self._links |= {report: [] for report in missing}
        for version in read_link_versions(self._connection, self._timeline, missing):
            for end in ends([version[0]]) & missing:
                self._links[end].append(version)

    def _load_reports(self, reports: Iterable[str]) -> None:
        missing = sorted(set(reports) - self._by_report.keys())
        if not missing:
            return
        self.flush()
        self._by_report |= dict.fromkeys(missing, ())
        for key in self._rows.load_where(of_reports(missing)):
            row = self._rows.get(key)
            if row is not None:
                one = STATEMENT.decode(row["statement"])
                self._by_report[one.report] += (one,)
                self._by_key.setdefault(one.key, {})[one.report] = None

    def _load_keys(self, keys: Iterable[Key]) -> None:
        missing = {key for key in keys if key.countable} - self._complete
        if not missing:
            return
        self.flush()
        self._complete |= missing
        query = select(statements.c.report).where(
            statements.c.timeline_id == self._timeline, statements.c.position_to.is_(None), on_keys(missing)
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
