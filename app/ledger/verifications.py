"""When each timeline was last verified here, and what came of it. For whoever watches over it: it proves nothing."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Text, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.ledger.tables import checkpoints, verifications
from app.ledger.walking import Verified


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """Up to which position a timeline was signed, or verified, and how many seconds ago; None: not known when.

    `sound`: nothing that was verified was wrong.
    """

    timeline: str
    position: int
    age_seconds: float | None
    sound: bool = True


def keep(connection: Connection, found: Verified) -> None:
    """The last one counts."""
    values = {
        "size": found.size,
        "fault_position": found.fault.position if found.fault is not None else None,
        "verified_at": func.clock_timestamp(),
    }
    fresh = insert(verifications).values(timeline_id=found.timeline, **values)
    connection.execute(fresh.on_conflict_do_update(index_elements=["timeline_id"], set_=values))


def last_verified(connection: Connection, timelines: list[str]) -> list[Watched]:
    """Those of these timelines that ever were."""
    table = verifications.c
    query = select(table.timeline_id, table.size, _age_seconds(table.verified_at), table.fault_position.is_(None))
    rows = connection.execute(query.where(table.timeline_id == _one_of(timelines)))
    return [_watched(*row) for row in rows]


def last_signed(connection: Connection, timelines: list[str]) -> list[Watched]:
    """The largest checkpoint of each of these timelines that has one, and the age of the newest."""
    query = (
        select(checkpoints.c.timeline_id, func.max(checkpoints.c.size), _age_seconds(func.max(checkpoints.c.kept_at)))
        .where(checkpoints.c.timeline_id == _one_of(timelines))
        .group_by(checkpoints.c.timeline_id)
    )
    return [_watched(*row) for row in connection.execute(query)]


def _one_of(timelines: list[str]) -> Any:
    return any_(cast(literal(timelines, ARRAY(Text)), ARRAY(Text)))


def _age_seconds(instant: Any) -> Any:
    return func.extract("epoch", func.clock_timestamp() - instant)


def _watched(timeline: str, position: int, age_seconds: float | None, sound: bool = True) -> Watched:
    age = None if age_seconds is None else max(0.0, float(age_seconds))
    return Watched(timeline=timeline, position=position, age_seconds=age, sound=sound)
