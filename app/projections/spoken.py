"""What an origin has said, by kind and stance, how much of it was mended or taken back, and who repeats it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from app.domain.developments import Status
from app.domain.forecasts import Tally
from app.projections.asof import AsOf
from app.projections.developments.filters import Filters
from app.projections.developments.reading import read_page
from app.projections.developments.view import in_view, status
from app.projections.forecasts import read_forecasts
from app.projections.relays import Tied, read_through
from app.projections.tables import developments

STATUSES: tuple[Status, ...] = ("standing", "corrected", "retracted")
ECHOES_COUNTED_MAX = 1000


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """All reports whose origin it is. `first` and `last` are days of saying; None where none has a day.

    `echoes` are those among them that only repeat another, `repeated_by` who published these; None where there are
    more than `ECHOES_COUNTED_MAX`. `through` has whoever stands before it in a chain. `forecasts` is None where it
    made none.
    """

    reports: int
    first: date | None
    last: date | None
    by_kind: dict[str, int]
    by_stance: dict[str, int]
    by_status: dict[Status, int]
    echoes: int | None
    repeated_by: tuple[Tied, ...] | None
    through: tuple[Tied, ...]
    forecasts: Tally | None


def read_spoken(connection: Connection, asof: AsOf, origin: str, names: set[str]) -> Spoken:
    """`names` are those that the origin goes by, of which one is its name as an origin."""
    stated = status(developments, asof).label("status")
    counted = (
        select(developments.c.kind, developments.c.stance, stated, developments.c.reported_day)
        .where(in_view(developments, asof), developments.c.origin == origin)
        .subquery()
    )
    of = (counted.c.kind, counted.c.stance, counted.c.status)
    day = counted.c.reported_day
    query = select(*of, func.count().label("reports"), func.min(day).label("first"), func.max(day).label("last"))
    rows = connection.execute(query.group_by(*of)).all()
    repeating = _read_repeating(connection, asof, origin)
    return Spoken(
        reports=sum(row.reports for row in rows),
        first=min((row.first for row in rows if row.first is not None), default=None),
        last=max((row.last for row in rows if row.last is not None), default=None),
        by_kind=_sums((row.kind, row.reports) for row in rows),
        by_stance=_sums((row.stance, row.reports) for row in rows),
        by_status={one: sum(row.reports for row in rows if row.status == one) for one in STATUSES},
        echoes=None if repeating is None else sum(repeating.values()),
        repeated_by=None if repeating is None else _most_first(repeating),
        through=tuple(read_through(connection, asof, origin, names)),
        forecasts=_read_tally(connection, asof, origin),
    )


def _read_repeating(connection: Connection, asof: AsOf, origin: str) -> Counter[str] | None:
    """Who publishes repeats of its word, and how many."""
    repeats = Filters(origin=(origin,), echo=True)
    found = read_page(connection, asof, repeats, limit=ECHOES_COUNTED_MAX + 1)
    if len(found) > ECHOES_COUNTED_MAX:
        return None
    return Counter(one.development.publisher for one in found)


def _read_tally(connection: Connection, asof: AsOf, origin: str) -> Tally | None:
    return next(iter(read_forecasts(connection, asof, Filters(origin=(origin,))).tallies), None)


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The most first."""
    found: Counter[str] = Counter()
    for name, count in pairs:
        found[name] += count
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _most_first(counts: Counter[str]) -> tuple[Tied, ...]:
    return tuple(Tied(source=name, reports=count) for name, count in _sums(counts.items()).items())
