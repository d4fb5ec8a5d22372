"""Keys: made, listed, revoked, found."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError

from app.database.engine import reading, writing
from app.domain.errors import Conflict, Malformed, Unknown
from app.ledger import keys, tables

SECRET = bytes(range(32))


@given(st.binary(min_size=32, max_size=32))
def test_a_key_bears_all_of_its_randomness_and_no_sign_that_needs_quoting(secret: bytes) -> None:
    key = keys.write_key(secret)
    assert key.startswith("muster_")
    assert len(key) == len("muster_") + 43
    assert all(sign.isalnum() or sign in "-_" for sign in key)


def test_a_key_is_never_made_of_less() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        keys.write_key(b"short")


def test_a_key_is_found_again_and_its_text_is_nowhere(engine: Engine) -> None:
    key = keys.write_key(SECRET)
    with writing(engine) as connection:
        made = keys.create(connection, "desk", key, role="reader", timelines=["b", "a", "a"])
    with reading(engine) as connection:
        assert keys.find(connection, key) == made
        row = connection.execute(select(tables.keys)).one()
    assert made.timelines == ("a", "b")
    assert row.hash == hashlib.sha256(key.encode()).digest()
    assert key not in str(row)


def test_a_key_opens_its_timelines_and_one_without_a_list_opens_all(engine: Engine) -> None:
    with writing(engine) as connection:
        some = keys.create(connection, "some", keys.write_key(SECRET), role="reader", timelines=["a"])
        every = keys.create(connection, "every", keys.write_key(SECRET[::-1]), role="admin")
    assert (some.opens("a"), some.opens("b")) == (True, False)
    assert every.opens("anything")


@pytest.mark.parametrize("text", ["", "muster_", "muster_AAAA", "\udcff", "x" * 10_000])
def test_what_is_no_key_finds_none(engine: Engine, text: str) -> None:
    with reading(engine) as connection:
        assert keys.find(connection, text) is None


def test_a_revoked_key_is_listed_and_not_found(engine: Engine) -> None:
    key = keys.write_key(SECRET)
    with writing(engine) as connection:
        keys.create(connection, "desk", key, role="admin")
        revoked = keys.revoke(connection, "desk")
    with writing(engine) as connection:
        assert keys.find(connection, key) is None
        assert keys.list_keys(connection) == [revoked]
        assert keys.revoke(connection, "desk") == revoked


def test_a_name_is_used_once_even_when_its_key_is_revoked(engine: Engine) -> None:
    with writing(engine) as connection:
        keys.create(connection, "desk", keys.write_key(SECRET), role="admin")
        keys.revoke(connection, "desk")
        with pytest.raises(Conflict):
            keys.create(connection, "desk", keys.write_key(SECRET[::-1]), role="admin")


def test_revoking_a_key_that_is_not_there_names_the_nearest(engine: Engine) -> None:
    with writing(engine) as connection:
        keys.create(connection, "desk", keys.write_key(SECRET), role="admin")
        with pytest.raises(Unknown) as unknown:
            keys.revoke(connection, "desc")
    assert unknown.value.hint == "did you mean desk?"


@pytest.mark.parametrize(("name", "role"), [("Desk", "admin"), ("", "admin"), ("a" * 81, "admin"), ("desk", "editor")])
def test_a_name_or_role_that_cannot_be_is_refused(engine: Engine, name: str, role: str) -> None:
    with writing(engine) as connection, pytest.raises(Malformed):
        keys.create(connection, name, keys.write_key(SECRET), role=role)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE keys SET role = 'admin'",
        "UPDATE keys SET timelines = NULL",
        "UPDATE keys SET hash = sha256('mine')",
        "DELETE FROM keys",
        "TRUNCATE keys",
    ],
)
def test_the_application_can_only_take_a_key_away(engine: Engine, statement: str) -> None:
    with writing(engine) as connection:
        made = keys.create(connection, "desk", keys.write_key(SECRET), role="reader", timelines=["a"])
    with pytest.raises(ProgrammingError) as refused, writing(engine) as connection:
        connection.execute(text(statement))
    assert isinstance(refused.value.orig, InsufficientPrivilege)
    with reading(engine) as connection:
        assert keys.list_keys(connection) == [made]
