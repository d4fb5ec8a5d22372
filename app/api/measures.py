"""Measures: what is counted, the built-in ones among them."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt
from app.api.lists import Cursor, Format, Limit
from app.api.registry import by_name
from app.domain.measures import BUILT_IN, Measure
from app.projections.asof import AsOf
from app.projections.registry import read_measures

COLUMNS = ("measure", "name", "unit", "nature", "class", "built_in")


@get("/v1/timelines/{timeline:str}/measures", sync_to_thread=True, columns=COLUMNS)
def list_measures(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """By name, as the ledger defined them at `known_at`."""
    return by_name(
        request,
        engine,
        timeline,
        known_at,
        cursor=cursor,
        limit=limit,
        format=format,
        read=_read,
        name=lambda measure: measure.measure,
        show=show,
    )


def _read(connection: Connection, asof: AsOf, after: str, limit: int) -> list[Measure]:
    found = read_measures(connection, asof.generations, at=asof.position)
    return [measure for name, measure in found.items() if name > after][:limit]


def show(measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure.measure,
        "name": measure.name,
        "unit": measure.unit,
        "nature": measure.nature,
        "class": measure.class_,
        "built_in": BUILT_IN.get(measure.measure) == measure,
    }


HANDLERS = [list_measures]
