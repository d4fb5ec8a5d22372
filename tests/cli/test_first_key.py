"""The first admin key and its file."""

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.cli.first_key import FirstKey, Standing, first_key, mode_of
from app.database.engine import reading, writing
from app.domain.errors import Refused
from app.ledger import keys

numbers = count(1)


def make() -> str:
    return keys.write_key(next(numbers).to_bytes(keys.SECRET_BYTES))


def ensure(engine: Engine, file: Path) -> FirstKey:
    return first_key(engine, file, make)


def names(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [one.name for one in keys.list_keys(connection)]


def test_the_first_start_makes_one_that_works(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "home" / "admin.key"
    made = ensure(engine, file)
    assert made.standing is Standing.MADE
    assert file.read_text() == made.text
    assert mode_of(file) == 0o600
    with reading(engine) as connection:
        found = keys.find(connection, file.read_text())
    assert found is not None
    assert found.role == "admin"


def test_the_next_start_knows_it_and_shows_nothing(engine: Engine, tmp_path: Path) -> None:
    ensure(engine, tmp_path / "key")
    again = ensure(engine, tmp_path / "key")
    assert (again.standing, again.text, names(engine)) == (Standing.KNOWN, None, ["admin"])


def test_a_file_from_elsewhere_is_registered(engine: Engine, tmp_path: Path) -> None:
    ensure(engine, tmp_path / "key")
    (tmp_path / "other").write_text(f"{make()}\n")
    assert ensure(engine, tmp_path / "other").standing is Standing.REGISTERED
    assert names(engine) == ["admin", "admin-2"]


def test_where_somebody_has_an_admin_key_no_other_is_made(engine: Engine, tmp_path: Path) -> None:
    ensure(engine, tmp_path / "key")
    assert ensure(engine, tmp_path / "absent").standing is Standing.ELSEWHERE
    assert not (tmp_path / "absent").exists()


def test_an_admin_key_for_some_timelines_does_not_stand_in_for_the_first(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as connection:
        keys.create(connection, "ann", make(), role="admin", timelines=["some"])
    assert ensure(engine, tmp_path / "key").standing is Standing.MADE


def test_a_revoked_key_does_not_come_back(engine: Engine, tmp_path: Path) -> None:
    ensure(engine, tmp_path / "key")
    with writing(engine) as connection:
        keys.revoke(connection, "admin")
    assert ensure(engine, tmp_path / "key").standing is Standing.REVOKED
    assert names(engine) == ["admin"]


@pytest.mark.parametrize("text", ["", "secret", "muster_short", "muster_" + "x" * 43 + " and more"])
def test_a_file_that_holds_no_key_is_refused_and_kept(engine: Engine, tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(Refused, match="holds no key"):
        ensure(engine, tmp_path / "key")
    assert (tmp_path / "key").read_text() == text
    assert names(engine) == []


def test_a_file_that_cannot_be_written_leaves_no_key_behind(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused):
        ensure(engine, tmp_path / "file" / "key")
    assert names(engine) == []
