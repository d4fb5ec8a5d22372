"""An export verifies without a database, and goes back verbatim or not at all."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.database.engine import make_engine, reading, writing
from app.domain.errors import Conflict, Forbidden, Malformed, NotAllowed
from app.ledger import checkpoints, notes
from app.ledger.entries import copy_in, copy_out
from app.ledger.exporting import read_export, write_export
from app.ledger.restoring import restore
from app.ledger.signing import Signer
from app.ledger.verifying import verify_export, verify_ledger
from app.ledger.walking import Verified
from tests.databases import Databases
from tests.ledger.long_ledgers import append, made, migrating, signer

EVENTS = 300
Change = Callable[[list[bytes]], list[bytes]]


@pytest.fixture
def exported(engine: Engine, tmp_path: Path) -> list[bytes]:
    """The lines; 0 is the opening, 1 to 3 are checkpoints of 0, 280 and 300 events, 4 is the first event."""
    made(engine, "t", 0)
    checkpoints.current(engine, "t", signer(tmp_path))
    append(engine, "t", 1, 280)
    checkpoints.current(engine, "t", signer(tmp_path))
    append(engine, "t", 281, EVENTS)
    last = checkpoints.current(engine, "t", signer(tmp_path))
    append(engine, "t", EVENTS + 1, EVENTS + 5)  # what comes after the checkpoint is not part of the export
    with reading(engine) as connection:
        return list(write_export(connection, "t", last.size))


@pytest.fixture
def elsewhere(databases: Databases, template: str) -> Iterator[str]:
    """Another database, migrated and empty."""
    with databases.new(template=template) as url:
        yield url


def verified(lines: list[bytes], *keys: notes.VerifierKey) -> Verified:
    return verify_export(read_export(io.BytesIO(b"".join(lines))), keys)


def put_back(url: str, lines: list[bytes], *keys: notes.VerifierKey) -> Verified:
    with migrating(url) as connection:
        return restore(connection, read_export(io.BytesIO(b"".join(lines))), keys)


def test_an_export_verifies_by_itself(exported: list[bytes], tmp_path: Path) -> None:
    found = verified(exported, signer(tmp_path).verifier_key("t"))
    assert (found.size, found.fault, found.checkpoints) == (EVENTS, None, 3)


def test_an_export_of_another_key_is_not_taken_for_ours(exported: list[bytes], tmp_path: Path) -> None:
    other = Signer(signer(tmp_path / "other").key, signer(tmp_path).origin)
    found = verified(exported, other.verifier_key("t"))
    assert found.fault is not None
    assert (found.fault.position, found.fault.what) == (0, "signature")


def test_what_is_put_back_is_what_it_was(exported: list[bytes], engine: Engine, elsewhere: str) -> None:
    found = put_back(elsewhere, exported)
    other = make_engine(elsewhere)
    with reading(engine) as here, reading(other) as there:
        assert list(copy_out(there, "t")) == list(copy_out(here, "t", upto=EVENTS))
        for query in (
            f"SELECT * FROM names WHERE position <= {EVENTS} ORDER BY position, kind",
            # when a checkpoint was kept is each ledger's own
            f"SELECT timeline_id, size, verifier_key, root, note FROM checkpoints WHERE size <= {EVENTS} ORDER BY size",
            "SELECT * FROM timelines",
        ):
            assert there.execute(text(query)).all() == here.execute(text(query)).all()
        restored = verify_ledger(there, "t")
        assert (restored.root, restored.size, restored.fault) == (found.root, EVENTS, None)
        assert list(write_export(there, "t", EVENTS)) == exported
    append(other, "t", EVENTS + 1, EVENTS + 1)  # and it goes on from there
    other.dispose()


def changed(number: int, old: bytes, new: bytes) -> Change:
    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[number]
        return [*lines[:number], lines[number].replace(old, new), *lines[number + 1 :]]

    return change


@pytest.mark.parametrize(
    ("change", "position", "what"),
    [
        (changed(103, b"source-100", b"source-101"), 100, "leaf"),
        (changed(103, b"outlet", b"sensor"), 100, "leaf"),
        (changed(103, b'"kind":', b'"kind": '), 100, "leaf"),
        (lambda lines: [*lines[:103], *lines[104:]], 100, "missing"),
        (lambda lines: [*lines[:103], lines[104], lines[103], *lines[105:]], 100, "missing"),
        (lambda lines: lines[:-1], EVENTS, "missing"),
        (lambda lines: [*lines[:3], *lines[4:]], 281, "checkpoint"),
        (lambda lines: [lines[0], *lines[4:]], 1, "checkpoint"),
        (changed(2, b"\\n280\\n", b"\\n281\\n"), 281, "signature"),
    ],
)
def test_a_file_that_was_changed_is_found_and_not_put_back(
    exported: list[bytes], elsewhere: str, change: Change, position: int, what: str
) -> None:
    lines = change(exported)
    found = verified(lines).fault
    assert found is not None
    assert (found.position, found.what) == (position, what)
    with pytest.raises(NotAllowed, match=f"at {position}"):
        put_back(elsewhere, lines)
    with migrating(elsewhere) as connection:
        for table in ("timelines", "heads", "events", "names", "checkpoints"):
            assert connection.execute(text(f"SELECT * FROM {table}")).all() == []


@pytest.mark.parametrize(
    ("type_", "by"), [(b"", b"key:test"), (b"Place", b"key:test"), (b"a", b"A"), (b"a", b"k" * 129)]
)
def test_a_header_that_no_append_takes_does_not_go_back(elsewhere: str, type_: bytes, by: bytes) -> None:
    entry = (1, b"0192d0a4-7b3e-7c00-8000-000000000001", type_, 0, by, b"-", b"-", b"{}", bytes(32))
    with migrating(elsewhere) as connection, pytest.raises(Malformed, match="event at 1 "):
        list(copy_in(connection, "t", [entry]))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda _: [], 1),
        (lambda lines: lines[1:], 1),
        (changed(0, b"muster-export/1", b"muster-export/2"), 1),
        (changed(0, b'"t"', b'"T"'), 1),
        (changed(7, b'"key:test"', b'"key\\ntest"'), 8),
        (changed(7, b'"event_id":"', b'"event_id":"x'), 8),
        (changed(7, b"Z", b""), 8),
        (changed(7, b'"body":', b'"bodi":'), 8),
        (changed(7, b"\n", b""), 8),
        (changed(7, b'"leaf":"', b'"leaf":"00'), 8),
        (lambda lines: [*lines[:-1], lines[-1][:-1]], EVENTS + 4),
        (lambda lines: [*lines[:7], b"x" * 2_000_000], 8),
    ],
)
def test_what_is_no_export_is_named_by_its_line(
    exported: list[bytes], elsewhere: str, change: Change, line: int
) -> None:
    for taken in (verified, lambda lines: put_back(elsewhere, lines)):
        with pytest.raises(Malformed, match=f"line {line}:"):
            taken(change(exported))


def test_nothing_goes_back_where_the_timeline_is(exported: list[bytes], database: str) -> None:
    with pytest.raises(Conflict, match="there is a timeline t"):
        put_back(database, exported)


def test_only_the_owner_puts_back(exported: list[bytes], elsewhere: str) -> None:
    application = make_engine(elsewhere)
    with pytest.raises(Forbidden, match="only the owner"), writing(application) as connection:
        restore(connection, read_export(io.BytesIO(b"".join(exported))))
    application.dispose()


@pytest.mark.parametrize("cut", [0, 1, 50, 5_000])
def test_a_file_that_is_cut_off_is_never_taken(exported: list[bytes], cut: int) -> None:
    raw = b"".join(exported)
    with pytest.raises(Malformed, match="line"):
        verify_export(read_export(io.BytesIO(raw[:cut])))
