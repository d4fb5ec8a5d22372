"""Writers that want the same thing at once. How many of them leave dense positions is tried in tests/torture."""

import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import Engine, text

from app.database.engine import reading, writing
from app.domain.errors import Conflict
from app.ledger import log
from app.ledger.refusals import EventIdTaken, NameTaken
from app.ledger.verifying import verify_ledger
from tests.ledger.drafts import draft


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    with writing(engine) as connection:
        log.create_timeline(connection, "t", title="T", description="")
    return engine


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


def test_who_waited_while_the_same_event_was_recorded_gets_its_position_and_moves_nothing(ledger: Engine) -> None:
    def send() -> log.Receipt:
        with writing(ledger) as connection:
            (receipt,) = log.append(connection, "t", [draft(1)], recorded_by="key:test")
        return receipt

    with ThreadPoolExecutor(1) as pool:
        with writing(ledger) as first:
            (recorded,) = log.append(first, "t", [draft(1)], recorded_by="key:test")
            waiting = pool.submit(send)
            _until_somebody_waits(ledger)
        again = waiting.result()
    assert again == msgspec.structs.replace(recorded, replayed=True)
    with reading(ledger) as connection:
        assert verify_ledger(connection, "t").fault is None
    with writing(ledger) as connection:
        assert log.head(connection, "t").position == 1
        (later,) = log.append(connection, "t", [draft(2)], recorded_by="key:test")
    assert later.position == 2


def test_who_waited_while_its_event_id_was_taken_is_told_by_whom(ledger: Engine) -> None:
    def send() -> None:
        with writing(ledger) as connection:
            log.append(connection, "t", [draft(1, body='{"another":1}')], recorded_by="key:test")

    with ThreadPoolExecutor(1) as pool:
        with writing(ledger) as first:
            log.append(first, "t", [draft(1)], recorded_by="key:test")
            waiting = pool.submit(send)
            _until_somebody_waits(ledger)
        with pytest.raises(EventIdTaken):
            waiting.result()
    with writing(ledger) as connection:
        assert log.head(connection, "t").position == 1


def _until_somebody_waits(ledger: Engine) -> None:
    """For the lock of what another transaction has changed and not yet committed."""
    waiters = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    until = time.monotonic() + 30
    with ledger.connect() as connection:
        while not connection.scalar(waiters):
            assert time.monotonic() < until
            connection.rollback()
            time.sleep(0.01)


def test_a_name_taken_is_a_conflict() -> None:
    assert issubclass(NameTaken, Conflict)
