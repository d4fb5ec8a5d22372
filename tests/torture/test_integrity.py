"""Everything that may not be done to a ledger, and everything that is found when it was done all the same.

`make torture` tampers with 200 random rows. What each statement and each column comes to is tested one by one in
tests/ledger; here it is counted.
"""

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.database.engine import make_engine, reading
from app.ledger import checkpoints, log, notes, subtrees
from app.ledger.exporting import read_export, write_export
from app.ledger.restoring import restore
from app.ledger.verifying import read_brought, verify_ledger
from app.projections import runner
from tests.databases import Databases
from tests.ledger.long_ledgers import made, migrating, signer, tampering
from tests.ledger.test_immutable import CHANGES, INSERT
from tests.ledger.test_verifying import fault, rewrite
from tests.projections.replay.rows import rows_in
from tests.torture.effort import SEED, effort
from tests.torture.reckoning import answered_from

EVENTS = 530
ROWS = effort(20, 200)
OTHERS = effort(3, 30)
"""Rows removed, and pairs swapped."""
FLIP = """
UPDATE events SET body = overlay(body placing chr(ascii(substr(body, :byte, 1)) # 1) from :byte)
WHERE timeline_id = 't' AND position = :at
"""
SWAP = (
    "UPDATE events SET position = 0 - position WHERE position = :one",
    "UPDATE events SET position = :one WHERE position = :other",
    "UPDATE events SET position = :other WHERE position = 0 - :one",
)


def test_nobody_changes_the_ledger(engine: Engine, database: str, tell: Callable[[str], None]) -> None:
    made(engine, "t", 20)
    superuser = make_engine(database, step_down=False)
    ways = {
        "the application": (engine, "", (*CHANGES, INSERT)),
        "the owner": (superuser, "SET LOCAL ROLE muster_owner; ", CHANGES),
        "a superuser in replica mode": (superuser, "SET LOCAL session_replication_role = replica; ", CHANGES),
    }
    refused = 0
    with reading(engine) as connection:
        before = log.read(connection, "t")
    for who, before_it, changes in ways.values():
        for change in changes:
            with pytest.raises(DBAPIError, match=r"permission denied|append-only"), who.begin() as connection:
                connection.exec_driver_sql(before_it + change)
            refused += 1
    superuser.dispose()
    with reading(engine) as connection:
        assert log.read(connection, "t") == before
    tell(f"R7  {refused} statements that would change the ledger, by {', '.join(ways)}: {refused} refused")


def test_what_a_superuser_does_with_triggers_off_is_found_where_he_did_it(
    engine: Engine, database: str, tell: Callable[[str], None]
) -> None:
    chance = random.Random(SEED)
    made(engine, "t", EVENTS)
    with tampering(database) as connection:
        for _ in range(ROWS):
            at = chance.randint(1, EVENTS)
            length = connection.scalar(text("SELECT length(body) FROM events WHERE position = :at"), {"at": at})
            found = undone(connection, FLIP, at=at, byte=chance.randint(1, length or 1))
            assert found == (at, "leaf")
        for _ in range(OTHERS):
            at = chance.randint(1, EVENTS)
            assert undone(connection, "DELETE FROM events WHERE position = :at", at=at) == (at, "missing")
        for _ in range(OTHERS):
            one, other = sorted(chance.sample(range(1, EVENTS + 1), 2))
            assert undone(connection, *SWAP, one=one, other=other)[0] == one
        assert verify_ledger(connection, "t").fault is None
    done = f"{ROWS} random bytes changed, {OTHERS} rows removed, {OTHERS} pairs swapped"
    tell(f"R8  {done} by a superuser with triggers off (seed {SEED}): verify named the position each time")


def undone(connection: Connection, *changes: str, **values: int) -> tuple[int, str]:
    """What is found after changes, which are then taken back."""
    with connection.begin_nested() as taken_back:
        for change in changes:
            connection.execute(text(change), values)
        found = fault(connection)
        taken_back.rollback()
    return found


def test_a_kept_checkpoint_convicts_whoever_computes_all_hashes_anew(
    engine: Engine, database: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    chance, key = random.Random(SEED), signer(tmp_path)
    made(engine, "t", EVENTS)
    kept = checkpoints.current(engine, "t", key)
    brought = read_brought(kept.note, [notes.read_key(kept.verifier_key)])
    for _ in range(OTHERS):
        at = chance.randint(1, EVENTS)
        with tampering(database) as connection:
            rewrite(connection, at, f"body = replace(body, 'source-{at}', 'source+{at}')")
            connection.execute(text("DELETE FROM checkpoints; DELETE FROM subtrees"))
        subtrees.complete(engine, "t")
        checkpoints.current(engine, "t", key)
        with reading(engine) as connection:
            assert verify_ledger(connection, "t").fault is None
            assert fault(connection, brought=[brought]) == (EVENTS, "checkpoint")
        with tampering(database) as connection:
            rewrite(connection, at, f"body = replace(body, 'source+{at}', 'source-{at}')")
    tell(
        f"R8  {OTHERS} ledgers rewritten, every hash computed anew: sound by themselves, convicted by a kept checkpoint"
    )


def test_an_export_goes_back_to_the_same_root_and_the_same_estimates(
    seeded_url: str, databases: Databases, template: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    here, told = make_engine(seeded_url), []
    with reading(here) as connection:
        timelines = log.timeline_ids(connection)
    with databases.new(template=template) as url:
        there = make_engine(url)
        for timeline in timelines:
            size = checkpoints.current(here, timeline, signer(tmp_path)).size
            with reading(here) as connection:
                raw = b"".join(write_export(connection, timeline, size))
                root = verify_ledger(connection, timeline).root
            with migrating(url) as connection:
                restore(connection, read_export(io.BytesIO(raw)))
            with reading(there) as connection:
                assert verify_ledger(connection, timeline).root == root
            assert runner.catch_up(there, timeline) == size
            rows = rows_in(there, answered_from(there, timeline))
            assert rows == rows_in(here, answered_from(here, timeline))
            told.append(f"{timeline} ({size} events, {sum(map(len, rows.values())):,} rows)")
        there.dispose()
    here.dispose()
    tell(f"R9  exported and restored elsewhere to the same root, every projection row for row: {', '.join(told)}")
