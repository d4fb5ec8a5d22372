"""Keys from the command line."""

import pytest
from sqlalchemy import Engine

from app.database.engine import reading
from app.domain.permissions import ROLES
from app.ledger import keys
from tests.cli.conftest import Cli


def test_a_new_key_is_printed_alone_and_works(cli: Cli, engine: Engine) -> None:
    text = cli("key", "create", "--name", "ann", "--role", "admin").stdout.strip()
    with reading(engine) as connection:
        found = keys.find(connection, text)
    assert found is not None
    assert (found.name, found.role, found.timelines) == ("ann", "admin", None)


def test_a_key_may_be_for_some_timelines(cli: Cli, timeline: str) -> None:
    made = cli.json("key", "create", "--name", "ann", "--timeline", timeline)
    assert (made["role"], made["timelines"]) == ("reader", [timeline])


@pytest.mark.parametrize("role", ROLES)
def test_a_key_has_one_of_four_roles(cli: Cli, role: str) -> None:
    assert cli.json("key", "create", "--name", "ann", "--role", role)["role"] == role


def test_a_key_for_a_timeline_that_is_not_there_is_not_made(cli: Cli, timeline: str) -> None:
    assert cli.error("key", "create", "--name", "ann", "--timeline", f"{timeline}s", code=1) == [
        f"Error: no timeline {timeline}s",
        f"Hint: did you mean {timeline}?",
    ]
    assert cli.json("key", "list") == []


def test_a_name_is_taken_once(cli: Cli) -> None:
    cli("key", "create", "--name", "ann")
    assert "ann" in cli.error("key", "create", "--name", "ann", code=1)[0]


@pytest.mark.parametrize(("name", "code"), [("Ann", 2), ("", 2)])
def test_a_name_that_cannot_be_is_wrong_usage(cli: Cli, name: str, code: int) -> None:
    cli.error("key", "create", "--name", name, code=code)


def test_the_list_never_shows_a_key(cli: Cli) -> None:
    text = cli("key", "create", "--name", "ann").stdout.strip()
    said = cli("key", "list").stdout
    assert "ann" in said
    assert text not in said


def test_a_revoked_key_stays_in_the_list(cli: Cli, engine: Engine) -> None:
    text = cli("key", "create", "--name", "ann").stdout.strip()
    cli("key", "revoke", "ann")
    with reading(engine) as connection:
        assert keys.find(connection, text) is None
    assert cli.json("key", "list")[0]["revoked_at"] is not None


def test_revoking_a_key_that_is_not_there_names_the_nearest(cli: Cli) -> None:
    cli("key", "create", "--name", "ann")
    assert cli.error("key", "revoke", "anne", code=1)[1] == "Hint: did you mean ann?"
