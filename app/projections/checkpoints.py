"""How far each generation of each projection has come, and which one of them is active.

A row of `projections` points to the active generation. Who holds its lock alone moves that generation, or points to
another one. Rows and checkpoint of a generation change in one transaction.
"""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there

from app.ledger import log
from app.projections.generations import Generations
from app.projections.projection import Projection
from app.projections.tables import generations, projections

FIRST = 1
REASON_CHARACTERS_MAX = 500


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The position up to which a generation has taken everything in. `assumptions` names its set, if it rests on one.

    A stuck one stands right before the event that it could not take.
    """

    generation: int
    position: int
    assumptions: str | None = None
    stuck_position: int | None = None
    stuck_reason: str | None = None


_ACTIVE = """
SELECT h.position, g.projection, g.generation, g.position, g.assumptions, g.stuck_position, g.stuck_reason
FROM heads h
LEFT JOIN (projections p JOIN generations g USING (timeline_id, projection, generation)) USING (timeline_id)
WHERE timeline_id = %s
"""


class Active(msgspec.Struct, frozen=True):
    """The active generation of each projection that has one, and the ledger's head in the same snapshot."""

    head: int
    checkpoints: Mapping[str, Checkpoint]


def active(connection: Connection, timeline: str) -> Active:
    """Raises Unknown without the timeline."""
    rows = connection.exec_driver_sql(_ACTIVE, (timeline,)).all()
    head = rows[0][0] if rows else log.head(connection, timeline).position
    return Active(
        head,
        {
            name: Checkpoint(
                generation=generation,
                position=position,
                assumptions=assumptions,
                stuck_position=stuck_position,
                stuck_reason=stuck_reason,
            )
            for _, name, generation, position, assumptions, stuck_position, stuck_reason in rows
            if name is not None
        },
    )


LOCK_SECONDS = 5
_SETTINGS = "set_config('lock_timeout', %s, true), set_config('synchronous_commit', 'off', true)"


def begin(connection: Connection) -> None:
    """Nobody waits for long; and not for the disk, since what a crash takes back is only applied again."""
    connection.exec_driver_sql(f"SELECT {_SETTINGS}", (f"{LOCK_SECONDS}s",))


def hold(connection: Connection, timeline: str, projection: Projection) -> None:
    """Lock the pointer until the transaction ends, freed at once if its holder dies; make the first generation if there
    is none. What `active` says afterwards is true until then.
    """
    own = projections.c.timeline_id == timeline, projections.c.projection == projection.name
    held = select(projections.c.generation).where(*own).with_for_update()
    if connection.scalar(held) is not None:
        return
    fresh = {"timeline_id": timeline, "projection": projection.name, "generation": FIRST}
    open_generation(connection, Generations(timeline=timeline, numbers=_firsts(projection)), projection)
    connection.execute(insert_unless_there(projections).values(fresh).on_conflict_do_nothing())
    connection.execute(held)


def hold_all(connection: Connection, timeline: str, several: Sequence[Projection]) -> bool:
    """`begin` the transaction and lock all these pointers in the order in which the projections run; False where one is
    not there yet.
    """
    rows = connection.exec_driver_sql(_HELD, (f"{LOCK_SECONDS}s", [one.name for one in several], timeline))
    return len(rows.all()) == len(several)


# One message for both, which every event recorded waits for. Rows are locked once all of them were joined and sorted.
_HELD = f"""
WITH settings AS MATERIALIZED (SELECT {_SETTINGS})
SELECT p.generation FROM settings, projections p
JOIN unnest(%s::text[]) WITH ORDINALITY AS o(name, at) ON o.name = p.projection
WHERE p.timeline_id = %s ORDER BY o.at FOR UPDATE OF p
"""


def open_generation(connection: Connection, meant: Generations, projection: Projection) -> None:
    """Make the checkpoint of a generation that has taken nothing in yet; one that is there stays."""
    rests_on = {name: meant.numbers[name] for name in projection.rests_on}
    values = {
        "timeline_id": meant.timeline,
        "projection": projection.name,
        "generation": meant.numbers[projection.name],
        "position": 0,
        "assumptions": meant.assumptions.name if projection.assumes else None,
        "rests_on": msgspec.json.encode(rests_on, order="sorted").decode(),
    }
    connection.execute(insert_unless_there(generations).values(values).on_conflict_do_nothing())


def read_checkpoints(
    connection: Connection, meant: Generations, *, held: Sequence[Projection] = ()
) -> dict[str, Checkpoint]:
    """Those of the generations meant, by projection; those in `held` nobody else moves until the transaction ends."""
    for projection in held:
        own = select(generations.c.position).where(*of_generation(meant, projection))
        connection.execute(own.with_for_update())
    columns = (generations.c[name] for name in Checkpoint.__struct_fields__)
    which = tuple_(generations.c.projection, generations.c.generation).in_(list(meant.numbers.items()))
    query = select(generations.c.projection, *columns).where(generations.c.timeline_id == meant.timeline, which)
    rows = connection.execute(query).mappings()
    return {row["projection"]: _checkpoint(row) for row in rows}


def _checkpoint(row: RowMapping) -> Checkpoint:
    return Checkpoint(**{name: row[name] for name in Checkpoint.__struct_fields__})


_MOVE = """
UPDATE generations SET position = %s, stuck_position = NULL, stuck_reason = NULL
WHERE timeline_id = %s AND (projection, generation) IN (SELECT * FROM unnest(%s::text[], %s::integer[]))
"""


def move(connection: Connection, meant: Generations, several: Sequence[Projection], position: int) -> None:
    names = [one.name for one in several]
    own = (meant.timeline, names, [meant.numbers[name] for name in names])
    connection.exec_driver_sql(_MOVE, (position, *own))


def stop(connection: Connection, meant: Generations, projection: Projection, position: int, reason: str) -> None:
    """Write down that the event at a position cannot be taken."""
    values = {"stuck_position": position, "stuck_reason": reason[:REASON_CHARACTERS_MAX]}
    connection.execute(update(generations).where(*of_generation(meant, projection)).values(values))


def of_generation(meant: Generations, projection: Projection) -> tuple[ColumnElement[bool], ...]:
    """The checkpoint of the generation that is meant."""
    return (
        generations.c.timeline_id == meant.timeline,
        generations.c.projection == projection.name,
        generations.c.generation == meant.numbers[projection.name],
    )


def _firsts(projection: Projection) -> Mapping[str, int]:
    return dict.fromkeys((projection.name, *projection.rests_on), FIRST)
