"""What an estimate rests on, as the ledger held it at one position: read from versioned rows, never folded anew."""

from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from app.database.many import among, rows_among
from app.domain.echoes import Link
from app.domain.measures import Measure
from app.domain.selection import Case
from app.domain.sources import Merged
from app.domain.statements import Key, Statement
from app.projections.registry import read_links, read_measures, read_sources
from app.projections.tables import statements
from app.projections.versions import held_at

STATEMENT = msgspec.json.Decoder(Statement)


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for every key of a timeline at one position."""

    timeline: str
    position: int
    measures: Mapping[str, Measure]
    kin: Merged


def read_grounds(connection: Connection, timeline: str, position: int) -> Grounds:
    return Grounds(
        timeline=timeline,
        position=position,
        measures=read_measures(connection, timeline, at=position),
        kin=read_sources(connection, timeline, at=position).kin(),
    )


def read_statements(connection: Connection, timeline: str, where: ColumnElement[bool], *, at: int) -> list[Statement]:
    """Statements that fit, as they held at a position, by report and ordinal."""
    query = (
        select(statements.c.statement)
        .where(statements.c.timeline_id == timeline, held_at(statements, at), where)
        .order_by(statements.c.report, statements.c.ordinal)
    )
    return [STATEMENT.decode(text) for text in connection.scalars(query)]


def on_keys(keys: Iterable[Key]) -> ColumnElement[bool]:
    columns = (statements.c.measure, statements.c.actor, statements.c.place)
    return rows_among(columns, ((key.measure, key.actor, key.place) for key in keys))


def of_reports(reports: Iterable[str]) -> ColumnElement[bool]:
    return among(statements.c.report, reports)


def read_case(connection: Connection, grounds: Grounds, key: Key) -> Case:
    """The case of one key: its statements, the links that name their reports, and what those link to."""
    timeline, at = grounds.timeline, grounds.position
    own = read_statements(connection, timeline, on_keys([key]), at=at)
    links = read_links(connection, timeline, (one.report for one in own), at=at) if own else []
    linked = read_statements(connection, timeline, of_reports(ends(links)), at=at) if links else []
    return build_case(key, own, links, by_report(linked), grounds.measures.get(key.measure), grounds.kin)


def build_case(
    key: Key,
    own: Iterable[Statement],
    links: Iterable[Link],
    linked: Mapping[str, tuple[Statement, ...]],
    measure: Measure | None,
    kin: Merged,
) -> Case:
    running_total = measure is not None and measure.nature == "cumulative"
    return Case(
        key=key,
        statements=tuple(own),
        linked=linked,
        links=tuple(links),
        kin=kin,
        measure_class=measure.class_ if measure is not None else "presence",
        running_total=running_total,
    )


def ends(links: Iterable[Link]) -> set[str]:
    return {report for link in links for report in (link.from_, link.to)}


def by_report(found: Iterable[Statement]) -> dict[str, tuple[Statement, ...]]:
    grouped: dict[str, list[Statement]] = {}
    for one in found:
        grouped.setdefault(one.report, []).append(one)
    return {report: tuple(own) for report, own in grouped.items()}
