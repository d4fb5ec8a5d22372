"""P4 and P5: rebuilding from position zero what the ledger says.

P4 is `muster replay all`: every projection, in PostgreSQL, with the audit. The library's projection beside it writes
one row for each event, so the two do very different work; what they share is that each ends with a view that has taken
every event exactly once. The names of the timeline are among its events.

P5 is the rebuild of `developments` alone, by its own clear and apply, in one transaction, with the registry standing.
The reference reads the same events by one binary COPY, decodes each body into its type, and does nothing with it.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import count

from sqlalchemy import Engine

from app.database.engine import make_engine, writing
from app.domain.events import read_body
from app.ledger import log
from app.projections import developments, runner
from app.projections.projection import typed
from tests.bench.filling import fill
from tests.bench.library import Library
from tests.bench.rows import Row, interleaved
from tests.bench.server import Server, connected
from tests.bench.sizes import Sizes
from tests.bench.workload import workload
from tests.replaying import replayed

TIMELINE = "replayed"
SAVED_EVENTS_MAX = 2_000
"""The library's rate does not depend on how many there are."""
READ = """
COPY (SELECT position, type, body FROM events WHERE timeline_id = '{timeline}' AND type IN ({types}) ORDER BY position)
TO STDOUT (FORMAT BINARY)
"""


def measure(server: Server, sizes: Sizes) -> Iterator[Row]:
    with server.database() as url, server.database() as other:
        engine, library = make_engine(url), Library(other)
        head = fill(engine, TIMELINE, workload(sizes.events))
        library.save(bodies(engine, SAVED_EVENTS_MAX))
        pairs = interleaved(sizes.rounds, lambda: replay(engine, TIMELINE), library.project)
        work = f"replay of all projections, {head:,} events"
        yield Row(name="P4", work=work, unit="/s", asked=6, aim=15).with_rounds(pairs)
        pairs = interleaved(sizes.rounds, lambda: _developments(engine), lambda: _read(url))
        work = "replay of developments, beside COPY BINARY"
        yield Row(name="P5", work=work, unit="/s", asked=0.2, aim=0.4).with_rounds(pairs)
        library.close()
        engine.dispose()


def replay(engine: Engine, timeline: str) -> float:
    """Events a second."""
    start = time.perf_counter()
    replayed(engine, timeline)
    took = time.perf_counter() - start
    with writing(engine) as connection:
        states = runner.states(connection, timeline)
    if any(state.lag_events for state in states):
        raise RuntimeError(f"the replay did not come to its end: {states}")
    return states[0].head / took


def bodies(engine: Engine, most: int) -> Sequence[str]:
    """Of the last ones: the first of a timeline are names, and short."""
    with writing(engine) as connection:
        head = log.head(connection, TIMELINE).position
        starts = count(max(0, head - most), log.PAGE)
        pages = (log.read(connection, TIMELINE, after=start) for start in starts)
        found: list[str] = []
        while page := next(pages):
            found += [one.body for one in page]
    return found


def _developments(engine: Engine) -> float:
    projection = developments.PROJECTION
    start, done, at = time.perf_counter(), 0, 0
    with writing(engine) as connection:
        head = log.head(connection, TIMELINE).position
        standing = runner.active_generations(connection, TIMELINE)
        projection.clear(connection, standing)
        fold = projection.begin(standing)
        while at < head:
            upto = min(at + runner.BATCH, head)
            page = log.read_entries(connection, TIMELINE, after=at, upto=upto, types=projection.handles)
            fold.apply(connection, [typed(one) for one in page])
            done, at = done + len(page), upto
    return done / (time.perf_counter() - start)


def _read(url: str) -> float:
    types = ", ".join(f"'{name}'" for name in sorted(developments.PROJECTION.handles))
    with connected(url) as connection, connection.cursor() as cursor:
        start, done = time.perf_counter(), 0
        with cursor.copy(READ.format(timeline=TIMELINE, types=types).encode()) as copy:
            copy.set_types(["int8", "text", "text"])
            for _, name, body in copy.rows():
                read_body(name, body)
                done += 1
        return done / (time.perf_counter() - start)
