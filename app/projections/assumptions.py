"""Sets of assumptions by name: the one that comes with the program, and those that a timeline's ledger registered."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from app.domain.assumptions import DEFAULT, SHIPPED, Assumptions, from_parameters
from app.domain.errors import Unknown, nearest_hint
from app.domain.events import AssumptionsDefined
from app.projections.generations import Generations, rows_of
from app.projections.tables import definitions
from app.projections.versions import held_at


class NamedSet(msgspec.Struct, frozen=True, kw_only=True):
    """A set as it was written down. `by` and `position` are of its event, None for the shipped one, which has none.

    `sources` tells where the numbers are from; None for a registered set, which has a `reason` alone.
    """

    name: str
    parameters: Mapping[str, Any]
    reason: str
    by: str | None = None
    position: int | None = None
    sources: Mapping[str, str] | None = None


_SHIPPED = NamedSet(name=SHIPPED.name, parameters=SHIPPED.parameters, reason=SHIPPED.reason, sources=SHIPPED.sources)


def read_assumptions(connection: Connection, generations: Generations, name: str, *, at: int) -> Assumptions:
    """The set of a name as it could be used at a position. Raises Unknown with the nearest names."""
    if name == DEFAULT.name:
        return DEFAULT
    return from_parameters(name, read_set(connection, generations, name, at=at).parameters)


def read_set(connection: Connection, generations: Generations, name: str, *, at: int) -> NamedSet:
    """Raises Unknown with the nearest of the names that were there at the position."""
    if name == _SHIPPED.name:
        return _SHIPPED
    row = connection.execute(_registered(generations, at).where(definitions.c.name == name)).one_or_none()
    if row is None:
        known = connection.scalars(_registered(generations, at).with_only_columns(definitions.c.name))
        hint = nearest_hint(name, [_SHIPPED.name, *known])
        raise Unknown(f"no set of assumptions {name}", code="unknown-assumptions", hint=hint)
    return _named(row)


def name_sets(
    connection: Connection, generations: Generations, at: int, *, after: str = "", limit: int | None = None
) -> list[NamedSet]:
    """Every set that could be used at a position, by name; `after` and `limit` take a page."""
    query = _registered(generations, at).where(definitions.c.name > after).order_by(definitions.c.name).limit(limit)
    found = [_named(row) for row in connection.execute(query)]
    shipped = [_SHIPPED] if _SHIPPED.name > after else []
    return sorted([*shipped, *found], key=lambda one: one.name)[:limit]


def _registered(generations: Generations, at: int) -> Select[Any]:
    return select(definitions.c.body, definitions.c.position_from).where(
        rows_of(definitions, generations), definitions.c.kind == "assumptions", held_at(definitions, at)
    )


def _named(row: Row[Any]) -> NamedSet:
    """A name is never redefined, so that its only version began with its event."""
    event = msgspec.json.decode(row.body, type=AssumptionsDefined)
    return NamedSet(
        name=event.name, parameters=event.parameters, reason=event.reason, by=event.by, position=row.position_from
    )
