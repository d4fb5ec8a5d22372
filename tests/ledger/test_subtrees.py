"""The stored part of the tree: what the database makes is what the leaves give, and nobody writes it otherwise."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.database.engine import reading, writing
from app.domain.errors import Broken
from app.ledger import merkle, subtrees
from app.ledger.entries import copy_out
from app.ledger.subtrees import Stored
from tests.ledger import rfc9162
from tests.ledger.long_ledgers import append, made, migrating, tampering, written

LONG = 256 * 256 + 300


def leaves(engine: Engine, timeline: str) -> list[bytes]:
    with reading(engine) as connection:
        return [one[8] for one in copy_out(connection, timeline)]


def rows(engine: Engine) -> list[tuple[int, int]]:
    with reading(engine) as connection:
        found = connection.execute(text("SELECT height, ordinal FROM subtrees ORDER BY height, ordinal"))
        return [(row.height, row.ordinal) for row in found]


def test_a_long_ledger_is_proved_from_few_rows(engine: Engine, database: str) -> None:
    written(database, "t", LONG)
    subtrees.complete(engine, "t")
    assert rows(engine) == [*((1, ordinal) for ordinal in range(257)), (2, 0)]
    held = leaves(engine, "t")
    with reading(engine) as connection:
        for size in (257, 65_536, LONG):
            tree = Stored(connection, "t")
            root = merkle.root(size, tree)
            assert root == rfc9162.mth(held[:size])
            for index in {0, size // 2, size - 1}:
                assert rfc9162.includes(held[index], index, size, merkle.inclusion(index, size, tree), root)
        tree = Stored(connection, "t")
        proof = merkle.consistency(300, LONG, tree)
        assert rfc9162.extends(300, merkle.root(300, tree), LONG, merkle.root(LONG, tree), proof)


def test_they_grow_with_the_ledger_and_stay_as_they_were(engine: Engine) -> None:
    made(engine, "t", 250)
    subtrees.complete(engine, "t")
    assert rows(engine) == []
    append(engine, "t", 251, 520)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: subtrees.complete(engine, "t"), range(8)))
    assert rows(engine) == [(1, 0), (1, 1)]


@pytest.mark.parametrize(
    "change", ["UPDATE subtrees SET root = leaf FROM events", "DELETE FROM subtrees", "TRUNCATE subtrees"]
)
def test_neither_the_application_nor_the_owner_changes_one(engine: Engine, database: str, change: str) -> None:
    made(engine, "t", 256)
    subtrees.complete(engine, "t")
    with pytest.raises(DBAPIError, match="permission denied"), writing(engine) as connection:
        connection.execute(text(change))
    with pytest.raises(DBAPIError, match="append-only"), migrating(database) as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {change}")


def test_the_application_cannot_write_one(engine: Engine) -> None:
    made(engine, "t", 1)
    forged = text("INSERT INTO subtrees SELECT timeline_id, 1, 0, leaf FROM events")
    with pytest.raises(DBAPIError, match="permission denied"), writing(engine) as connection:
        connection.execute(forged)


def test_of_a_ledger_that_lacks_an_event_none_is_made(engine: Engine, database: str) -> None:
    made(engine, "t", 300)
    with tampering(database) as connection:
        connection.execute(text("DELETE FROM events WHERE position = 17"))
    with pytest.raises(Broken, match="lacks an event"):
        subtrees.complete(engine, "t")
