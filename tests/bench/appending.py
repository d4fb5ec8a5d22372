"""P1 and P2: one event after another, each durable before the next.

Both sides of P1 send one prepared statement straight to the driver and wait for its commit: the append function with
one event, and an INSERT of the same row into a table with nothing but an identity key. What Python does before, the
checks and the door, is in P3 and P6; `as the product calls it` adds the engine, its pool and its transaction.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Engine

from app.database.engine import make_engine, writing
from app.ledger import log
from app.ledger.log import Draft
from tests.bench.crew import Crew, Statements
from tests.bench.filling import BY, drafts, make_timeline
from tests.bench.library import Library
from tests.bench.rows import Row, interleaved
from tests.bench.server import Server, connected
from tests.bench.sizes import Sizes
from tests.bench.workload import happenings

INSERT = """
INSERT INTO bare_events (timeline_id, event_id, type, recorded_at, recorded_by, body, leaf)
VALUES (%s, %s, %s, clock_timestamp(), %s, %s, %s) RETURNING position
"""
BARE = """
CREATE TABLE IF NOT EXISTS bare_events (
    timeline_id text, position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid, type text,
    recorded_at timestamptz, recorded_by text, causation_id uuid, batch_id uuid, body text, leaf bytea
)
"""
LEAF = bytes(32)


def measure(server: Server, sizes: Sizes, crew: Crew, alone: Crew) -> Iterator[Row]:
    told = reports(sizes.appends * sizes.rounds)
    with server.database() as url:
        for name, work, many, timelines, bounds in (
            ("P1", "append one event, 1 writer", alone, 1, (0.7, 0.9)),
            ("P1", "append one event, 8 writers on one timeline", crew, 1, (0.3, 0.5)),
            ("P1", "append one event, 8 writers on 8 timelines", crew, 8, (None, 0.9)),
        ):
            ours = appending(url, f"{many.size}-on-{timelines}", told, sizes, many, timelines=timelines)
            pairs = interleaved(sizes.rounds, ours, inserting(url, told, sizes, many))
            yield Row(name=name, work=work, unit="/s", asked=bounds[0], aim=bounds[1]).with_rounds(pairs)
        inserted = inserting(url, told, sizes, alone)
        pairs = interleaved(sizes.rounds, _as_called(url, told, sizes), inserted)
        yield Row(name="P1", work="append one event, 1 writer, as the product calls it", unit="/s").with_rounds(pairs)
    with server.database() as url, server.database() as other:
        library, bodies = Library(other), iter([draft.body for draft in told])
        ours = appending(url, "beside-the-library", told, sizes, alone)
        pairs = interleaved(sizes.rounds, ours, lambda: library.save(list(islice(bodies, sizes.appends // 4))))
        library.close()
    row = Row(name="P2", work="append one event, 1 writer, beside save()", unit="/s", asked=3, aim=4.5)
    yield row.with_rounds(pairs)


def reports(count: int) -> list[Draft]:
    """Each new to its timeline: appending needs no names but those that the events themselves introduce."""
    return drafts(islice((one for one in happenings(2 * count) if one.type == "development_reported.v1"), count))


def appending(
    url: str, prefix: str, told: Sequence[Draft], sizes: Sizes, crew: Crew, *, timelines: int = 1
) -> Callable[[], float]:
    """A round of appends by the crew, to timelines that are made here; each round takes events of its own."""
    engine = make_engine(url)
    names = [f"{prefix}-{number}" for number in range(timelines)]
    for name in names:
        make_timeline(engine, name)
    engine.dispose()
    waiting = iter(told)

    def one_round() -> float:
        return crew.rate(
            [
                Statements(
                    url,
                    log.APPEND_EVENT,
                    [log.as_columns(names[member % timelines], one, recorded_by=BY) for one in share],
                )
                for member, share in enumerate(_shares(waiting, sizes, crew))
            ]
        )

    return one_round


def inserting(url: str, told: Sequence[Draft], sizes: Sizes, crew: Crew) -> Callable[[], float]:
    with connected(url) as connection:
        connection.execute(BARE)
    waiting = iter(told)

    def one_round() -> float:
        return crew.rate(
            [
                Statements(url, INSERT, [("bare", one.event_id, one.type, BY, one.body, LEAF) for one in share])
                for share in _shares(waiting, sizes, crew)
            ]
        )

    return one_round


def _shares(waiting: Iterator[Draft], sizes: Sizes, crew: Crew) -> list[list[Draft]]:
    return [list(islice(waiting, sizes.appends // crew.size)) for _ in range(crew.size)]


def _as_called(url: str, told: Sequence[Draft], sizes: Sizes) -> Callable[[], float]:
    engine = make_engine(url)
    make_timeline(engine, "as-called")
    waiting = iter(told)
    return lambda: _call(engine, list(islice(waiting, sizes.appends)))


def _call(engine: Engine, share: Sequence[Draft]) -> float:
    start = time.perf_counter()
    for one in share:
        with writing(engine) as connection:
            log.append(connection, "as-called", [one], recorded_by=BY)
    return len(share) / (time.perf_counter() - start)
