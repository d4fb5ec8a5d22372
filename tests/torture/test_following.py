"""Sixteen writers at once: positions stay dense, and who follows the highest position misses nothing.

`make torture` lets them write for a minute.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from sqlalchemy import Engine

from app.database.engine import make_engine, reading, writing
from app.ledger import log
from tests.ledger.drafts import draft
from tests.torture.effort import effort

WRITERS = 16
SECONDS = effort(2.0, 60.0)


def test_who_follows_sixteen_writers_misses_nothing(engine: Engine, database: str, tell: Callable[[str], None]) -> None:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
    followed: list[int] = []
    done = Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        follower = pool.submit(follow, make_engine(database), followed, done)
        until = time.monotonic() + SECONDS
        writers = [pool.submit(write, engine, number, until) for number in range(WRITERS)]
        try:
            written = sum(writer.result() for writer in writers)
        finally:
            done.set()
        looks = follower.result()
    assert written > WRITERS
    assert followed == list(range(1, written + 1))
    tell(
        f"R1  {WRITERS} writers, {SECONDS:.0f} s: {written:,} events, dense; a reader looked {looks:,} times, missed 0"
    )


def write(engine: Engine, writer: int, until: float) -> int:
    """How many: one by one, and three at once."""
    number = 0
    while time.monotonic() < until:
        batch = [draft(f"{writer} {number + place}") for place in range(1 + 2 * (number % 2))]
        with writing(engine) as connection:
            log.append(connection, "t", batch, recorded_by="key:test")
        number += len(batch)
    return number


def follow(engine: Engine, followed: list[int], done: Event) -> int:
    """Read what lies after the last position seen, until the writers are done and nothing is left; how often."""
    looks = 0
    while True:
        finished, looks = done.is_set(), looks + 1
        with reading(engine) as connection:
            page = log.read(connection, "t", after=followed[-1] if followed else 0)
        followed.extend(entry.position for entry in page)
        if finished and not page:
            engine.dispose()
            return looks
