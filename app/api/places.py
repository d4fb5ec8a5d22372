"""Places: where reports speak of, as a list and as the tree along which totals run."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Engine

from app.api.asof import KnownAt, as_of
from app.api.lists import Cursor, Format, Limit
from app.api.registry import by_name, known, reader
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.events import PlaceDefined
from app.domain.sheet import under
from app.projections.places import Branch, read_tree

CODES = ("iso3166", "iso3166_2", "geonames")
COLUMNS = ("place", "name", "kind", "part_of", "within", *under("codes", CODES), "lon", "lat")


@get("/v1/timelines/{timeline:str}/places", sync_to_thread=True, columns=COLUMNS)
def list_places(
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
        read=reader("place", PlaceDefined),
        name=lambda place: place.place,
        show=show,
    )


@get("/v1/timelines/{timeline:str}/places/tree", sync_to_thread=True)
def show_tree(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """Each place once, below the one that it is part of; a vague region, part of nothing, is a root of its own.

    `within` stands beside, since totals do not run along it.
    """
    with reading(engine) as connection:
        asof = rest_on(request, known(connection, timeline, known_at))
        tree = read_tree(connection, asof)
    return {"as_of": as_of(asof), "roots": [_show_branch(branch) for branch in tree]}


def show(place: PlaceDefined) -> dict[str, Any]:
    codes = place.codes
    return {
        "place": place.place,
        "name": place.name,
        "kind": place.kind,
        "part_of": place.part_of,
        "within": place.within,
        "codes": {code: getattr(codes, code) if codes else None for code in CODES},
        "lon": place.lon,
        "lat": place.lat,
    }


def _show_branch(branch: Branch) -> dict[str, Any]:
    place = branch.place
    return {
        "place": place.place,
        "name": place.name,
        "kind": place.kind,
        "within": place.within,
        "parts": None if branch.parts is None else [_show_branch(part) for part in branch.parts],
    }


HANDLERS = [list_places, show_tree]
