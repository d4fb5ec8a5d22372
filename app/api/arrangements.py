"""Arrangements: so many of one thing for so many of another, and what that implies."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.narrowing import Names
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.sheet import under
from app.projections.arrangements import Arrangement, Implied, read_arrangements
from app.projections.asof import AsOf, resolve
from app.projections.developments.filters import Filters
from app.projections.estimates.reading import check_names, read_world

BASIS = "derived"
COLUMNS = (
    *("report", "ordinal", "stance", "status", "reported", "origin", "effective_grade", "echo_of", "summary"),
    *("measure", "unit", "low", "best", "high", *under("per", ("measure", "amount")), "actor", "basis", "implied"),
)


@get("/v1/timelines/{timeline:str}/arrangements", sync_to_thread=True, columns=COLUMNS)
def list_arrangements(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Names = None,
    actor: Names = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """Ratios by report, each with what it `implied` for the estimate of the day: derived, in the report's own stance.

    What is planned for an estimate is nobody's presence, has no vote anywhere, and is never added over places. Where a
    report names no place it is told for the widest places that have an estimate. Without one `why` says so, and the
    numbers are null.
    """
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[str, int])
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        asof = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        found = read_arranged(connection, asof, measure or [], actor or [])
    later = found if asked.after is None else [one for one in found if one.order > asked.after]
    return page(asked, later[: asked.limit + 1], key=lambda one: one.order, show=show, top={"as_of": as_of(asof)})


def read_arranged(connection: Connection, asof: AsOf, measures: list[str], actors: list[str]) -> list[Arrangement]:
    """Raises Unknown, with the nearest names, for a measure or an actor that is not there."""
    world = read_world(connection, asof)
    for kind, names in (("measure", measures), ("actor", actors)):
        for name in names:
            check_names(world, **{kind: name})
    return read_arrangements(connection, asof, Filters(measure=tuple(measures), actor=tuple(actors)))


def show(one: Arrangement) -> dict[str, Any]:
    development, body = one.item.development, one.item.body
    return {
        "report": body.report,
        "ordinal": one.ordinal,
        "stance": body.stance,
        "status": one.item.status,
        "reported": development.reported_text,
        "origin": development.origin,
        "effective_grade": f"{development.letter}{one.item.digit}",
        "echo_of": one.item.verdict.echo_of,
        "summary": body.summary,
        "measure": one.quantity.measure,
        "unit": one.unit,
        "low": one.quantity.low,
        "best": one.quantity.best,
        "high": one.quantity.high,
        "per": one.quantity.per and {"measure": one.quantity.per.measure, "amount": one.quantity.per.amount},
        "actor": one.actor,
        "basis": BASIS,
        "implied": [_show_implied(implied) for implied in one.implied],
    }


def _show_implied(implied: Implied) -> dict[str, Any]:
    return {
        "place": implied.place,
        "of": implied.of,
        "low": implied.comes_to.low,
        "best": implied.comes_to.best,
        "high": implied.comes_to.high,
        "flags": implied.flags,
        "why": implied.why,
    }


HANDLERS = [list_arrangements]
