"""Relays: who passes on whose word, as the edges of a graph whose nodes are the sources."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import rest_on
from app.database.engine import reading
from app.projections.asof import resolve
from app.projections.relays import Edge, read_edges

COLUMNS = ("from", "to", "reports", "first", "last")


@get("/v1/timelines/{timeline:str}/relays", sync_to_thread=True, columns=COLUMNS)
def list_relays(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The edges of the graph of who relays whom, by name: `from` passes on the word of `to` in so many reports.

    Its nodes are the sources (`/sources`). Hops of a chain that nobody named are passed over.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[str, str])
    with reading(engine) as connection:
        times = question(None, reported_by, known_at)
        asof = rest_on(request, resolve(connection, timeline, times, projection="developments"))
        found = read_edges(connection, asof, after=asked.after, limit=asked.limit + 1)
    return page(asked, found, key=lambda edge: (edge.from_, edge.to), show=show, top={"as_of": as_of(asof)})


def show(edge: Edge) -> dict[str, Any]:
    return {"from": edge.from_, "to": edge.to, "reports": edge.reports, "first": edge.first, "last": edge.last}


HANDLERS = [list_relays]
