"""What the database tells of the ledger when somebody looks: how far projections are, what was signed and verified."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, QueuePool, func, select
from sqlalchemy.exc import DBAPIError

from app.database.engine import reading
from app.domain.errors import Unavailable
from app.ledger import verifications
from app.ledger.tables import timelines
from app.ledger.verifications import Watched
from app.projections.catalogue import PROJECTIONS
from app.projections.lag import Lag, lags
from app.projections.replay.replays import count_open

TIMELINES_MAX = 100
"""Those that are stuck or furthest behind; `muster_timelines` says how many there are."""


_LAGGING: tuple[tuple[str, str, Callable[[Lag], float]], ...] = (
    ("lag_events", "Events that a projection has not taken in.", lambda one: one.events),
    ("lag_seconds", "Age of the oldest event that a projection has not taken in.", lambda one: one.seconds),
    ("stuck", "1 where a projection stands before an event that it cannot take.", lambda one: one.stuck),
)


class Gauges(Collector):
    """Asked anew each time. Without a database there is only that there is none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        if isinstance(self._engine.pool, QueuePool):
            name, what = "muster_database_connections_in_use", "Of this server's own connections."
            yield Gauge(name, what, value=self._engine.pool.checkedout())
        try:
            with reading(self._engine) as connection:
                told = [*_told(connection)]
        except (Unavailable, DBAPIError):
            told = []
        yield Gauge("muster_database_up", "Whether the database answers.", value=bool(told))
        yield from told


def _told(connection: Connection) -> Iterator[Metric]:
    count = connection.scalar(select(func.count()).select_from(timelines)) or 0
    yield Gauge("muster_timelines", "All timelines.", value=count)
    behind = lags(connection, most=TIMELINES_MAX * len(PROJECTIONS))
    yield from _of_projections(behind)
    named = sorted({one.timeline for one in behind})[:TIMELINES_MAX]
    heads = {one.timeline: one.head for one in behind if one.timeline in named}
    yield _gauge("muster_head_position", "Events in the ledger.", ["timeline"], [((t,), at) for t, at in heads.items()])
    yield from _of_watched("muster_checkpoint", "the largest checkpoint", verifications.last_signed(connection, named))
    verified = verifications.last_verified(connection, named)
    yield from _of_watched("muster_verification", "the last verification", verified)
    what = "1 where the last verification found something wrong."
    yield _gauge("muster_verification_wrong", what, ["timeline"], [((o.timeline,), not o.sound) for o in verified])
    by_state = [((state,), count) for state, count in count_open(connection).items()]
    yield _gauge("muster_replays", "Replays that are under way, by state.", ["state"], by_state)


def _of_projections(behind: list[Lag]) -> Iterator[Metric]:
    labels = ["timeline", "projection"]
    for name, what, value in _LAGGING:
        values = [((one.timeline, one.projection), value(one)) for one in behind]
        yield _gauge(f"muster_projection_{name}", what, labels, values)


def _of_watched(name: str, what: str, found: list[Watched]) -> Iterator[Metric]:
    positions = [((one.timeline,), one.position) for one in found]
    ages = [((one.timeline,), one.age_seconds) for one in found if one.age_seconds is not None]
    yield _gauge(f"{name}_position", f"How many events {what} is of.", ["timeline"], positions)
    yield _gauge(f"{name}_age_seconds", f"How long ago {what} was made here.", ["timeline"], ages)


def _gauge(name: str, what: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    made = Gauge(name, what, labels=labels)
    for named, value in values:
        made.add_metric(named, value)
    return made
