"""Whether some reports, or some sources, are as many confirmations as they seem."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, as_of, question
from app.api.narrowing import malformed
from app.api.tags import rest_on
from app.database.engine import reading
from app.projections.asof import resolve
from app.projections.estimates.independent import independence_of_sources, read_independence
from app.projections.registry import read_sources
from app.projections.sources import check_sources

NAMES_MAX = 1000

Reports = Annotated[list[str] | None, QueryParameter(max_items=NAMES_MAX, description="The reports, one or several.")]
Names = Annotated[list[str] | None, QueryParameter(max_items=NAMES_MAX, description="Instead: two sources or more.")]


@get("/v1/timelines/{timeline:str}/independence", sync_to_thread=True)
def show_independence(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    report: Reports = None,
    source: Names = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """The least and the greatest number of independent origins behind these reports, and the groups that they form.

    With `source` the same of what these sources say on their own, to which `reported_by` does not apply.
    """
    _refuse_unclear(report, source, reported_by)
    with reading(engine) as connection:
        times = question(None, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        if source:
            sources = read_sources(connection, found.generations, at=found.position)
            check_sources(sources, source)
            told = independence_of_sources(sources, source)
        else:
            told = read_independence(connection, found, report or [])
    return {"as_of": as_of(found), "min": told.min, "max": told.max, "groups": told.groups}


def _refuse_unclear(report: list[str] | None, source: list[str] | None, reported_by: str | None) -> None:
    if not report and not source:
        raise malformed(
            "report",
            "neither a report nor a source is given",
            "give report once or more (report=A035&report=A044), or source twice or more",
        )
    if report and source:
        raise malformed("source", "source cannot be given beside report", "ask for one of them")
    if source and reported_by is not None:
        raise malformed("reported_by", "reported_by does not apply to sources", "leave it out")


HANDLERS = [show_independence]
