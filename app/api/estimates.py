"""Estimates: what can be said of a measure, an actor and a place, what it rests on, and why it moved."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, listing, page
from app.database.engine import reading
from app.domain.assumptions import DEFAULT
from app.domain.errors import Fault, Malformed
from app.domain.estimate import Estimate
from app.domain.panel import Figures
from app.domain.statements import Key
from app.projections.asof import AsOf, Question, resolve
from app.projections.estimates.audit import Change, Step, changed_between_days, changed_between_positions
from app.projections.estimates.explaining import Explanation, explain
from app.projections.estimates.reading import World, check_names, keys_with_votes, people, read_estimate, read_world

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
        found = resolve(connection, timeline, question(valid_at, reported_by, known_at), projection="estimates")
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
        read = (read_estimate(connection, world, found.view, key) for key in keys)
        items += [item for item in read if item.figures is not None]
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
        found = resolve(connection, timeline, question(valid_at, reported_by, known_at), projection="estimates")
        world = read_world(connection, found)
        check_names(world, measure=measure, actor=actor, place=place)
        told = explain(connection, world, found.view, Key(measure=measure, actor=actor, place=place))
    return {"as_of": as_of(found), **show(told.estimate, found, world, request), **show_explanation(told)}


@get("/v1/timelines/{timeline:str}/estimates/changes", sync_to_thread=True)
def explain_change(
    timeline: FromPath[str],
    engine: NamedDependency[Engine],
    measure: Measure,
    actor: Actor,
    place: Place,
    from_known_at: KnownAt = None,
    to_known_at: KnownAt = None,
    from_reported_by: ReportedBy = None,
    to_reported_by: ReportedBy = None,
    valid_at: ValidAt = None,
    reported_by: ReportedBy = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """The audit: the steps that lead from one state to the other, each with its event and exact effect.

    Either axis from one end to the other (the present where `to` is left out), everything else held still.
    """
    first, last = ends_of_change(
        question(valid_at, from_reported_by, from_known_at),
        question(valid_at, to_reported_by, to_known_at),
        question(valid_at, reported_by, known_at),
    )
    with reading(engine) as connection:
        change, start, end, unit = read_change(
            connection, timeline, first, last, Key(measure=measure, actor=actor, place=place)
        )
    return {"as_of": as_of(end), "from": as_of(start), "to": as_of(end), "unit": unit, **show_change(change)}


def ends_of_change(first: Question, last: Question, still: Question) -> tuple[Question, Question]:
    """The two questions that a change lies between. Raises Malformed unless exactly one axis has a beginning."""
    along_ledger = first.known_at is not None
    if along_ledger == (first.reported_by is not None):
        raise _axis("give from_known_at or from_reported_by, one of the two", "from_known_at")
    if along_ledger and (still.known_at is not None or last.reported_by is not None):
        raise _axis("along known_at, neither known_at nor to_reported_by can be given", "known_at")
    if not along_ledger and (still.reported_by is not None or last.known_at is not None):
        raise _axis("along reported_by, neither reported_by nor to_known_at can be given", "reported_by")
    held: dict[str, Any]
    if along_ledger:
        held = {"reported_by": still.reported_by}
    else:
        held = {"known_at": still.known_at, "known_text": still.known_text}
    return msgspec.structs.replace(first, **held), msgspec.structs.replace(last, **held)


def read_change(
    connection: Connection, timeline: str, first: Question, last: Question, key: Key
) -> tuple[Change, AsOf, AsOf, str]:
    """The change of a key with its two ends resolved, and the unit. Raises Malformed for an end before its start."""
    start = resolve(connection, timeline, first, projection="estimates")
    end = resolve(connection, timeline, last, projection="estimates")
    along_ledger = first.known_at is not None and first.known_at != last.known_at
    if along_ledger and start.position > end.position:
        raise _axis("from_known_at lies after to_known_at", "from_known_at")
    if start.reported_by is not None and end.reported_by is not None and start.reported_by > end.reported_by:
        raise _axis("from_reported_by lies after to_reported_by", "from_reported_by")
    world = read_world(connection, end)
    check_names(world, measure=key.measure, actor=key.actor, place=key.place)
    between = changed_between_positions if along_ledger else changed_between_days
    return between(connection, key, start, end), start, end, world.grounds.measures[key.measure].unit


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
        "assumptions": DEFAULT.name,
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
        "before": show_figures(step.before),
        "after": show_figures(step.after),
        "lines": step.lines,
    }


def show_figures(figures: Figures | None) -> dict[str, int] | None:
    """People and, under `…_u`, the whole micro-units in which lines add up."""
    return None if figures is None else msgspec.structs.asdict(figures)


HANDLERS = [list_estimates, explain_estimate, explain_change]
