"""What a replay is asked for, whether it can be done, and which generations it will make."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from app.domain.assumptions import DEFAULT
from app.domain.errors import Conflict, Fault, Malformed, Unknown, nearest_hint
from app.ledger import log
from app.projections import runner
from app.projections.catalogue import PROJECTIONS
from app.projections.checkpoints import LOCK_SECONDS, hold, open_generation, read_checkpoints
from app.projections.generations import Generations, assumptions_named
from app.projections.projection import Projection
from app.projections.replay.replays import OPEN, Replay, Switch, find, insert_replay, numbers_used, read_replays
from app.projections.tables import generations, replays

ALL = "all"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`projection` is one, or `all`; what rests on it goes with it. `assumptions`: those that are active unless named.

    `to`: build up to this position, to look at; only what has reached the head can be switched to.
    """

    projection: str = ALL
    assumptions: str | None = None
    to: int | None = None
    switch: Switch = "when-equal"


def wanted(projection: str) -> tuple[Projection, ...]:
    """The projection and what rests on it, in the order in which they run. Raises Unknown with the nearest."""
    names = [one.name for one in PROJECTIONS]
    if projection == ALL:
        return PROJECTIONS
    if projection not in names:
        hint = nearest_hint(projection, names) or f"there are {', '.join(names)}; or all"
        raise Unknown(f"no projection {projection[:80]}", code="unknown-projection", hint=hint)
    found: list[Projection] = []
    taken = {projection}
    for one in PROJECTIONS:
        if one.name in taken or taken.intersection(one.rests_on):
            taken.add(one.name)
            found.append(one)
    return tuple(found)


def plan(connection: Connection, timeline: str, asked: Asked) -> tuple[tuple[Projection, ...], Generations, int]:
    """What would be built: the projections, the generations, and the last position.

    Raises Unknown for a projection or a set of assumptions that is not there, Malformed for a position past the head,
    or for one before it that is to be switched to whatever it says.
    """
    projections = wanted(asked.projection)
    standing = runner.active_generations(connection, timeline)
    head = runner.states(connection, timeline)[0].head
    if asked.to is not None and not 0 <= asked.to <= head:
        detail = f"the timeline is at position {head}, and a replay cannot go to {asked.to}"
        raise Malformed(detail, code="past-the-head", faults=[Fault(parameter="to", detail=detail)])
    refuse_short(asked.switch, asked.to, head)
    before = read_replays(connection, replays.c.timeline_id == timeline)
    meant = standing
    for one in projections:
        highest = select(func.max(generations.c.generation)).where(
            generations.c.timeline_id == timeline, generations.c.projection == one.name
        )
        own = max(standing.numbers[one.name], connection.scalar(highest) or 0, numbers_used(before, one.name))
        meant = meant.with_number(one.name, own + 1)
    if asked.assumptions is not None:
        meant = msgspec.structs.replace(meant, assumptions=assumptions_named(connection, timeline, asked.assumptions))
    return projections, meant, head if asked.to is None else asked.to


def start(connection: Connection, timeline: str, replay: UUID, asked: Asked, *, served: bool = False) -> Replay:
    """Write a replay down for workers to take, in the caller's transaction.

    Raises what `plan` raises, and Conflict where one of the projections is being replayed already.
    """
    hold_all(connection, timeline)
    projections, meant, target = plan(connection, timeline, asked)
    refuse_beside(connection, timeline, [one.name for one in projections])
    for one in projections:
        open_generation(connection, meant, one)
    insert_replay(
        connection,
        {
            "timeline_id": timeline,
            "replay": replay,
            "projections": [one.name for one in projections],
            "generations": msgspec.json.encode(meant.numbers).decode(),
            "assumptions": meant.assumptions.name,
            "upto": asked.to,
            "switch": asked.switch,
            "state": "waiting",
            "position": 0,
            "head": target,
            "served": served,
        },
    )
    return find(connection, replay, timeline=timeline)[0]


def hold_all(connection: Connection, timeline: str) -> None:
    """Every pointer, in the order in which all hold them: nothing moves, and nothing is pointed to, until the end.

    Raises Unknown without such a timeline.
    """
    log.head(connection, timeline)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    for projection in PROJECTIONS:
        hold(connection, timeline, projection)


def refuse_beside(connection: Connection, timeline: str, names: Sequence[str], *, but: Iterable[UUID] = ()) -> None:
    """Raises Conflict where another open replay builds one of these."""
    for other in read_replays(connection, replays.c.timeline_id == timeline, replays.c.state.in_(OPEN)):
        both = [name for name in names if name in other.projections]
        if both and other.replay not in set(but):
            raise Conflict(
                f"{' and '.join(both)} of {timeline} is being replayed already, by {other.replay}",
                code="replay-under-way",
                hint=f"`muster replay show {other.replay}`; `muster replay drop {other.replay}` ends it",
            )


def refuse_short(switch: Switch, upto: int | None, head: int) -> None:
    """Raises Malformed for what is to be switched to whatever it says, and ends before the head."""
    if switch == "always" and upto is not None and upto < head:
        detail = f"what goes to {upto} alone cannot be switched to: the timeline is at position {head}"
        hint = "leave it out to go to the head, or switch never, to look at it"
        raise Malformed(detail, hint=hint, faults=[Fault(parameter="to", detail=detail)])


def meant_by(connection: Connection, timeline: str, numbers: Mapping[str, int]) -> Generations:
    """Generations by their numbers, with the assumptions that the one of the estimates was begun under.

    Raises Conflict where one was dropped.
    """
    meant = Generations(timeline=timeline, numbers=numbers)
    found = read_checkpoints(connection, meant)
    for name, number in numbers.items():
        if name not in found:
            raise Conflict(
                f"generation {number} of {name} was dropped",
                code="generation-dropped",
                hint="`muster replay --switch always` builds another from the ledger and switches to it; name its"
                " --assumptions where they were others",
            )
    name = next((one.assumptions for one in found.values() if one.assumptions is not None), DEFAULT.name)
    return msgspec.structs.replace(meant, assumptions=assumptions_named(connection, timeline, name))


def built_by(replay: Replay) -> tuple[Projection, ...]:
    return tuple(one for one in PROJECTIONS if one.name in replay.projections)
