"""Timelines: create one, list them, look at one with its head, horizon and counts."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from sqlalchemy import Connection, Engine, func, select

from app.api.access import readable
from app.api.asof import instant_text
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import fingerprint, stand
from app.database.engine import reading, writing
from app.domain.canonical import departures, read_json
from app.domain.errors import Conflict, Fault, Malformed
from app.domain.findings import refusal
from app.domain.formats import SLUG
from app.domain.limits import TEXT_CHARACTERS_MAX, TEXT_CHARACTERS_MAX_BY_FIELD
from app.domain.sheet import under
from app.ledger import log
from app.ledger.tables import heads, names, timelines
from app.projections.asof import horizon
from app.projections.runner import generations_of, states

DESCRIPTION_CHARACTERS_MAX = TEXT_CHARACTERS_MAX_BY_FIELD["summary"]


class NewTimeline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`timeline` is the name in addresses and stays; title and description are for people."""

    timeline: str
    title: str
    description: str = ""


@post("/v1/timelines", sync_to_thread=True, status_code=201, opt={"whole": True})
def create_timeline(body: RawBody, engine: NamedDependency[Engine]) -> Response[dict[str, Any]]:
    """Create a timeline {timeline, title, description}; one that exists is 409."""
    new = _read_new(bytes(body))
    with writing(engine) as connection:
        if not log.create_timeline(connection, new.timeline, title=new.title, description=new.description):
            raise Conflict(f"the timeline {new.timeline} exists already", code="name-taken", hint="choose another name")
        made = _whole(connection, new.timeline)
    return Response(made, status_code=201, headers={"Location": f"/v1/timelines/{new.timeline}"})


COLUMNS = ("timeline", "title", "description", "created_at", *under("head", ("position", "recorded_at")))


@get("/v1/timelines", sync_to_thread=True, columns=COLUMNS)
def list_timelines(
    request: Request[Any, Any, Any],
    engine: NamedDependency[Engine],
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The timelines that this request may see, by name."""
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=str)
    query = (
        select(timelines, heads.c.position, heads.c.recorded_at)
        .join(heads, heads.c.timeline_id == timelines.c.timeline_id)
        .order_by(timelines.c.timeline_id)
        .limit(asked.limit + 1)
    )
    if asked.after is not None:
        query = query.where(timelines.c.timeline_id > asked.after)
    if (mine := readable(request)) is not None:
        query = query.where(timelines.c.timeline_id.in_(sorted(mine)))
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    stand(request, fingerprint([(row.timeline_id, row.position) for row in rows]))
    return page(asked, rows, key=lambda row: row.timeline_id, show=show_brief)


@get("/v1/timelines/{timeline:str}", sync_to_thread=True)
def show_timeline(
    request: Request[Any, Any, Any], timeline: FromPath[str], engine: NamedDependency[Engine]
) -> dict[str, Any]:
    """One timeline with its head, its horizon and its counts."""
    with reading(engine) as connection:
        found = states(connection, timeline)
        stand(request, fingerprint([(state.position, state.generation, state.head) for state in found]))
        return _whole(connection, timeline)


def _whole(connection: Connection, timeline: str) -> dict[str, Any]:
    query = (
        select(timelines, heads.c.position, heads.c.recorded_at)
        .join(heads, heads.c.timeline_id == timelines.c.timeline_id)
        .where(timelines.c.timeline_id == timeline)
    )
    row = connection.execute(query).one()
    reports = select(func.count()).where(names.c.timeline_id == timeline, names.c.kind == "report")
    found = states(connection, timeline)
    standing, projected = generations_of(connection, found), min(state.position for state in found)
    return {
        **show_brief(row),
        "horizon": horizon(connection, standing, projected),
        "counts": {"events": row.position, "reports": connection.scalar(reports)},
    }


def show_brief(row: Any) -> dict[str, Any]:
    """A timeline as it stands in a list."""
    return {
        "timeline": row.timeline_id,
        "title": row.title,
        "description": row.description,
        "created_at": instant_text(row.created_at),
        "head": _head(row.position, row.recorded_at),
    }


def _head(position: int, recorded_at: datetime) -> dict[str, Any]:
    return {"position": position, "recorded_at": instant_text(recorded_at)}


def _read_new(raw: bytes) -> NewTimeline:
    value = read_json(raw)
    try:
        new = msgspec.convert(value, NewTimeline)
    except msgspec.ValidationError as fault:
        raise Malformed(f"this is no timeline: {fault}", hint="send {timeline, title, description}") from fault
    if found := list(departures(value)):
        raise refusal(found)
    faults = [
        Fault(pointer=pointer, detail=detail)
        for pointer, detail in (
            ("/timeline", SLUG.explain(new.timeline)),
            ("/title", _length(new.title.strip(), 1, TEXT_CHARACTERS_MAX)),
            ("/description", _length(new.description, 0, DESCRIPTION_CHARACTERS_MAX)),
        )
        if detail
    ]
    if faults:
        raise Malformed(faults[0].detail, faults=faults)
    return new


def _length(text: str, least: int, most: int) -> str | None:
    return None if least <= len(text) <= most else f"The text has {least} to {most} characters."


HANDLERS = [create_timeline, list_timelines, show_timeline]
