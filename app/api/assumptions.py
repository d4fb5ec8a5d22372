"""Assumptions: the named sets of numbers under which estimates are made, the shipped one among them."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, as_of
from app.api.lists import Cursor, Format, Limit
from app.api.registry import by_name, known
from app.api.tags import rest_on
from app.database.engine import reading
from app.projections.asof import AsOf
from app.projections.assumptions import NamedSet, name_sets, read_set

COLUMNS = ("name", "reason", "by", "position", "parameters", "sources")


@get("/v1/timelines/{timeline:str}/assumptions", sync_to_thread=True, columns=COLUMNS)
def list_assumptions(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By name, as the ledger registered them at `known_at`, and the set that comes with the program."""
    return by_name(
        request,
        engine,
        timeline,
        known_at,
        cursor=cursor,
        limit=limit,
        format=format,
        read=_read,
        name=lambda one: one.name,
        show=show,
    )


@get("/v1/timelines/{timeline:str}/assumptions/{name:str}", sync_to_thread=True)
def show_assumptions(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    name: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """One set. `parameters` can be sent back, changed, as those of an `assumptions_defined.v1` under another name."""
    with reading(engine) as connection:
        asof = rest_on(request, known(connection, timeline, known_at))
        found = read_set(connection, asof.generations, name, at=asof.position)
    return {"as_of": as_of(asof), **show(found)}


def _read(connection: Connection, asof: AsOf, after: str, limit: int) -> list[NamedSet]:
    return name_sets(connection, asof.generations, asof.position, after=after, limit=limit)


def show(found: NamedSet) -> dict[str, Any]:
    """`sources`, by a parameter's name, are of the shipped set alone; `by` and `position` of a registered one."""
    return {
        "name": found.name,
        "reason": found.reason,
        "by": found.by,
        "position": found.position,
        "parameters": found.parameters,
        "sources": found.sources,
    }


HANDLERS = [list_assumptions, show_assumptions]
