"""The contract of a projection: tables that are a pure function of the ledger.

No clock, no randomness, and nothing read but its own rows and those of the projections that it rests on, at its own
position. `apply` gets events in order, once each, inside the transaction that also moves the checkpoint.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Table

from app.domain.events import Body, read_body
from app.ledger.log import Recorded

T = TypeVar("T", bound=Body)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded event with its body read."""

    recorded: Recorded
    body: Body

    @property
    def position(self) -> int:
        return self.recorded.position


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """`handles` names the event types it wants; `rests_on` the projections whose rows it may read."""

    name: str
    handles: frozenset[str]
    rests_on: tuple[str, ...]
    tables: tuple[Table, ...]
    apply: Callable[[Connection, str, Sequence[Event]], None]

    def clear(self, connection: Connection, timeline: str) -> None:
        """Empty this projection for one timeline."""
        for table in self.tables:
            connection.execute(table.delete().where(table.c.timeline_id == timeline))


def typed(recorded: Recorded) -> Event:
    return Event(recorded=recorded, body=read_body(recorded.type, recorded.body))
