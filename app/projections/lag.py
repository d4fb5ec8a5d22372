"""How far the active generations are behind the ledger, of all timelines at once: for those who watch over them."""

import msgspec
from sqlalchemy import Connection

from app.projections.catalogue import PROJECTIONS


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds`: since when the oldest event that a projection has not taken in is in the ledger; 0 without one."""

    timeline: str
    projection: str
    head: int
    position: int
    stuck_position: int | None
    stuck_reason: str | None
    seconds: float

    @property
    def stuck(self) -> bool:
        return self.stuck_position is not None

    @property
    def events(self) -> int:
        return self.head - self.position


# A projection that has not begun yet has no row. Times are the database's own: its clock wrote both.
_LAGS = """
SELECT h.timeline_id, o.name, h.position, coalesce(g.position, 0), g.stuck_position, g.stuck_reason,
       coalesce(greatest(extract(epoch FROM clock_timestamp() - e.recorded_at), 0), 0)::float8
FROM heads h
CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS o(name, at)
LEFT JOIN projections p ON p.timeline_id = h.timeline_id AND p.projection = o.name
LEFT JOIN generations g
       ON g.timeline_id = p.timeline_id AND g.projection = p.projection AND g.generation = p.generation
LEFT JOIN events e ON e.timeline_id = h.timeline_id AND e.position = coalesce(g.position, 0) + 1
ORDER BY g.stuck_position IS NULL, h.position - coalesce(g.position, 0) DESC, h.timeline_id, o.at
LIMIT %s
"""


def lags(connection: Connection, *, most: int) -> list[Lag]:
    """Stuck projections first, then those furthest behind, of whatever timeline; at most so many."""
    rows = connection.exec_driver_sql(_LAGS, ([one.name for one in PROJECTIONS], most))
    return [
        Lag(
            timeline=timeline,
            projection=projection,
            head=head,
            position=position,
            stuck_position=stuck_position,
            stuck_reason=stuck_reason,
            seconds=seconds,
        )
        for timeline, projection, head, position, stuck_position, stuck_reason, seconds in rows
    ]
