"""The contract of a projection: tables that are a pure function of the ledger.

No clock, no randomness, and nothing read but its own rows and those of the projections that it rests on, at its own
position.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Table

from app.domain.events import Body, read_body
from app.ledger.log import Entry
from app.projections.generations import Generations, rows_of

T = TypeVar("T", bound=Body)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded event with its body read."""

    recorded: Entry
    body: Body

    @property
    def position(self) -> int:
        return self.recorded.position


class Fold(Protocol):
    """One generation while events are applied. It may keep in memory what it knows from one batch to the next, and is
    thrown away where a batch is not committed, or where somebody else has written.
    """

    @property
    def size(self) -> int:
        """How many reports it keeps, roughly."""
        ...

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Events in order, once each, inside the transaction that also moves the checkpoint."""
        ...

    def committed(self, engine: Engine) -> None:
        """What was applied is there for good: others may be told what follows from it."""


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """`handles` names the event types it wants; `rests_on` the projections whose rows it may read.

    `begin` makes a fold; `assumes`: its rows also follow from a set of assumptions.
    """

    name: str
    handles: frozenset[str]
    rests_on: tuple[str, ...]
    tables: tuple[Table, ...]
    begin: Callable[[Generations], Fold]
    assumes: bool = False

    def clear(self, connection: Connection, meant: Generations) -> None:
        """Remove all rows of the generation that is meant."""
        for table in self.tables:
            connection.execute(table.delete().where(rows_of(table, meant)))


def typed(recorded: Entry) -> Event:
    return Event(recorded=recorded, body=read_body(recorded.type, recorded.body))
