"""Replays and generations: how far each projection is, what is being built beside it, and starting such a build."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from sqlalchemy import Connection, Engine, select

from app.api.asof import instant_text
from app.api.tags import fingerprint, stand
from app.database.engine import reading, writing
from app.domain.canonical import departures, read_json
from app.domain.errors import Fault, Malformed, Unknown
from app.domain.findings import refusal
from app.domain.limits import INTEGER_MAX
from app.domain.misfits import misfits
from app.domain.shapes import shape_of
from app.projections import runner
from app.projections.replay.asking import ALL, Asked, start
from app.projections.replay.replays import OPEN, Replay, Switch, find, read_replays
from app.projections.tables import generations, replays

SWITCHES: tuple[str, ...] = get_args(Switch)


class NewReplay(msgspec.Struct, frozen=True, kw_only=True):
    """As `muster replay` takes it: `to` is a position, `switch` what decides on it."""

    projection: str = ALL
    assumptions: str | msgspec.UnsetType = msgspec.UNSET
    to: int | msgspec.UnsetType = msgspec.UNSET
    switch: str = "when-equal"


_SHAPE = shape_of(NewReplay)


@get("/v1/timelines/{timeline:str}/projections", sync_to_thread=True)
def show_projections(
    request: Request[Any, Any, Any], timeline: FromPath[str], engine: NamedDependency[Engine]
) -> dict[str, Any]:
    """Every projection with its active generation and those beside it, and the replays that are under way."""
    with reading(engine) as connection:
        told = {"projections": projections_of(connection, timeline), "replays": open_replays(connection, timeline)}
    stand(request, fingerprint(told))
    return told


@post("/v1/timelines/{timeline:str}/replays", sync_to_thread=True, status_code=202)
def start_replay(
    timeline: FromPath[str],
    body: RawBody,
    engine: NamedDependency[Engine],
    new_id: NamedDependency[Callable[[], UUID]],
) -> Response[dict[str, Any]]:
    """Start {projection?, assumptions?, to?, switch?}; the server builds it beside what is answered from."""
    asked = read_asked(bytes(body))
    with writing(engine) as connection:
        replay = start(connection, timeline, new_id(), asked, served=True)
    where = f"/v1/timelines/{timeline}/replays/{replay.replay}"
    return Response(show_replay(replay), status_code=202, headers={"Location": where})


@get("/v1/timelines/{timeline:str}/replays/{replay:str}", sync_to_thread=True)
def get_replay(
    request: Request[Any, Any, Any],
    timeline: FromPath[str],
    replay: FromPath[str],
    engine: NamedDependency[Engine],
) -> dict[str, Any]:
    """How far a replay is, and what it found: state, position, head, rate, time left, difference."""
    with reading(engine) as connection:
        runner.states(connection, timeline)
        told = show_replay(find(connection, parse_replay(replay), timeline=timeline)[0])
    stand(request, fingerprint(told))
    return told


def read_asked(raw: bytes) -> Asked:
    """Raises Malformed for what is no JSON, NotAllowed with every other fault of the body alone."""
    value = read_json(raw)
    if found := [*departures(value), *misfits(_SHAPE, value, "")]:
        raise refusal(found)
    new = msgspec.convert(value, NewReplay)
    if new.switch not in SWITCHES:
        raise _malformed("/switch", f"switch is one of {', '.join(SWITCHES)}")
    if isinstance(new.to, int) and not 0 <= new.to <= INTEGER_MAX:
        raise _malformed("/to", "to is a position of the timeline")
    return Asked(
        projection=new.projection,
        assumptions=new.assumptions or None,
        to=new.to if isinstance(new.to, int) else None,
        switch=msgspec.convert(new.switch, Switch),
    )


def _malformed(pointer: str, detail: str) -> Malformed:
    return Malformed(detail, faults=[Fault(pointer=pointer, detail=detail)])


def parse_replay(text: str) -> UUID:
    """Raises Unknown for what can be no replay."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Unknown(f"no replay {text[:80]}", code="unknown-replay") from error


def projections_of(connection: Connection, timeline: str) -> list[dict[str, Any]]:
    """In the order in which they run. `generations` come the latest first."""
    states = runner.states(connection, timeline)
    query = select(generations).where(generations.c.timeline_id == timeline).order_by(generations.c.generation.desc())
    rows = connection.execute(query).all()
    return [
        {
            "projection": state.projection,
            "generation": state.generation,
            "position": state.position,
            "head": state.head,
            "lag_events": state.lag_events,
            "assumptions": state.assumptions,
            "stuck_position": state.stuck_position,
            "stuck_reason": state.stuck_reason,
            "generations": _show_generations(row for row in rows if row.projection == state.projection),
        }
        for state in states
    ]


def _show_generations(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "generation": row.generation,
            "position": row.position,
            "assumptions": row.assumptions,
            "rests_on": msgspec.json.decode(row.rests_on),
            "stuck_position": row.stuck_position,
            "stuck_reason": row.stuck_reason,
        }
        for row in rows
    ]


def open_replays(connection: Connection, timeline: str) -> list[dict[str, Any]]:
    found = read_replays(connection, replays.c.timeline_id == timeline, replays.c.state.in_(OPEN))
    return [show_replay(one) for one in found]


def show_replay(replay: Replay) -> dict[str, Any]:
    """`generations` are those that it makes; `difference` is null until they were compared."""
    return {
        "replay": replay.replay,
        "timeline": replay.timeline,
        "projections": replay.projections,
        "generations": {name: replay.generations[name] for name in replay.projections},
        "assumptions": replay.assumptions,
        "to": replay.upto,
        "switch": replay.switch,
        "state": replay.state,
        "reason": replay.reason,
        "position": replay.position,
        "head": replay.target,
        "events_per_second": replay.events_per_second,
        "seconds_left": round(replay.seconds_left, 1) if replay.seconds_left is not None else None,
        "worker": replay.worker,
        "started_at": instant_text(replay.started_at),
        "ended_at": _instant(replay.ended_at),
        "difference": msgspec.json.decode(replay.difference) if replay.difference is not None else None,
    }


def _instant(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant is not None else None


HANDLERS = [show_projections, start_replay, get_replay]
