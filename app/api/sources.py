"""Sources: who says what, and what is known of them."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, as_of, instant_text
from app.api.lists import Cursor, Format, Limit
from app.api.registry import by_name, known, reader
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.echoes import Link
from app.domain.events import SourceGraded, SourceRegistered
from app.projections.asof import AsOf
from app.projections.registry import read_definitions
from app.projections.sources import Grade, Record, read_record
from app.projections.spoken import Spoken

Graded = tuple[SourceRegistered, str | None]
"""A source and its letter; None while nobody graded it."""


COLUMNS = (
    *("source", "name", "kind", "country", "descriptor", "party_to_conflict", "part_of", "may_overlap", "grade"),
)


@get("/v1/timelines/{timeline:str}/sources", sync_to_thread=True, columns=COLUMNS)
def list_sources(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By name, as the ledger registered and graded them at `known_at`."""
    return by_name(
        request,
        engine,
        timeline,
        known_at,
        cursor=cursor,
        limit=limit,
        format=format,
        read=read_listed,
        name=lambda graded: graded[0].source,
        show=lambda graded: show(*graded),
    )


@get("/v1/timelines/{timeline:str}/sources/{source:str}", sync_to_thread=True)
def show_source(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    source: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """A source with its record and its independence of others.

    `reports` counts those in whose chain it stands; `said` is about those whose origin it is, `relays` has the origins
    whose word it passes on. `kin` are the sources of which it cannot be shown independent.
    """
    with reading(engine) as connection:
        asof = rest_on(request, known(connection, timeline, known_at))
        record = read_record(connection, asof, source)
    return {"as_of": as_of(asof), **show_record(record)}


def show_record(record: Record) -> dict[str, Any]:
    letter = record.grades[-1].grade.reliability if record.grades else None
    return {
        **show(record.registered, letter),
        "grades": [_show_grade(grade) for grade in record.grades],
        "links": [show_link(link) for link in record.links],
        "kin": record.kin,
        "documents": record.documents,
        "reports": record.reports,
        "said": _show_spoken(record.spoken),
        "relays": record.relayed,
    }


def read_listed(connection: Connection, asof: AsOf, after: str, limit: int) -> list[Graded]:
    found = reader("source", SourceRegistered)(connection, asof, after, limit)
    names = [source.source for source in found]
    grades = read_definitions(connection, asof.generations, "grade", SourceGraded, at=asof.position, names=names)
    letters = {name: grade.reliability for name, grade in grades.items()}
    return [(source, letters.get(source.source)) for source in found]


def show(source: SourceRegistered, letter: str | None) -> dict[str, Any]:
    return {
        "source": source.source,
        "name": source.name,
        "kind": source.kind,
        "country": source.country,
        "descriptor": source.descriptor,
        "party_to_conflict": source.party_to_conflict,
        "part_of": source.part_of,
        "may_overlap": source.may_overlap,
        "grade": letter,
    }


def _show_grade(given: Grade) -> dict[str, Any]:
    grade = given.grade
    return {
        "position": given.position,
        "recorded_at": instant_text(given.recorded_at),
        "reliability": grade.reliability,
        "reason": grade.reason,
        "by": grade.by,
    }


def _show_spoken(spoken: Spoken) -> dict[str, Any]:
    return {
        "reports": spoken.reports,
        "first": spoken.first,
        "last": spoken.last,
        "by_kind": spoken.by_kind,
        "by_stance": spoken.by_stance,
        **{str(one): count for one, count in spoken.by_status.items()},
        "echoes": spoken.echoes,
        "repeated_by": spoken.repeated_by,
        "through": spoken.through,
        "forecasts": spoken.forecasts,
    }


def show_link(link: Link) -> dict[str, Any]:
    return {"relation": link.relation, "from": link.from_, "to": link.to, "by": link.by, "link": link.link}


HANDLERS = [list_sources, show_source]
