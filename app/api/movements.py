"""Movements: what went where, as reports that speak of one tell it together, and what that does to a place."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, parse_day, question
from app.api.estimates import Names
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.nets import Net
from app.projections.asof import AsOf, resolve
from app.projections.estimates.moving import Asked, Moved, Moving, Order, asked_for, read_movements
from app.projections.estimates.reading import World, check_names, read_world

Places = Annotated[
    list[str] | None, QueryParameter(description="Where it left or came to, or in what that lies; one, or any of them.")
]
Start = Annotated[str | None, QueryParameter(name="from", description="The first day that a movement may touch.")]
End = Annotated[str | None, QueryParameter(name="to", description="The last such day; never after `valid_at`.")]


COLUMNS = (
    *("measure", "unit", "actor", "movement", "from", "to", "first_day", "last_day", "low", "best", "high"),
    *("cut", "effect", "reports", "origins"),
)


@get("/v1/timelines/{timeline:str}/movements", sync_to_thread=True, columns=COLUMNS)
def list_movements(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Names = None,
    actor: Names = None,
    place: Places = None,
    start: Start = None,
    end: End = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """Every movement once, however many report it, in order of its days; an end that nobody named is null.

    With one measure, one actor and one place also `net`, what the place gained in these days; a movement over a period
    counts for its part of them. `net` is null where no movement tells anything of the place. `effect` says of a
    movement whether the one place gains (1) or loses (-1) what moved, or neither (0): it moved inside, or one end is
    unknown. `left_out` are the reports of movements that are in none of them, and why.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=Order)
    wanted = asked_for(
        measure or (), actor or (), place or (), first=parse_day("from", start), last=parse_day("to", end)
    )
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        told, world = read_moving(connection, found, wanted)
    items = told.items if asked.after is None else [item for item in told.items if item.order > asked.after]
    return page(
        asked,
        items[: asked.limit + 1],
        key=lambda item: item.order,
        show=lambda item: show_movement(item, world),
        top={"as_of": as_of(found), **show_moving(told, wanted, world)},
    )


def read_moving(connection: Connection, found: AsOf, wanted: Asked) -> tuple[Moving, World]:
    """Raises Unknown, with the nearest names, for a measure, an actor or a place that is not there."""
    world = read_world(connection, found)
    for kind, names in (("measure", wanted.measures), ("actor", wanted.actors), ("place", wanted.places)):
        for name in names:
            check_names(world, **{kind: name})
    return read_movements(connection, world, found, wanted), world


def show_moving(told: Moving, wanted: Asked, world: World) -> dict[str, Any]:
    """What stands before the movements; `unit` is that of the one measure asked for."""
    measure = wanted.measures[0] if len(wanted.measures) == 1 else None
    return {
        "unit": world.grounds.measures[measure].unit if measure is not None else None,
        "net": whole(told.net) if told.net is not None else None,
        "left_out": told.left_out,
        "left_out_truncated": told.left_out_truncated,
    }


def show_movement(item: Moved, world: World) -> dict[str, Any]:
    """The first report tells the days; `reports` and `origins` have one for each origin, in the same order."""
    moved = item.movement
    return {
        "measure": item.subject.measure,
        "unit": world.grounds.measures[item.subject.measure].unit,
        "actor": item.subject.actor,
        "movement": moved.movement,
        "from": moved.from_,
        "to": moved.to,
        "first_day": moved.first_day,
        "last_day": moved.last_day,
        **whole(item.range),
        "cut": item.cut,
        "effect": item.effect,
        "reports": [one.report for one in moved.members],
        "origins": [one.origin for one in moved.members],
    }


def whole(net: Net) -> dict[str, int]:
    """In whole units of the measure, halves to even."""
    return {name: round(value) for name, value in msgspec.structs.asdict(net).items()}


HANDLERS = [list_movements]
