"""The stored part of a timeline's tree: complete subtrees of 256, 65,536 … leaves. `merkle` says what is made of them.

The database makes them itself, from the leaves that it holds, when they are first needed: an append does nothing for
them, and the application's role cannot write one. They save reading the whole ledger for a proof and are trusted for
nothing else: whatever a changed one could do is a proof that fails with whoever checks it, or a checkpoint that
`verify`, which reads no subtree, finds to be wrong.
"""

import psycopg
from sqlalchemy import Connection, Engine, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from app.database.engine import writing
from app.domain.errors import Broken
from app.ledger.merkle import ROW_HEIGHT, WIDTH, fold
from app.ledger.tables import events, subtrees

MADE_MAX = 2_000
"""In one transaction: half a million events."""

_KEEP = text("SELECT keep_subtrees(:timeline, :most)")
_LEAVES = (
    select(events.c.leaf)
    .where(events.c.timeline_id == bindparam("timeline"), events.c.position > bindparam("start"))
    .where(events.c.position <= bindparam("start") + WIDTH)
    .order_by(events.c.position)
)
_ROOTS = (
    select(subtrees.c.root)
    .where(subtrees.c.timeline_id == bindparam("timeline"), subtrees.c.height == bindparam("height"))
    .where(subtrees.c.ordinal >= bindparam("start"), subtrees.c.ordinal < bindparam("start") + WIDTH)
    .order_by(subtrees.c.ordinal)
)


def complete(engine: Engine, timeline: str) -> None:
    """Make all subtrees that the ledger has leaves for. Raises Broken where it lacks some."""
    made = MADE_MAX
    while made == MADE_MAX:
        with writing(engine) as connection:
            try:
                made = connection.scalar(_KEEP, {"timeline": timeline, "most": MADE_MAX}) or 0
            except DBAPIError as error:
                if isinstance(error.orig, psycopg.Error) and error.orig.sqlstate == "MU007":
                    raise _incomplete(timeline) from error
                raise


class Stored:
    """`subtree` as `merkle` asks for it, out of whole rows of 256 hashes, each read once.

    For trees that end at or before the head of which `complete` was called.
    """

    def __init__(self, connection: Connection, timeline: str) -> None:
        self._connection = connection
        self._timeline = timeline
        self._rows: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, height: int, ordinal: int) -> bytes:
        level, inner = divmod(height, ROW_HEIGHT)
        number, start = divmod(ordinal << inner, WIDTH)
        hashes = self._row(level, number)[start : start + (1 << inner)]
        if len(hashes) < 1 << inner:
            raise _incomplete(self._timeline)
        return fold(hashes)

    def leaf(self, index: int) -> bytes:
        return self(0, index)

    def _row(self, level: int, number: int) -> list[bytes]:
        found = self._rows.get((level, number))
        if found is None:
            query = _ROOTS if level else _LEAVES
            given = {"timeline": self._timeline, "start": number * WIDTH} | ({"height": level} if level else {})
            found = self._rows[level, number] = list(self._connection.scalars(query, given))
        return found


def _incomplete(timeline: str) -> Broken:
    return Broken(f"the ledger of {timeline} lacks an event that it had", hint="`muster verify` names the position")
