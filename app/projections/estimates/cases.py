"""What estimates rest on, as the ledger held it at one position: read from versioned rows, never folded anew."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.database.kept import Kept
from app.database.many import among, rows_among
from app.domain import events as e
from app.domain.assumptions import Assumptions
from app.domain.echoes import Link
from app.domain.family import Family
from app.domain.flows import Flow, flows_in
from app.domain.measures import Measure
from app.domain.nesting import Nesting, nesting_of
from app.domain.selection import Case
from app.domain.sources import Merged
from app.domain.statements import Key, Statement, Subject
from app.domain.streams import Traffic
from app.projections.estimates.last_changes import last_changes
from app.projections.generations import Generations, rows_of
from app.projections.holding import reports_held
from app.projections.registry import defined_until, read_definitions, read_links, read_measures, read_sources
from app.projections.tables import statements
from app.projections.versions import held_at

STATEMENT = msgspec.json.Decoder(Statement)
Name = tuple[Hashable, ...]


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for every subject of a timeline at one position. `actors` have what each is part of.

    Nothing of it was changed after `defined`.
    """

    generations: Generations
    position: int
    defined: int
    measures: Mapping[str, Measure]
    kin: Merged
    places: Nesting
    actors: Mapping[str, tuple[str, ...]]

    @property
    def assumptions(self) -> Assumptions:
        return self.generations.assumptions


_GROUNDS: Kept[Grounds] = Kept(64)
_DEFINED_UNTIL: Kept[int] = Kept(10_000)


def read_grounds(connection: Connection, generations: Generations, position: int) -> Grounds:
    """Kept in memory: they stay what they are until something is defined."""
    meant = generations.timeline, tuple(generations.numbers.values()), generations.assumptions.name
    since = _DEFINED_UNTIL.find(connection, (*meant, position))
    if since is None:
        since = _DEFINED_UNTIL.keep(connection, (*meant, position), defined_until(connection, generations, position))
    name = (*meant, since)
    grounds = _GROUNDS.find(connection, name)
    if grounds is None:
        grounds = _GROUNDS.keep(connection, name, _read_grounds(connection, generations, since))
    return msgspec.structs.replace(grounds, position=position)


def _read_grounds(connection: Connection, generations: Generations, position: int) -> Grounds:
    return Grounds(
        generations=generations,
        position=position,
        defined=position,
        measures=read_measures(connection, generations, at=position),
        kin=read_sources(connection, generations, at=position).kin(),
        places=nesting_of(read_definitions(connection, generations, "place", e.PlaceDefined, at=position)),
        actors={
            name: (body.part_of,) if body.part_of else ()
            for name, body in read_definitions(connection, generations, "actor", e.ActorDefined, at=position).items()
        },
    )


def read_statements(
    connection: Connection, generations: Generations, where: ColumnElement[bool], *, at: int
) -> list[Statement]:
    """Statements that fit, as they held at a position, by report and ordinal."""
    query = (
        select(statements.c.statement)
        .where(rows_of(statements, generations), held_at(statements, at), where)
        .order_by(statements.c.report, statements.c.ordinal)
    )
    return [STATEMENT.decode(text) for text in connection.scalars(query).all()]


def on_subjects(subjects: Iterable[Subject]) -> ColumnElement[bool]:
    columns = (statements.c.measure, statements.c.actor)
    return rows_among(columns, ((subject.measure, subject.actor) for subject in subjects))


def of_reports(reports: Iterable[str]) -> ColumnElement[bool]:
    return among(statements.c.report, reports)


def read_family(connection: Connection, grounds: Grounds, subject: Subject) -> Family:
    return read_families(connection, grounds, [subject])[subject]


def read_families(connection: Connection, grounds: Grounds, subjects: Iterable[Subject]) -> dict[Subject, Family]:
    """The families of many subjects in a handful of queries; one of which nobody spoke is empty."""
    wanted = sorted(set(subjects))
    if not wanted:
        return {}
    return build_families(grounds, wanted, read_said(connection, grounds.generations, wanted, at=grounds.position))


_FAMILIES: Kept[Family] = Kept(reports_held)


def keep_families(connection: Connection, grounds: Grounds, subjects: Iterable[Subject]) -> dict[Subject, Family]:
    """The same as `read_families`, from memory where somebody asked before: what was known at a position stays so."""
    names = known_since(connection, grounds, subjects)
    known = {subject: _FAMILIES.find(connection, name) for subject, name in names.items()}
    found = {subject: family for subject, family in known.items() if family is not None}
    for subject, family in read_families(connection, grounds, names.keys() - found.keys()).items():
        found[subject] = _FAMILIES.keep(connection, names[subject], family, weight=_size(family))
    return found


def known_since(connection: Connection, grounds: Grounds, subjects: Iterable[Subject]) -> dict[Subject, Name]:
    """A name in memory for what is known of each subject: the same as long as nothing is said of it anew."""
    changes, position = last_changes(connection.engine, grounds.generations), grounds.position
    of = as_known(grounds)[:-1]
    return {
        subject: (*of, subject, max(changes.since(subject, position), grounds.defined) if changes else position)
        for subject in subjects
    }


