"""Forecasts: what was planned, foreseen or made to depend on something, and how it ended."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.narrowing import Names, among
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.forecasts import State
from app.domain.sheet import under
from app.projections.asof import AsOf, resolve
from app.projections.developments.filters import Filters
from app.projections.forecasts import Forecast, Foretold, read_forecasts
from app.projections.registry import read_sources
from app.projections.sources import check_sources

STATES: tuple[State, ...] = ("open", "due", "resolved")
COLUMNS = (
    *("report", "stance", "state", "due_by", "occurred", "reported", "origin", "effective_grade", "status"),
    *("summary", "condition", "quantities", "places", "actors", "echo_of"),
    *under("outcome", ("outcome", "by", "resolved_on", "evidence")),
)

States = Annotated[
    list[str] | None, QueryParameter(name="state", description="open, due or resolved; several for any of them.")
]


@get("/v1/timelines/{timeline:str}/forecasts", sync_to_thread=True, columns=COLUMNS)
def list_forecasts(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    states: States = None,
    source: Names = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """Plans, forecasts and conditions, by the last day on which they could come true; those without a day last.

    Due are those whose day passed before `valid_at` and of which nobody has said how they ended. An outcome counts once
    all of its evidence lies in the view. `by_origin` counts how each origin's ended, whichever `state` is asked for,
    repeats left out; its `share` of fulfilled ones is null with fewer than five that met a fact.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[date, str])
    wanted = among("state", states, STATES)
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        asof = rest_on(request, resolve(connection, timeline, times, projection="developments"))
        told = read_foretold(connection, asof, source or [])
    found = [one for one in told.forecasts if not wanted or one.state in wanted]
    later = found if asked.after is None else [one for one in found if one.order > asked.after]
    return page(
        asked,
        later[: asked.limit + 1],
        key=lambda one: one.order,
        show=show,
        top={"as_of": as_of(asof), "by_origin": told.tallies},
    )


def read_foretold(connection: Connection, asof: AsOf, sources: list[str]) -> Foretold:
    """Raises Unknown, with the nearest, for a source that is not there."""
    check_sources(read_sources(connection, asof.generations, at=asof.position), sources)
    return read_forecasts(connection, asof, Filters(source=tuple(sources)))


def show(one: Forecast) -> dict[str, Any]:
    item = one.item
    body, outcome = item.body, item.outcome
    return {
        "report": body.report,
        "stance": body.stance,
        "state": one.state,
        "due_by": one.due_by,
        "occurred": body.occurred,
        "reported": item.development.reported_text,
        "origin": item.development.origin,
        "effective_grade": f"{item.development.letter}{item.digit}",
        "status": item.status,
        "summary": body.summary,
        "condition": body.condition,
        "quantities": body.quantities,
        "places": body.places,
        "actors": body.actors,
        "echo_of": item.verdict.echo_of,
        "outcome": outcome
        and {
            "outcome": outcome.outcome,
            "by": outcome.by,
            "resolved_on": one.resolved_on,
            "evidence": one.evidence,
        },
    }


HANDLERS = [list_forecasts]
