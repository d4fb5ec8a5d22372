"""Forces: units under those that they are part of, and what was said of each."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.situation import show as show_item
from app.api.tags import rest_on
from app.database.engine import reading
from app.projections.asof import resolve
from app.projections.topics.forces import SAID, Force, Path, read_forces

Actors = Annotated[
    list[str] | None,
    QueryParameter(
        name="actor", description="A force with all its parts, or whose forces; or several for any of them."
    ),
]


COLUMNS = ("actor", "name", "kind", "part_of", "units", *SAID)


@get("/v1/timelines/{timeline:str}/forces", sync_to_thread=True, columns=COLUMNS)
def list_forces(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    actor: Actors = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """Every force and unit as the ledger defined it at `known_at`, each right behind the one that it is part of.

    `composition`, `training`, `quality`, `employment` and `command` hold topics of `…/situation`, and nothing where
    nobody said anything. That a force includes some unit does not say how much of it is such: compare the wording.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=Path)
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="topics"))
        items = read_forces(connection, found, actors=actor or (), after=asked.after or (), limit=asked.limit + 1)
    return page(asked, items, key=lambda item: item.path, show=show, top={"as_of": as_of(found)})


def show(item: Force) -> dict[str, Any]:
    actor = item.actor
    return {
        "actor": actor.actor,
        "name": actor.name,
        "kind": actor.kind,
        "part_of": actor.part_of,
        "units": item.units,
        **{name: [show_item(one) for one in said] for name, said in item.said.items()},
    }


HANDLERS = [list_forces]
