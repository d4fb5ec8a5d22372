"""Generations: every build of a projection has a number, which all of its rows bear.

Whoever reads or writes rows is told by one value which generation of each projection is meant, and asks by one
condition: rows of a build that is under way, or of one that is kept, are seen by nobody who does not name it.
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec
from sqlalchemy import Alias, ColumnElement, Connection, FromClause, Table, and_, select

from app.domain.assumptions import DEFAULT, Assumptions, from_parameters
from app.domain.errors import Unknown, nearest_hint
from app.domain.events import AssumptionsDefined
from app.ledger.tables import events, names


class Generations(msgspec.Struct, frozen=True, kw_only=True):
    """Which generation of each projection is meant in one timeline.

    `numbers` are by projection, in the order in which they run; `assumptions` are those that the generation of the
    estimates runs under.
    """

    timeline: str
    numbers: Mapping[str, int]
    assumptions: Assumptions = DEFAULT

    def with_number(self, projection: str, number: int) -> "Generations":
        """The same but for one projection."""
        return msgspec.structs.replace(self, numbers={**self.numbers, projection: number})


def rows_of(rows: FromClause, generations: Generations) -> ColumnElement[bool]:
    """Rows of a projection's table, or of an alias of it, that are of the generation meant."""
    number = generations.numbers[projection_of(rows)]
    return and_(rows.c.timeline_id == generations.timeline, rows.c.generation == number)


def alike(rows: FromClause, others: FromClause) -> ColumnElement[bool]:
    """Rows of two tables of one projection that are of the same generation."""
    return and_(rows.c.timeline_id == others.c.timeline_id, rows.c.generation == others.c.generation)


def stamp(table: FromClause, generations: Generations) -> dict[str, Any]:
    """What a new row bears to be found by `rows_of`."""
    return {"timeline_id": generations.timeline, "generation": generations.numbers[projection_of(table)]}


def projection_of(rows: FromClause) -> str:
    """The projection that a table belongs to."""
    table = cast("Table", rows.element if isinstance(rows, Alias) else rows)
    return str(table.info["projection"])


def assumptions_named(connection: Connection, timeline: str, name: str) -> Assumptions:
    """The set that ships with the program, or one that the ledger registered, whatever any projection has taken in.

    Raises Unknown with the nearest names.
    """
    if name == DEFAULT.name:
        return DEFAULT
    query = (
        select(names.c.name, events.c.body)
        .join(events, and_(events.c.timeline_id == names.c.timeline_id, events.c.position == names.c.position))
        .where(names.c.timeline_id == timeline, names.c.kind == "assumptions")
    )
    body = connection.scalar(query.where(names.c.name == name).with_only_columns(events.c.body))
    if body is None:
        known = select(names.c.name).where(names.c.timeline_id == timeline, names.c.kind == "assumptions")
        hint = nearest_hint(name, [DEFAULT.name, *connection.scalars(known)])
        raise Unknown(f"no set of assumptions {name}", code="unknown-assumptions", hint=hint)
    return from_parameters(name, msgspec.json.decode(body, type=AssumptionsDefined).parameters)
