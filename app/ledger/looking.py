"""What the door asks of the ledger, in one statement: the head, which names are there, what is measured how."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, text

from app.domain.measures import Measure
from app.ledger import log
from app.ledger.definitions import measures_of

Name = tuple[str, str]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger at `position`; `names` are those that were asked for and exist."""

    position: int
    names: set[Name]
    measures: dict[str, Measure]


# Each name is looked up in a sub-select that the planner cannot turn into a join: see `append_many`.
_LOOK = text("""
SELECT
    (SELECT position FROM heads WHERE timeline_id = :timeline),
    ARRAY(
        SELECT w.place FROM ROWS FROM (json_to_recordset(CAST(:wanted AS json)) AS (kind text, name text))
            WITH ORDINALITY AS w(kind, name, place)
        WHERE (SELECT n.position FROM names n
               WHERE n.timeline_id = :timeline AND n.kind = w.kind AND n.name = w.name) IS NOT NULL
    ),
    ARRAY(
        SELECT body FROM events WHERE timeline_id = :timeline AND type = 'measure_defined.v1' ORDER BY position
    )
""")


def look(connection: Connection, timeline: str, wanted: Iterable[Name]) -> Seen:
    """Raises Unknown, with the nearest names, where there is no such timeline."""
    pairs = list(wanted)
    asked = msgspec.json.encode([{"kind": kind, "name": name} for kind, name in pairs]).decode()
    position, found, definitions = connection.execute(_LOOK, {"timeline": timeline, "wanted": asked}).one()
    if position is None:
        position = log.head(connection, timeline).position
    names = {pairs[place - 1] for place in found}
    return Seen(position=position, names=names, measures=measures_of(definitions))
