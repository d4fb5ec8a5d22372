"""Materiel: what was handed over, as far as it was counted, and what must not be added."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Engine

from app.api import estimates
from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.statements import Key
from app.projections.asof import AsOf, resolve
from app.projections.developments.reading import Item
from app.projections.estimates.reading import World, read_world
from app.projections.materiel import Materiel, Transfer, read_materiel

COLUMNS = (*estimates.COLUMNS, "reports")


@get("/v1/timelines/{timeline:str}/materiel", sync_to_thread=True, columns=COLUMNS)
def list_materiel(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The estimates of all that reports of transfers count, each as `/estimates` has it, with these `reports`.

    They are never added: `overlaps` names what may be the same goods in other units, and places may lie in each other.
    `without_amount` are transfers of which nobody said how much.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[str, str, str])
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        asof = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        world = read_world(connection, asof)
        told = read_materiel(connection, asof, world)
    after = Key(*asked.after) if asked.after is not None else None
    later = [one for one in told.transfers if after is None or one.estimate.key > after]
    return page(
        asked,
        later[: asked.limit + 1],
        key=lambda one: msgspec.structs.astuple(one.estimate.key),
        show=lambda one: show(one, asof, world, request),
        top={"as_of": as_of(asof), "without_amount": show_without(told)},
    )


def show(one: Transfer, asof: AsOf, world: World, request: Request[Any, Any, Any] | None = None) -> dict[str, Any]:
    return {**estimates.show(one.estimate, asof, world, request), "reports": one.reports}


def show_without(told: Materiel) -> list[dict[str, Any]]:
    return [_show_item(item) for item in told.without_amount]


def _show_item(item: Item) -> dict[str, Any]:
    return {
        "report": item.body.report,
        "stance": item.body.stance,
        "origin": item.development.origin,
        "reported": item.development.reported_text,
        "actors": item.body.actors,
        "summary": item.body.summary,
    }


HANDLERS = [list_materiel]
