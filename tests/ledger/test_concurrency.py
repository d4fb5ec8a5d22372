"""Sixteen writers at once: positions stay dense, and who follows the highest position misses nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Engine

from app.database.engine import make_engine, reading, writing
from app.domain.errors import Conflict
from app.ledger import log
from app.ledger.log import NameTaken
from tests.ledger.drafts import draft

WRITERS = 16
EACH = 12


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
    return engine


def test_sixteen_writers_leave_dense_positions_and_a_follower_misses_nothing(ledger: Engine, database: str) -> None:
    followed: list[int] = []
    done = Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        follower = pool.submit(follow, make_engine(database), followed, done)
        for writer in [pool.submit(write, ledger, number) for number in range(WRITERS)]:
            writer.result()
        done.set()
        follower.result()
    assert followed == list(range(1, WRITERS * EACH + 1))


def write(engine: Engine, writer: int) -> None:
    for number in range(EACH // 3):
        with writing(engine) as connection:
            batch = [draft(f"{writer} {number} {place}") for place in range(3)]
            log.append(connection, "t", batch, recorded_by="key:test")


def follow(engine: Engine, followed: list[int], done: Event) -> None:
    """Read what lies after the last position seen, until the writers are done and nothing is left."""
    while True:
        finished = done.is_set()
        with reading(engine) as connection:
            page = log.read(connection, "t", after=followed[-1] if followed else 0)
        followed.extend(entry.position for entry in page)
        if finished and not page:
            engine.dispose()
            return


def test_of_writers_that_want_one_name_one_gets_it(ledger: Engine) -> None:
    def claim(writer: int) -> bool:
        try:
            with writing(ledger) as connection:
                log.append(connection, "t", [draft(writer, ("report", "R1", "new"))], recorded_by="key:test")
        except NameTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, range(8))) == [False] * 7 + [True]


def test_of_writers_that_send_one_event_all_get_its_one_position(ledger: Engine) -> None:
    def send(_: int) -> int:
        with writing(ledger) as connection:
            (receipt,) = log.append(connection, "t", [draft(1)], recorded_by="key:test")
        return receipt.position

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {1}


def test_a_name_taken_is_a_conflict() -> None:
    assert issubclass(NameTaken, Conflict)
