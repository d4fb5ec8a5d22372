"""Estimates: what can be said of a measure, an actor and a place, and what it rests on."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, Engine

from app.api.asof import KnownAt, ReportedBy, ValidAt, as_of, question
from app.api.lists import Cursor, Format, Limit, chosen_form, listing, page, whole
from app.api.tags import rest_on
from app.database.engine import reading
from app.domain.estimate import Estimate
from app.domain.panel import Figures
from app.domain.sheet import under
from app.domain.statements import Key
from app.projections.asof import AsOf, resolve
from app.projections.estimates.explaining import Contribution, Explanation, explain
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

FIGURES = Figures.__struct_fields__
"""One reading: people, and the same ends in whole micro-units of y (`…_u`)."""

COLUMNS = (
    *("measure", "unit", "actor", "place", "low", "best", "high", "level", "flags", "votes"),
    *under("independent_origins", ("min", "max")),
    *("mode", "newest_vote", *under("envelope", ("low", "high")), "rivals", "overlaps", "assumptions"),
    *under("links", ("explain", "series", "movements", "revisions")),
)


@get("/v1/timelines/{timeline:str}/estimates", sync_to_thread=True, columns=COLUMNS)
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


@get("/v1/timelines/{timeline:str}/estimates/explain", sync_to_thread=True, columns=Contribution.__struct_fields__)
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
    format: Format = None,  # noqa: A002 -- the parameter's own name
) -> Response[Any]:
    """One estimate with what every vote gives it, its parts against the whole, and all that was left out and why.

    As NDJSON or CSV: the contributions.
    """
    form = chosen_form(request, format)
    with reading(engine) as connection:
        times = question(valid_at, reported_by, known_at)
        found = rest_on(request, resolve(connection, timeline, times, projection="estimates"))
        world = read_world(connection, found)
        check_names(world, measure=measure, actor=actor, place=place)
        told = explain(connection, world, found.view, Key(measure=measure, actor=actor, place=place))
    shown = {"as_of": as_of(found), **show(told.estimate, found, world, request), **show_explanation(told)}
    return whole(request, form, shown, under="contributions")


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
        "overlaps": item.overlaps,
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


def show_figures(figures: Figures | None) -> dict[str, int | None] | None:
    """People and, under `…_u`, the whole micro-units in which lines add up."""
    return None if figures is None else msgspec.structs.asdict(figures)


HANDLERS = [list_estimates, explain_estimate]
