"""What stands on a chart beside its line: the reports of a key as marks, and names as people write them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter
from sqlalchemy import Connection

from app.api.developments import show
from app.api.lists import CSV, JSON, NDJSON
from app.api.tags import negotiated
from app.charts.marks import marks
from app.charts.pictures import draw_png, draw_svg
from app.domain.events import ActorDefined, PlaceDefined, SourceRegistered
from app.domain.statements import UNPLACED, Key
from app.projections.asof import AsOf
from app.projections.developments.filters import Filters
from app.projections.developments.reading import Item, read_page
from app.projections.estimates.reading import World
from app.projections.registry import read_definitions

REPORTS_MAX = 1000
"""On one chart: more could not be told apart. The first ones are kept."""

Drawing = Literal["vega-lite", "svg", "png"]
MEDIA: dict[Drawing, str] = {
    "vega-lite": "application/vnd.vegalite.v5+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
PICTURES = tuple(MEDIA.values())
"""What a handler says that it offers beside its other forms: `@get(…, pictures=PICTURES)`."""
DrawnFormat = Annotated[
    Literal["json", "ndjson", "csv", "vega-lite", "svg", "png"] | None,
    QueryParameter(description="Goes before the header Accept; vega-lite, svg and png are charts."),
]


def chosen_drawing(request: Request[Any, Any, Any], format: str | None) -> Drawing | None:  # noqa: A002 -- a name's own
    """By `format=`, else by Accept; None: the forms that lists have are for the rest."""
    accepted = None if format else request.accept.best_match([JSON, NDJSON, CSV, *MEDIA.values()])
    found = next((drawing for drawing, media in MEDIA.items() if format == drawing or accepted == media), None)
    if found is not None:
        negotiated(request, found)
    return found


def drawn(specification: dict[str, Any], drawing: Drawing) -> Response[Any]:
    """The chart in the form that was asked for."""
    content: Any = specification
    if drawing == "svg":
        content = draw_svg(specification).encode()
    elif drawing == "png":
        content = draw_png(specification)
    return Response(content, media_type=MEDIA[drawing])


def read_marks(
    connection: Connection, found: AsOf, world: World, key: Key, *, at: Literal["reported", "occurred"]
) -> list[dict[str, Any]]:
    """Every report that speaks of exactly this key, on the day of its word or on the one that it speaks of."""
    placed = key.place != UNPLACED
    filters = Filters(measure=(key.measure,), actor=(key.actor,), place=(key.place,) if placed else ())
    items = [one for one in read_page(connection, found, filters, limit=REPORTS_MAX) if placed or not one.body.places]
    sources = read_definitions(connection, found.generations, "source", SourceRegistered, at=found.position)
    return marks(
        [(msgspec.to_builtins(show(item)), _day(item, at)) for item in items],
        measure=key.measure,
        nature=world.grounds.measures[key.measure].nature,
        names={source.source: source.name for source in sources.values()},
    )


def name_key(connection: Connection, found: AsOf, world: World, key: Key) -> str:
    """A key as a heading."""
    actors = read_definitions(connection, found.generations, "actor", ActorDefined, at=found.position)
    places = read_definitions(connection, found.generations, "place", PlaceDefined, at=found.position)
    actor, place = actors.get(key.actor), places.get(key.place)
    measure = world.grounds.measures[key.measure].name
    return f"{measure}: {actor.name if actor else key.actor}, {place.name if place else key.place}"


def _day(item: Item, at: str) -> date | None:
    development = item.development
    said = development.reported_day
    return said if at == "reported" else development.occurred_first or development.occurred_last or said


def subtitle_of(mode: str, as_of: Mapping[str, Any]) -> str:
    """Which question a chart answers."""
    said = f", by what had been said by {as_of['reported_by']}" if as_of["reported_by"] else ""
    read = "as could be said on each day" if mode == "realtime" else "in retrospect"
    return f"Estimate with its 90 % interval, {read}{said}; {as_of['assumptions']}, position {as_of['position']}"
