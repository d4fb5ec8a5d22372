"""P3: an import of reports, beside a COPY of the same lines into a table with one column of text.

All that an import does but projecting is in it: JSON, shape, rules, canonical form, the door, the hash, the append.
Both sides get their lines from memory. Each round imports into a timeline of its own, whose names are there already.
"""

import time
from collections.abc import Sequence
from itertools import count
from uuid import uuid4

from sqlalchemy import Engine

from app.database.engine import make_engine
from app.importing import import_lines
from tests.bench.filling import BY, fill, line
from tests.bench.rows import Row, interleaved
from tests.bench.server import Server, connected
from tests.bench.sizes import Sizes
from tests.bench.workload import TODAY, happenings, names

COPY = rb"COPY bare_lines FROM STDIN (FORMAT csv, DELIMITER e'\x02', QUOTE e'\x01')"
"""Neither character stands in JSON: each line is one value, as it is."""
BLOCK_LINES = 100


def measure(server: Server, sizes: Sizes) -> Row:
    lines = reports(sizes.lines)
    blocks = [b"".join(one + b"\n" for one in lines[at : at + BLOCK_LINES]) for at in range(0, len(lines), BLOCK_LINES)]
    numbers = count(1)
    with server.database() as url:
        engine = make_engine(url)
        pairs = interleaved(
            sizes.rounds,
            lambda: import_all(engine, f"import-{next(numbers)}", lines),
            lambda: _copy_all(url, blocks, len(lines)),
        )
        engine.dispose()
    work = f"import {len(lines):,} reports, beside COPY of the lines"
    return Row(name="P3", work=work, unit="/s", asked=0.2, aim=0.4).with_rounds(pairs)


def reports(wanted: int) -> list[bytes]:
    found = [line(one) for one in happenings(wanted * 5 // 4) if one.type == "development_reported.v1"]
    return found[:wanted]


def import_all(engine: Engine, timeline: str, lines: Sequence[bytes]) -> float:
    fill(engine, timeline, names())
    start = time.perf_counter()
    done = import_lines(
        engine, timeline, lines, mode="partial", recorded_by=BY, today=TODAY, new_id=uuid4, projecting_seconds=0
    )
    took = time.perf_counter() - start
    if done.appended != len(lines):
        raise RuntimeError(f"of {len(lines)} lines {done.appended} were imported: {done.errors[:3]}")
    return len(lines) / took


def _copy_all(url: str, blocks: Sequence[bytes], lines: int) -> float:
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_lines (line text)")
        start = time.perf_counter()
        with cursor.copy(COPY) as copy:
            for block in blocks:
                copy.write(block)
        return lines / (time.perf_counter() - start)
