"""Point to other generations, point back, and drop what is pointed to by nobody.

Each is one transaction that holds every pointer of the timeline: readers see all of it or nothing.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, delete, select, update

from app.database.engine import reading, writing
from app.domain.errors import Conflict
from app.ledger import log
from app.projections import runner
from app.projections.catalogue import PROJECTIONS
from app.projections.checkpoints import active, of_generation, read_checkpoints
from app.projections.folds import Folds
from app.projections.generations import Generations
from app.projections.projection import Projection
from app.projections.replay.asking import built_by, hold_all, meant_by
from app.projections.replay.building import Untaken, advance
from app.projections.replay.replays import OPEN, Replay, change, find, read_replays
from app.projections.tables import generations, projections, replays


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A generation whose rows were removed."""

    projection: str
    generation: int


def point(connection: Connection, meant: Generations, built: Sequence[Projection]) -> dict[str, int]:
    """Make the generations of these projections the active ones, all pointers being held; gives the numbers before.

    Raises Conflict where one of them is behind the ledger or the active one, or rests on one that is not active.
    """
    before = {name: one.generation for name, one in active(connection, meant.timeline).checkpoints.items()}
    names = {one.name for one in built}
    for name, number in meant.numbers.items():
        if name not in names and number != before[name]:
            detail = f"it rests on generation {number} of {name}, and the active one is {before[name]}"
            raise Conflict(detail, code="generation-outdated", hint="replay anew")
    _refuse_behind(connection, meant, built)
    for one in built:
        own = projections.c.timeline_id == meant.timeline, projections.c.projection == one.name
        connection.execute(update(projections).where(*own).values(generation=meant.numbers[one.name]))
    return before


def _refuse_behind(connection: Connection, meant: Generations, built: Sequence[Projection]) -> None:
    head = log.head(connection, meant.timeline).position
    own, standing = read_checkpoints(connection, meant, held=built), active(connection, meant.timeline).checkpoints
    for one in built:
        at, least = own[one.name].position, max(head, standing[one.name].position)
        if at < least:
            number = meant.numbers[one.name]
            detail = f"generation {number} of {one.name} is at position {at}, and the timeline at {least}"
            raise Conflict(detail, code="replay-behind", hint="a replay that goes to the head can be switched to")


def roll_back(engine: Engine, timeline: str) -> Replay:
    """Undo the last switch: bring the generations before it up under their own assumptions, and point to them.

    Raises Conflict where there was none, where what was before was dropped, or cannot take an event.
    """
    with reading(engine) as connection:
        last = _last_switch(connection, timeline)
        meant = meant_by(connection, timeline, _numbers_before(connection, last))
    built, folds = built_by(last), Folds()
    try:
        at, limit = 0, 1
        while at < limit:
            with writing(engine) as connection:
                reached = advance(connection, folds, meant, built)
            reached.keep(folds, meant)
            at, limit = reached.at, reached.limit
        with writing(engine) as connection:
            hold_all(connection, timeline)
            advance(connection, folds, meant, built)
            if _last_switch(connection, timeline).replay != last.replay:
                raise Conflict(f"replay {last.replay} is not the last switch any more", code="nothing-to-roll-back")
            point(connection, meant, built)
            change(connection, last, state="kept", reason="rolled back")
    except Untaken as untaken:
        raise Conflict(f"the generation before is stuck: {untaken}", code="replay-failed") from untaken
    with reading(engine) as connection:
        return find(connection, last.replay, timeline=timeline)[0]


def _last_switch(connection: Connection, timeline: str) -> Replay:
    numbers = runner.active_generations(connection, timeline).numbers
    for one in read_replays(connection, replays.c.timeline_id == timeline, replays.c.state == "switched"):
        if all(one.generations[name] == numbers[name] for name in one.projections):
            return one
    raise Conflict(
        f"no replay of {timeline} was switched to", code="nothing-to-roll-back", hint="`muster replay list` shows all"
    )


def _numbers_before(connection: Connection, last: Replay) -> Mapping[str, int]:
    """Those before for what was switched; what it rests on may have been switched since."""
    numbers = dict(runner.active_generations(connection, last.timeline).numbers)
    return numbers | {name: (last.before or {})[name] for name in last.projections}


def drop(engine: Engine, timeline: str, replay: UUID | None = None) -> list[Dropped]:
    """Remove the rows of every generation that is kept, or of those that one replay made; an open one is cancelled.

    Raises Unknown without the replay, Conflict for one of whose generations any is active.
    """
    with writing(engine) as connection:
        hold_all(connection, timeline)
        numbers = runner.active_generations(connection, timeline).numbers
        chosen = find(connection, replay, timeline=timeline) if replay is not None else None
        gone = _kept(connection, timeline, numbers) if chosen is None else _made_by(chosen[0], numbers)
        for one in read_replays(connection, replays.c.timeline_id == timeline):
            if gone.issuperset((name, one.generations[name]) for name in one.projections):
                state = "cancelled" if one.state in OPEN else "dropped"
                change(connection, one, state=state, reason="its generations were dropped")
        for projection in PROJECTIONS:
            for name, number in sorted(gone):
                if name == projection.name:
                    _remove(connection, Generations(timeline=timeline, numbers={name: number}), projection)
    return [Dropped(projection=name, generation=number) for name, number in sorted(gone)]


def _kept(connection: Connection, timeline: str, numbers: Mapping[str, int]) -> set[tuple[str, int]]:
    """Neither active nor being built."""
    query = select(generations.c.projection, generations.c.generation).where(generations.c.timeline_id == timeline)
    building = {
        (name, one.generations[name])
        for one in read_replays(connection, replays.c.timeline_id == timeline, replays.c.state.in_(OPEN))
        for name in one.projections
    }
    every = {(row.projection, row.generation) for row in connection.execute(query)}
    return every - set(numbers.items()) - building


def _made_by(replay: Replay, numbers: Mapping[str, int]) -> set[tuple[str, int]]:
    made = {(name, replay.generations[name]) for name in replay.projections}
    if used := sorted(made & set(numbers.items())):
        name, number = used[0]
        raise Conflict(
            f"generation {number} of {name} is the active one and cannot be dropped",
            code="generation-active",
            hint="`muster replay rollback` makes the one before it active",
        )
    return made


def _remove(connection: Connection, meant: Generations, projection: Projection) -> None:
    projection.clear(connection, meant)
    connection.execute(delete(generations).where(*of_generation(meant, projection)))
