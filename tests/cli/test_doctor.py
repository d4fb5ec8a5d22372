"""What is weaker than it could be, and that it is found."""

import json
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import create_engine, text

from app.cli.commands import muster
from tests.cli.conftest import Cli


def states(cli: Cli) -> dict[str, str]:
    """By check. The test's own server need not be durable, so that this one is left out."""
    result = CliRunner().invoke(muster, ["doctor", "--json"], env=cli.environ)
    found = {one["name"]: one["state"] for one in json.loads(result.stdout)}
    assert result.exit_code == int("bad" in found.values())
    return {name: state for name, state in found.items() if name != "durability"}


def ruin(database: str, statement: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_fresh_database_is_protected(cli: Cli) -> None:
    found = states(cli)
    assert (found["ledger"], found["rights"], found["roles"]) == ("ok", "ok", "ok")


def test_no_admin_key_is_a_weakness(cli: Cli) -> None:
    assert states(cli)["keys"] == "weak"
    cli("key", "create", "--name", "ann", "--role", "admin")
    assert states(cli)["keys"] == "ok"


def test_a_trigger_that_is_off_is_bad(cli: Cli, database: str) -> None:
    ruin(database, "ALTER TABLE events DISABLE TRIGGER events_are_immutable")
    assert states(cli)["ledger"] == "bad"


def test_a_trigger_that_a_replica_passes_by_is_bad(cli: Cli, database: str) -> None:
    ruin(database, "ALTER TABLE events ENABLE TRIGGER events_are_immutable")
    assert states(cli)["ledger"] == "bad"


def test_the_right_to_change_events_is_a_weakness(cli: Cli, database: str) -> None:
    ruin(database, "GRANT DELETE ON events TO muster_app")
    assert states(cli)["rights"] == "weak"


def test_a_key_file_for_all_is_bad(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "muster" / "admin.key"
    file.parent.mkdir(mode=0o700)
    for mode, state in ((0o600, "ok"), (0o640, "weak"), (0o644, "bad")):
        file.touch()
        file.chmod(mode)
        assert states(cli)["key file"] == state


def test_a_data_directory_for_all_is_told(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "muster"
    home.mkdir()
    for mode, state in ((0o700, "ok"), (0o701, "weak"), (0o755, "weak"), (0o777, "bad")):
        home.chmod(mode)
        assert states(cli)["data directory"] == state


def test_an_address_that_others_reach_is_a_weakness(cli: Cli) -> None:
    assert states(cli)["address"] == "ok"
    cli.environ["HOST"] = "0.0.0.0"  # noqa: S104 -- nothing is opened
    assert states(cli)["address"] == "weak"


def test_an_unreachable_database_is_a_finding() -> None:
    assert states(Cli(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"))["database"] == "bad"


def test_a_person_gets_a_sentence_for_each(cli: Cli) -> None:
    said = CliRunner().invoke(muster, ["doctor"], env=cli.environ).stdout
    assert "Changing or deleting an event is refused" in said
    assert max(map(len, said.splitlines())) <= 80
