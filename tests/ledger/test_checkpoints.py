"""Checkpoints: one of each size, signed for good, and none against an earlier one."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.database.engine import reading, writing
from app.domain.errors import Broken, Unknown
from app.ledger import checkpoints, merkle, notes
from tests.ledger.long_ledgers import append, made, migrating, signer, tampering


def test_the_head_is_signed_once(engine: Engine, tmp_path: Path) -> None:
    made(engine, "t", 5)
    first = checkpoints.current(engine, "t", signer(tmp_path))
    assert checkpoints.current(engine, "t", signer(tmp_path)) == first
    note = notes.read_note(first.note)
    assert notes.check(note, [notes.read_key(first.verifier_key)]) == signer(tmp_path).verifier_key("t")
    assert notes.read_head(note.text) == notes.Head(f"{signer(tmp_path).origin}/t", 5, first.root)
    append(engine, "t", 6, 7)
    second = checkpoints.current(engine, "t", signer(tmp_path))
    with reading(engine) as connection:
        assert checkpoints.kept(connection, "t") == [first, second]


def test_an_empty_timeline_has_the_root_of_nothing(engine: Engine, tmp_path: Path) -> None:
    made(engine, "t", 0)
    assert checkpoints.current(engine, "t", signer(tmp_path)).root == merkle.EMPTY_ROOT


def test_another_key_signs_the_same_size_beside_it(engine: Engine, tmp_path: Path) -> None:
    made(engine, "t", 3)
    one, other = (checkpoints.current(engine, "t", signer(tmp_path / name)) for name in ("one", "other"))
    assert one.root == other.root
    with reading(engine) as connection:
        assert {kept.verifier_key for kept in checkpoints.kept(connection, "t")} == {
            one.verifier_key,
            other.verifier_key,
        }


def test_without_a_timeline_nothing_is_signed(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(Unknown):
        checkpoints.current(engine, "t", signer(tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET leaf = sha256(leaf) WHERE position = 2",
        "DELETE FROM events WHERE position > 3; UPDATE heads SET position = 3",
    ],
)
def test_nothing_is_signed_against_what_was_signed_before(
    engine: Engine, database: str, tmp_path: Path, change: str
) -> None:
    made(engine, "t", 5)
    checkpoints.current(engine, "t", signer(tmp_path))
    with tampering(database) as connection:
        connection.exec_driver_sql(change)
    append(engine, "t", 20, 20)
    with pytest.raises(Broken, match="signed at 5"):
        checkpoints.current(engine, "t", signer(tmp_path))


@pytest.mark.parametrize(
    "change", ["UPDATE checkpoints SET size = 9", "DELETE FROM checkpoints", "TRUNCATE checkpoints"]
)
def test_what_was_signed_stays(engine: Engine, database: str, tmp_path: Path, change: str) -> None:
    made(engine, "t", 2)
    checkpoints.current(engine, "t", signer(tmp_path))
    with pytest.raises(DBAPIError, match="permission denied"), writing(engine) as connection:
        connection.execute(text(change))
    with pytest.raises(DBAPIError, match="append-only"), migrating(database) as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {change}")
