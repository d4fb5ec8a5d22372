"""Whether some reports are as many confirmations as they seem."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, as_of, question
from app.api.tags import rest_on
from app.database.engine import reading
from app.projections.asof import resolve
from app.projections.estimates.independent import read_independence

Reports = Annotated[list[str], QueryParameter(min_items=1, max_items=1000, description="The reports, one or several.")]


@get("/v1/timelines/{timeline:str}/independence", sync_to_thread=True)
def show_independence(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    report: Reports,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """The least and the greatest number of independent origins behind these reports, and the groups that they form."""
    with reading(engine) as connection:
        times = question(None, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        told = read_independence(connection, found, report)
    return {"as_of": as_of(found), "min": told.min, "max": told.max, "groups": told.groups}


HANDLERS = [show_independence]
