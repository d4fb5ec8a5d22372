"""Why an estimate moved: the steps from one state to another, along one of the three times."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.charts import PICTURES, Drawing, DrawnFormat, chosen_drawing, drawn, name_key
from app.api.estimates import FIGURES, Actor, Measure, Place, show_figures
from app.api.lists import chosen_form, whole
from app.api.tags import rest_on
from app.charts.changes import specify_change
from app.charts.waterfall import rows
from app.database.engine import reading
from app.domain.errors import Fault, Malformed
from app.domain.sheet import under
from app.domain.statements import Key
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.audit import (
    Change,
    Step,
    changed_between_days,
    changed_between_positions,
    changed_between_reported_days,
)
from app.projections.estimates.reading import check_names, read_world

COLUMNS = (
    *("position", "event_id", "type", "cause", "report", "source", "reports", "valid_at"),
    *(column for state in ("before", "due", "moved", "after") for column in under(state, FIGURES)),
    "lines",
)


@get("/v1/timelines/{timeline:str}/estimates/changes", sync_to_thread=True, columns=COLUMNS, pictures=PICTURES)
def explain_change(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Measure,
    actor: Actor,
    place: Place,
    from_known_at: KnownAt = None,
    to_known_at: KnownAt = None,
    from_reported_by: ReportedBy = None,
    to_reported_by: ReportedBy = None,
    from_valid_at: ValidAt = None,
    to_valid_at: ValidAt = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    format: DrawnFormat = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """The audit: the steps that lead from one state to the other, each with its event and exact effect.

    One axis from one end to the other (the present where `to` is left out), everything else held still.
    As NDJSON or CSV: the steps. As svg, png or vega-lite: a waterfall of what moved the best estimate.
    """
    drawing = chosen_drawing(request, format)
    form = "json" if drawing else chosen_form(request, format)
    key = Key(measure=measure, actor=actor, place=place)
    first, last = ends_of_change(
        question(from_valid_at, from_reported_by, from_known_at, end="from_"),
        question(to_valid_at, to_reported_by, to_known_at, end="to_"),
        question(valid_at, reported_by, known_at),
    )
    with reading(engine) as connection:
        axis, start, end = resolve_ends(connection, timeline, first, last)
        rest_on(request, end)
        change, unit = read_change(connection, axis, start, end, key)
        title = name_key(connection, end, read_world(connection, end), key) if drawing else ""
    shown = {"as_of": as_of(end), "from": as_of(start), "to": as_of(end), "unit": unit, **show_change(change)}
    return _draw(shown, title, drawing) if drawing else whole(request, form, shown, under="steps")


def _draw(shown: dict[str, Any], title: str, drawing: Drawing) -> Response[Any]:
    told = "Why the best estimate moved; the steps sum to the change"
    found = rows(msgspec.to_builtins(shown))
    return drawn(specify_change(found, title=title, subtitle=told, unit=shown["unit"]), drawing)


AXES = {
    "known_at": changed_between_positions,
    "reported_by": changed_between_reported_days,
    "valid_at": changed_between_days,
}


def ends_of_change(first: Question, last: Question, still: Question) -> tuple[Question, Question]:
    """The two questions that a change lies between. Raises Malformed unless exactly one axis has a beginning."""
    begun = [axis for axis in AXES if getattr(first, axis) is not None]
    if len(begun) != 1:
        raise _axis("give one of from_known_at, from_reported_by and from_valid_at", "from_known_at")
    (axis,) = begun
    for other in AXES:
        if other != axis and getattr(last, other) is not None:
            raise _axis(f"along {axis}, to_{other} cannot be given", f"to_{other}")
    if getattr(still, axis) is not None:
        raise _axis(f"along {axis}, {axis} itself cannot be held", axis)
    moving = {axis} | ({"known_text"} if axis == "known_at" else set())
    held = {name: value for name, value in msgspec.structs.asdict(still).items() if name not in moving}
    return msgspec.structs.replace(first, **held), msgspec.structs.replace(last, **held)


def resolve_ends(connection: Connection, timeline: str, first: Question, last: Question) -> tuple[str, AsOf, AsOf]:
    """The axis along which a change lies, and its two ends. Raises Malformed for an end before its start."""
    start = resolve(connection, timeline, first, projection="estimates")
    end = resolve(connection, timeline, last, projection="estimates")
    axis = next((axis for axis in AXES if getattr(first, axis) != getattr(last, axis)), "reported_by")
    if _place_on(axis, start) > _place_on(axis, end):
        raise _axis(f"from_{axis} lies after to_{axis}", f"from_{axis}")
    return axis, start, end


def read_change(connection: Connection, axis: str, start: AsOf, end: AsOf, key: Key) -> tuple[Change, str]:
    """The change of a key, and its unit. Raises Unknown, with the nearest names, for one that is not there."""
    world = read_world(connection, end)
    check_names(world, measure=key.measure, actor=key.actor, place=key.place)
    return AXES[axis](connection, key, start, end), world.grounds.measures[key.measure].unit


def _place_on(axis: str, found: AsOf) -> int:
    """How far along an axis a question lies; without a limit or a day, at its end."""
    if axis == "known_at":
        return found.position
    return ((found.reported_by if axis == "reported_by" else found.valid_at) or date.max).toordinal()


def _axis(detail: str, parameter: str) -> Malformed:
    return Malformed(detail, code="bad-axis", faults=[Fault(parameter=parameter, detail=detail)])


def show_change(change: Change) -> dict[str, Any]:
    return {
        "before": show_figures(change.before),
        "after": show_figures(change.after),
        "steps": [show_step(step) for step in change.steps],
    }


def show_step(step: Step) -> dict[str, Any]:
    return {
        "position": step.position,
        "event_id": step.event_id,
        "type": step.type,
        "cause": step.cause,
        "report": step.report,
        "source": step.source,
        "reports": step.reports,
        "valid_at": step.valid_at,
        "before": show_figures(step.before),
        "due": show_figures(step.due),
        "moved": show_figures(step.moved),
        "after": show_figures(step.after),
        "lines": step.lines,
    }


HANDLERS = [explain_change]
