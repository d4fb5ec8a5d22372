"""P9: verifying the whole ledger.

It is what `muster verify` does for a timeline: each leaf and each canonical body computed anew, the tree over them, the
head, and the checkpoint that was made before. The reference reads the same rows, all columns of them, by one binary
COPY and throws each away undecoded. The ledger is the workload's, written again and again under new positions, so that
a round takes long enough to be measured.
"""

import os
import time
from collections.abc import Iterator
from itertools import cycle, islice
from uuid import UUID

from sqlalchemy import text

from app.database.engine import make_engine, reading, writing
from app.ledger import log
from app.ledger.entries import copy_in, copy_out
from app.ledger.instants import from_epoch_us
from app.ledger.leaf import Entry, leaf_of
from app.ledger.verifying import verify_ledger
from tests.bench.filling import fill
from tests.bench.rows import Row, interleaved
from tests.bench.server import Server, connected
from tests.bench.sizes import Sizes
from tests.bench.workload import workload

TIMELINE = "verified"
TIMES = 10
READ = f"COPY (SELECT * FROM events WHERE timeline_id = '{TIMELINE}' ORDER BY position) TO STDOUT (FORMAT BINARY)"


def measure(server: Server, sizes: Sizes) -> Row:
    with server.database() as url:
        head = _write(url, sizes)
        engine = make_engine(url)

        def verify() -> float:
            start = time.perf_counter()
            with reading(engine) as connection:
                found = verify_ledger(connection, TIMELINE, jobs=os.cpu_count() or 1)
            if found.fault is not None or found.size != head:
                raise RuntimeError(f"the ledger is not what it was: {found}")
            return head / (time.perf_counter() - start)

        pairs = interleaved(sizes.rounds, verify, lambda: _read(url, head))
        engine.dispose()
    work = f"verify of {head:,} events, beside COPY of the rows"
    return Row(name="P9", work=work, unit="/s", asked=0.25, aim=0.4).with_rounds(pairs)


def _read(url: str, head: int) -> float:
    with connected(url) as connection, connection.cursor() as cursor:
        start = time.perf_counter()
        with cursor.copy(READ.encode()) as copy:
            for _ in copy:
                pass
        return head / (time.perf_counter() - start)


def _write(url: str, sizes: Sizes) -> int:
    """The head."""
    engine = make_engine(url, step_down=False)
    events = fill(engine, "once", workload(sizes.events))
    with reading(engine) as connection:
        once = list(copy_out(connection, "once"))
    with writing(engine) as connection:
        log.create_timeline(connection, TIMELINE, title="", description="")
        last = [one[3] for one in copy_in(connection, TIMELINE, _again(once, events * TIMES))][-1]
        moved = text("UPDATE heads SET position = :position, recorded_at = :at WHERE timeline_id = :timeline")
        connection.execute(moved, {"position": events * TIMES, "at": from_epoch_us(last), "timeline": TIMELINE})
    with connected(url) as connection_:
        connection_.execute("VACUUM ANALYZE events")
    engine.dispose()
    return events * TIMES


def _again(once: list[Entry], events: int) -> Iterator[Entry]:
    last = once[-1][3]
    for position, (_, _, type_, _, by, cause, batch, body, _) in enumerate(islice(cycle(once), events), start=1):
        event_id = str(UUID(int=position)).encode()
        entry = (position, event_id, type_, last, by, cause, batch, body, b"")
        yield (*entry[:8], leaf_of(TIMELINE.encode(), entry))
