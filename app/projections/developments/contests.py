"""The sets of reports that are set against each other, as a question has them, and by whom they were settled.

Nothing that lies outside the view is named.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from app.database.many import among
from app.domain.contests import Contest, Tie, contests_of
from app.domain.situation import CONTESTING
from app.ledger.tables import events
from app.projections.asof import AsOf
from app.projections.developments.words import read_words
from app.projections.generations import rows_of
from app.projections.registry import link_of
from app.projections.tables import links
from app.projections.versions import held_at


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """Who settled a dispute, by the event at a position, and why."""

    by: str
    reason: str | None


def read_contests(connection: Connection, asof: AsOf) -> list[Contest]:
    """All sets, open and settled, by the day of their first report."""
    disputes = _read_ties(connection, asof, links.c.relation.in_(CONTESTING))
    ends = {end for tie in disputes for end in (tie.link.from_, tie.link.to)}
    about = or_(
        and_(links.c.relation == "supersedes", among(links.c.to, ends)),
        and_(links.c.relation == "misquotes", among(links.c["from"], ends)),
    )
    ending = _read_ties(connection, asof, and_(held_at(links, asof.position), about)) if ends else []
    words = read_words(connection, asof, ends | {end for tie in ending for end in (tie.link.from_, tie.link.to)})
    return contests_of(words, [*disputes, *ending], asof.view.day)


def read_contested(connection: Connection, asof: AsOf) -> set[str]:
    """The reports that are in an open dispute."""
    return {
        end
        for contest in read_contests(connection, asof)
        for dispute in contest.open
        for end in (dispute.tie.link.from_, dispute.tie.link.to)
    }


def read_endings(connection: Connection, asof: AsOf, contests: Iterable[Contest]) -> dict[int, Ending]:
    """By the positions of what settled their disputes. Who withdraws a link says why, and is told by his key."""
    settled = {dispute.settled.position for one in contests for dispute in one.disputes if dispute.settled is not None}
    query = select(events.c.position, events.c.recorded_by, events.c.body).where(
        events.c.timeline_id == asof.timeline, events.c.position.in_(sorted(settled))
    )
    bodies = {row.position: (row.recorded_by, msgspec.json.decode(row.body)) for row in connection.execute(query)}
    return {
        position: Ending(by=body.get("by", recorded_by), reason=body.get("reason"))
        for position, (recorded_by, body) in bodies.items()
    }


def _read_ties(connection: Connection, asof: AsOf, which: ColumnElement[bool]) -> list[Tie]:
    """In ledger order; one that was withdrawn later is not withdrawn yet."""
    query = (
        select(links)
        .where(
            rows_of(links, asof.generations),
            links.c.between == "reports",
            links.c.position_from <= asof.position,
            which,
        )
        .order_by(links.c.position_from)
    )
    return [
        Tie(link=link_of(row), made=row["position_from"], withdrawn=_by(row["position_to"], asof.position))
        for row in connection.execute(query).mappings()
    ]


def _by(position: int | None, at: int) -> int | None:
    return position if position is not None and position <= at else None
