"""Whatever a superuser does to the ledger with all triggers off is found, at its position; and what he hides by
computing every hash anew is found by who kept a checkpoint.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from app.database.engine import reading
from app.domain.errors import Malformed, NotAllowed
from app.ledger import checkpoints, notes, subtrees
from app.ledger.notes import Head
from app.ledger.verifying import read_brought, verify_ledger
from app.ledger.walking import Fault, Verified
from tests.ledger.long_ledgers import append, made, signer, tampering

EVENTS = 530
ROWS_EACH = 20

# What each column becomes, and what is found there.
CHANGES = {
    "timeline_id": ("'u'", "missing"),
    "position": ("position + 65536", "missing"),
    "event_id": ("gen_random_uuid()", "leaf"),
    "type": ("overlay(type placing 'x' from 3)", "leaf"),
    "recorded_at": ("recorded_at + interval '1 microsecond'", "leaf"),
    "recorded_by": ("overlay(recorded_by placing 'z' from 3)", "leaf"),
    "causation_id": ("CASE WHEN causation_id IS NULL THEN event_id END", "leaf"),
    "batch_id": ("CASE WHEN batch_id IS NULL THEN event_id END", "leaf"),
    "body": ("overlay(body placing 'm' from 3)", "leaf"),
    "leaf": ("set_byte(leaf, 7, get_byte(leaf, 7) # 1)", "leaf"),
}


LEAF_ANEW = r"""
UPDATE events SET leaf = sha256('\x00'::bytea || convert_to(concat_ws(E'\n', 'muster-event/1', timeline_id, position,
    event_id, type, (extract(epoch FROM recorded_at) * 1000000)::bigint, recorded_by,
    coalesce(causation_id::text, '-'), coalesce(batch_id::text, '-'), body), 'UTF8'))
WHERE timeline_id = 't' AND position = :at
"""


@pytest.fixture
def ledger(engine: Engine, database: str) -> Iterator[Connection]:
    """A superuser's connection to a ledger that is sound; what he does is taken back after each test."""
    made(engine, "u", 0)
    made(engine, "t", EVENTS)
    with tampering(database) as connection:
        yield connection
        connection.rollback()


def verified(connection: Connection, **more: object) -> Verified:
    return verify_ledger(connection, "t", **more)  # type: ignore[arg-type]


def fault(connection: Connection, **more: object) -> tuple[int, str]:
    found = verified(connection, **more).fault
    assert isinstance(found, Fault)
    return found.position, found.what


def test_a_sound_ledger_is_gone_through_to_its_end(ledger: Connection) -> None:
    passed: list[int] = []
    found = verified(ledger, progress=passed.append)
    assert (found.size, found.fault) == (EVENTS, None)
    assert passed == [256, 512, EVENTS]


@pytest.mark.parametrize("column", CHANGES)
def test_one_byte_of_a_column_is_found_at_its_position(ledger: Connection, column: str) -> None:
    change, what = CHANGES[column]
    for number in range(ROWS_EACH):
        at = 1 + int.from_bytes(sha256(f"{column} {number}".encode()).digest()) % EVENTS
        with ledger.begin_nested() as taken_back:
            done = ledger.execute(
                text(f"UPDATE events SET {column} = {change} WHERE timeline_id = 't' AND position = :at"), {"at": at}
            )
            assert done.rowcount == 1
            assert fault(ledger) == (at, what)
            taken_back.rollback()
    assert verified(ledger).fault is None


@pytest.mark.parametrize("at", [1, 200, 256, 257, EVENTS])
def test_a_row_that_is_removed_is_missed(ledger: Connection, at: int) -> None:
    ledger.execute(text("DELETE FROM events WHERE position = :at"), {"at": at})
    assert fault(ledger) == (at, "missing")


@pytest.mark.parametrize(("one", "other"), [(1, 2), (17, 400), (256, 257)])
def test_two_rows_that_are_swapped_are_found_at_the_first(ledger: Connection, one: int, other: int) -> None:
    ledger.execute(text(f"UPDATE events SET position = position + 9000 WHERE position IN ({one}, {other})"))
    for before, after in ((one, other), (other, one)):
        ledger.execute(text(f"UPDATE events SET position = {after} WHERE position = {before + 9000}"))
    position, what = fault(ledger)
    assert (position, what in {"leaf", "recorded_at"}) == (one, True)


def test_an_event_that_was_slipped_in_is_found(ledger: Connection) -> None:
    ledger.execute(text("UPDATE events SET position = position + 65536 WHERE position > 99"))
    ledger.execute(text("UPDATE events SET position = position - 65535 WHERE position > 65536"))
    assert fault(ledger) == (100, "missing")


def test_a_leaf_that_is_cut_short_is_found(ledger: Connection) -> None:
    ledger.execute(text("UPDATE events SET leaf = substr(leaf, 1, 31) WHERE timeline_id = 't' AND position = 300"))
    assert fault(ledger) == (300, "leaf")


def test_a_clock_that_went_backwards_is_found_though_the_leaf_fits(ledger: Connection) -> None:
    rewrite(ledger, 300, "recorded_at = recorded_at - interval '1 day'")
    assert fault(ledger) == (300, "recorded_at")


