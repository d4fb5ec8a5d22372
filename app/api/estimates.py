"""Estimates: what can be said of a measure, an actor and a place, what it rests on, and why it moved."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.errors import Fault, Malformed
from app.domain.estimate import Estimate
from app.domain.panel import Figures
from app.domain.statements import Key
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.audit import (
    Change,
    Step,
    changed_between_days,
    changed_between_positions,
    changed_between_reported_days,
)
from app.projections.estimates.explaining import Explanation, explain
from app.projections.estimates.reading import (
    World,
    check_names,
    keys_with_votes,
    people,
    read_estimate,
    read_estimates,
    read_world,
)

LEVEL = 0.9
"""The interval's nominal coverage: z = 1.645 on both sides of a normal distribution."""

Names = Annotated[list[str] | None, QueryParameter(description="One name, or several for any of them.")]
Measure = Annotated[str, QueryParameter(description="What is counted, such as personnel.")]
Actor = Annotated[str, QueryParameter(description="Of whom.")]
Place = Annotated[str, QueryParameter(description="Where; `unplaced` for what has no place.")]


@get("/v1/timelines/{timeline:str}/estimates", sync_to_thread=True)
def list_estimates(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Names = None,
    actor: Names = None,
    place: Names = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = None,
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """Every key that has votes, narrowed by name; a key that is asked for whole is answered without votes too."""
    asked = listing(request, cursor=cursor, limit=limit, format=format, shape=tuple[str, str, str])
    names = {"measure": measure or [], "actor": actor or [], "place": place or []}
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        world = read_world(connection, found)
        for kind, wanted in names.items():
            for name in wanted:
                check_names(world, **{kind: name})
        if all(len(wanted) == 1 for wanted in names.values()):
            key = Key(**{kind: wanted[0] for kind, wanted in names.items()})
            items = [read_estimate(connection, world, found.view, key)]
        else:
            after = Key(*asked.after) if asked.after is not None else None
            items = _with_votes(connection, found, world, names, after, asked.limit + 1)
    return page(
        asked,
        items,
        key=lambda item: (item.key.measure, item.key.actor, item.key.place),
        show=lambda item: show(item, found, world, request),
        top={"as_of": as_of(found)},
    )


def _with_votes(
    connection: Connection, found: AsOf, world: World, names: dict[str, list[str]], after: Key | None, limit: int
) -> list[Estimate]:
    """Up to `limit` keys that have votes in the view; what may vote at all is asked of the database, page by page."""
    items: list[Estimate] = []
    while len(items) < limit:
        keys = keys_with_votes(connection, found, names=names, after=after, limit=limit)
        read = read_estimates(connection, world, found.view, keys)
        items += [item for item in read if item.evaluation.panel is not None]
        if len(keys) < limit:
            break
        after = keys[-1]
    return items[:limit]


@get("/v1/timelines/{timeline:str}/estimates/explain", sync_to_thread=True)
def explain_estimate(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Measure,
    actor: Actor,
    place: Place,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """One estimate with what every vote gives it, its parts against the whole, and all that was left out and why."""
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        world = read_world(connection, found)
        check_names(world, measure=measure, actor=actor, place=place)
        told = explain(connection, world, found.view, Key(measure=measure, actor=actor, place=place))
    return {"as_of": as_of(found), **show(told.estimate, found, world, request), **show_explanation(told)}


@get("/v1/timelines/{timeline:str}/estimates/changes", sync_to_thread=True)
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
) -> dict[str, Any]:
    """The audit: the steps that lead from one state to the other, each with its event and exact effect.

    One axis from one end to the other (the present where `to` is left out), everything else held still.
    """
    first, last = ends_of_change(
        question(from_valid_at, from_reported_by, from_known_at, end="from_"),
        question(to_valid_at, to_reported_by, to_known_at, end="to_"),
        question(valid_at, reported_by, known_at),
    )
    with reading(engine) as connection:
        axis, start, end = resolve_ends(connection, timeline, first, last)
        rest_on(request, end)
        change, unit = read_change(connection, axis, start, end, Key(measure=measure, actor=actor, place=place))
    return {"as_of": as_of(end), "from": as_of(start), "to": as_of(end), "unit": unit, **show_change(change)}


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


def show(item: Estimate, found: AsOf, world: World, request: Request[Any, Any, Any] | None = None) -> dict[str, Any]:
    """An estimate as it is answered; `request` gives the links their as-of parameters."""
    key = msgspec.structs.asdict(item.key)
    shown: dict[str, Any] = {
        "measure": item.key.measure,
        "unit": world.grounds.measures[item.key.measure].unit,
        "actor": item.key.actor,
        "place": item.key.place,
        **(people(item.figures) or dict.fromkeys(("low", "best", "high"))),
        "level": LEVEL,
        "flags": item.flags,
        "votes": len(item.evaluation.selection.votes),
        "independent_origins": item.independence,
        "mode": "retrospect" if item.evaluation.in_retrospect else "realtime",
        "newest_vote": item.newest_vote,
        "envelope": item.envelope,
        "rivals": item.rivals,
        "assumptions": found.generations.assumptions.name,
    }
    if request is not None:
        times = {
            name: value for name in ("valid_at", "reported_by", "known_at") if (value := request.query_params.get(name))
        }
        said = {name: value for name, value in times.items() if name != "valid_at"}
        held = {name: value for name, value in times.items() if name == "known_at"}
        base = f"/v1/timelines/{found.timeline}"
        shown["links"] = {
            "explain": f"{base}/estimates/explain?{urlencode(key | times)}",
            "series": f"{base}/estimates/series?{urlencode(key | said)}",
            "movements": f"{base}/movements?{urlencode(key | times)}",
            "revisions": f"{base}/revisions?{urlencode(key | held)}",
        }
    return shown


def show_explanation(told: Explanation) -> dict[str, Any]:
    return {
        "contributions": told.contributions,
        "lines": told.lines,
        "parts": told.parts,
        "left_out": told.left_out,
        "left_out_truncated": told.left_out_truncated,
        "figures": told.estimate.figures,
    }


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


def show_figures(figures: Figures | None) -> dict[str, int | None] | None:
    """People and, under `…_u`, the whole micro-units in which lines add up."""
    return None if figures is None else msgspec.structs.asdict(figures)


HANDLERS = [list_estimates, explain_estimate, explain_change]
