"""What every command has, and how every command fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner

from app.cli.commands import muster
from app.cli.exits import Commands, Exit
from app.cli.stopping import Stopped
from app.domain.errors import Broken, Conflict, Fault, Malformed, MusterError, NotAllowed, Unavailable, Unknown
from tests.cli.conftest import Cli


def commands(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        yield (*above, name), command


ALL = dict(commands(muster))
LEAVES = [name for name, command in ALL.items() if not isinstance(command, click.Group)]


@pytest.mark.parametrize("name", ALL, ids=" ".join)
def test_every_command_explains_itself(name: tuple[str, ...]) -> None:
    result = CliRunner().invoke(muster, [*name, "--help"], prog_name="muster", env={"COLUMNS": "80"})
    assert result.exit_code == 0
    assert (ALL[name].help or "").split(".")[0].split("\n")[0][:40] in result.stdout


@pytest.mark.parametrize("name", LEAVES, ids=" ".join)
def test_every_command_speaks_to_machines_too(name: tuple[str, ...]) -> None:
    assert "--json" in {option for parameter in ALL[name].params for option in parameter.opts}


def failing(error: BaseException) -> click.Group:
    group = Commands(name="muster")

    @group.command()
    def fail() -> None:
        raise error

    return group


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unknown("no"), Exit.PROBLEM),
        (Conflict("no"), Exit.PROBLEM),
        (NotAllowed("no"), Exit.PROBLEM),
        (Broken("no"), Exit.PROBLEM),
        (Malformed("no"), Exit.USAGE),
        (Unavailable("no"), Exit.NOT_AVAILABLE),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(error: MusterError, code: Exit) -> None:
    result = CliRunner().invoke(failing(error), ["fail"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", "Error: no\n")


def test_an_error_names_the_places_of_its_faults_and_ends_with_the_hint() -> None:
    faults = [Fault(pointer="/body/low", detail="too large"), Fault(parameter="x", detail="not shown")]
    result = CliRunner().invoke(failing(NotAllowed("wrong", hint="look", faults=faults)), ["fail"])
    assert result.stderr == "Error: wrong\n  /body/low: too large\nHint: look\n"


def test_being_stopped_ends_as_shells_expect() -> None:
    assert CliRunner().invoke(failing(Stopped(15)), ["fail"]).exit_code == 143


def test_an_unreachable_database_is_not_available(tmp_path: Path) -> None:
    cli = Cli(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing", MUSTER_DATA_DIR=str(tmp_path))
    said, hint = cli.error("status", code=3)
    assert "cannot be reached" in said
    assert "DATABASE_URL" in hint


@pytest.mark.parametrize("url", ["nonsense", "mysql://secret:secret@localhost/x"])
def test_what_is_no_address_of_a_database_is_wrong_usage_and_is_not_repeated(url: str, tmp_path: Path) -> None:
    said = Cli(DATABASE_URL=url, MUSTER_DATA_DIR=str(tmp_path)).error("status", code=2)
    assert "DATABASE_URL is not the address" in said[0]
    assert "secret" not in "".join(said)


def test_a_database_that_was_never_made_is_not_made_by_asking(tmp_path: Path) -> None:
    home = tmp_path / "absent"
    said, hint = Cli(DATABASE_URL="", MUSTER_DATA_DIR=str(home)).error("status", code=3)
    assert "no database" in said
    assert "muster up" in hint
    assert not home.exists()
