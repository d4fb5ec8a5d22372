"""Which names come near to one that is not there."""

from sqlalchemy import Connection, select

from app.domain.errors import nearest
from app.ledger.tables import names

# Names are compared with at most so many others: an error has to be helpful, not exhaustive.
COMPARED_MAX = 5000


def nearest_names(connection: Connection, timeline: str, kind: str, name: str) -> list[str]:
    """Up to three existing names of this kind that are most like `name`, best first."""
    query = (
        select(names.c.name)
        .where(names.c.timeline_id == timeline, names.c.kind == kind)
        .order_by(names.c.name.startswith(name[:2], autoescape=True).desc(), names.c.name)
        .limit(COMPARED_MAX)
    )
    return nearest(name, connection.scalars(query))
