"""One source with its record: what it said and passed on, its grades over time, and whom it may depend on."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import JSON, Connection, and_, cast, func, or_, select

from app.domain.developments import Status
from app.domain.echoes import Link
from app.domain.errors import Fault, Unknown, nearest_hint
from app.domain.events import SourceGraded, SourceRegistered
from app.domain.sources import Sources
from app.ledger.tables import events
from app.projections.asof import AsOf, horizon
from app.projections.developments.view import in_view, status
from app.projections.generations import rows_of
from app.projections.registry import read_sources
from app.projections.relays import Tied, read_relayed
from app.projections.spoken import STATUSES, Spoken, read_spoken
from app.projections.tables import definitions, developments, links
from app.projections.versions import held_at


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """A grade and the position from which it held, with the time at which that was recorded."""

    position: int
    recorded_at: datetime
    grade: SourceGraded


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """`grades` and `links` in ledger order. `reports` counts those in whose chain the source stands, by status.

    `spoken` is about those whose origin it is; `relayed` has the origins whose word it passes on, the most first.
    `kin` are the others of which it cannot be shown to be independent, through overlap, part or sameness.
    """

    registered: SourceRegistered
    grades: tuple[Grade, ...]
    links: tuple[Link, ...]
    kin: tuple[str, ...]
    documents: int
    reports: dict[Status, int]
    spoken: Spoken
    relayed: tuple[Tied, ...]


def read_record(connection: Connection, asof: AsOf, source: str) -> Record:
    """Raises Unknown with the nearest of the sources that were registered by then."""
    sources = read_sources(connection, asof.generations, at=asof.position)
    check_sources(sources, [source])
    registered = sources.registered[source]
    kin = sources.kin()
    group, same = kin.name(source), sources.same()
    origin = same.name(source)
    names = {name for name in sources.registered if same.name(name) == origin}
    # a registry has no day, but repeats and what is due are told as of one
    today = msgspec.structs.replace(asof, valid_at=horizon(connection, asof.generations, asof.position))
    return Record(
        registered=registered,
        grades=_read_grades(connection, asof, source),
        links=_read_links(connection, asof, source),
        kin=tuple(other for other in sources.registered if other != source and kin.name(other) == group),
        documents=_count_documents(connection, asof, source),
        reports=_count_reports(connection, asof, source),
        spoken=read_spoken(connection, today, origin, names),
        relayed=tuple(read_relayed(connection, asof, source, origin)),
    )


def check_sources(sources: Sources, names: Iterable[str]) -> None:
    """Raises Unknown, with the nearest, for one that was not registered by then."""
    for name in names:
        if name not in sources.registered:
            detail = f"no source {name[:80]} in this view"
            hint = nearest_hint(name[:80], sources.registered)
            raise Unknown(detail, code="unknown-source", hint=hint, faults=[Fault(parameter="source", detail=detail)])


def _read_grades(connection: Connection, asof: AsOf, source: str) -> tuple[Grade, ...]:
    query = (
        select(definitions.c.position_from, definitions.c.body, events.c.recorded_at)
        .join(
            events,
            and_(events.c.timeline_id == definitions.c.timeline_id, events.c.position == definitions.c.position_from),
        )
        .where(
            rows_of(definitions, asof.generations),
            definitions.c.kind == "grade",
            definitions.c.name == source,
            definitions.c.position_from <= asof.position,
        )
        .order_by(definitions.c.position_from)
    )
    return tuple(
        Grade(
            position=row.position_from,
            recorded_at=row.recorded_at,
            grade=msgspec.json.decode(row.body, type=SourceGraded),
        )
        for row in connection.execute(query)
    )


def _read_links(connection: Connection, asof: AsOf, source: str) -> tuple[Link, ...]:
    query = (
        select(links)
        .where(
            rows_of(links, asof.generations),
            links.c.between == "sources",
            or_(links.c["from"] == source, links.c.to == source),
            held_at(links, asof.position),
        )
        .order_by(links.c.position_from)
    )
    return tuple(
        Link(link=str(row["link"]), from_=row["from"], to=row["to"], relation=row["relation"], by=row["by"])
        for row in connection.execute(query).mappings()
    )


def _count_documents(connection: Connection, asof: AsOf, source: str) -> int:
    query = select(func.count()).where(
        rows_of(definitions, asof.generations),
        definitions.c.kind == "document",
        held_at(definitions, asof.position),
        cast(definitions.c.body, JSON)["publisher"].as_string() == source,
    )
    return connection.execute(query).scalar_one()


def _count_reports(connection: Connection, asof: AsOf, source: str) -> dict[Status, int]:
    stated = (
        select(status(developments, asof).label("status"))
        .where(in_view(developments, asof), developments.c.sources.contains([source]))
        .subquery()
    )
    found = {
        row[0]: row[1] for row in connection.execute(select(stated.c.status, func.count()).group_by(stated.c.status))
    }
    return {one: found.get(one, 0) for one in STATUSES}
