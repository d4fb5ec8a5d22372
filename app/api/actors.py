"""Actors: of whom reports speak."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Engine

from app.api.asof import KnownAt
from app.api.lists import Cursor, Format, Limit
from app.api.registry import by_name, reader
from app.domain.events import ActorDefined

COLUMNS = ("actor", "name", "kind", "part_of")


@get("/v1/timelines/{timeline:str}/actors", sync_to_thread=True, columns=COLUMNS)
def list_actors(
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
        read=reader("actor", ActorDefined),
        name=lambda actor: actor.actor,
        show=show,
    )


def show(actor: ActorDefined) -> dict[str, Any]:
    return {"actor": actor.actor, "name": actor.name, "kind": actor.kind, "part_of": actor.part_of}


HANDLERS = [list_actors]
