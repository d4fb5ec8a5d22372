"""An estimate over time, in real time or in retrospect: as points, as a picture, or as a chart for others to draw."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Engine

from app.api.asof import KnownAt, ReportedBy, as_of, parse_day, question
from app.api.charts import PICTURES, DrawnFormat, chosen_drawing, drawn, name_key, read_marks, subtitle_of
from app.api.estimates import Actor, Measure, Place
from app.api.lists import chosen_form, whole
from app.api.tags import rest_on
from app.charts.series import specify_series
from app.database.engine import reading
from app.domain.statements import Key
from app.projections.asof import resolve
from app.projections.estimates.reading import check_names, read_world
from app.projections.estimates.series import Mode, Point, Step, read_series

Start = Annotated[str | None, QueryParameter(name="from", description="The first day; else that of the first vote.")]
_STEPS = "A point a day, a week, a month, at every change, or wherever a line through them turns."
End = Annotated[str | None, QueryParameter(name="to", description="The last day; else the horizon.")]


@get(
    "/v1/timelines/{timeline:str}/estimates/series",
    sync_to_thread=True,
    columns=Point.__struct_fields__,
    pictures=PICTURES,
)
def read_estimates_over_time(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Measure,
    actor: Actor,
    place: Place,
    start: Start = None,
    end: End = None,
    step: Annotated[Step, QueryParameter(description=_STEPS)] = "P1D",
    mode: Annotated[Mode, QueryParameter(description="What could be said then, or what is said now.")] = "realtime",
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    format: DrawnFormat = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """One key day by day; by default each day counts only what had been reported by it.

    As NDJSON or CSV: the points. As svg, png or vega-lite: a chart, with every report of the key as a mark in its
    origin's colour, in real time on the day of its word, in retrospect on the day that it speaks of.
    """
    drawing = chosen_drawing(request, format)
    form = "json" if drawing else chosen_form(request, format)
    first, last = parse_day("from", start), parse_day("to", end)
    key = Key(measure=measure, actor=actor, place=place)
    with reading(engine) as connection:
        times = question(None, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        world = read_world(connection, found)
        check_names(world, measure=measure, actor=actor, place=place)
        points = read_series(connection, found, key, first=first, last=last, step=step, mode=mode)
        if drawing:
            at: Literal["reported", "occurred"] = "reported" if mode == "realtime" else "occurred"
            reports = read_marks(connection, found, world, key, at=at)
            title = name_key(connection, found, world, key)
    said, unit = as_of(found), world.grounds.measures[measure].unit
    if not drawing:
        shown = {"as_of": said, "unit": unit, "step": step, "mode": mode, "points": points}
        return whole(request, form, shown, under="points")
    words = {"title": title, "subtitle": subtitle_of(mode, said), "unit": unit}
    return drawn(specify_series(msgspec.to_builtins(points), reports, **words, days=(first, last)), drawing)


HANDLERS = [read_estimates_over_time]
