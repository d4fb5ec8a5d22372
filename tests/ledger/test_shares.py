"""Several processes find what one finds: in the middle of a share, at its ends, and beyond the last."""

import pytest
from sqlalchemy import Engine, text

from app.database.engine import reading
from app.ledger.verifying import verify_ledger
from app.ledger.walking import Verified
from tests.ledger.long_ledgers import made, tampering
from tests.ledger.test_verifying import rewrite

EVENTS, SHARE = 150, 40

# From Python 3.12 on, forking beside threads is warned of; those of the test runner are none of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


def verified(engine: Engine, jobs: int) -> Verified:
    with reading(engine) as connection:
        return verify_ledger(connection, "t", jobs=jobs, share=SHARE)


def test_a_sound_ledger_has_the_same_root(engine: Engine) -> None:
    made(engine, "t", EVENTS)
    assert verified(engine, 2) == verified(engine, 1)
    assert verified(engine, 2).fault is None


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ("UPDATE events SET body = '{}' WHERE position = 57", 57),
        ("UPDATE events SET body = '{}' WHERE position IN (139, 99, 60)", 60),
        ("DELETE FROM events WHERE position = 40", 40),
        ("DELETE FROM events WHERE position = 41", 41),
        ("DELETE FROM events WHERE position BETWEEN 30 AND 130", 30),
        ("DELETE FROM events WHERE position = 150", 150),
        ("UPDATE heads SET position = 149 WHERE timeline_id = 't'", 150),
        ("UPDATE heads SET position = 160 WHERE timeline_id = 't'", 151),
    ],
)
def test_what_is_wrong_has_the_same_position(engine: Engine, database: str, change: str, position: int) -> None:
    made(engine, "t", EVENTS)
    with tampering(database) as connection:
        connection.execute(text(change))
    for jobs in (1, 2):
        found = verified(engine, jobs).fault
        assert found is not None
        assert found.position == position


def test_time_goes_on_from_share_to_share(engine: Engine, database: str) -> None:
    made(engine, "t", EVENTS)
    with tampering(database) as connection:
        for at in range(41, 81):
            rewrite(connection, at, "recorded_at = recorded_at - interval '1 day'")
    for jobs in (1, 2):
        found = verified(engine, jobs).fault
        assert found is not None
        assert (found.position, found.what) == (41, "recorded_at")
