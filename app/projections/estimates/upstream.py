"""What the projections below changed in a range of positions: versions of developments, and links made or withdrawn."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection, func, or_, select

from app.database.many import among
from app.domain import events as e
from app.domain.developments import Development
from app.domain.echoes import Link
from app.projections.generations import Generations, rows_of
from app.projections.projection import Event
from app.projections.registry import link_of
from app.projections.tables import developments, links
from app.projections.versions import held_at

_DEVELOPMENT = msgspec.json.Decoder(Development)


VERSIONS_MAX = 10_000
"""So many versions of developments are in memory at once, or as many as one event makes."""


def parts_of(connection: Connection, generations: Generations, events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """The events in their order, in parts each of which changes so few developments that they fit into memory."""
    made = _versions_made(connection, generations, events) if len(events) > 1 else {}
    start = many = 0
    for at, event in enumerate(events):
        own = made.get(event.position, 1)
        if many + own > VERSIONS_MAX and at > start:
            yield events[start:at]
            start, many = at, 0
        many += own
    yield events[start:]


def _versions_made(connection: Connection, generations: Generations, events: Sequence[Event]) -> dict[int, int]:
    """By position how many developments an event changes, where it is more than one."""
    position = developments.c.position_from
    query = (
        select(position, func.count())
        .where(rows_of(developments, generations), position.between(events[0].position, events[-1].position))
        .group_by(position)
        .having(func.count() > 1)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


class Upstream:
    """By the position that changed them: `developments`, `links` with whether they stand from then on, and `linked`,
    the reports at both ends of those. `fresh` are the reports that were not there before the range.
    """

    def __init__(self, connection: Connection, generations: Generations, events: Sequence[Event]) -> None:
        first, last = events[0].position, events[-1].position
        self._connection = connection
        self._generations = generations
        self.developments: dict[int, list[Development]] = {}
        self.links: dict[int, list[tuple[Link, bool]]] = {}
        self._read_developments(first, last)
        if any(isinstance(event.body, e.ReportsLinked | e.LinkWithdrawn) for event in events):
            self._read_links(first, last)
        self.fresh = {event.body.report for event in events if isinstance(event.body, e.DevelopmentReported)}
        self.linked: dict[int, set[str]] = {
            position: {end for link, _ in changed for end in (link.from_, link.to)}
            for position, changed in self.links.items()
        }

    @property
    def reports(self) -> set[str]:
        """Every report that changes in the range, or is linked anew."""
        written = {one.body.report for found in self.developments.values() for one in found}
        return written.union(*self.linked.values())

    def read(self, reports: Iterable[str], position: int) -> list[Development]:
        """These reports as they stood right after `position`, in order."""
        query = (
            select(developments.c.development)
            .where(
                rows_of(developments, self._generations),
                among(developments.c.report, reports),
                held_at(developments, position),
            )
            .order_by(developments.c.report)
        )
        return [_DEVELOPMENT.decode(text) for text in self._connection.scalars(query)]

    def _read_developments(self, first: int, last: int) -> None:
        query = (
            select(developments.c.position_from, developments.c.development)
            .where(rows_of(developments, self._generations), developments.c.position_from.between(first, last))
            .order_by(developments.c.position_from, developments.c.report)
        )
        for position, text in self._connection.execute(query):
            self.developments.setdefault(position, []).append(_DEVELOPMENT.decode(text))

    def _read_links(self, first: int, last: int) -> None:
        query = select(links).where(
            rows_of(links, self._generations),
            links.c.between == "reports",
            or_(links.c.position_from.between(first, last), links.c.position_to.between(first, last)),
        )
        for row in self._connection.execute(query).mappings():
            for position, stands in ((row["position_from"], True), (row["position_to"], False)):
                if position is not None and first <= position <= last:
                    self.links.setdefault(position, []).append((link_of(row), stands))