def test_a_body_that_is_not_canonical_is_found_though_the_leaf_fits(ledger: Connection) -> None:
    rewrite(ledger, 300, "body = replace(body, ':', ': ')")
    assert fault(ledger) == (300, "body")


def test_a_header_is_not_moved_from_line_to_line(ledger: Connection) -> None:
    checks = text("SELECT conname FROM pg_constraint WHERE conrelid = 'events'::regclass AND contype = 'c'")
    for name in ledger.scalars(checks).all():
        ledger.execute(text(f"ALTER TABLE events DROP CONSTRAINT {name}"))
    rewrite(ledger, 300, "type = type || chr(10) || 'x'")
    assert fault(ledger) == (300, "header")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("position = position - 1", (EVENTS, "head")),
        ("position = position + 1", (EVENTS + 1, "missing")),
        ("recorded_at = recorded_at + interval '1 second'", (EVENTS, "head")),
    ],
)
def test_a_head_that_is_not_at_the_last_event_is_found(ledger: Connection, change: str, found: tuple[int, str]) -> None:
    ledger.execute(text(f"UPDATE heads SET {change} WHERE timeline_id = 't'"))
    assert fault(ledger) == found


def test_the_last_event_is_missed_even_when_the_head_was_set_back(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    made(engine, "t", 20)
    checkpoints.current(engine, "t", signer(tmp_path))
    with tampering(database) as connection:
        connection.execute(text("DELETE FROM events WHERE position = 20"))
        connection.execute(text("UPDATE heads SET position = 19 WHERE timeline_id = 't'"))
        assert fault(connection) == (20, "missing")


def test_a_kept_checkpoint_convicts_a_ledger_whose_hashes_were_all_recomputed(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    made(engine, "t", 300)
    kept = checkpoints.current(engine, "t", signer(tmp_path))
    append(engine, "t", 301, 320)
    with tampering(database) as connection:
        rewrite(connection, 123, "body = replace(body, '123', '124')")
        connection.execute(text("DELETE FROM checkpoints"))
        connection.execute(text("DELETE FROM subtrees"))
    subtrees.complete(engine, "t")
    forged = checkpoints.current(engine, "t", signer(tmp_path))
    with reading(engine) as connection:
        assert verified(connection).fault is None  # he has computed everything anew, and even had it signed
    brought = read_brought(kept.note, [notes.read_key(kept.verifier_key)])
    with reading(engine) as connection:
        assert fault(connection, brought=[brought]) == (300, "checkpoint")
        assert (
            verified(connection, brought=[read_brought(forged.note, [notes.read_key(kept.verifier_key)])]).fault is None
        )


def test_a_checkpoint_in_the_ledger_convicts_too_while_it_is_there(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    made(engine, "t", 30)
    checkpoints.current(engine, "t", signer(tmp_path))
    append(engine, "t", 31, 40)
    with tampering(database) as connection:
        rewrite(connection, 7, "body = replace(body, '7', '8')")
        assert fault(connection) == (30, "checkpoint")


def test_a_checkpoint_that_was_signed_by_another_is_none(engine: Engine, database: str, tmp_path: Path) -> None:
    made(engine, "t", 10)
    ours, theirs = signer(tmp_path / "ours"), signer(tmp_path / "theirs")
    trusted = [ours.verifier_key("t")]
    made_ = checkpoints.current(engine, "t", ours)
    with pytest.raises(NotAllowed):
        read_brought(made_.note, [theirs.verifier_key("t")])
    with tampering(database) as connection:
        assert verified(connection, trusted=trusted).fault is None
        note = notes.sign(notes.write_head(Head(trusted[0].name, 10, made_.root)), trusted[0].name, theirs.key)
        stolen = notes.VerifierKey(trusted[0].name, theirs.key.public_key().public_bytes_raw())
        set_ = text("UPDATE checkpoints SET note = :note, verifier_key = :key")
        connection.execute(set_, {"note": note, "key": str(stolen)})
        assert fault(connection, trusted=trusted) == (10, "signature")


@pytest.mark.parametrize("change", ["size = 9", "root = sha256(root)", "note = 'x'", "verifier_key = 'a+b+c'"])
def test_a_checkpoint_that_does_not_say_what_stands_beside_it_is_found(
    engine: Engine, database: str, tmp_path: Path, change: str
) -> None:
    made(engine, "t", 10)
    checkpoints.current(engine, "t", signer(tmp_path))
    with tampering(database) as connection:
        connection.execute(text(f"UPDATE checkpoints SET {change}"))
        assert fault(connection)[1] == "signature"


def test_a_note_of_another_log_under_our_signature_is_none(tmp_path: Path) -> None:
    key = signer(tmp_path)
    name = key.verifier_key("t").name
    note = notes.sign(notes.write_head(Head("elsewhere/t", 1, bytes(32))), name, key.key)
    with pytest.raises(Malformed, match="elsewhere"):
        read_brought(note, [key.verifier_key("t")])


def rewrite(connection: Connection, at: int, change: str) -> None:
    """A row, and its leaf along with it."""
    connection.execute(text(f"UPDATE events SET {change} WHERE timeline_id = 't' AND position = {at}"))
    connection.execute(text(LEAF_ANEW), {"at": at})
