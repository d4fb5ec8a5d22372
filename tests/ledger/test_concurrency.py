"""Writers that want the same thing at once. How many of them leave dense positions is tried in tests/torture."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from app.database.engine import writing
from app.domain.errors import Conflict
from app.ledger import log
from app.ledger.log import NameTaken
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


def test_a_name_taken_is_a_conflict() -> None:
    assert issubclass(NameTaken, Conflict)