def as_known(grounds: Grounds) -> tuple[str, tuple[int, ...], str, int]:
    """What is read at a position of these generations never becomes otherwise: a name for it in memory."""
    meant = grounds.generations
    return meant.timeline, tuple(meant.numbers.values()), meant.assumptions.name, grounds.position


def _size(family: Family) -> int:
    return 1 + sum(len(case.statements) for case in family.cases.values()) + len(family.traffic.flows)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """All statements on some subjects, the links that name their reports, and what the reports at both ends say."""

    statements: Sequence[Statement]
    links: Sequence[Link]
    linked: Mapping[str, tuple[Statement, ...]]


def read_said(connection: Connection, generations: Generations, subjects: Iterable[Subject], *, at: int) -> Said:
    found = read_statements(connection, generations, on_subjects(subjects), at=at)
    links = read_links(connection, generations, (one.report for one in found), at=at)
    linked = by_report(read_statements(connection, generations, of_reports(ends(links)), at=at)) if links else {}
    return Said(statements=found, links=links, linked=linked)


def build_families(grounds: Grounds, subjects: Iterable[Subject], said: Said) -> dict[Subject, Family]:
    on_subject: dict[Subject, list[Statement]] = {}
    for one in said.statements:
        on_subject.setdefault(one.key.subject, []).append(one)
    naming = Naming(said.links)
    families = {}
    for subject in subjects:
        own, measure = on_subject.get(subject, []), grounds.measures.get(subject.measure)
        families[subject] = build_family(
            subject,
            cases=_cases(own, naming, said.linked, measure, grounds.kin),
            traffic=build_traffic(own, naming, said.linked, measure, grounds.kin),
            measure=measure,
            places=grounds.places,
        )
    return families


class Naming:
    """Links by the reports that they name, each in ledger order."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._order: dict[Link, int] = {}
        self._naming: dict[str, list[Link]] = {}
        for order, link in enumerate(links):
            self._order[link] = order
            for report in {link.from_, link.to}:
                self._naming.setdefault(report, []).append(link)

    def of(self, reports: Iterable[str]) -> list[Link]:
        """Every link that names any of the reports, once."""
        found = {link for report in reports for link in self._naming.get(report, ())}
        return sorted(found, key=self._order.__getitem__)


def _cases(
    said: Iterable[Statement],
    naming: Naming,
    linked: Mapping[str, tuple[Statement, ...]],
    measure: Measure | None,
    kin: Merged,
) -> dict[str, Case]:
    on_key: dict[Key, list[Statement]] = {}
    for one in said:
        if one.key.countable:
            on_key.setdefault(one.key, []).append(one)
    return {
        key.place: build_case(key, own, naming.of(one.report for one in own), linked, measure, kin)
        for key, own in on_key.items()
    }


def build_case(
    key: Key,
    own: Iterable[Statement],
    links: Iterable[Link],
    linked: Mapping[str, tuple[Statement, ...]],
    measure: Measure | None,
    kin: Merged,
) -> Case:
    return Case(
        key=key,
        statements=tuple(own),
        linked=linked,
        links=tuple(links),
        kin=kin,
        measure_class=_class(measure),
        running_total=_is_running_total(measure),
    )


def build_traffic(
    said: Iterable[Statement],
    naming: Naming,
    linked: Mapping[str, tuple[Statement, ...]],
    measure: Measure | None,
    kin: Merged,
) -> Traffic:
    flows = flows_in(said)
    links = naming.of(flow.report for flow in flows)
    return traffic_of(flows, links, {report: linked.get(report, ()) for report in ends(links)}, measure, kin)


def traffic_of(
    flows: tuple[Flow, ...],
    links: Iterable[Link],
    linked: Mapping[str, tuple[Statement, ...]],
    measure: Measure | None,
    kin: Merged,
) -> Traffic:
    return Traffic(flows=flows, linked=linked, links=tuple(links), kin=kin, measure_class=_class(measure))


def build_family(
    subject: Subject, *, cases: Mapping[str, Case], traffic: Traffic, measure: Measure | None, places: Nesting
) -> Family:
    return Family(
        subject=subject,
        running_total=_is_running_total(measure),
        cases=cases,
        traffic=traffic,
        places=places,
    )


def _class(measure: Measure | None) -> str:
    return measure.class_ if measure is not None else "presence"


def _is_running_total(measure: Measure | None) -> bool:
    return measure is not None and measure.nature == "cumulative"


def ends(links: Iterable[Link]) -> set[str]:
    return {report for link in links for report in (link.from_, link.to)}


def by_report(found: Iterable[Statement]) -> dict[str, tuple[Statement, ...]]:
    grouped: dict[str, list[Statement]] = {}
    for one in found:
        grouped.setdefault(one.report, []).append(one)
    return {report: tuple(own) for report, own in grouped.items()}
