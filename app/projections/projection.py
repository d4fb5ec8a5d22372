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
from app.projections.generations import Generations, rows_of

T = TypeVar("T", bound=Body)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded event with its body read."""

    recorded: Recorded
    body: Body

    @property
    def position(self) -> int:
        return self.recorded.position


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """`handles` names the event types it wants; `rests_on` the projections whose rows it may read.

    `assumes`: its rows also follow from a set of assumptions.
    """

    name: str
    handles: frozenset[str]
    rests_on: tuple[str, ...]
    tables: tuple[Table, ...]
    apply: Callable[[Connection, Generations, Sequence[Event]], None]
    assumes: bool = False

    def clear(self, connection: Connection, meant: Generations) -> None:
        """Remove all rows of the generation that is meant."""
        for table in self.tables:
            connection.execute(table.delete().where(rows_of(table, meant)))


def typed(recorded: Recorded) -> Event:
    return Event(recorded=recorded, body=read_body(recorded.type, recorded.body))
