"""Who passes on whose word: for one source, and for all of them as the edges of a graph.

Counted in the database. A chain runs from the publisher to the body spoken for; each identified hop passes on the next.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, func, select, true

from app.projections.asof import AsOf
from app.projections.developments.view import in_view
from app.projections.tables import developments


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """`from_` passes on the word of `to` in so many reports; the first and the last were said on these days."""

    from_: str
    to: str
    reports: int
    first: date | None
    last: date | None


class Tied(msgspec.Struct, frozen=True, kw_only=True):
    """A source, or an origin that is none, and in how many reports."""

    source: str
    reports: int


def read_edges(
    connection: Connection, asof: AsOf, *, after: tuple[str, str] | None = None, limit: int | None = None
) -> list[Edge]:
    """By who passes on, then whose word; from the first behind `after`."""
    hops = developments.c.sources
    hop = func.generate_subscripts(hops, 1).table_valued("at").render_derived(name="hop")
    nearer, farther = hops[hop.c.at], hops[hop.c.at + 1]
    pairs = (
        select(nearer.label("from_"), farther.label("to"), developments.c.reported_day.label("day"))
        .select_from(developments.join(hop, true()))
        .where(in_view(developments, asof), hop.c.at < func.cardinality(hops))
        .subquery()
    )
    ends = (pairs.c.from_.collate("C"), pairs.c.to.collate("C"))
    query = (
        select(pairs.c.from_, pairs.c.to, func.count(), func.min(pairs.c.day), func.max(pairs.c.day))
        .group_by(pairs.c.from_, pairs.c.to)
        .order_by(*ends)
        .limit(limit)
    )
    if after is not None:
        first, second = after
        query = query.where((ends[0] > first) | and_(ends[0] == first, ends[1] > second))
    return [
        Edge(from_=from_, to=to, reports=reports, first=first, last=last)
        for from_, to, reports, first, last in connection.execute(query)
    ]


def read_through(connection: Connection, asof: AsOf, origin: str, names: set[str]) -> list[Tied]:
    """Who has a part in telling what an origin says; `names` are its own. The most first."""
    hop = func.unnest(developments.c.sources).table_valued("source").render_derived(name="hop")
    query = (
        select(hop.c.source, func.count().label("reports"))
        .select_from(developments.join(hop, true()))
        .where(in_view(developments, asof), developments.c.origin == origin, hop.c.source.not_in(sorted(names)))
        .group_by(hop.c.source)
    )
    return _most_first(connection.execute(query))


def read_relayed(connection: Connection, asof: AsOf, source: str, origin: str) -> list[Tied]:
    """Whose word a source passes on, its own left out. The most first."""
    query = (
        select(developments.c.origin.label("source"), func.count().label("reports"))
        .where(
            in_view(developments, asof),
            developments.c.sources.contains([source]),
            developments.c.origin != origin,
        )
        .group_by(developments.c.origin)
    )
    return _most_first(connection.execute(query))


def _most_first(rows: Iterable[Row[Any]]) -> list[Tied]:
    found = [Tied(source=row.source, reports=row.reports) for row in rows]
    return sorted(found, key=lambda one: (-one.reports, one.source))
